"""Statements of the loop IR as NumPy lines: a pass over the classes becomes an operation on the last axis.

What is the same for a row has shape ``(..., 1)``, what differs by class ``(..., n)``; inside a loop in a loop
everything of the outer one gets a last axis of length 1, so that it stands against the classes of the inner one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from derive.loops.ir import (
    LAST_ROW,
    Accumulate,
    ArgMax,
    Call,
    Element,
    Let,
    Loop,
    Name,
    Position,
    Program,
    Same,
    Statement,
    Store,
    Value,
    values_of,
    walk,
)
from derive.targets.base import PrintError
from derive.targets.numpy.expressions import Expressions
from derive.targets.numpy.names import Local, fresh

DEEPEST = 2
"""Loops in one another: outputs have at most two class axes."""


@dataclass(frozen=True)
class Current:
    """The array that holds an output: ``owned`` where it is the output's own, so that it may be written in place."""

    text: str
    owned: bool


class Printer:
    """The lines of one kernel, and the helpers that they call.

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
        self._indices = {name: Local(text) for name, text in labels.items()}
        self._scalars = {name: Local(text, array=False) for name, text in scalars.items()}
        self._scalars.setdefault("n", Local(f"{self._head}.dtype.type({self._head}.shape[-1])", array=False))
        self._loops: list[str] = []
        self._taken = {*vectors.values(), *labels.values(), *scalars.values()}
        self._axes = {o.name: o.axes for o in program.outputs}
        self._place = {o.name: self._reserve("result" if o.name == "out" else o.name) for o in program.outputs}
        self._outputs: dict[str, Current] = {}
        for matrix in [name for name, axes in self._axes.items() if axes == 2]:
            # What a matrix keeps in its last row is an array of its own here.
            self._axes[_row_of(matrix)] = 1
            self._place[_row_of(matrix)] = fresh("kept", self._taken)

    def print(self) -> list[str]:
        """The lines of the body.  Raises PrintError where a statement has no meaning in NumPy."""
        for statement in self.program.body:
            self._statement(statement)
        return self.lines

    def results(self) -> list[str]:
        """What holds each output in the end: never an input, never one array twice."""
        found: list[str] = []
        for output in self.program.outputs:
            if output.name not in self._outputs:
                raise self._refuse(self.program.name, f"nothing stores the output {output.name!r}")
            text = self._outputs[output.name].text
            found.append(f"{text}.copy()" if text in self._vectors.values() or text in found else text)
        return found

    # --- statements -------------------------------------------------------------------------------------------
    def _statement(self, statement: Statement) -> None:
        if isinstance(statement, Loop):
            self._loop(statement)
        elif isinstance(statement, Let):
            self._let(statement)
        elif isinstance(statement, Store):
            self._store(statement)
        else:
            raise self._refuse(statement)

    def _loop(self, loop: Loop) -> None:
        """A pass; of what it makes only the reductions are known afterwards."""
        if len(self._loops) == DEEPEST:
            raise self._refuse(loop, "it is a loop in a loop in a loop")
        before = dict(self._scalars), dict(self._indices)
        scalars: dict[str, Local] = {}
        indices: dict[str, Local] = {}
        self._loops.append(loop.index)
        for statement in loop.body:
            if isinstance(statement, Accumulate):
                scalars[statement.name] = self._accumulate(statement)
            elif isinstance(statement, ArgMax):
                self._arg_max(statement, scalars, indices)
            else:
                self._statement(statement)
        self._loops.pop()
        self._scalars, self._indices = before[0] | scalars, before[1] | indices
        self._taken |= {local.text for local in (*scalars.values(), *indices.values())}

    def _let(self, let: Let) -> None:
        known = self._known(let.value)
        if known is None:
            copy = self._copied(let.value)
            name = self._made(let.name)
            text = self._fitting(let.value, len(f"{name} = {copy}"))
            known = Local(
                name, len(self._loops), self._varies(let.value), self._is_array(let.value), self._has_rows(let.value)
            )
            self._line(f"{name} = {text}{copy}", let.note)
        self._scalars[let.name] = known

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

    def _accumulate(self, statement: Accumulate) -> Local:
        varies = self._varies(statement.value)
        around = len(f"{statement.name} = np.sum(_without(, {statement.skip}), axis=-1, keepdims=True)")
        terms, wrapped = self._terms(statement.value, around)
        if wrapped:
            varies = frozenset(range(1, len(self._loops) + 1))
        if statement.skip is not None:
            self.helpers.add("_without")
            terms = f"_without({terms}, {self._index(statement.skip, statement)})"
            varies |= self._index_varies(statement.skip)
        keep = ", keepdims=True" if len(self._loops) == 1 else ""
        name = self._made(statement.name)
        self._line(f"{name} = np.sum({terms}, axis=-1{keep})", statement.note)
        return self._reduced(name, varies, self._has_rows(statement.value))

    def _terms(self, value: Value, taken: int) -> tuple[str, bool]:
        """A value with an entry for every class of the present loop, and whether it had to be spread out for that."""
        if len(self._loops) in self._varies(value):
            return self._fitting(value, taken), False
        shape = self._shape(len(self._loops))
        return f"np.broadcast_to({self._fitting(value, taken + len(shape) + 19)}, {shape})", True

    def _arg_max(self, statement: ArgMax, scalars: dict[str, Local], indices: dict[str, Local]) -> None:
        varies = self._varies(statement.value)
        around = len(f"{statement.name} = (found[..., 0] for found in _largest())")
        values, wrapped = self._terms(statement.value, around)
        if wrapped:
            varies = frozenset(range(1, len(self._loops) + 1))
        name, outermost = self._made(statement.name), len(self._loops) == 1
        scalars[statement.name] = self._reduced(name, varies, self._has_rows(statement.value))
        if statement.where is None:
            self.helpers.add("_highest")
            self._line(f"{name} = _highest({values}){'' if outermost else '[..., 0]'}", statement.note)
            return
        self.helpers.add("_largest")
        self._taken.add(name)
        where = self._made(statement.where)
        indices[statement.where] = self._reduced(where, varies, self._has_rows(statement.value))
        found = f"_largest({values})" if outermost else f"(found[..., 0] for found in _largest({values}))"
        wanted = name if statement.name in self._read else "_"
        self._line(f"{wanted}, {where} = {found}", statement.note)

    def _reduced(self, name: str, varies: frozenset[int], rows: bool) -> Local:
        """What the present loop leaves behind: its own axis is gone."""
        depth = len(self._loops)
        self._taken.add(name)
        return Local(name, depth - 1, varies - {depth}, rows=rows)

    def _line(self, text: str, note: str = "") -> None:
        if note:
            self.lines.append(f"# {' '.join(note.split())}")
        self.lines.append(text)

    # --- stores -----------------------------------------------------------------------------------------------
    def _store(self, store: Store) -> None:
        if store.indices[:1] == (LAST_ROW,):
            store = Store(_row_of(store.output), store.indices[1:], store.value, store.note)
        if self._axes.get(store.output) != len(store.indices):
            raise self._refuse(store, f"no output {store.output!r} has {len(store.indices)} class indices")
        if store.indices == tuple(self._loops):
            self._store_all(store)
        else:
            self._store_some(store)

    def _store_all(self, store: Store) -> None:
        """The whole of an output: what already is an array of its shape is not copied until it is written again."""
        value, place, depth = store.value, self._place[store.output], len(self._loops)
        complete = self._has_rows(value) and self._varies(value) >= set(range(1, depth + 1))
        known = self._known(value) if complete else None
        if known is not None:
            self._taken.add(known.text)
            self._outputs[store.output] = Current(known.text, owned=False)
            return
        if not complete:
            shape = self._shape(depth)
            around = f"np.full({shape}, , {self._head}.dtype)"
            text = f"np.full({shape}, {self._fitting(value, len(f'{place} = {around}'))}, {self._head}.dtype)"
        else:
            copy = self._copied(value)
            text = self._fitting(value, len(f"{place} = {copy}")) + copy
        self._line(f"{place} = {text}", store.note)
        self._outputs[store.output] = Current(place, owned=True)

    def _store_some(self, store: Store) -> None:
        """Some classes of an output that is there already."""
        place = self._owned(store)
        labels = [i for i in store.indices if i not in self._loops]
        if len(store.indices) == 1 and not self._loops:
            index = self._index(store.indices[0], store)
            around = len(f"np.put_along_axis({place}, {index}, , axis=-1)")
            self._line(
                f"np.put_along_axis({place}, {index}, {self._fitting(store.value, around)}, axis=-1)", store.note
            )
        elif len(self._loops) == 1 and store.indices == (self._loops[0],) * 2:
            self.helpers.add("_diagonal")
            text = self._fitting(store.value, len(f"_diagonal({place})[...] = "))
            self._line(f"_diagonal({place})[...] = {text}", store.note)
        elif len(self._loops) == len(labels) == 1 and len(store.indices) == 2:
            self._store_line(store, place, labels[0])
        elif len(labels) == 2:
            self._store_entry(store, place)
        else:
            raise self._refuse(store, "its indices are neither those of its loops, nor a label, nor a diagonal")

    def _store_line(self, store: Store, place: str, label: str) -> None:
        """A row or a column of a matrix, at a label."""
        row = store.indices[0] == label
        text = self._expressions.operand(store.value)
        if self._is_array(store.value):
            text = f"{text}[..., None, :]" if row else f"{text}[..., None]"
        index = f"{self._index(label, store)}[..., None]"
        self._line(f"np.put_along_axis({place}, {index}, {text}, axis={-2 if row else -1})", store.note)

    def _store_entry(self, store: Store, place: str) -> None:
        """One entry of a matrix, at two labels."""
        row, column = (self._index(label, store) for label in store.indices)
        flat = f"{place}.reshape(*{self._head}.shape[:-1], -1)"  # a view: the array is contiguous
        index = f"{row} * {self._head}.shape[-1] + {column}"
        self._line(f"np.put_along_axis({flat}, {index}, {self._fitting(store.value, 60)}, axis=-1)", store.note)

    def _owned(self, store: Store) -> str:
        current = self._outputs.get(store.output)
        if current is None:
            raise self._refuse(store, f"the other classes of {store.output!r} are not stored before it")
        place = self._place[store.output]
        if not current.owned:
            self._line(f"{place} = {current.text}.copy()")
            self._outputs[store.output] = Current(place, owned=True)
        return place

    # --- values -----------------------------------------------------------------------------------------------
    @property
    def _expressions(self) -> Expressions:
        return Expressions(self._head, self._atom, self.helpers.add, self._refuse)

    def _fitting(self, value: Value, taken: int) -> str:
        """The text, in a line of which so much is taken; what makes it too long is computed in lines before."""
        if not any(isinstance(part, Name | Element | Same | Position) for part in walk(value)):
            return self._expressions.typed(value)
        text = self._expressions.text(value)
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
            text = self._expressions.text(value)
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
            self.helpers.add("_at")
            index = self._find(self._indices, element.index, element)
            return self._here(replace(index, text=f"_at({array}, {index.text})"))
        if len(self._loops) == self._loops.index(element.index) + 1 == DEEPEST:
            return f"{array}[..., None, :]"
        return self._here(Local(array, 1))

    def _array(self, element: Element) -> str:
        if element.array in self._vectors:
            return self._vectors[element.array]
        array = _row_of(element.array) if self._axes.get(element.array) == 2 else element.array
        if self._axes.get(array) != 1 or array not in self._outputs:
            raise self._refuse(element, f"nothing before it makes the array {element.array!r}")
        return self._outputs[array].text

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


def _row_of(matrix: str) -> str:
    """What the work kept for a matrix is called among the outputs; no name of a program looks like this."""
    return f"{matrix}{LAST_ROW}"


def _put(value: Value, part: Value, name: Name) -> Value:
    """The value with a name for a part of it."""
    if value == part:
        return name
    return Call(value.op, tuple(_put(a, part, name) for a in value.args)) if isinstance(value, Call) else value
