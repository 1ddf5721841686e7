"""Scales: whatever stands in an exponent is taken off as a common factor before an exponential is formed.

    sum_k c_k exp(a_k) + c_0  =  exp(m) (sum_k c_k exp(a_k - m) + c_0 exp(-m))        for every m

The pass knows no formula and asks for no theorem.  Every expression is written as ``exp(s) v``: products add the scales
``s`` of their factors and quotients subtract them, so that a quotient of sums that share an ``m`` has none left; a
logarithm gives ``s + log(v)``.  For a sum over the classes ``m`` is the largest exponent; where a constant stands
beside exponentials it is 0, until they outgrow the constant by far.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sympy import Abs, Add, KroneckerDelta, Mul, Pow, exp, expand_mul, log, sign

from derive.algebra import is_nonnegative, is_positive
from derive.language.axes import Pick
from derive.language.components import CACHED, Component
from derive.language.inputs import Label
from derive.language.nodes import Binder, Max, Sum
from derive.numerics.exponents.exposed import is_power_of_number
from derive.numerics.exponents.gathered import gathered
from derive.numerics.exponents.logarithms import logarithm
from derive.numerics.exponents.pairs import (
    ONE,
    ZERO,
    common_shift,
    in_pairs,
    is_bounded,
    is_paired,
    power,
    shifted_power,
    spread,
)
from derive.numerics.exponents.scaled import Scaled
from derive.numerics.forms import (
    Centred,
    Expm1,
    FiniteOrZero,
    Larger,
    Shifted,
    Steady,
    SumExcept,
    Supported,
    Weighted,
)


def scale(expression: Any) -> Any:
    """The expression with every exponential on a scale on which it cannot overflow."""
    return gathered(_plain(_scaled(expression, False)))


def _plain(scaled: Scaled) -> Any:
    return Mul(power(scaled.exponent), scaled.value)


@lru_cache(maxsize=CACHED)
def _scaled(e: Any, divides: bool, below: tuple[Any, ...] = ()) -> Scaled:
    """The expression on a scale.

    divides: the value is one to divide by, or to take a logarithm of: it must not vanish by underflow either.
    below:   sums that it is divided by, on their scales, whose largest exponent is sought among those with a weight.
    """
    if not has_exponential(e) or isinstance(e, (Steady, Shifted)):
        return Scaled(ZERO, e)
    if isinstance(e, exp):
        return Scaled(scale(e.args[0]), ONE)
    if is_power_of_number(e):
        return Scaled(scale(e.exp) * log(e.base), ONE)
    if isinstance(e, Mul):
        below = (*below, *_supported_below(e))
        return _times([_scaled(a, divides, below) for a in e.args])
    if isinstance(e, Pow) and not has_exponential(e.exp):
        return _power(e, divides, below)
    if isinstance(e, Add):
        return _add([_scaled(a, divides, below) for a in e.args], divides)
    if isinstance(e, Sum):
        return _sum(e, divides, below)
    if isinstance(e, Centred):
        return _centred(*[_scaled(a, divides) for a in e.args])
    if isinstance(e, log):
        return Scaled(ZERO, logarithm(_scaled(e.args[0], True)))
    if isinstance(e, Binder):
        body, index = e.opened()
        return Scaled(ZERO, e.rebuild(scale(body), index))
    return Scaled(ZERO, e.func(*[scale(a) for a in e.args]))


@lru_cache(maxsize=CACHED)
def has_exponential(e: Any) -> bool:
    """Whether an exponential of an input stands in the expression, on no scale yet."""
    if isinstance(e, (Steady, Shifted, Component)) or not e.args or e.is_number:
        return False
    return isinstance(e, exp) or is_power_of_number(e) or any(map(has_exponential, e.args))


def _times(parts: list[Scaled]) -> Scaled:
    return Scaled(Add(*[p.exponent for p in parts]), Mul(*[p.value for p in parts]))


def _supported_below(product: Any) -> Iterable[Any]:
    """The sums in the denominator of a product on whose scale only what has a weight is compared."""
    for factor in product.args:
        if isinstance(factor, Pow) and not is_nonnegative(factor.exp) and isinstance(factor.base, Sum):
            total = _scaled(factor.base, True).value
            if isinstance(total, Sum) and isinstance(total.body, Weighted):
                yield total


def _power(e: Any, divides: bool, below: tuple[Any, ...]) -> Scaled:
    base = _scaled(e.base, divides or not is_nonnegative(e.exp), below)
    if e.exp.is_number:
        return Scaled(spread(e.exp, base.exponent), base.value**e.exp)
    if base.exponent != 0 and is_positive(base.value):
        whole, rest = e.exp.as_coeff_Add()
        if whole.is_Integer and whole != 0:  # what is a whole power meets the factors around it
            return _times([_scaled(e.base**part, divides) for part in (rest, whole)])
        return Scaled(e.exp * Steady(in_pairs(base.exponent)), base.value**e.exp)
    return Scaled(ZERO, _plain(base) ** e.exp)


def _sum(total: Any, divides: bool, below: tuple[Any, ...]) -> Scaled:
    body, index = total.open()
    inside = _scaled(body, divides)
    terms = Add.make_args(inside.exponent)
    moving = Add(*[t for t in terms if index in t.free_symbols])
    fixed = inside.exponent - moving
    if moving == 0:
        return Scaled(fixed, total.rebuild(inside.value, index))
    if not divides and is_paired(moving):
        return Scaled(fixed, total.rebuild(Mul(power(moving), inside.value), index))
    if not divides and is_paired(inside.exponent):  # with what is the same for all terms
        return Scaled(ZERO, total.rebuild(Mul(power(inside.exponent), inside.value), index))
    weight = inside.value
    for given, term in (one.at(index).args for one in below if one.axis == total.axis):
        if term.args[0].of == moving and set(Mul.make_args(given)) <= set(Mul.make_args(weight)):
            return Scaled(fixed + term.args[0].shift, total.rebuild(weight / given * Weighted(given, term), index))
    vanishing = divides and not is_positive(weight) and not weight.is_number
    kept = Supported(weight, moving) if vanishing else moving
    if isinstance(total, SumExcept) and isinstance(total.skip, Label | Pick):
        kept = Supported(ONE - KroneckerDelta(index, total.skip), kept)
    shift = FiniteOrZero(Max(kept, index))
    term = exp(Shifted(moving, shift))
    return Scaled(fixed + shift, total.rebuild(Weighted(weight, term) if vanishing else weight * term, index))


def _add(parts: list[Scaled], divides: bool) -> Scaled:
    groups: dict[Any, list[Any]] = {}
    for part in parts:
        groups.setdefault(part.exponent, []).append(part.value)
    terms = [(exponent, Add(*values)) for exponent, values in groups.items()]
    terms = sorted([(a, v) for a, v in terms if v != 0], key=str)
    if not terms:
        return Scaled(ZERO, ZERO)
    if len(terms) == 1:
        return Scaled(*terms[0])
    constant = any(exponent == 0 and is_positive(value) for exponent, value in terms)
    settled = all(is_paired(exponent) for exponent, _ in terms) and (constant or not divides)
    if settled or (constant and all(is_bounded(exponent) for exponent, _ in terms)):
        return Scaled(ZERO, Add(*[Mul(power(exponent), value) for exponent, value in terms]), tuple(terms))
    if len(terms) == 2 and terms[0][1] == -terms[1][1]:
        return _difference(terms)
    shift = common_shift([exponent for exponent, _ in terms])
    value = Add(*[Mul(shifted_power(exponent, shift), value) for exponent, value in terms])
    return Scaled(shift, value, tuple(terms))


def _difference(terms: list[tuple[Any, Any]]) -> Scaled:
    """``v exp(a) - v exp(b) = sign(a - b) v exp(m) (1 - exp(-|a - b|))`` with m the larger: however near a is to b."""
    (a, value), (b, _) = terms
    gap = expand_mul(a - b)
    if is_nonnegative(gap):
        return Scaled(a, -Mul(value, Expm1(-gap)))
    if is_nonnegative(-gap):
        return Scaled(b, Mul(value, Expm1(gap)))
    shift, gap = common_shift([a, b]), Steady(in_pairs(gap))
    left = Mul(sign(gap), value, shifted_power(Larger(a, b), shift), -Expm1(-Abs(gap)))
    return Scaled(shift, left)


def _centred(of: Scaled, constant: Scaled) -> Scaled:
    if of.exponent == constant.exponent:
        return Scaled(of.exponent, Centred(of.value, constant.value))
    shift = FiniteOrZero(Larger(of.exponent, constant.exponent))
    values = [Mul(shifted_power(s.exponent, shift), s.value) for s in (of, constant)]
    return Scaled(shift, Centred(*values))
