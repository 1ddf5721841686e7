"""Floats in a formula as the exact numbers that they stand for."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Float, Rational

from derive.language.nodes import substitute


def exact(expression: Any) -> Any:
    """The expression with a fraction for each float: the decimal number that Python prints for it (0.1 is 1/10).

    So what is written is what is meant, and the float nearest to the fraction is the one that was given.
    """
    floats = expression.atoms(Float)
    return substitute(expression, {number: _fraction(number) for number in floats}) if floats else expression


def _fraction(number: Float) -> Rational:
    found = Fraction(repr(float(number)))
    return Rational(found.numerator, found.denominator)
