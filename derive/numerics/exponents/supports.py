"""Exponentials on a scale that only those set which have a weight: of the others the weight, 0, has the last word.

``y_j exp(x_j - m) / sum_k y_k exp(x_k - m)`` with ``m`` the largest x of those with a weight: where ``y_j`` is 0 the
exponential may overflow.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, exp, log

from derive.language.axes import is_size
from derive.language.nodes import Binder, Max, in_parts
from derive.numerics.exponents.pairs import ZERO
from derive.numerics.forms import Centred, FiniteOrZero, InOrder, Larger, Shifted, Steady, Supported, Weighted


def with_weights(e: Any) -> Any:
    """Every product of such an exponential and its own weight as one :class:`Weighted`."""
    if not e.args or not e.has(Supported):
        return e
    if isinstance(e, FiniteOrZero | Shifted):
        return e
    e = in_parts(with_weights, e)
    return _weighted(e) if isinstance(e, Mul) else e


def _weighted(product: Any) -> Any:
    for power in (f for f in product.args if isinstance(f, exp)):
        weight = _weight_of(power.args[0])
        rest = None if weight is None else _divided(product / power, weight)
        if rest is not None:
            return rest * Weighted(weight, power)
    return product


def _divided(e: Any, weight: Any) -> Any:
    """What a factor leaves of a product, or of every term of a sum in it; ``None`` where it is none."""
    if set(Mul.make_args(weight)) <= set(Mul.make_args(e)):
        return e / weight
    if isinstance(e, Add):
        terms = [_divided(term, weight) for term in e.args]
        return None if None in terms else Add(*terms)
    for factor in (f for f in Mul.make_args(e) if isinstance(f, Add)):
        inside = _divided(factor, weight)
        if inside is not None:
            return e / factor * inside
    return None


def _weight_of(exponent: Any) -> Any:
    """What decides whether this exponent is among those of which the largest is taken off."""
    if not (isinstance(exponent, Shifted) and isinstance(exponent.shift, FiniteOrZero)):
        return None
    largest = exponent.shift.of
    if not (isinstance(largest, Max) and isinstance(largest.body, Supported)):
        return None
    for index in sorted((s for s in exponent.of.free_symbols if s.is_integer and not is_size(s)), key=str):
        weight, moving = largest.at(index).args
        if moving == exponent.of:
            return weight
    return None


def shifts_first(e: Any) -> Any:
    """In sums the difference of two shifts before all else: the logarithms that belong to them may be far smaller."""
    if not e.args or len(e.atoms(FiniteOrZero)) < 2 or isinstance(e, FiniteOrZero | Shifted):
        return e
    e = in_parts(shifts_first, e)
    up = [term for term in Add.make_args(e) if isinstance(term, FiniteOrZero)]
    down = [term for term in Add.make_args(e) if isinstance(-term, FiniteOrZero)]
    if not isinstance(e, Add) or len(up) != 1 or len(down) != 1:
        return e
    rest = [term for term in e.args if term not in (*up, *down)]
    return InOrder(Centred(up[0], -down[0]), *rest) if any(term.atoms(log) for term in rest) else e


def without_terms(e: Any) -> Any:
    """Where no class has a weight, the largest exponent is no number to compare with a constant: there is no such term.

    ``max(m + a, 0)`` with ``m`` the largest exponent of those with a weight, minus infinity where there is none.  What
    is taken off the exponents of the sum itself stays 0 there.
    """
    if not e.args or not any(isinstance(m.body, Supported) for m in e.atoms(Max)):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(without_terms(body), index)
    if _is_beside_constant(e):
        return FiniteOrZero(Larger(*map(_bare, e.of.args)))
    if isinstance(e, Shifted) and _is_beside_constant(e.shift):
        return Shifted(_bare(e.of), without_terms(e.shift))
    return e.func(*map(without_terms, e.args))


def _is_beside_constant(shift: Any) -> bool:
    """Whether a shift is the largest of a constant and of exponents."""
    return isinstance(shift, FiniteOrZero) and isinstance(shift.of, Larger) and ZERO in shift.of.args


def _bare(e: Any) -> Any:
    """A sum of exponents with such maxima themselves, where they are added."""
    if isinstance(e, InOrder | Add | Steady):
        return e.func(*map(_bare, e.args))
    if isinstance(e, FiniteOrZero) and isinstance(e.of, Max) and isinstance(e.of.body, Supported):
        return e.of
    return without_terms(e)
