"""What a formula file writes, as the nodes that the language has for it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Float, Heaviside, Min, Piecewise, Rational

from derive.language.choices import in_own_words
from derive.language.nodes import Binder


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
