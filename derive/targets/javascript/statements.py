"""Statements of the loop IR as lines of JavaScript: arrays are flat, the last axis fastest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derive.language.components import Labels, Vector
from derive.loops.ir import (
    LAST_ROW,
    Accumulate,
    AnyStatement,
    ArgMax,
    Element,
    Increase,
    Let,
    Lookup,
    Loop,
    Name,
    Program,
    Slot,
    Store,
)
from derive.targets.base import PrintError
from derive.targets.javascript.expressions import Expressions
from derive.targets.javascript.names import REAL, ROUND, Kind, Scope

INDENT = "  "


def indent(lines: Iterable[str]) -> list[str]:
    return [INDENT + line for line in lines]


def comment(text: str) -> list[str]:
    """A remark in front of a statement; none for an empty text."""
    return [f"// {' '.join(text.split())}"] if text else []


@dataclass(frozen=True)
class Statements:
    """Prints the statements of one block of a program, with the names visible in it."""

    program: Program
    scope: Scope

    def lines(self, body: Sequence[AnyStatement]) -> list[str]:
        """The block, as lines without indentation.  Raises PrintError where one has no meaning."""
        return [line for statement in body for line in self._statement(statement)]

    @property
    def expressions(self) -> Expressions:
        return Expressions(self._atom, self.refuse)

    def find(self, kind: Kind, name: str, node: object) -> str:
        """The identifier of a name that ``node`` uses."""
        found = self.scope.find(kind, name)
        if found is None:
            raise self.refuse(node, f"nothing before it makes the {kind.value} {name!r}")
        return found

    def refuse(self, node: object, why: str = "it is not in the loop IR") -> PrintError:
        return PrintError(
            f"formula {self.program.formula.name!r}, kernel {self.program.name!r}: JavaScript cannot be printed for "
            f"{node!r}: {why}; the pass 'lower' (derive/loops) should not leave it so"
        )

    def _statement(self, statement: AnyStatement) -> list[str]:
        if isinstance(statement, Let):
            value = self.expressions.text(statement.value)
            return [*comment(statement.note), f"const {self.scope.declare(Kind.SCALAR, statement.name)} = {value};"]
        if isinstance(statement, Store | Increase):
            return [*comment(statement.note), self._written(statement)]
        if isinstance(statement, Lookup):
            place = self._entry(statement.labels, statement.indices, statement)
            return [f"const {self.scope.declare(Kind.INDEX, statement.name)} = {place};"]
        if isinstance(statement, Loop):
            return self._loop(statement)
        raise self.refuse(statement)

    def _written(self, statement: Store | Increase) -> str:
        value = self.expressions.text(statement.value)
        if statement.indices:
            place = self._entry(statement.output, statement.indices, statement)
        else:
            place = self.find(Kind.ARRAY, statement.output, statement)
        if isinstance(statement, Increase):
            value = f"{ROUND}({place} + {value})"
        return f"{place} = {value};"

    def _loop(self, loop: Loop) -> list[str]:
        """What the pass reduces to is declared in front of it, and known under its name behind it."""
        inner = Statements(self.program, Scope(self.scope))
        opens: list[str] = []
        body: list[str] = []
        closes: list[str] = []
        made: list[tuple[Kind, str, str]] = []
        k = inner.scope.declare(Kind.INDEX, loop.index)
        for statement in loop.body:
            if isinstance(statement, Accumulate):
                total, parts = self.scope.reserve(statement.name), self.scope.reserve(f"{statement.name}_parts")
                opens += [*comment(statement.note), f"const {parts} = {REAL}.sum();"]
                body += inner._added(statement, parts, k)
                closes.append(f"const {total} = {parts}.total();")
                made.append((Kind.SCALAR, statement.name, total))
            elif isinstance(statement, ArgMax):
                found = [(Kind.SCALAR, statement.name, self.scope.reserve(statement.name))]
                if statement.where is not None:
                    found.append((Kind.INDEX, statement.where, self.scope.reserve(statement.where)))
                starts = ", ".join(
                    f"{name} = {start}" for (_, _, name), start in zip(found, ("-Infinity", "0"), strict=False)
                )
                opens += [*comment(statement.note), f"let {starts};"]
                body += inner._compared(statement, [name for _, _, name in found], k)
                made += found
            else:
                body += inner.lines((statement,))
        for kind, name, identifier in made:
            self.scope.reveal(kind, name, identifier)
        count = self.find(Kind.SIZE, loop.size, loop)
        return [*opens, f"for (let {k} = 0; {k} < {count}; {k}++) {{", *indent(body), "}", *closes]

    def _added(self, statement: Accumulate, parts: str, k: str) -> list[str]:
        line = f"{parts}.add({self.expressions.text(statement.value)});"
        if statement.skip is None:
            return [line]
        return [f"if ({k} !== {self.find(Kind.INDEX, statement.skip, statement)}) {{", INDENT + line, "}"]

    def _compared(self, statement: ArgMax, names: Sequence[str], k: str) -> list[str]:
        value = self.scope.reserve("candidate")
        kept = [f"{name} = {new};" for name, new in zip(names, (value, k), strict=False)]
        return [
            f"const {value} = {self.expressions.text(statement.value)};",
            f"if ({value} > {names[0]}) {{",
            *indent(kept),
            "}",
        ]

    def _atom(self, value: Name | Element | Slot | str) -> str:
        if isinstance(value, str):
            return self.find(Kind.INDEX, value, value)
        if isinstance(value, Name):
            return self.find(Kind.SCALAR, value.name, value)
        if isinstance(value, Slot):
            return self._entry(value.array, value.indices, value)
        matrix = any(o.name == value.array and o.axes == 2 for o in self.program.outputs)
        return self._entry(value.array, (LAST_ROW, value.index) if matrix else (value.index,), value)

    def _entry(self, array: str, indices: Sequence[str], node: object) -> str:
        """Where an entry lies."""
        place = ""
        letters = self._letters(array)
        if len(letters) != len(indices):
            raise self.refuse(node, f"{array!r} has {len(letters)} axes")
        for index, letter in zip(indices, letters, strict=True):
            size = self.find(Kind.SIZE, letter, node)
            name = f"({size} - 1)" if index == LAST_ROW else self.find(Kind.INDEX, index, node)
            inner = f"({place})" if " + " in place else place
            place = f"{inner} * {size} + {name}" if place else name
        return f"{self.find(Kind.ARRAY, array, node)}[{place}]"

    def _letters(self, array: str) -> tuple[str, ...]:
        for output in self.program.outputs:
            if output.name == array:
                return output.shape
        given = next((one for one in self.program.inputs if one.name == array), None)
        return tuple(axis.size.name for axis in given.axes) if isinstance(given, Vector | Labels) else ()
