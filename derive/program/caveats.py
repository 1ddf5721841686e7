"""Caveats and conventions: what a user of a kernel has to know of its arithmetic, read off the finished program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Pow, Symbol, exp

from derive.calculus.signs import is_nonnegative
from derive.language.nodes import Binder, Component
from derive.language.plain import plain
from derive.program.ir import Call, Element, Statement, Value, values_of, walk
from derive.program.nodes import FiniteOrZero, Shifted, Steady

LETTERS = "klmp"


def caveats(expressions: Iterable[Any]) -> tuple[str, ...]:
    """What may go wrong: exponentials that neither a shift theorem nor a balance keeps in range."""
    found = {text for e in expressions for text in _unguarded(e, 0)}
    if not found:
        return ()
    listed = ", ".join(sorted(found))
    return (
        f"Exponentials are taken as written: {listed}. Where one overflows (beyond 3.4e38 in float32, 1.8e308 in "
        f"float64) it is inf, and the result may be inf or NaN although its true value is not.",
    )


def _unguarded(expression: Any, depth: int) -> list[str]:
    """The exponentials of components that are neither shifted nor balanced, as text."""
    if isinstance(expression, (Steady, Shifted)):
        return []
    if isinstance(expression, Binder):
        return _unguarded(expression.at(Symbol(LETTERS[depth % len(LETTERS)], integer=True)), depth + 1)
    inside = [text for part in expression.args for text in _unguarded(part, depth)]
    if not (isinstance(expression, exp) or (isinstance(expression, Pow) and not expression.base.has(Component))):
        return inside
    exponent = expression.args[-1]
    if not exponent.has(Component) or exponent.has(Shifted, FiniteOrZero) or is_nonnegative(-exponent):
        return inside
    return [plain(expression)]


def conventions(body: tuple[Statement, ...]) -> tuple[str, ...]:
    """What holds at the edges: where a weight is 0, where a component of 0 has a logarithm taken or divides."""
    calls = [part for part in values_of(body) if isinstance(part, Call)]
    weighted = any(call.op == "weighted" for call in calls)
    logs = any(call.op == "log" and _has_element(call) for call in calls)
    quotients = any(call.op == "div" and _has_element(call.args[1]) for call in calls)
    ieee = ["log(0) is -inf"] * logs + ["a component of 0 that divides gives inf, or NaN for 0/0"] * quotients
    zero = "A term with a weight of 0 is 0, whatever its other factor: 0 log 0 = 0."
    rest = f"By IEEE arithmetic {' and '.join(ieee)}."
    return (zero,) * weighted + (rest,) * bool(ieee)


def _has_element(value: Value) -> bool:
    return any(isinstance(part, Element) for part in walk(value))
