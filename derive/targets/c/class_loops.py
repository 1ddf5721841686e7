"""A pass over the classes as C: what it reduces to is declared in front of the loop and complete after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.loops.ir import Accumulate, ArgMax, Element, Loop, Name, Value, values_of
from derive.targets.c.layout import indent
from derive.targets.c.names import Kind, Scope
from derive.targets.c.reductions import InLanes, maximised, maximised_in, summed, summed_without

if TYPE_CHECKING:
    from derive.targets.c.statements import Statements

KINDS = {"scalar": Kind.SCALAR, "index": Kind.INDEX}


class Pass:
    """The printing of one loop of a block.

    In lanes an innermost loop is printed twice: for the whole blocks, whose number of lanes a compiler then knows (it
    keeps them in registers), and for the classes that are left.  One with loops in it would gain nothing.
    """

    def __init__(self, outer: Statements, loop: Loop) -> None:
        self._outer, self._loop, self._real = outer, loop, outer.real
        reducing = [s for s in loop.body if isinstance(s, (Accumulate, ArgMax))]
        self._reductions: dict[object, InLanes] = {
            s: self._reduction(s, outer.scope.reserve(f"{s.name}_parts")) for s in reducing
        }

    def lines(self) -> list[str]:
        opening = [line for r in self._reductions.values() for line in r.opens]
        loop = self._in_lanes() if self._reductions else self._plain()
        return [*opening, *loop, *self._close()]

    def _reduction(self, statement: Accumulate | ArgMax, parts: str) -> InLanes:
        if isinstance(statement, ArgMax):
            if statement.where is not None and (held := self._held(statement.value)):
                return maximised_in(held, self._outer.classes_of(self._loop), statement, self._real, parts)
            is_read = Name(statement.name) in values_of(self._outer.program.body)
            return maximised(statement, self._real, parts, is_read=is_read)
        whole = summed(statement, self._real, parts)
        if statement.skip is None:
            return whole
        kept = self._outer.scope.reserve(f"{statement.name}_kept")
        skip = self._outer.find(Kind.INDEX, statement.skip, statement)
        return summed_without(whole, self._real, parts, kept, skip)

    def _held(self, value: Value) -> str:
        """The input of which a value is the element of the class at hand; none if it is computed, or may be NULL."""
        program = self._outer.program
        inputs = {given.name for given in program.inputs if program.default_of(given.name) is None}
        if not isinstance(value, Element) or value.index != self._loop.index or value.array not in inputs:
            return ""
        return self._outer.find(Kind.ARRAY, value.array, value)

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
        inner = self._outer.inside(Scope(self._outer.scope))
        k = inner.scope.declare(Kind.INDEX, self._loop.index)
        return [
            f"for (size_t {k} = 0; {k} < {self._outer.classes_of(self._loop)}; {k}++) {{",
            *indent(self._body(inner)),
            "}",
        ]

    def _in_lanes(self) -> list[str]:
        classes = self._outer.classes_of(self._loop)
        if any(isinstance(inner, Loop) for inner in self._loop.body):
            return self._of_blocks(classes, f"derive_lanes_used({classes} - {{base}})")
        whole, made = self._whole_blocks(classes)
        return [*made, *self._of_blocks(whole), *self._of_the_rest(whole, classes)]

    def _whole_blocks(self, classes: str) -> tuple[str, list[str]]:
        """The identifier of how many of so many classes fill whole blocks, and the line that makes it, once."""
        scope, name = self._outer.scope, f"whole blocks of {classes}"
        known = scope.find(Kind.SIZE, name)
        if known is not None:
            return known, []
        whole = scope.reserve("whole")
        scope.reveal(Kind.SIZE, name, whole)
        return whole, [f"const size_t {whole} = derive_whole_blocks({classes});"]

    def _of_blocks(self, end: str, used: str = "") -> list[str]:
        """The loop over the blocks up to a class; ``used``: how many lanes of a block are, if not all."""
        inner = self._outer.inside(Scope(self._outer.scope))
        base, lane = inner.scope.reserve("base"), inner.scope.reserve("lane")
        width = inner.scope.reserve("width") if used else "DERIVE_LANES"
        k = inner.scope.declare(Kind.INDEX, self._loop.index)
        carries = [r.carries for r in self._reductions.values() if r.carries]
        carried = [f"if (derive_ends_block({base})) {{", *indent(carries), "}"] if carries else []
        looped = [
            f"for (size_t {lane} = 0; {lane} < {width}; {lane}++) {{",
            *indent([f"const size_t {k} = {base} + {lane};", *self._body(inner, base, lane)]),
            "}",
        ]
        counted = [f"const size_t {width} = {used.format(base=base)};"] if used else []
        return [
            f"for (size_t {base} = 0; {base} < {end}; {base} += DERIVE_LANES) {{",
            *indent([*counted, *self._around(looped, base, width), *carried]),
            "}",
        ]

    def _of_the_rest(self, whole: str, classes: str) -> list[str]:
        inner = self._outer.inside(Scope(self._outer.scope))
        lane = inner.scope.reserve("lane")
        k = inner.scope.declare(Kind.INDEX, self._loop.index)
        body = self._body(inner, whole, lane)
        looped = [
            f"for (size_t {k} = {whole}; {k} < {classes}; {k}++) {{",
            *indent([f"const size_t {lane} = {k} - {whole};", *body]),
            "}",
        ]
        return self._around(looped, whole, f"{classes} - {whole}")

    def _around(self, loop: list[str], base: str, width: str) -> list[str]:
        """The loop over the lanes of one block, with what a reduction does in front of it and behind it."""
        found = self._reductions.values()
        return [
            *(line.format(base=base) for r in found for line in r.before),
            *loop,
            *(line.format(base=base, width=width) for r in found for line in r.after),
        ]

    def _body(self, inner: Statements, base: str = "", lane: str = "") -> list[str]:
        lines: list[str] = []
        for statement in self._loop.body:
            reduction = self._reductions.get(statement)
            if reduction is None:
                lines += inner.lines((statement,))
            else:
                assert isinstance(statement, (Accumulate, ArgMax))
                value = inner.expressions.text(statement.value)
                lines.append(reduction.step.format(base=base, lane=lane, value=value))
        return lines
