"""Shift theorems: what happens to a formula when one constant is added to every component of its vector.

``E(x + c) = E(x) + a c`` for every constant ``c``: invariance where ``a = 0``, equivariance where ``a = 1``.
The constant is arbitrary; only afterwards is one chosen (the maximum), so a maximum is never differentiated.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import Expr, Integer, Pow, Symbol, exp

from derive.algebra import Trace, rewrite
from derive.algebra.naming import fold
from derive.algebra.rational import multiply_out, normal
from derive.algebra.records import Derivation, Theorem
from derive.algebra.rules import EXPAND, EXPONENTIALS, FOLD, LOGARITHMS, MAXIMA, SIMPLIFY_EXPONENT, SUMS
from derive.derivations.first import named_formulas
from derive.language.components import Component, Vector
from derive.language.formula import Formula, unfold
from derive.language.nodes import Binder, symbols_of
from derive.language.text import Text

CONSTANT = Symbol("c", real=True)
"""The arbitrary constant by which the engine tries a shift; a theorem is stated with :func:`constant_of`."""

SHIFT_INVARIANCE = Text("Shift invariance", zh="平移不变性")
SHIFT_EQUIVARIANCE = Text("Shift equivariance", zh="平移等变性")


def constant_of(formula: Formula) -> Symbol:
    """The arbitrary constant of a formula's shift theorem: a letter that the formula does not use."""
    taken = {v.name for v in formula.inputs} | {str(formula.over), formula.symbol}
    return Symbol(next(letter for letter in "cabdeh" if letter not in taken), real=True)


def shifted(expression: Any, vector: Vector, by: Any) -> Any:
    """The expression with ``by`` added to every component of the vector."""
    if isinstance(expression, Component):
        return expression + by if expression.vector == vector else expression
    if isinstance(expression, Binder):
        body, index = expression.opened(symbols_of(by))
        return expression.rebuild(shifted(body, vector, by), index)
    if not expression.args:
        return expression
    return expression.func(*[shifted(a, vector, by) for a in expression.args])


def split_exponents(expression: Any) -> Any:
    """Every exponent multiplied out, so that ``(x + c)/T`` shows its two terms."""
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(split_exponents(body), index)
    if not expression.args:
        return expression
    if isinstance(expression, exp):
        return exp(multiply_out(expression.args[0]))
    if isinstance(expression, Pow) and not expression.exp.is_number:
        return Pow(split_exponents(expression.base), multiply_out(expression.exp))
    return expression.func(*[split_exponents(a) for a in expression.args])


@cache
def shift_rate(expression: Expr, vector: Vector) -> Expr | None:
    """The ``a`` of ``E(x + c) = E(x) + a c``, if the engine can prove that there is one."""
    moved = _brief(split_exponents(shifted(expression, vector, CONSTANT)))
    gap = normal(_brief(multiply_out(moved - _brief(split_exponents(expression)))))
    if gap == 0:
        return Integer(0)
    rate = normal(gap / CONSTANT)
    inputs = {CONSTANT, vector}
    return None if rate.free_symbols & inputs else rate


def _brief(expression: Any) -> Any:
    return rewrite((*EXPONENTIALS, *SUMS, *MAXIMA, *LOGARITHMS), expression)


@cache
def shift_theorem(formula: Formula) -> Theorem | None:
    """The formula's own shift theorem with its proof, or ``None`` where it has none."""
    definition = unfold(formula.expression)
    rate = shift_rate(definition, formula.vector)
    if rate is None:
        return None
    constant = constant_of(formula)
    right = named(formula) + rate * constant
    left = shifted(definition, formula.vector, constant)
    trace = Trace(left)
    trace.add(SIMPLIFY_EXPONENT, split_exponents(trace.now))
    trace.apply((*EXPONENTIALS, *SUMS, *MAXIMA))
    if _differ(trace.now, right):
        trace.apply((*EXPONENTIALS, *LOGARITHMS, *SUMS))
    if _differ(trace.now, right):
        trace.add(EXPAND, multiply_out(trace.now)).apply(SUMS)
    trace.add(FOLD, fold(trace.now, (formula, *named_formulas(formula))))
    trace.add(FOLD, right)
    title = SHIFT_INVARIANCE if rate == 0 else SHIFT_EQUIVARIANCE
    return Theorem("shift", title, left, right, "=", Derivation("shift", title, left, tuple(trace.steps)), (constant,))


def named(formula: Formula) -> Any:
    """The formula's value under its own symbol, at its own index."""
    return formula.value if formula.over is None else formula[formula.over]


def _differ(one: Any, other: Any) -> bool:
    return normal(unfold(one) - unfold(other)) != 0
