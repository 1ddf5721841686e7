"""Number: where several values want one name they count up from it, in the order in which they are made."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from derive.loops.ir import (
    Accumulate,
    AnyStatement,
    ArgMax,
    Call,
    Element,
    Let,
    Lookup,
    Loop,
    Name,
    Position,
    Same,
    Slot,
    Value,
)

Renaming = dict[str, str]


def number(statements: tuple[Any, ...], fixed: set[str]) -> tuple[Any, ...]:
    """The statements with ``scale, scale_3`` as ``scale, scale_2``; the names in ``fixed`` stay."""
    names: Renaming = {}
    for name in _made(statements):
        if name not in fixed and name not in names:
            names[name] = _next(re.sub(r"_\d+$", "", name), fixed | set(names.values()))
    return tuple(_renamed(s, names) for s in statements)


def _next(base: str, taken: set[str]) -> str:
    found, count = base, 1
    while found in taken:
        count += 1
        found = f"{base}_{count}"
    return found


def _made(statements: tuple[AnyStatement, ...]) -> list[str]:
    """The names that statements make, in order; loop variables keep theirs."""
    found: list[str] = []
    for statement in statements:
        if isinstance(statement, Loop):
            found += _made(statement.body)
        elif isinstance(statement, ArgMax):
            found += [statement.name, *([statement.where] if statement.where else [])]
        elif isinstance(statement, Let | Accumulate | Lookup):
            found.append(statement.name)
    return found


def _renamed(statement: AnyStatement, names: Renaming) -> AnyStatement:
    def new(name: str) -> str:
        return names.get(name, name)

    if isinstance(statement, Loop):
        body: tuple[Any, ...] = tuple(_renamed(s, names) for s in statement.body)
        return replace(statement, body=body)
    if isinstance(statement, Lookup):
        return Lookup(new(statement.name), statement.labels, tuple(map(new, statement.indices)))
    value = _renamed_value(statement.value, names)
    if isinstance(statement, Let):
        return Let(new(statement.name), value, statement.note)
    if isinstance(statement, Accumulate):
        return Accumulate(new(statement.name), value, new(statement.skip) if statement.skip else None, statement.note)
    if isinstance(statement, ArgMax):
        return ArgMax(new(statement.name), value, new(statement.where) if statement.where else None, statement.note)
    return replace(statement, indices=tuple(map(new, statement.indices)), value=value)


def _renamed_value(value: Value, names: Renaming) -> Value:
    if isinstance(value, Name):
        return Name(names.get(value.name, value.name))
    if isinstance(value, Element):
        return Element(value.array, names.get(value.index, value.index))
    if isinstance(value, Slot):
        return Slot(value.array, tuple(names.get(index, index) for index in value.indices))
    if isinstance(value, Position):
        return Position(names.get(value.index, value.index))
    if isinstance(value, Same):
        return Same(names.get(value.left, value.left), names.get(value.right, value.right))
    if isinstance(value, Call):
        return Call(value.op, tuple(_renamed_value(a, names) for a in value.args))
    return value
