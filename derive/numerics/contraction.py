"""Contraction: sums of products over several indices in the order that computes least.

    sum_v g_v sum_k e_k a_kj b_kv  =  sum_k e_k a_kj (sum_v g_v b_kv)

Finite sums may change places, and a factor that does not depend on an index may stand in front of the sum over it.  One
index after the other is summed away, first the one whose factors together depend on the fewest others (the elimination
of variables, as in the contraction of tensors), and of two such the one whose factors hold fewer loops of their own.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, Symbol

from derive.language.axes import is_size
from derive.language.inputs import Label
from derive.language.nodes import Binder, Sum, symbols_of

MOST = 40
"""Terms beyond which a product of sums is left as it is nested."""


def contracted(e: Any) -> Any:
    """The expression with every nest of sums in the order that computes least."""
    if not e.args or not e.atoms(Sum):
        return e
    terms = _terms(e)
    return Add(*[_contracted_term(term) for term in terms]) if len(terms) <= MOST else e


def _contracted_term(term: Any) -> Any:
    factors, bound = _flat(term)
    while bound:
        index = min(bound, key=lambda i: (len(_beside(i, factors)), _loops(i, factors), str(i)))
        inside = [f for f in factors if index in symbols_of(f)]
        factors = [f for f in factors if f not in inside] + [Sum(Mul(*inside), index)]
        bound.remove(index)
    return Mul(*factors)


def _beside(index: Any, factors: list[Any]) -> frozenset[Any]:
    """On what the product of the factors that hold an index depends."""
    return frozenset().union(*(_places(f) for f in factors if index in symbols_of(f)))


def _loops(index: Any, factors: list[Any]) -> int:
    """How many factors that hold an index are loops themselves: those are run again in each loop around this one."""
    return sum(1 for f in factors if index in symbols_of(f) and f.atoms(Binder))


def _places(e: Any) -> frozenset[Any]:
    free = (s for s in symbols_of(e) if isinstance(s, Symbol) and s.is_integer)
    return frozenset(s for s in free if not (is_size(s) or isinstance(s, Label)))


def _flat(term: Any) -> tuple[list[Any], list[Any]]:
    """The factors of a product, those inside its sums too, and the indices of these."""
    factors: list[Any] = []
    bound: list[Any] = []
    for factor in Mul.make_args(term):
        if type(factor) is Sum:
            body, index = factor.open()
            inner, below = _flat(body)
            factors += inner
            bound += [index, *below]
        else:
            factors.append(_inside(factor))
    return factors, bound


def _inside(e: Any) -> Any:
    """Below a line, in a function, in a maximum: the same by itself."""
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(contracted(body), index)
    return e.func(*map(contracted, e.args)) if e.args and e.atoms(Sum) else e


def _terms(e: Any) -> list[Any]:
    """As a sum of products: what stands before a sum of terms that hold sums is put to each of them."""
    if isinstance(e, Add):
        return [term for a in e.args for term in _terms(a)]
    if isinstance(e, Mul):
        for factor in e.args:
            if isinstance(factor, Add) and factor.atoms(Sum):
                rest = e / factor
                return [term for a in factor.args for term in _terms(rest * a)]
            if type(factor) is Sum and len(parts := _terms(factor)) > 1:
                rest = e / factor
                return [term for part in parts for term in _terms(rest * part)]
    if type(e) is Sum:
        body, index = e.open()
        parts = _terms(body)
        return [Sum(part, index) for part in parts] if len(parts) > 1 else [e]
    return [e]
