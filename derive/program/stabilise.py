"""Stabilise: take the chosen constant off the vector wherever a shift theorem allows it.

The pass knows no formula.  It asks the engine for ``E(x + c) = E(x) + a c``; where that is proved, ``E(x)`` is
computed as ``E(x - m) + a m`` with ``m`` the largest component, so that no exponential can overflow.  Where an
expression as a whole has no such theorem, its parts are asked.
"""

from __future__ import annotations

from typing import Any

from derive.calculus.bounds import chosen_constant
from derive.calculus.rewriting import rewrite
from derive.calculus.rules import LOGARITHMS, SUMS
from derive.calculus.shift import shift_rate
from derive.language.formula import unfold
from derive.language.nodes import Binder, Component, Vector
from derive.program.nodes import FiniteOrZero, Shifted


def stabilise(expression: Any, vector: Vector) -> Any:
    """The expression in a form whose exponents do not depend on a common offset of the vector."""
    return _shift(rewrite((*LOGARITHMS, *SUMS), unfold(expression)), vector)


def _shift(expression: Any, vector: Vector) -> Any:
    if not expression.args or vector not in expression.free_symbols:
        return expression
    rate = shift_rate(expression, vector)
    constant = chosen_constant(expression, vector) if rate is not None else None
    if rate is not None and constant is not None:
        shift = FiniteOrZero(constant)
        return _take_off(expression, vector, shift) + rate * shift
    if isinstance(expression, Binder):
        body, index = expression.open()
        return expression.rebuild(_shift(body, vector), index)
    return expression.func(*[_shift(a, vector) for a in expression.args])


def _take_off(expression: Any, vector: Vector, shift: Any) -> Any:
    if isinstance(expression, Component):
        return Shifted(expression, shift) if expression.vector == vector else expression
    if isinstance(expression, Binder):
        body, index = expression.open()
        return expression.rebuild(_take_off(body, vector, shift), index)
    if not expression.args:
        return expression
    return expression.func(*[_take_off(a, vector, shift) for a in expression.args])
