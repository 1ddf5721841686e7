"""A pass over the classes as C: what it reduces to is declared in front of the loop and complete after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.loops.ir import Accumulate, ArgMax, Loop, Name, values_of
from derive.targets.c.layout import indent
from derive.targets.c.names import Kind, Scope
from derive.targets.c.reductions import InLanes, maximised, summed, summed_without

if TYPE_CHECKING:
    from derive.targets.c.statements import Statements

KINDS = {"scalar": Kind.SCALAR, "index": Kind.INDEX}


class Pass:
    """The printing of one loop of a block."""

    def __init__(self, outer: Statements, loop: Loop) -> None:
        self._outer, self._loop, self._real = outer, loop, outer.real
        self._inner = outer.inside(Scope(outer.scope))
        reducing = [s for s in loop.body if isinstance(s, (Accumulate, ArgMax))]
        parts = {s: outer.scope.reserve(f"{s.name}_parts") for s in reducing}
        self._base, self._width, self._lane = (self._inner.scope.reserve(name) for name in ("base", "width", "lane"))
        self._reductions: dict[object, InLanes] = {s: self._reduction(s, name) for s, name in parts.items()}

    def lines(self) -> list[str]:
        opening = [line for r in self._reductions.values() for line in r.opens]
        loop = self._in_lanes() if self._reductions else self._plain()
        return [*opening, *loop, *self._close()]

    def _reduction(self, statement: Accumulate | ArgMax, parts: str) -> InLanes:
        if isinstance(statement, ArgMax):
            is_read = Name(statement.name) in values_of(self._outer.program.body)
            return maximised(statement, self._real, parts, self._base, is_read=is_read)
        whole = summed(statement, self._real, parts)
        if statement.skip is None:
            return whole
        kept = self._inner.scope.reserve(f"{statement.name}_kept")
        skip = self._outer.find(Kind.INDEX, statement.skip, statement)
        return summed_without(whole, self._real, parts, kept, skip, (self._base, self._width))

    def _close(self) -> list[str]:
        """What the pass has made, from here on visible to the statements that follow."""
        types = {"scalar": self._real.name, "index": "size_t"}
        lines: list[str] = []
        for reduction in self._reductions.values():
            before = ""
            for kind, wanted, text in reduction.closes:
                name = self._outer.scope.declare(KINDS[kind], wanted)
                lines.append(f"const {types[kind]} {name} = {text.format(before=before)};")
                before = name
        return lines

    def _plain(self) -> list[str]:
        k = self._inner.scope.declare(Kind.INDEX, self._loop.index)
        return [
            f"for (size_t {k} = 0; {k} < {self._outer.classes_of(self._loop)}; {k}++) {{",
            *indent(self._body()),
            "}",
        ]

    def _in_lanes(self) -> list[str]:
        classes, base, width, lane = self._outer.classes_of(self._loop), self._base, self._width, self._lane
        k = self._inner.scope.declare(Kind.INDEX, self._loop.index)
        found = self._reductions.values()
        carries = [r.carries for r in found if r.carries]
        carried = [f"if (derive_ends_block({base})) {{", *indent(carries), "}"] if carries else []
        return [
            f"for (size_t {base} = 0; {base} < {classes}; {base} += DERIVE_LANES) {{",
            *indent(
                [
                    f"const size_t {width} = derive_lanes_used({classes} - {base});",
                    *(line for r in found for line in r.before),
                    f"for (size_t {lane} = 0; {lane} < {width}; {lane}++) {{",
                    *indent([f"const size_t {k} = {base} + {lane};", *self._body()]),
                    "}",
                    *(line for r in found for line in r.after),
                    *carried,
                ]
            ),
            "}",
        ]

    def _body(self) -> list[str]:
        lines: list[str] = []
        for statement in self._loop.body:
            reduction = self._reductions.get(statement)
            if reduction is None:
                lines += self._inner.lines((statement,))
            else:
                assert isinstance(statement, (Accumulate, ArgMax))
                value = self._inner.expressions.text(statement.value)
                lines.append(reduction.step.format(lane=self._lane, value=value))
        return lines
