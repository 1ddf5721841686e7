"""Statements of the loop IR as NumPy lines: a pass over the classes becomes an operation on the last axis.

What is the same for a row has shape ``(..., 1)``, what differs by class ``(..., n)``; inside a loop in a loop
everything of the outer one gets a last axis of length 1, so that it stands against the classes of the inner one.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.program.ir import Accumulate, ArgMax, Call, Element, Let, Loop, Name, Program, Statement, Store, Value, walk
from derive.targets.base import PrintError
from derive.targets.numpy.expressions import Expressions
from derive.targets.numpy.names import Kind, Names


class Printer:
    """The lines of one kernel, and the helpers that they call."""

    def __init__(self, program: Program, names: Names, head: str) -> None:
        self.program, self.names, self.head = program, names, head
        self.lines: list[str] = []
        self.helpers: set[str] = set()
        self._loops: list[str] = []
        self._depth: dict[str, int] = {}
        self._stores_left = _stores(program.body)

    def print(self) -> list[str]:
        for statement in self.program.body:
            self._statement(statement)
        return self.lines

    # --- statements -------------------------------------------------------------------------------------------
    def _statement(self, statement: Statement) -> None:
        if isinstance(statement, Loop):
            self._loop(statement)
        elif isinstance(statement, Let):
            self._assign(statement.name, self._text(statement.value), statement.note, len(self._loops))
        elif isinstance(statement, Store):
            self._store(statement)
        else:
            raise self._refuse(statement)

    def _loop(self, loop: Loop) -> None:
        if len(self._loops) == 2:
            raise self._refuse(loop)
        self._loops.append(loop.index)
        for statement in loop.body:
            if isinstance(statement, Accumulate):
                self._accumulate(statement)
            elif isinstance(statement, ArgMax):
                self._arg_max(statement)
            else:
                self._statement(statement)
        self._loops.pop()

    def _assign(self, name: str, text: str, note: str, depth: int) -> None:
        self._depth[name] = depth
        self._line(f"{self.names.declare(Kind.SCALAR, name)} = {text}", note)

    def _line(self, text: str, note: str = "") -> None:
        if note:
            self.lines.append(f"# {note}")
        self.lines.append(text)

    def _accumulate(self, statement: Accumulate) -> None:
        terms = self._full(statement.value)
        if statement.skip is not None:
            self.helpers.add("_without")
            terms = f"_without({terms}, {self._index(statement.skip)})"
        keep = ", keepdims=True" if len(self._loops) == 1 else ""
        self._assign(statement.name, f"np.sum({terms}, axis=-1{keep})", statement.note, len(self._loops) - 1)

    def _arg_max(self, statement: ArgMax) -> None:
        values = self._full(statement.value)
        depth = len(self._loops) - 1
        self._depth[statement.name] = depth
        name = self.names.declare(Kind.SCALAR, statement.name)
        if statement.where is None:
            keep = ", keepdims=True" if depth == 0 else ""
            self._line(f"{name} = np.fmax.reduce({values}, axis=-1, initial=-np.inf{keep})", statement.note)
        elif depth == 0:
            self.helpers.add("_largest")
            where = self.names.declare(Kind.INDEX, statement.where)
            self._line(f"{name}, {where} = _largest({values})", statement.note)
        else:
            raise self._refuse(statement)

    def _store(self, statement: Store) -> None:
        self._stores_left.pop(0)
        indices = statement.indices
        if tuple(self._loops) == indices:
            self._line(f"{self._output(statement.output)} = {self._stored(statement)}", statement.note)
        elif len(indices) == 2 and len(set(indices)) == 1 and indices[0] == self._loops[-1]:
            self.helpers.add("_diagonal")
            self._line(
                f"_diagonal({self._output(statement.output)})[...] = {self._text(statement.value)}", statement.note
            )
        elif not self._loops and len(indices) == 1:
            target, index = self._output(statement.output), self._index(indices[0])
            self._line(f"np.put_along_axis({target}, {index}, {self._text(statement.value)}, axis=-1)", statement.note)
        else:
            raise self._refuse(statement)

    def _stored(self, statement: Store) -> str:
        """The whole of an output; an array of its own where it is an input or some of it is written again."""
        value = statement.value
        text = self._full(value, whole=True) if self._loops else self._text(value)
        following = next((s for s in self._stores_left if s.output == statement.output), None)
        rewritten = following is not None and following.indices != statement.indices
        is_new = isinstance(value, Call) and text == self._text(value)
        return text if is_new or not (rewritten or isinstance(value, Element)) else f"{text}.copy()"

    def _output(self, name: str) -> str:
        return self.names.declare(Kind.ARRAY, name)

    # --- values -----------------------------------------------------------------------------------------------
    def _full(self, value: Value, *, whole: bool = False) -> str:
        """A value with an entry for each class of the present loop (``whole``: of every loop)."""
        text = self._text(value)
        if all(self._varies(value, depth) for depth in range(1 if whole else len(self._loops), len(self._loops) + 1)):
            return text
        shape = f"{self.head}.shape" if len(self._loops) == 1 else f"(*{self.head}.shape, {self.head}.shape[-1])"
        return f"np.broadcast_to({text}, {shape})"

    def _varies(self, value: Value, depth: int) -> bool:
        """Whether a value differs by the class of the loop at this depth."""
        return any(
            (isinstance(part, Element) and part.index == self._loops[depth - 1])
            or (isinstance(part, Name) and self._depth.get(part.name) == depth)
            for part in walk(value)
        )

    def _text(self, value: Value) -> str:
        return Expressions(self._atom, self.helpers.add, self._refuse).text(value)

    def _atom(self, atom: Name | Element) -> str:
        if isinstance(atom, Element):
            return self._element(atom)
        name = self.names.find(Kind.SCALAR, atom.name)
        if name is None and atom.name == "n":
            return f"{self.head}.dtype.type({self.head}.shape[-1])"
        if name is None:
            raise self._refuse(atom)
        nested = len(self._loops) == 2 and self._depth.get(atom.name, 2) < 2
        return f"{name}[..., None]" if nested else name

    def _element(self, element: Element) -> str:
        array = self.names.find(Kind.ARRAY, element.array)
        if array is None:
            raise self._refuse(element)
        if element.index not in self._loops:
            self.helpers.add("_at")
            text = f"_at({array}, {self._plain_index(element.index)})"
            return f"{text}[..., None]" if len(self._loops) == 2 else text
        if len(self._loops) == 2:
            return f"{array}[..., None]" if element.index == self._loops[0] else f"{array}[..., None, :]"
        return array

    def _index(self, index: str) -> str:
        """An index array that stands against the present loop's classes."""
        if len(self._loops) == 2:
            if index == self._loops[0]:
                return f"np.arange({self.head}.shape[-1])[:, None]"
            return f"{self._plain_index(index)}[..., None]"
        return self._plain_index(index)

    def _plain_index(self, index: str) -> str:
        found = self.names.find(Kind.INDEX, index)
        if found is None:
            raise self._refuse(index)
        return found

    def _refuse(self, node: object) -> PrintError:
        return PrintError(
            f"{self.program.formula.where}: the NumPy printer cannot print {node!r} of kernel {self.program.name}: "
            f"derive.program.lower should have turned it into the loop IR"
        )


def _stores(statements: Sequence[Statement]) -> list[Store]:
    """Every store, in the order of the text."""
    found: list[Store] = []
    for statement in statements:
        found += (
            _stores(statement.body)
            if isinstance(statement, Loop)
            else [statement]
            if isinstance(statement, Store)
            else []
        )
    return found
