"""The side conditions that steps owe, held against numbers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import product

from sympy import oo

from derive.algebra.records import Condition
from derive.language.axes import axis_of
from derive.language.spoken import spoken
from derive.verify.evaluators import terms_of
from derive.verify.inputs import inputs_of
from derive.verify.numbers import OracleError, UndeterminedError
from derive.verify.oracle import Oracle, key_of, reals

TOLERANCE = -100.0
"""log2 of how closely two sides have to be known, relative to their size, to pass for equal.

A gap that is proved not to be 0 is refused, however small; this bound is for gaps that may be 0. It lies far above
the oracle's own error (256 bits), far below any difference that a wrong rule makes."""


MORE = (1024, 4096, 16384)
"""Bits that are tried where those of the oracle do not tell: what cancels in powers of thousands is as long."""


def gap_sign(before: object, after: object, oracle: Oracle) -> int:
    """The sign of ``after - before`` at a point, with more bits where the first do not tell.

    Raises OracleError where a value is not defined or not known.
    """
    try:
        return _gap_sign(before, after, oracle)
    except UndeterminedError:
        for bits in MORE:
            with suppress(UndeterminedError):
                return _gap_sign(before, after, Oracle(oracle.point, reals(oracle.numbers.name, bits)))
        raise


def _gap_sign(before: object, after: object, oracle: Oracle) -> int:
    numbers = oracle.numbers
    one, other = oracle.value(before), oracle.value(after)
    with numbers.working():
        gap = other + -one
    sign = numbers.sign(gap)
    if sign is not None:
        return sign
    width = numbers.size(gap)
    if width >= TOLERANCE:  # a smaller one is small beside any size that counts
        size = max(numbers.size(one), numbers.size(other), 0.0)
        if width >= size + TOLERANCE:
            raise UndeterminedError(f"whether {spoken(before)} and {spoken(after)} are equal is not determined")
    return 0


def holds(condition: Condition, oracle: Oracle) -> bool:
    """Whether a condition holds at a point.  Raises OracleError where it is of an unknown kind or has no value there.

    Indices that the point does not know are those that a rule opened: they run through all classes.
    """
    refuse_unknown(condition)
    found = inputs_of(condition.subject)
    indices = {key_of(i): oracle.size(axis_of(i)) for i in found if getattr(i, "is_integer", False)}
    opened = sorted(key for key in indices if key not in oracle.indices)
    ways = product(*(range(1, indices[key] + 1) for key in opened))
    return all(_CHECKS[condition.kind](condition, oracle, dict(zip(opened, way, strict=True))) for way in ways)


def refuse_unknown(condition: Condition) -> None:
    """Raises OracleError where a condition is of a kind that no check is for."""
    if condition.kind not in _CHECKS:
        raise OracleError(f"the oracle does not know the condition {condition.kind!r}")


Check = Callable[[Condition, Oracle, dict[str, int]], bool]


def _by_sign(*allowed: int) -> Check:
    """A ball around 0 has no sign: it passes for neither side."""

    def check(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
        return oracle.numbers.sign(oracle.value(condition.subject[0], opened)) in allowed

    return check


def _nonnegative(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    value = oracle.value(condition.subject[0], opened)
    return oracle.numbers.sign(value) in (0, 1) or _may_be_zero(value, oracle)


def _is_one(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    total = oracle.value(condition.subject[0], opened)
    with oracle.numbers.working():
        return _may_be_zero(total + -1, oracle)


def _may_be_zero(value: object, oracle: Oracle) -> bool:
    numbers = oracle.numbers
    return numbers.sign(value) in (0, None) and numbers.size(value) <= TOLERANCE


def _places(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> list[int]:
    return [oracle.place(index, opened) for index in condition.subject]


def _in_range(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    places = zip(condition.subject, _places(condition, oracle, opened), strict=True)
    return all(1 <= place <= oracle.size(axis_of(index)) for index, place in places)


def _equal(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    one, other = _places(condition, oracle, opened)
    return one == other


def _distinct(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    return not _equal(condition, oracle, opened)


def _same_value(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    one, other = (oracle.value(subject, opened) for subject in condition.subject)
    with oracle.numbers.working():
        return _may_be_zero(one + -other, oracle)


def _largest(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    (component,) = condition.subject
    values, place = oracle.vectors[component.vector.name], oracle.place(component.index, opened)
    others = [value for k, value in enumerate(values, start=1) if k != place]
    with oracle.numbers.working():
        return all(oracle.numbers.sign(values[place - 1] + -other) == 1 for other in others)


def _attained_once(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    (largest,) = condition.subject
    with oracle.numbers.working():
        values = terms_of(largest)(oracle, {**oracle.indices, **opened})
        above = [sum(oracle.numbers.sign(value + -other) == 1 for other in values) for value in values]
    return len(values) - 1 in above


def _negative_apart(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    value, *indices = condition.subject
    one, other = (oracle.place(index, opened) for index in indices)
    return one == other or oracle.numbers.sign(oracle.value(value, opened)) == -1


def _tends_to(condition: Condition, oracle: Oracle, opened: dict[str, int]) -> bool:
    """To infinity: far out the value is larger than anything that stays bounded."""
    value, variable, to, limit = condition.subject
    far = oracle.far(value, variable, to, opened)
    with oracle.numbers.working():
        return oracle.numbers.sign(far + (-(2**40) if limit == oo else 2**40)) == (1 if limit == oo else -1)


_CHECKS: dict[str, Check] = {
    "positive": _by_sign(1),
    "nonnegative": _nonnegative,
    "nonzero": _by_sign(1, -1),
    "in_range": _in_range,
    "equal": _equal,
    "distinct": _distinct,
    "sums_to_one": _is_one,
    "sums_to": _same_value,
    "largest": _largest,
    "attained_once": _attained_once,
    "negative_apart": _negative_apart,
    "tends_to": _tends_to,
}
