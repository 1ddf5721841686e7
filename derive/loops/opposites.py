"""Opposites: a value with the other sign, and values that are the same but for their sign."""

from __future__ import annotations

from derive.loops.ir import Call, Number, Value


def negated(value: Value) -> Value:
    """``-value``: a difference is turned round, and so is one in a product or a quotient."""
    return turned(value) or Call("neg", (value,))


def turned(value: Value) -> Value | None:
    """``-value`` without a minus sign, where there is a way."""
    match value:
        case Number(number) if number:
            return Number(-number)
        case Call("neg", (inner,)):
            return inner
        case Call("sub", (a, b)):
            return Call("sub", (b, a))
        case Call("mul" | "div" as op, (a, b)) if (other := turned(a)) is not None:
            return Call(op, (other, b))
        case Call("mul" | "weighted" as op, (a, b)) if (other := turned(b)) is not None:
            return Call(op, (a, other))
    return None


def are_as_large(one: Value, other: Value) -> bool:
    """Whether two values are the same but for their sign, by how they are written: ``x - y`` and ``y - x``."""
    return other in (one, turned(one)) or one == Call("neg", (other,)) or other == Call("neg", (one,))
