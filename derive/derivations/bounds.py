"""The choice of the constant in a shift theorem, and the bounds that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Expr, Integer, Pow, Symbol, exp, log

from derive.algebra import Trace, Use
from derive.algebra.rational import normal
from derive.algebra.records import Condition, Derivation, Theorem
from derive.algebra.rules import ATTAINED, CHOICE, LOGARITHMS, MAX_BOUNDS, MONOTONE, SUMS
from derive.derivations.first import free_index
from derive.derivations.shift import named, shift_rate, shift_theorem, shifted
from derive.language.components import Component, Vector
from derive.language.formula import Formula, unfold
from derive.language.nodes import Max, Sum, n, substitute
from derive.language.text import Text

STABLE_FORM = Text("The stable form", zh="数值稳定的形式")
TAKEN_OFF = Text("The maximum taken off", zh="减去最大值")
"""Where an exponent has an offset of its own, which may be as large as it likes."""


def chosen_constant(expression: Expr, vector: Vector) -> Expr | None:
    """The constant to take off every component so that no exponential overflows.

    The largest component where all exponents grow with it, the smallest where all fall; ``None`` where there is
    no exponential of the vector, or where the directions differ or are not known.
    """
    directions = {direction(e, vector) for e in exponents_of(expression, vector)}
    if directions == {1}:
        return extreme(vector, 1)
    if directions == {-1}:
        return extreme(vector, -1)
    return None


def extreme(vector: Vector, sign: int) -> Expr:
    """The largest (``sign = 1``) or the smallest component."""
    k = Symbol("k", integer=True)
    return Max(vector[k], k) if sign == 1 else -Max(-vector[k], k)


def exponents_of(expression: Any, vector: Vector) -> list[Any]:
    """The exponents in which components of the vector stand."""
    return [e for e in exponents(expression) if e.has(Component) and _has(e, vector)]


def exponents(expression: Any) -> list[Any]:
    """What stands in an exponent, over increasing exponentials of a base above 1 (or below: turned round)."""
    found: list[Any] = []
    for node in expression.atoms(exp, Pow):
        if isinstance(node, exp):
            found.append(node.args[0])
        elif not node.exp.is_number:
            found.append(node.exp * log(node.base))
    return found


def direction(exponent: Any, vector: Vector) -> int | None:
    """+1 where an exponent is affine in the components of the vector and grows with each, -1 where it falls."""
    signs = set()
    for component in (c for c in exponent.atoms(Component) if c.vector == vector):
        slope = normal(substitute(exponent, {component: component + 1}) - exponent)
        if _has(slope, vector):
            return None
        signs.add(1 if slope.is_positive else -1 if slope.is_negative else None)
    return signs.pop() if len(signs) == 1 else None


def _has(expression: Any, vector: Vector) -> bool:
    return vector in expression.free_symbols


@dataclass(frozen=True)
class Stable:
    """A formula after the choice of the constant: the theorem, and the bounds that follow."""

    choice: Theorem
    bounds: tuple[Theorem, ...]


@cache
def stable(formula: Formula) -> Stable | None:
    """The choice ``c = max x`` in the formula's shift theorem, and what it bounds."""
    theorem = shift_theorem(formula)
    definition = unfold(formula.expression)
    if theorem is None:
        return None
    constant = chosen_constant(definition, formula.vector)
    if constant is None:
        return None
    rate = shift_rate(definition, formula.vector)
    assert rate is not None
    start = named(formula)
    end = shifted(definition, formula.vector, -constant) + rate * constant
    trace = Trace(start)
    trace.add(CHOICE, end).apply(LOGARITHMS)
    offset = any(not _is_multiple(e, gap) for e, gap in _gaps(end, formula.vector, constant))
    title = TAKEN_OFF if offset else STABLE_FORM
    proof = Derivation("choice", title, start, tuple(trace.steps))
    choice = Theorem("choice", title, start, trace.now, "=", proof)
    return Stable(choice, tuple(_bounds(end, formula, constant)))


def _gaps(expression: Any, vector: Vector, constant: Any) -> list[tuple[Any, Any]]:
    """Each exponent that has a component of the vector, with the gap from that component to the extreme one."""
    found = []
    for exponent in exponents_of(expression, vector):
        outside = exponent.replace(lambda node: node == constant, lambda _: Integer(0))
        components = [c for c in outside.atoms(Component) if c.vector == vector]
        found += [(exponent, component - constant) for component in components]
    return found


def _bounds(expression: Any, formula: Formula, constant: Any) -> list[Theorem]:
    theorems: list[Theorem] = []
    vector, j = formula.vector, free_index(formula)
    for total in sorted(expression.atoms(Sum), key=str):
        body = total.body
        if isinstance(body, exp) or (isinstance(body, Pow) and not body.exp.is_number):
            exponent = total.at(j).args[-1] if isinstance(body, Pow) else total.at(j).args[0]
            if not _is_multiple(exponent, vector[j] - constant):
                continue  # an offset of its own: what the maximum of the vector says nothing about
            theorems += [_exponent_bound(exponent, vector, constant, j), _sum_upper(total), _sum_lower(total)]
    return theorems


def _is_multiple(exponent: Any, gap: Any) -> bool:
    """Whether an exponent is a number or a parameter times the gap to the extreme component."""
    return not normal(exponent / gap).free_symbols & gap.free_symbols


def _exponent_bound(exponent: Any, vector: Vector, constant: Any, j: Symbol) -> Theorem:
    in_range = Condition("in_range", (j,))
    trace = Trace(exponent)
    trace.add(MAX_BOUNDS, Integer(0), [Use(MAX_BOUNDS, vector[j], constant, (in_range,))], relation="<=")
    title = Text("No exponent is positive", zh="指数都不大于 0")
    proof = Derivation("exponents", title, exponent, tuple(trace.steps))
    return Theorem("exponents", title, exponent, Integer(0), "<=", proof)


def _sum_upper(total: Sum) -> Theorem:
    trace = Trace(total)
    k = Symbol("k", integer=True)
    ones = Sum(Integer(1), k)
    trace.add(MONOTONE, ones, relation="<=").apply(SUMS)
    title = Text("The sum is at most n: it cannot overflow", zh="和不超过 n：不会上溢")
    return Theorem("sum_upper", title, total, n, "<=", Derivation("sum_upper", title, total, tuple(trace.steps)))


def _sum_lower(total: Sum) -> Theorem:
    trace = Trace(total)
    trace.add(ATTAINED, Integer(1), relation=">=")
    title = Text(
        "The sum is at least 1: no division by 0, no logarithm of 0", zh="和不小于 1：不会除以 0，也不会对 0 取对数"
    )
    return Theorem(
        "sum_lower", title, total, Integer(1), ">=", Derivation("sum_lower", title, total, tuple(trace.steps))
    )
