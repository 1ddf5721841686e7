"""Conventions: what a user of a kernel has to know of its arithmetic, read off the finished program."""

from __future__ import annotations

from derive.program.ir import Call, Element, Statement, Value, values_of, walk


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
