"""Exponents as differences from shifts: where all of one are such, its exponential is never above a bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Add, Integer, Mul, exp

from derive.algebra import is_nonnegative
from derive.language.axes import Pick, axis_of, is_size
from derive.language.nodes import Max
from derive.numerics.forms import FiniteOrZero, InOrder, Larger, Shifted, Steady, Supported

ZERO, ONE = Integer(0), Integer(1)

ROOM = Integer(20)
"""By how much exponents may outgrow a constant beside them before it is scaled down: ``exp(20)`` is far from overflow,
and a logarithm of the sum keeps what is small beside the constant by ``log1p``."""


def pairs_of(exponent: Any) -> tuple[list[tuple[Any, Any, Any]], Any]:
    """The exponent as a sum of ``c (u - m)``, where ``u`` is one of those whose largest is ``m``, and the rest."""
    pairs: list[tuple[Any, Any, Any]] = []
    shifts = sorted({s for s in exponent.atoms(FiniteOrZero) if _coefficient(exponent, s) is not None}, key=str)
    for shift in shifts:
        found = True
        while found:
            coefficient = _coefficient(exponent, shift)
            found = False
            if coefficient is None or not coefficient.is_negative:
                break
            for unit in compared_by(shift, exponent):
                step = min(-coefficient, ONE) if coefficient.is_Integer else -coefficient
                left = exponent - spread(step, unit) + step * shift
                if count(left) == count(exponent) - count(unit) - (1 if coefficient + step == 0 else 0):
                    pairs.append((step, unit, shift))
                    exponent, found = left, True
                    break
                if coefficient.is_Integer and coefficient != -1:
                    left = exponent - spread(-coefficient, unit) - coefficient * shift
                    if count(left) == count(exponent) - count(unit) - 1:
                        pairs.append((-coefficient, unit, shift))
                        exponent, found = left, True
                        break
    return pairs, exponent


def count(expression: Any) -> int:
    return 0 if expression == 0 else len(Add.make_args(expression))


def _coefficient(exponent: Any, shift: Any) -> Any:
    """The number in front of a shift in a sum; ``None`` where it has none."""
    for term in Add.make_args(exponent):
        number, rest = term.as_coeff_Mul()
        if rest == shift:
            return number
    return None


def spread(number: Any, exponent: Any) -> Any:
    """The number times each term: what cancels between two scales has to be met term by term."""
    return Add(*[number * term for term in Add.make_args(exponent)])


def compared_by(shift: Any, exponent: Any) -> Iterable[Any]:
    """The exponents of which a shift is the largest, at the classes that an exponent names."""
    of = shift.of
    if isinstance(of, Max):
        free = {s for s in exponent.free_symbols if s.is_integer and not is_size(s)} | exponent.atoms(Pick)
        indices = sorted((i for i in free if axis_of(i) == of.axis), key=str)
        return [unit for index in indices if (unit := _supported(of.at(index))) is not None]
    if not isinstance(of, Larger):
        return []
    constant = ZERO in of.args
    largest = [a + ROOM if a.as_coeff_Add()[0] == -ROOM else a for a in of.args if a != 0]
    below = [unit for one in largest if isinstance(one, FiniteOrZero) for unit in compared_by(one, exponent)]
    return [*largest, *below, *([ZERO] if constant else [])]


def _supported(exponent: Any) -> Any:
    """The exponent itself, whatever its weight; ``None`` where it has none: it is not among those compared."""
    if not isinstance(exponent, Supported):
        return exponent
    return None if exponent.args[0] == 0 else _supported(exponent.args[1])


def is_paired(exponent: Any) -> bool:
    """Whether an exponent is made of differences from the largest alone: it is on a scale already."""
    return bool(pairs_of(exponent)[1] == 0)


def is_bounded(exponent: Any) -> bool:
    """Whether an exponent is never above 0, or above :data:`ROOM`."""
    _, rest = pairs_of(exponent)
    return bool(rest == 0 or is_nonnegative(-rest) or _negative_terms(rest))


def _negative_terms(rest: Any) -> bool:
    return all(is_nonnegative(-term) for term in Add.make_args(rest))


def power(exponent: Any) -> Any:
    """``exp(exponent)``: one exponential for each pair where all of them are bounded, else one of the whole."""
    if exponent == 0:
        return ONE
    pairs, rest = pairs_of(exponent)
    if rest != 0 and not _negative_terms(rest):
        return exp(in_pairs(exponent))
    return Mul(*[exp(number * Shifted(unit, shift)) for number, unit, shift in pairs], exp(rest))


def in_pairs(exponent: Any) -> Any:
    """The same exponent, the differences of its pairs taken first."""
    pairs, rest = pairs_of(exponent)
    if not pairs:
        return exponent
    terms = [number * Shifted(unit, shift) for number, unit, shift in pairs]
    return Steady(terms[0]) if rest == 0 and len(terms) == 1 else InOrder(*terms, *([] if rest == 0 else [rest]))


def shifted_power(exponent: Any, shift: Any) -> Any:
    return exp(Shifted(in_pairs(exponent), shift))


def common_shift(exponents: list[Any]) -> Any:
    """The largest exponent; beside a constant 0, until the others are :data:`ROOM` above it."""
    others = [exponent for exponent in exponents if exponent != 0]
    if len(others) == len(exponents):
        return FiniteOrZero(Larger(*exponents))
    return FiniteOrZero(Larger(*[exponent - ROOM for exponent in others], ZERO))
