"""Stabilise: take the chosen constant off the vector wherever a shift theorem allows it.

The pass knows no formula.  It asks the engine for ``E(x + c) = E(x) + a c``; where that is proved, ``E(x)`` is
computed as ``E(x - m) + a m`` with ``m`` the largest component, so that no exponential can overflow.  Where an
expression as a whole has no such theorem, its parts are asked.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, Pow, exp

from derive.calculus.bounds import chosen_constant, exponents_of
from derive.calculus.rewriting import rewrite
from derive.calculus.rules import LOGARITHMS, SUMS
from derive.calculus.shift import shift_rate
from derive.language.formula import unfold
from derive.language.nodes import Binder, Component, Vector
from derive.program.balance import balance
from derive.program.nodes import FiniteOrZero, Shifted, Steady


def stabilise(expression: Any, vector: Vector) -> Any:
    """The expression in a form whose exponents do not depend on a common offset of the vector."""
    balanced = balance(rewrite(LOGARITHMS, unfold(expression)))
    return _shift(rewrite((*LOGARITHMS, *SUMS), balanced), vector)


def _shift(expression: Any, vector: Vector) -> Any:
    if not expression.args or vector not in expression.free_symbols:
        return expression
    if isinstance(expression, Steady) and not expression.atoms(Binder):
        return expression
    steady = _as_a_whole(expression, vector)
    if steady is not None:
        return steady
    if isinstance(expression, Binder):
        body, index = expression.open()
        return expression.rebuild(_shift(body, vector), index)
    if isinstance(expression, (Add, Mul)):
        return _shift_parts(expression, vector)
    return expression.func(*[_shift(a, vector) for a in expression.args])


def _as_a_whole(expression: Any, vector: Vector) -> Any:
    """The shifted expression where it has a shift theorem and exponentials to shift; else ``None``."""
    rate = shift_rate(expression, vector)
    constant = chosen_constant(expression, vector) if rate is not None else None
    if rate is None or constant is None:
        return None
    shift = FiniteOrZero(constant)
    return _take_off(expression, vector, shift) + rate * shift


def _shift_parts(expression: Any, vector: Vector) -> Any:
    """A sum or product without a shift theorem: its parts that have one, then what is left, taken together.

    ``log S - x_t + (log S)^2``: the first two terms are shifted as one, so that the gap between them is kept.
    ``log(S) exp(x_j) / S``: the logarithm has a theorem of its own; neither ``exp(x_j)`` nor ``1/S`` has, their
    product does.
    """
    parts = expression.args
    if isinstance(expression, Add):
        rated = [part for part in parts if shift_rate(part, vector) is not None]
        together = _as_a_whole(Add(*rated), vector) if 1 < len(rated) < len(parts) else None
        if together is not None:
            rest = [part for part in parts if part not in rated]
            return together + _shift(Add(*rest), vector)
    done: list[Any] = []
    left: list[Any] = []
    for part in parts:
        steady = (_as_a_whole(part, vector) or _inside_out(part, vector)) if part.args else None
        if steady is None and exponents_of(part, vector):
            left.append(part)
        else:
            done.append(part if steady is None else steady)
    joint = _as_a_whole(expression.func(*left), vector) if 1 < len(left) < len(parts) else None
    return expression.func(*done, *([joint] if joint is not None else [_shift(part, vector) for part in left]))


def _inside_out(part: Any, vector: Vector) -> Any:
    """A power or a function of what has a theorem: it has one too, though no algebra looks into it."""
    if isinstance(part, (Add, Mul, exp, Binder)) or (isinstance(part, Pow) and part.exp.is_Integer):
        return None
    steady = _shift(part, vector)
    return steady if all(e.has(Shifted) for e in exponents_of(steady, vector)) else None


def _take_off(expression: Any, vector: Vector, shift: Any) -> Any:
    if isinstance(expression, Component):
        return Shifted(expression, shift) if expression.vector == vector else expression
    if isinstance(expression, Binder):
        body, index = expression.open()
        return expression.rebuild(_take_off(body, vector, shift), index)
    if not expression.args:
        return expression
    return expression.func(*[_take_off(a, vector, shift) for a in expression.args])
