"""What a formula file writes, as the nodes that the language has for it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Float, Heaviside, Min, Piecewise, Rational, SympifyError, sympify

from derive.language.choices import in_own_words
from derive.language.errors import FormulaError
from derive.language.nodes import Binder


def written(given: Any) -> Any:
    """What a formula file gives where mathematics belongs.  Raises FormulaError where it is something else."""
    try:
        return read(sympify(given, strict=True))
    except (SympifyError, AttributeError) as error:
        raise FormulaError(f"{given!r} is no expression: write mathematics, such as Sum(x[k], k)") from error


def read(expression: Any) -> Any:
    """The expression with a fraction for each float, and :class:`Compare` and ``larger`` for SymPy's other words.

    A float stands for the decimal number that Python prints for it (0.1 is 1/10), so what is written is what is meant,
    and the float nearest to the fraction is the one that was given.
    """
    return _read(expression) if expression.has(Float, Piecewise, Min, Heaviside) else expression


def _read(node: Any) -> Any:
    if isinstance(node, Float):
        found = Fraction(repr(float(node)))
        return Rational(found.numerator, found.denominator)
    if isinstance(node, Binder):
        body, index = node.opened()
        return node.rebuild(_read(body), index)
    if not node.args:
        return node
    return in_own_words(node.func(*map(_read, node.args)))
