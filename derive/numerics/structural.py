"""Derivatives as they are computed: by the rules of differentiation alone, and nothing multiplied out.

A derivation ends in the form that is shortest to read; products of differences are multiplied out on the way, and what
is a small difference of large numbers on paper is one in a kernel too.  Here every factor stays what it was: a
quotient is a product with a reciprocal, so that each term keeps the share of the whole that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sympy import Add, Integer, KroneckerDelta, Mul, Pow, Symbol, log

from derive.algebra import rewrite
from derive.algebra.rational import deltas_out
from derive.algebra.rules import DIFFERENTIATION, LOGARITHMS, QUOTIENT_RULE, SUMS
from derive.derivations.first import component
from derive.language.choices import Compare
from derive.language.components import CACHED, Along, Component, Vector
from derive.language.formula import Formula, Variable, unfold
from derive.language.nodes import Binder, Partial, Sum, in_parts
from derive.numerics.cases_apart import cases_apart, masks_apart
from derive.numerics.exponents.logarithms import log_of_product
from derive.numerics.forms import SumExcept
from derive.numerics.moments import centred_moments
from derive.numerics.one_hot import labels_apart
from derive.numerics.one_line import on_one_line
from derive.numerics.set_apart import complement_at_labels
from derive.numerics.whole_over_part import by_the_others

RULES = tuple(rule for rule in DIFFERENTIATION if rule is not QUOTIENT_RULE)


FORMS: dict[str, Callable[[Formula, Any], Any]] = {
    "moments": lambda formula, e: centred_moments(e),
    "labels apart": lambda formula, e: labels_apart(e),
    "masks apart": lambda formula, e: masks_apart(e),
    "one line": lambda formula, e: on_one_line(e),
}
"""The passes over a formula itself, in order: in these forms it is differentiated, and its derivatives keep them."""


@lru_cache(maxsize=CACHED)
def derivative(expression: Any, by: Any) -> Any:
    """``d expression / d by``, where ``by`` is a component ``x[j]``, or ``Along(x, v)``: the derivative along v."""
    plain = rewrite(LOGARITHMS, unfold(expression))
    return sifted(rewrite(RULES, Partial(plain, by)))


def as_computed(
    formula: Formula,
    kind: str,
    indices: Sequence[Symbol],
    extra: Sequence[Any],
    by: Variable | None = None,
    forms: Iterable[str] = FORMS,
) -> Any:
    """What a kernel of a formula computes, by these derivatives.

    kind: "value", "grad", "vjp", "jvp", "jacobian" or "hvp"; ``extra``: the vectors ``g`` and ``v`` that it takes;
    ``by``: the variable, default the first; ``forms``: in what forms it is brought first, of :data:`FORMS`.
    """
    x = by or formula.variable
    f = joined(rewrite(LOGARITHMS, _apart_in_logarithms(unfold(formula.expression))))
    for name in forms:
        f = FORMS[name](formula, f)
    if kind == "value":
        return by_the_others(f)
    f = _known_apart(cases_apart(f))
    if kind == "jvp":
        return derivative_apart(f, Along(x, extra[-1]))
    if kind == "jacobian":
        return derivative_apart(f, component(x, indices[-1]))
    pulled = f if formula.over is None else Sum(extra[0][formula.over] * f, formula.over)
    first = derivative_apart(pulled, component(x, indices[0]) if indices else x)
    return derivative_apart(first, Along(x, extra[-1])) if kind == "hvp" else first


def _apart_in_logarithms(e: Any) -> Any:
    """In the logarithm of a product or quotient, every share of all classes but one as the sum of these."""
    if not e.args or not e.atoms(log):
        return e
    e = in_parts(_apart_in_logarithms, e)
    return log(complement_at_labels(e.args[0])) if isinstance(e, log) and isinstance(e.args[0], Mul) else e


def _known_apart(e: Any) -> Any:
    """``log(u / v)`` with ``v`` positive as ``log(u) - log(v)``: no derivative of the one divides by the other.

    The value stays a quotient: what is near 1 has a logarithm with all its digits.
    """
    if not e.args or not e.atoms(log):
        return e
    e = in_parts(_known_apart, e)
    return log_of_product(rewrite(SUMS, e.args[0])) if isinstance(e, log) else e


def joined(e: Any) -> Any:
    """``log(sum a) + log(1 - a_t / sum a)`` as the logarithm of the sum of the others."""
    if not e.args or not e.atoms(log):
        return e
    e = in_parts(joined, e)
    if not isinstance(e, Add):
        return e
    for term in e.args:
        for one in (f for f in Mul.make_args(term) if isinstance(f, log) and isinstance(f.args[0], Add)):
            others = complement_at_labels(one.args[0])
            for total in {s for s in others.atoms(Sum) if type(s) is Sum} if others.has(SumExcept) else ():
                beside = term / one * log(total)
                if beside in e.args and not (others * total).has(total):
                    return joined(e - term - beside + term / one * log(others * total))
    return e


def derivative_apart(e: Any, by: Any) -> Any:
    """The derivative of what has sums without a class in it: sums over all classes with a weight of 0 at that class.

    The weights are a vector that depends on nothing.
    """
    left_out = sorted({s.skip for s in e.atoms(SumExcept)}, key=str)
    weights = {skip: Vector(f"<all but {skip}>") for skip in left_out}
    found = derivative(_weighted(e, weights), by)
    return _unweighted(found, {vector: skip for skip, vector in weights.items()})


def _weighted(e: Any, weights: Mapping[Any, Vector]) -> Any:
    if not e.args or not e.atoms(SumExcept):
        return e
    if isinstance(e, Binder):
        body, index = e.open()
        body = _weighted(body, weights)
        return Sum(weights[e.skip][index] * body, index) if isinstance(e, SumExcept) else e.rebuild(body, index)
    return e.func(*[_weighted(a, weights) for a in e.args])


def _unweighted(e: Any, skips: Mapping[Vector, Any]) -> Any:
    if isinstance(e, Component):
        return Integer(1) - KroneckerDelta(e.index, skips[e.vector]) if e.vector in skips else e
    if not e.args or not set(skips) & e.free_symbols:
        return e
    if type(e) is Sum:
        body, index = e.open()
        for vector, skip in skips.items():
            if vector[index] in Mul.make_args(body):
                return SumExcept(_unweighted(body / vector[index], skips), index, skip)
        return Sum(_unweighted(body, skips), index)
    return e.func(*[_unweighted(a, skips) for a in e.args])


def sifted(expression: Any) -> Any:
    """Every sum with a delta of its index in it as the term that the delta leaves; of other products none is opened."""
    while True:
        after = rewrite(SUMS, _opened(expression))
        if after == expression:
            return expression
        expression = after


def _opened(expression: Any) -> Any:
    """In the bodies of sums, products of a sum that has a delta in it are multiplied out: term by term.

    A delta in cases becomes a factor of them first.
    """
    if not expression.has(KroneckerDelta):
        return expression
    if isinstance(expression, Binder):
        body, index = expression.opened()
        body = _opened(body)
        if type(expression) is Sum and any(index in d.free_symbols for d in body.atoms(KroneckerDelta)):
            body = _distributed(deltas_out(body) if body.has(Compare) else body, index)
        return expression.rebuild(body, index)
    if not expression.args or isinstance(expression, Component):
        return expression
    return expression.func(*[_opened(a) for a in expression.args])


def _distributed(body: Any, index: Symbol) -> Any:
    if isinstance(body, Add):
        return Add(*[_distributed(term, index) for term in body.args])
    if not isinstance(body, Mul):
        return body
    for factor in body.args:
        sums = factor.base if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp > 0 else factor
        if isinstance(sums, Add) and any(index in d.free_symbols for d in sums.atoms(KroneckerDelta)):
            rest = body / sums
            return Add(*[_distributed(rest * term, index) for term in sums.args])
    return body


MOST = 40
"""Terms beyond which a derivative is left as it is nested."""


def flat(e: Any, directions: Sequence[Vector]) -> Any:
    """Sums that are linear in a direction as one sum, not nested in products: their terms can then meet each other.

    What is free of the directions stays as it is: no square of a difference is multiplied out.
    """
    terms = _terms(e, frozenset(directions))
    return e if len(terms) > MOST else Add(*terms)


def _terms(e: Any, directions: frozenset[Any]) -> list[Any]:
    if isinstance(e, Add):
        return [term for a in e.args for term in _terms(a, directions)]
    if isinstance(e, Mul):
        for part in e.args:
            if isinstance(part, Add) and directions & part.free_symbols:
                rest = e / part
                return [term for inner in _terms(part, directions) for term in _terms(rest * inner, directions)]
    if isinstance(e, Sum) and directions & e.free_symbols:
        body, index = e.open()
        terms = _terms(body, directions)
        if len(terms) > 1:
            return [rewrite(SUMS, e.rebuild(term, index)) for term in terms]
    return [e]


def divides_by_difference(e: Any, below: bool = False) -> bool:
    """Whether a difference stands where its relative error matters: below a line, under a root, in a logarithm."""
    if not e.args or e.is_number:
        return False
    if isinstance(e, Binder):
        return divides_by_difference(e.body, below)
    if isinstance(e, Add) and below and _is_difference_of_sums(e):
        return True
    inside = isinstance(e, log) or (isinstance(e, Pow) and not (e.exp.is_Integer and e.exp > 0))
    return any(divides_by_difference(a, below or inside) for a in e.args)


def _is_difference_of_sums(e: Any) -> bool:
    """``sum of x^2 - (sum of x)^2 / n``: two sums over the classes, one subtracted from the other."""
    signs = {term.could_extract_minus_sign() for term in e.args if term.atoms(Sum)}
    return len(signs) == 2
