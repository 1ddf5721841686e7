"""A program of loops as text, as one reads it aloud: not the code of any target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from derive.loops.ir import (
    LAST_ROW,
    Accumulate,
    AnyStatement,
    ArgMax,
    Call,
    Element,
    Increase,
    Let,
    Lookup,
    Loop,
    Name,
    Number,
    Position,
    Program,
    Same,
    Slot,
    Statement,
    Store,
    Value,
)

_SIGNS = {"add": ("+", 1), "sub": ("-", 1), "mul": ("*", 2), "div": ("/", 2)}
"""Operations between two values, and how tightly each binds."""

_UNARY = 3


def program_text(program: Program) -> str:
    """The statements of a program, one a line; the body of a loop is indented."""
    inputs = ", ".join(one.name for one in program.inputs)
    outputs = ", ".join(output.name for output in program.outputs)
    return "\n".join([f"{program.name}({inputs}) -> {outputs}", *_lines(program.body, "  ")]) + "\n"


def passes_text(stages: Iterable[tuple[str, Program]]) -> str:
    """The program after each pass; of a pass that left it as it was, that alone."""
    parts: list[str] = []
    before = ""
    for name, program in stages:
        now = program_text(program)
        parts.append(f"after {name}: " + ("the same\n" if now == before else now))
        before = now
    return "\n".join(parts)


def _lines(body: Iterable[Statement], margin: str) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, Loop):
            along = "over the classes" if statement.size == "n" else f"up to {statement.size}"
            yield f"{margin}for {statement.index} {along}:"
            yield from _lines(statement.body, margin + "  ")
        else:
            yield margin + _line(statement)


def _line(statement: AnyStatement) -> str:
    value = "" if isinstance(statement, Loop | Lookup) else _value(statement.value)
    match statement:
        case Let(name):
            return f"let {name} = {value}"
        case Accumulate(name, skip=None):
            return f"sum {name} += {value}"
        case Accumulate(name, skip=skip):
            return f"sum {name} += {value}, except at {skip}"
        case ArgMax(name, where=None):
            return f"max {name} = largest {value}"
        case ArgMax(name, where=where):
            return f"max {name} = largest {value}, found at {where}"
        case Store(output, indices):
            return f"store {output}{_at(*indices)} = {value}"
        case Increase(output, indices):
            return f"store {output}{_at(*indices)} += {value}"
        case Lookup(name, labels, indices):
            return f"let {name} = {labels}{_at(*indices)}"
    raise TypeError(f"no statement of a program: {statement!r}")


def _at(*indices: str) -> str:
    return f"[{', '.join('last row' if index == LAST_ROW else index for index in indices)}]" if indices else ""


def _value(value: Value, level: int = 0) -> str:
    match value:
        case Number(Fraction() as number):
            return _wrapped(str(number), number < 0 or number.denominator > 1, level)
        case Number(number):
            return _wrapped(repr(number), number < 0, level)
        case Name(name):
            return name
        case Element(array, index):
            return f"{array}{_at(index)}"
        case Slot(array, indices):
            return f"{array}{_at(*indices)}"
        case Position(index):
            return index
        case Same(left, right):
            return f"[{left} = {right}]"
        case Call("neg", (inner,)):
            return _wrapped(f"-{_value(inner, _UNARY)}", True, level)
        case Call(op, (left, right)) if op in _SIGNS:
            sign, binds = _SIGNS[op]
            text = f"{_value(left, binds)} {sign} {_value(right, binds + (op in ('sub', 'div')))}"
            return f"({text})" if level > binds else text
        case Call(op, args):
            return f"{op}({', '.join(map(_value, args))})"


def _wrapped(text: str, wrap: bool, level: int) -> str:
    return f"({text})" if wrap and level else text
