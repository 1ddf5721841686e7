"""Cases apart: a value that is chosen for each class, as what can be chosen, each with a weight of 1 or 0.

    where(c, u, v) = [c] u + [not c] v          larger(u, v) = [u > v] u + [u < v] v

A share in a case depends on all classes: its derivative stands inside the case, where no sum over the classes reaches
it.  A weight of a class is a factor like any other, and has the derivative 0.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Integer, Rational, exp
from sympy import Max as LargestOf

from derive.language.choices import Compare
from derive.language.nodes import Binder, in_parts

ZERO, HALF, ONE = Integer(0), Rational(1, 2), Integer(1)


def cases_apart(e: Any) -> Any:
    """The expression with every case that holds a reduction of the row written so."""
    if not e.args or not e.atoms(Compare, LargestOf):
        return e
    e = in_parts(cases_apart, e)
    if isinstance(e, Compare) and any(value.atoms(Binder) for value in e.values):
        return _weighed(e)
    if isinstance(e, LargestOf) and e.atoms(Binder):
        return _largest(e)
    return e


def masks_apart(e: Any) -> Any:
    """The expression with every exponential that a case leaves out as one with a weight, which a scale can ask for."""
    if not e.args or not e.atoms(Compare):
        return e
    e = in_parts(masks_apart, e)
    left = [value for value in dict.fromkeys(e.values) if value != 0] if isinstance(e, Compare) else []
    return _weighed(e) if len(left) == 1 and ZERO in e.values and left[0].has(exp) else e


def _weighed(cases: Compare) -> Any:
    values = [value for value in dict.fromkeys(cases.values) if value != 0]
    return Add(*[Compare(*cases.sides, *(Integer(v == value) for v in cases.values)) * value for value in values])


def _largest(e: Any) -> Any:
    """By comparisons; where two are equal the slope is the mean of theirs, beside a constant that of the constant."""
    first, *rest = e.args
    for value in rest:
        at = ZERO if first.is_number else HALF
        first = Compare(value, first, ZERO, at, ONE) * value + Compare(value, first, ONE, ONE - at, ZERO) * first
    return first


def is_indicator(e: Any) -> bool:
    """Whether it is such a weight."""
    return isinstance(e, Compare) and set(e.values) <= {ZERO, HALF, ONE}
