"""Logarithms of what is on a scale: the scale itself, and a logarithm that keeps what is small beside 1."""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, Pow, exp, log

from derive.algebra import is_nonnegative, is_positive
from derive.language.nodes import Max, Sum, TopIndex
from derive.numerics.exponents.pairs import ONE, ZERO, in_pairs, power, shifted_power
from derive.numerics.exponents.scaled import Scaled
from derive.numerics.forms import Expm1, FiniteOrZero, InOrder, Larger, Log1p, Shifted, Smaller, SumExcept


def logarithm(scaled: Scaled) -> Any:
    """``exponent + log(value)``; what is small beside the largest of positive terms is kept by ``log1p``."""
    number, value = scaled.value.as_coeff_Mul()
    if len(scaled.terms) >= 2 and all(is_nonnegative(v) for _, v in scaled.terms):
        beside = _log_beside_one(scaled) or _log_beside_constant(scaled) or _log_of_two(scaled)
        if beside is not None:
            return beside
    if number.is_positive and number != 1 and not value.is_number:
        return scaled.exponent + log(number) + log_of_product(value)
    return scaled.exponent + log_of_product(scaled.value)


def log_of_product(value: Any) -> Any:
    """Factors that are known to be positive each have a logarithm of their own."""
    if isinstance(value, Pow) and value.exp.is_number and is_positive(value.base):
        return value.exp * log_of_product(value.base)
    if not isinstance(value, Mul):
        return log(value)
    known = [f for f in value.args if is_positive(f)]
    rest = [f for f in value.args if f not in known]
    return Add(*map(log_of_product, known), *([log(Mul(*rest))] if rest else []))


def _log_beside_one(scaled: Scaled) -> Any:
    """``log(1 + sum_k exp(a_k))``: whichever is larger, 1 or the largest term, and beside it all the others."""
    others = [(exponent, value) for exponent, value in scaled.terms if exponent != 0]
    if len(others) != 1 or (ZERO, ONE) not in scaled.terms:
        return None
    exponent, total = others[0]
    if type(total) is not Sum or not isinstance(total.body, exp):
        return None
    body, index = total.open()
    shifts = [s.shift for s in body.atoms(Shifted) if isinstance(s.shift, FiniteOrZero) and isinstance(s.shift.of, Max)]
    if len(shifts) != 1 or exponent != shifts[0]:
        return None
    shift = FiniteOrZero(Larger(exponent, ZERO))
    tail = SumExcept(body, index, TopIndex(shifts[0].of))
    largest, smallest = (Shifted(of(exponent, ZERO), shift) for of in (Larger, Smaller))
    return shift + Log1p(InOrder(Expm1(largest), exp(smallest), exp(Shifted(exponent, shift)) * tail))


def _log_beside_constant(scaled: Scaled) -> Any:
    """``log(c + r) = log(c) + log1p(r / c)``, on the scale of the sum."""
    constants = [value for exponent, value in scaled.terms if exponent == 0]
    if not constants or not is_positive(constants[0]):
        return None
    constant, shift = constants[0], scaled.exponent
    others = [(exponent, value / constant) for exponent, value in scaled.terms if exponent != 0]
    if shift == 0:
        rest = Add(*[Mul(power(exponent), value) for exponent, value in others])
    else:
        rest = Expm1(-shift) + Add(*[Mul(shifted_power(exponent, shift), value) for exponent, value in others])
    return shift + log(constant) + Log1p(rest)


def _log_of_two(scaled: Scaled) -> Any:
    """``log(exp(a) + exp(b))``: the smaller beside the larger."""
    if len(scaled.terms) != 2 or scaled.exponent == 0:
        return None
    (a, one), (b, other) = scaled.terms
    if one != other or not is_positive(one):
        return None
    a, b, shift = in_pairs(a), in_pairs(b), scaled.exponent
    rest = InOrder(Expm1(Shifted(Larger(a, b), shift)), exp(Shifted(Smaller(a, b), shift)))
    return shift + (log(one) if one != 1 else ZERO) + Log1p(rest)
