"""A pass over the classes as C: what it reduces to is declared in front of the loop and complete after it.

Sums are kept in lanes, class k in lane k modulo DERIVE_LANES: many short sums have less rounding error than one
long one, and a compiler may vectorise them without leave to reorder additions.  After every DERIVE_BLOCK classes the
lanes are carried into a total, and what rounding takes from that is kept: the error does not grow with the row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.loops.ir import Accumulate, ArgMax, Element, Loop, Name
from derive.targets.c.layout import comment, indent
from derive.targets.c.names import Kind, Scope

if TYPE_CHECKING:
    from derive.targets.c.statements import Statements


class Pass:
    """The printing of one loop of a block."""

    def __init__(self, outer: Statements, loop: Loop) -> None:
        self._outer, self._loop, self._real = outer, loop, outer.real
        self._inner = outer.inside(Scope(outer.scope))
        self._sums = [s for s in loop.body if isinstance(s, Accumulate)]
        self._best = [s for s in loop.body if isinstance(s, ArgMax)]
        own = outer.scope
        self._parts = {s.name: own.reserve(f"{s.name}_parts") for s in self._sums}
        self._largest = {s.name: own.reserve(s.name) for s in self._best}
        self._where = {s.where: own.reserve(s.where) for s in self._best if s.where is not None}

    def lines(self) -> list[str]:
        opening = [line for s in self._loop.body for line in self._open(s)]
        loop = self._in_lanes() if self._sums else self._plain()
        return [*opening, *loop, *self._close()]

    def _open(self, statement: object) -> list[str]:
        """The declaration of what a statement reduces to; none for the other statements."""
        name, tag, zero = self._real.name, self._real.tag, self._real.literal(0.0)
        if isinstance(statement, Accumulate):
            empty = f"{{{{{zero}}}, {zero}, {zero}}}"
            return [*comment(statement.note), f"derive_{tag}_sum {self._parts[statement.name]} = {empty};"]
        if isinstance(statement, ArgMax):
            declared = [*comment(statement.note), f"{name} {self._largest[statement.name]} = -INFINITY;"]
            return [*declared, f"size_t {self._where[statement.where]} = 0;"] if statement.where else declared
        return []

    def _close(self) -> list[str]:
        """What the pass has made, from here on visible to the statements that follow."""
        scope, real = self._outer.scope, self._real
        for name, identifier in self._largest.items():
            scope.reveal(Kind.SCALAR, name, identifier)
        for where, identifier in self._where.items():
            scope.reveal(Kind.INDEX, where, identifier)
        return [
            f"const {real.name} {scope.declare(Kind.SCALAR, name)} = derive_{real.tag}_total(&{parts});"
            for name, parts in self._parts.items()
        ]

    def _plain(self) -> list[str]:
        k = self._inner.scope.declare(Kind.INDEX, self._loop.index)
        return [f"for (size_t {k} = 0; {k} < {self._outer.classes}; {k}++) {{", *indent(self._body("")), "}"]

    def _in_lanes(self) -> list[str]:
        classes = self._outer.classes
        base, width, lane = (self._inner.scope.reserve(name) for name in ("base", "width", "lane"))
        k = self._inner.scope.declare(Kind.INDEX, self._loop.index)
        return [
            f"for (size_t {base} = 0; {base} < {classes}; {base} += DERIVE_LANES) {{",
            *indent([f"const size_t {width} = derive_lanes_used({classes} - {base});"]),
            *indent([f"for (size_t {lane} = 0; {lane} < {width}; {lane}++) {{"]),
            *indent([f"const size_t {k} = {base} + {lane};", *self._body(lane)], 2),
            *indent(["}", f"if (derive_ends_block({base})) {{"]),
            *indent([f"derive_{self._real.tag}_carry(&{parts});" for parts in self._parts.values()], 2),
            *indent(["}"]),
            "}",
        ]

    def _body(self, lane: str) -> list[str]:
        lines: list[str] = []
        for statement in self._loop.body:
            if isinstance(statement, Accumulate):
                lines += self._add(statement, lane)
            elif isinstance(statement, ArgMax):
                lines += self._compare(statement)
            else:
                lines += self._inner.lines((statement,))
        return lines

    def _add(self, statement: Accumulate, lane: str) -> list[str]:
        """One more summand in a lane; the class to be left out adds 0, chosen without a branch."""
        lines: list[str] = []
        text = self._inner.expressions.text(statement.value)
        if statement.skip is not None:
            if not isinstance(statement.value, Name):
                lines, text = self._named(f"{statement.name}_here", text)
            k, skip = (self._inner.find(Kind.INDEX, i, statement) for i in (self._loop.index, statement.skip))
            text = f"{k} == {skip} ? {self._real.literal(0.0)} : {text}"
        return [*lines, f"{self._parts[statement.name]}.lanes[{lane}] += {text};"]

    def _compare(self, statement: ArgMax) -> list[str]:
        lines: list[str] = []
        largest, text = self._largest[statement.name], self._inner.expressions.text(statement.value)
        if not isinstance(statement.value, (Name, Element)):
            lines, text = self._named(f"{statement.name}_here", text)
        chosen = [f"{largest} = {text};"]
        if statement.where is not None:
            k = self._inner.find(Kind.INDEX, self._loop.index, statement)
            chosen.append(f"{self._where[statement.where]} = {k};")
        return [*lines, f"if ({text} > {largest}) {{", *indent(chosen), "}"]

    def _named(self, wanted: str, text: str) -> tuple[list[str], str]:
        """A value of the present class under a name, and that name."""
        name = self._inner.scope.reserve(wanted)
        return [f"const {self._real.name} {name} = {text};"], name
