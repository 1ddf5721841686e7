"""Dominant: what is left of a share beside another is computed from the other classes where one class has nearly all.

    s_j sum_k y_k - y_j  =  s_j (sum over k != j of y_k) - y_j (sum over k != j of s_k)        where sum_k s_k = 1
    r_j - s_j            =  (sum over k != j of s_k) - (sum over k != j of r_k)                where both sum to 1
    1 - s_j              =  (sum over k != j of s_k)

Only one class can hold more than half of the whole: at the class of the largest exponent the right side is taken, with
two sums over the others; anywhere else the left side loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from sympy import Add, Integer, KroneckerDelta, Mul, Pow, Symbol, exp

from derive.language.axes import is_size
from derive.language.inputs import Label
from derive.language.nodes import Sum, TopIndex, in_parts
from derive.numerics.centring import largest_exponent
from derive.numerics.forms import Centred, Select, Shifted, SumExcept

ONE = Integer(1)


def dominant_apart(e: Any) -> Any:
    """The expression with every such difference taken apart at the class that dominates."""
    if not e.args or isinstance(e, (Shifted, Centred)):
        return e
    e = in_parts(dominant_apart, e)
    return _in_sum(e) if isinstance(e, Add) else _in_product(e) if isinstance(e, Mul) else e


def _in_product(e: Any) -> Any:
    """``a_j (a_j / (sum a^2) - 1 / (sum a))`` by its terms, where these are shares."""
    outside = Mul(*[f for f in e.args if isinstance(f, exp)])
    for total in (f for f in e.args if isinstance(f, Add) and len(f.args) == 2 and outside != 1):
        for apart in _from_share(*[outside * term for term in total.args]):
            return e / outside / total * apart
    return e


def _in_sum(e: Any) -> Any:
    for mine, other in permutations(Add.make_args(e), 2):
        for apart in (*_apart(mine, other), *_from_whole(mine, other), *_from_share(mine, other)):
            return _in_sum(Add(*[a for a in e.args if a not in (mine, other)], apart))
    return e


def _apart(mine: Any, other: Any) -> Iterator[Any]:
    """``mine = c a_j (sum y) / (sum a)`` and ``other = -c y_j``, in the two cases: j is the dominant class, or not."""
    for whole in (f.base for f in Mul.make_args(mine) if isinstance(f, Pow) and f.exp == -1 and type(f.base) is Sum):
        largest = largest_exponent(whole)
        for given in (f for f in Mul.make_args(mine) if type(f) is Sum) if largest is not None else ():
            share = mine / given * whole
            for j in (s for s in share.free_symbols if s.is_integer and not is_size(s) and not isinstance(s, Label)):
                beside = share / whole.at(j)
                if j not in beside.free_symbols and other == -beside * given.at(j):
                    yield _at_dominant(mine + other, beside, whole, given, j, TopIndex(largest))


def _at_dominant(difference: Any, beside: Any, whole: Any, given: Any, j: Symbol, top: Any) -> Any:
    others = [SumExcept(body, index, top) for body, index in (given.open(), whole.open())]
    there = beside * (whole.at(top) / whole * others[0] - given.at(top) * others[1] / whole)
    return Select(KroneckerDelta(j, top) - ONE, there, difference)


def _shares(term: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Each share ``a_j / (sum a)`` in a product, as what it is beside, the sum and the class."""
    for whole in (f.base for f in Mul.make_args(term) if isinstance(f, Pow) and f.exp == -1 and type(f.base) is Sum):
        for j in sorted((s for s in term.free_symbols if s.is_integer and not is_size(s)), key=str):
            beside = term * whole / whole.at(j)
            alone = not isinstance(j, Label) and not beside.has(exp) and j not in beside.free_symbols
            if alone and largest_exponent(whole) is not None:
                yield beside, whole, j


def _from_whole(mine: Any, other: Any) -> Iterator[Any]:
    """``mine = c`` and ``other = -c a_j / (sum a)``."""
    for beside, whole, j in _shares(other):
        if mine == -beside:
            yield _at_top(mine + other, j, whole, mine * _others(whole, whole) / whole)


def _from_share(mine: Any, other: Any) -> Iterator[Any]:
    """``mine = c b_j / (sum b)`` and ``other = -c a_j / (sum a)``."""
    for beside, whole, j in _shares(other):
        for same, total, i in _shares(mine):
            if same == -beside and i == j and total != whole:
                there = _others(whole, whole) / whole - _others(total, whole) / total
                yield _at_top(mine + other, j, whole, same * there)


def _others(total: Any, whole: Any) -> Any:
    """The sum over the classes but that which dominates the whole."""
    body, index = total.open()
    return SumExcept(body, index, TopIndex(largest_exponent(whole)))


def _at_top(difference: Any, j: Symbol, whole: Any, there: Any) -> Any:
    return Select(KroneckerDelta(j, TopIndex(largest_exponent(whole))) - ONE, there, difference)
