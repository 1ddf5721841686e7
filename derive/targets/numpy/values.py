"""Values where they stand in a kernel: what they are called there, their shape, the arrays that they are made in."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count

from derive.loops.ir import (
    LAST_ROW,
    Call,
    Element,
    Let,
    Name,
    Position,
    Program,
    Same,
    Value,
    children,
    values_of,
    walk,
)
from derive.targets.base import PrintError
from derive.targets.numpy.expressions import Expressions, ufunc_of
from derive.targets.numpy.names import Local, fresh
from derive.targets.numpy.rooms import rooms

DEEPEST = 2
"""Loops in one another: outputs have at most two class axes."""


class Values:
    """What is known at one place of a kernel, and the lines before it.

    vectors, labels, scalars: the names of the inputs -> what they are called; the first vector gives shape and dtype.
    room: how long a line may be.
    """

    def __init__(
        self, program: Program, vectors: dict[str, str], labels: dict[str, str], scalars: dict[str, str], room: int
    ) -> None:
        self.program, self.room = program, room
        self._read = {part.name for value in values_of(program.body) for part in walk(value) if isinstance(part, Name)}
        self.lines: list[str] = []
        self.helpers: set[str] = set()
        self._vectors = vectors
        self._head = next(iter(vectors.values()))
        self._labels = frozenset(labels)
        self._indices = {name: Local(text) for name, text in labels.items()}
        self._scalars = {name: Local(text, array=False) for name, text in scalars.items()}
        self._scalars.setdefault("n", Local(f"{self._head}.dtype.type({self._head}.shape[-1])", array=False))
        self._loops: list[str] = []
        self._taken = {*vectors.values(), *labels.values(), *scalars.values()}
        self._axes = {o.name: o.axes for o in program.outputs}
        self._place = {o.name: self._reserve("result" if o.name == "out" else o.name) for o in program.outputs}
        self._room = {let: self._place[output] for let, output in rooms(program).items()}
        self._occupied: set[str] = set()  # the arrays of results in which something else stands
        self._held: dict[str, str] = {}  # output -> the array that has its values so far
        self._gathered: dict[tuple[str, str], str] = {}  # a vector and a class of the row -> the value there
        self._beside: dict[str, str] = {}  # a sum without one class -> what stands there
        self._finite: dict[str, Let] = {}  # a largest -> what is made of it, and nothing else
        self._own_arrays = set(self._place.values())  # those that nobody else has a view of
        for matrix in [name for name, axes in self._axes.items() if axes == 2]:
            # What a matrix keeps in its last row is an array of its own here.
            self._axes[row_of(matrix)] = 1
            self._place[row_of(matrix)] = fresh("kept", self._taken)

    # --- lines ------------------------------------------------------------------------------------------------
    def _line(self, text: str, note: str = "") -> None:
        if note:
            self.lines.append(f"# {' '.join(note.split())}")
        self.lines.append(text)

    def _compute(self, place: str, value: Value, note: str, fresh: bool) -> None:
        """A value in an array, which is made for it or is there already; step by step where each class has one."""
        steps: list[Value] = []
        inner = value
        while (argument := self._inner(inner)) is not None:
            steps.append(inner)
            inner = argument
        if not fresh:
            # What the array held before is read in one of the first steps: up to there it is one expression.
            while steps and any(place in self._words(a) for s in steps for a in children(s) if a != self._inner(s)):
                inner = steps.pop()
        if fresh:
            copy = self._copied(inner)
            self._line(f"{place} = {self._fitting(inner, len(f'{place} = {copy}'))}{copy}", note)
        else:
            self._line(self._fitting(inner, 0, into=place), note)
        key = f"<{place}>"  # no name of a program looks like this
        self._scalars[key] = Local(place, len(self._loops), self._varies(value))
        for step in reversed(steps):
            self._line(self._fitting(_put(step, inner, Name(key)), 0, into=place))
            inner = step
        del self._scalars[key]

    def _inner(self, value: Value) -> Value | None:
        """The argument of an operation that is an array of its own, so that the result may take its place."""
        if len(self._loops) != 1 or not isinstance(value, Call) or not ufunc_of(value):
            return None
        for argument in value.args:
            if isinstance(argument, Call) and argument.op not in ("neg", "finite_or_zero") and self._is_full(argument):
                return argument
        return None

    def _is_full(self, value: Value) -> bool:
        return self._has_rows(value) and 1 in self._varies(value)

    def _words(self, value: Value) -> set[str]:
        """The identifiers in the text of a value."""
        return set(re.findall(r"\w+", self._expressions.text(value)))

    def _known(self, value: Value) -> Local | None:
        """What already is the value and never changes: a local, or an input at the class of a loop."""
        if isinstance(value, Name):
            return self._find(self._scalars, value.name, value)
        if isinstance(value, Element) and value.index in self._loops and value.array in self._vectors:
            level = self._loops.index(value.index) + 1
            text = self._vectors[value.array] if level == 1 else self._element(value)
            return Local(text, level, frozenset({level}))
        if isinstance(value, Element) and self._axes.get(value.array) == 2 and value.index == self._loops[0]:
            return Local(self._array(value), 1, frozenset({1}))
        return None

    def _copied(self, value: Value) -> str:
        """A bare output is copied: it may be written in place later."""
        return ".copy()" if isinstance(value, Element) and value.index in self._loops else ""

    # --- values -----------------------------------------------------------------------------------------------
    @property
    def _expressions(self) -> Expressions:
        return Expressions(self._head, self._atom, self.helpers.add, self._refuse)

    def _fitting(self, value: Value, taken: int, into: str | None = None) -> str:
        """The text, in a line of which so much is taken; what makes it too long is computed in lines before.

        into: the array that the value is written to; the text is a statement then.
        """
        if not any(isinstance(part, Name | Element | Same | Position) for part in walk(value)):
            return self._expressions.typed(value)

        def spelled(value: Value) -> str:
            return self._expressions.text(value) if into is None else self._expressions.into(value, into)

        text = spelled(value)
        while len(text) + taken > self.room:
            inside = [(len(self._expressions.text(v)), v) for v in walk(value)[1:] if isinstance(v, Call)]
            short = [
                (length, v) for length, v in inside if length + len("part_100 = ") <= self.room and self._is_array(v)
            ]
            if not short:
                return text
            _, part = max(short, key=lambda found: found[0])
            name = self._part()
            self._line(f"{name} = {self._expressions.text(part)}")
            key = f"<{name}>"  # no name of a program looks like this
            self._scalars[key] = Local(name, len(self._loops), self._varies(part), rows=self._has_rows(part))
            value = _put(value, part, Name(key))
            text = spelled(value)
        return text

    def _part(self) -> str:
        """The next name for a piece of a long line."""
        visible = {local.text for local in (*self._scalars.values(), *self._indices.values())} | self._taken
        return next(name for number in count(1) if (name := f"part_{number}") not in visible)

    def _varies(self, value: Value) -> frozenset[int]:
        """The loops, counted from 1, in whose class the value differs."""
        found: frozenset[int] = frozenset()
        for part in walk(value):
            if isinstance(part, Element | Position):
                found |= self._index_varies(part.index)
            elif isinstance(part, Same):
                found |= self._index_varies(part.left) | self._index_varies(part.right)
            elif isinstance(part, Name):
                found |= self._find(self._scalars, part.name, part).varies
        return found

    def _index_varies(self, index: str) -> frozenset[int]:
        if index in self._loops:
            return frozenset({self._loops.index(index) + 1})
        return self._find(self._indices, index, index).varies

    def _is_array(self, value: Value) -> bool:
        return any(
            isinstance(part, Element | Same | Position)
            or (isinstance(part, Name) and self._find(self._scalars, part.name, part).array)
            for part in walk(value)
        )

    def _has_rows(self, value: Value) -> bool:
        return any(
            isinstance(part, Element)
            or (isinstance(part, Position) and part.index not in self._loops)
            or (isinstance(part, Same) and not {part.left, part.right} <= set(self._loops))
            or (isinstance(part, Name) and self._has_row_axes(self._find(self._scalars, part.name, part)))
            for part in walk(value)
        )

    @staticmethod
    def _has_row_axes(local: Local) -> bool:
        return local.array and local.rows

    def _atom(self, atom: Name | Element | str) -> str:
        if isinstance(atom, str):
            return self._index(atom, atom)
        if isinstance(atom, Element):
            return self._element(atom)
        return self._here(self._find(self._scalars, atom.name, atom))

    def _element(self, element: Element) -> str:
        array = self._array(element)
        if element.index not in self._loops:
            index = self._find(self._indices, element.index, element)
            return self._here(replace(index, text=self._gather(array, index)))
        if len(self._loops) == self._loops.index(element.index) + 1 == DEEPEST:
            return f"{array}[..., None, :]"
        return self._here(Local(array, 1))

    def _gather(self, array: str, index: Local) -> str:
        """The value at a class of each row; that of a vector is looked up once."""
        key = (array, index.text)
        if key not in self._gathered:
            self.helpers.add("_at")
            if array not in self._vectors.values() or index.depth or index.varies:
                return f"_at({array}, {index.text})"
            self._gathered[key] = self._reserve(f"{array}_{index.text}")
            self._line(f"{self._gathered[key]} = _at({array}, {index.text})")
        return self._gathered[key]

    def _array(self, element: Element) -> str:
        if element.array in self._vectors:
            return self._vectors[element.array]
        array = row_of(element.array) if self._axes.get(element.array) == 2 else element.array
        if self._axes.get(array) != 1 or array not in self._held:
            raise self._refuse(element, f"nothing before it makes the array {element.array!r}")
        return self._held[array]

    def _index(self, index: str, node: object) -> str:
        """An index array that stands against the classes of the present loop."""
        if index in self._loops:
            classes = f"np.arange({self._head}.shape[-1])"
            return f"{classes}[:, None]" if self._loops.index(index) + 1 < len(self._loops) else classes
        return self._here(self._find(self._indices, index, node))

    def _here(self, local: Local) -> str:
        """A value where it is used: one of fewer loops gets an axis for each loop that it lacks."""
        lacking = max(len(self._loops), 1) - max(local.depth, 1) if local.array else 0
        return f"{local.text}[..., None]" if lacking else local.text

    def _shape(self, depth: int) -> str:
        """The shape of a value that differs in each of so many loops."""
        x = self._head
        return (f"(*{x}.shape[:-1], 1)", f"{x}.shape", f"(*{x}.shape, {x}.shape[-1])")[depth]

    def _find(self, names: dict[str, Local], name: str, node: object) -> Local:
        if name not in names:
            raise self._refuse(node, f"nothing before it makes {name!r}")
        return names[name]

    # --- names ------------------------------------------------------------------------------------------------
    def _made(self, name: str) -> str:
        """The identifier of something that is made here; one that is out of sight may be used again."""
        visible = {local.text for local in (*self._scalars.values(), *self._indices.values())}
        return fresh(name, visible | self._taken)

    def _reserve(self, name: str) -> str:
        made = fresh(name, self._taken)
        self._taken.add(made)
        return made

    def _refuse(self, node: object, why: str = "it is not in the loop IR") -> PrintError:
        formula = self.program.formula
        return PrintError(
            f"{formula.where}: formula {formula.name!r}, kernel {self.program.name!r}: NumPy cannot be printed for "
            f"{node!r}: {why}; the pass 'lower' (derive.loops) should not leave it so"
        )


def row_of(matrix: str) -> str:
    """What the work kept for a matrix is called among the outputs; no name of a program looks like this."""
    return f"{matrix}{LAST_ROW}"


def _put(value: Value, part: Value, name: Name) -> Value:
    """The value with a name for a part of it."""
    if value == part:
        return name
    return Call(value.op, tuple(_put(a, part, name) for a in value.args)) if isinstance(value, Call) else value
