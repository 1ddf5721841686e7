"""What a statement reads and what it makes: the dependencies that the passes respect."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.loops.ir import (
    Accumulate,
    ArgMax,
    Call,
    Element,
    Let,
    Loop,
    Name,
    Position,
    Same,
    Statement,
    Store,
    Value,
    walk,
)


def makes(statement: Statement) -> set[str]:
    """The names that a statement computes (outputs included)."""
    if isinstance(statement, Loop):
        return {name for inner in statement.body for name in makes(inner)}
    if isinstance(statement, Store):
        return {statement.output}
    if isinstance(statement, ArgMax):
        return {statement.name} | ({statement.where} if statement.where else set())
    return {statement.name}


def reads(statement: Statement) -> set[str]:
    """The names that a statement needs, loop variables aside."""
    if isinstance(statement, Loop):
        return {name for inner in statement.body for name in reads(inner)} - {statement.index}
    found = _names(statement.value)
    if isinstance(statement, Accumulate) and statement.skip:
        found.add(statement.skip)
    if isinstance(statement, Store):
        found |= set(statement.indices)
    return found


def _names(value: Value) -> set[str]:
    found: set[str] = set()
    for part in walk(value):
        if isinstance(part, Name):
            found.add(part.name)
        elif isinstance(part, Element):
            found |= {part.array, part.index}
        elif isinstance(part, Position):
            found.add(part.index)
        elif isinstance(part, Same):
            found |= {part.left, part.right}
    return found


def map_values(statement: Statement, change: Callable[[Value], Value]) -> Statement:
    """The statement with every value in it changed."""
    if isinstance(statement, Loop):
        return Loop(statement.index, tuple(map_values(s, change) for s in statement.body))
    if isinstance(statement, Let):
        return Let(statement.name, change(statement.value), statement.note)
    if isinstance(statement, Accumulate):
        return Accumulate(statement.name, change(statement.value), statement.skip, statement.note)
    if isinstance(statement, ArgMax):
        return ArgMax(statement.name, change(statement.value), statement.where, statement.note)
    return Store(statement.output, statement.indices, change(statement.value), statement.note)


def values(statement: Statement) -> list[Value]:
    """The values that a statement computes, nested loops included."""
    if isinstance(statement, Loop):
        return [v for inner in statement.body for v in values(inner)]
    return [statement.value]


def put(value: Value, old: Value, new: Value) -> Value:
    """``new`` wherever ``old`` stands."""
    if value == old:
        return new
    if isinstance(value, Call):
        return with_arguments(value, [put(a, old, new) for a in value.args])
    return value


def with_arguments(call: Call, args: Sequence[Value]) -> Call:
    """The call with these arguments: itself where they are its own, of which much may be known already."""
    return call if all(mine is other for mine, other in zip(call.args, args, strict=True)) else Call(call.op, (*args,))


def rename_index(value: Value, old: str, new: str) -> Value:
    """The value of another class."""
    if isinstance(value, Element):
        return Element(value.array, new) if value.index == old else value
    if isinstance(value, Position):
        return Position(new) if value.index == old else value
    if isinstance(value, Same):
        return Same(*(new if index == old else index for index in (value.left, value.right)))
    if isinstance(value, Call):
        return with_arguments(value, [rename_index(a, old, new) for a in value.args])
    return value
