"""Statements of the loop IR as NumPy lines: a pass over the classes becomes an operation on the last axis.

What is the same for a row has shape ``(rows, 1)``, what differs by class ``(rows, n)``; inside a loop in a loop
everything of the outer one gets a last axis of length 1, so that it stands against the classes of the inner one.
Results are written into arrays that are there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from derive.loops.ir import (
    LAST_ROW,
    Accumulate,
    ArgMax,
    Call,
    Element,
    Let,
    Loop,
    Name,
    Statement,
    Store,
    Value,
    values_of,
    walk,
)
from derive.targets.numpy.expressions import ufunc_of
from derive.targets.numpy.names import Local
from derive.targets.numpy.values import DEEPEST, Values, row_of


class Printer(Values):
    """The lines of one kernel, and the helpers that they call."""

    def print(self) -> list[str]:
        """The lines of the body.  Raises PrintError where a statement has no meaning in NumPy."""
        self._finite = _finite_largest(self.program.body)
        for statement in self.program.body:
            self._statement(statement)
        for output in self.program.outputs:
            if output.name in self._held:
                self._own(output.name)
        return [self._unasked(number, line) for number, line in enumerate(self.lines)]

    def _unasked(self, number: int, line: str) -> str:
        """The line without the name of a class of the largest that nobody asks for."""
        found = re.fullmatch(r"(\w+), (\w+), (.*= .*_largest\(.*)", line)
        if found is None or any(re.search(rf"\b{found[2]}\b", later) for later in self.lines[number + 1 :]):
            return line
        return f"{found[1]}, _, {found[3]}"

    def results(self) -> list[str]:
        """The arrays that the lines write, one for each output: ``(rows, 1)``, ``(rows, n)`` or ``(rows, n, n)``."""
        for output in self.program.outputs:
            if output.name not in self._held:
                raise self._refuse(self.program.name, f"nothing stores the output {output.name!r}")
        return [self._place[output.name] for output in self.program.outputs]

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
        for statement in _completed_last(loop.body, self._labels):
            if isinstance(statement, Accumulate):
                scalars[statement.name] = self._accumulate(statement, loop.body, scalars)
            elif isinstance(statement, ArgMax):
                self._arg_max(statement, scalars, indices)
            else:
                self._statement(statement)
        self._loops.pop()
        self._scalars, self._indices = before[0] | scalars, before[1] | indices
        self._taken |= {local.text for local in (*scalars.values(), *indices.values())}

    def _let(self, let: Let) -> None:
        if let in self._finite.values():
            return  # it was made with the largest
        known = self._known(let.value)
        if known is None:
            shape = len(self._loops), self._varies(let.value), self._is_array(let.value), self._has_rows(let.value)
            known = Local(self._room.get(let, None) or self._made(let.name), *shape)
            self._compute(known.text, let.value, let.note, fresh=let not in self._room)
            own = isinstance(let.value, Call) and ufunc_of(let.value) and self._is_full(let.value)
            (self._own_arrays.add if own else self._own_arrays.discard)(known.text)
            self._occupied |= {known.text} if let in self._room else set()
        self._scalars[let.name] = known

    def _accumulate(self, statement: Accumulate, beside: tuple[Statement, ...], known: dict[str, Local]) -> Local:
        varies = self._varies(statement.value)
        rest, terms_known = _partner(statement, beside, self._labels), self._known(statement.value)
        if rest is not None and terms_known is not None and terms_known.varies == varies == {len(self._loops)} == {1}:
            name = self._made(statement.name)
            left_out = self._beside.get(rest.name)
            if left_out is None:
                self.helpers.add("_at")
                left_out = f"_at({terms_known.text}, {self._index(str(rest.skip), rest)})"
            self._line(f"{name} = {known[rest.name].text} + {left_out}", statement.note)
            return self._reduced(name, varies, self._has_rows(statement.value))
        skipped = "" if statement.skip is None else self._index(statement.skip, statement)
        terms, wrapped = self._terms(statement.value, len(f"{statement.name} = _inner_sum(_without(, {skipped}))"))
        if wrapped:
            varies = frozenset(range(1, len(self._loops) + 1))
        if statement.skip is not None:
            made = isinstance(statement.value, Call) and ufunc_of(statement.value) and self._is_full(statement.value)
            if len(self._loops) == 1 and terms in self._own_arrays:
                return self._left_out(statement, beside, terms, skipped)
            without = "_cleared" if made and len(self._loops) == 1 else "_without"
            self.helpers.add(without)
            terms = f"{without}({terms}, {skipped})"
            varies |= self._index_varies(statement.skip)
        name, function = self._made(statement.name), "_sum" if len(self._loops) == 1 else "_inner_sum"
        self.helpers.add(function)
        self._line(f"{name} = {function}({terms})", statement.note)
        return self._reduced(name, varies, self._has_rows(statement.value))

    def _left_out(self, statement: Accumulate, beside: tuple[Statement, ...], terms: str, skipped: str) -> Local:
        """A sum without one class of an array that may be written to, and what stands there for a sum with it."""
        varies, there = self._varies(statement.value) | self._index_varies(str(statement.skip)), "_"
        name = self._made(statement.name)
        if any(isinstance(one, Accumulate) and _partner(one, beside, self._labels) == statement for one in beside):
            there = self._beside[statement.name] = self._reserve(f"{terms}_{skipped}")
        self.helpers.add("_sum_without")
        self._line(f"{name}, {there} = _sum_without({terms}, {skipped})", statement.note)
        return self._reduced(name, varies, self._has_rows(statement.value))

    def _terms(self, value: Value, taken: int) -> tuple[str, bool]:
        """A value with an entry for every class of the present loop, and whether it had to be spread out for that."""
        if len(self._loops) not in self._varies(value):
            shape = self._shape(len(self._loops))
            return f"np.broadcast_to({self._fitting(value, taken + len(shape) + 19)}, {shape})", True
        if len(self._loops) == 1 and isinstance(value, Call) and ufunc_of(value) and self._is_full(value):
            return self._worked_out(value), False
        return self._fitting(value, taken), False

    def _worked_out(self, value: Call) -> str:
        """Terms in an array of their own, or in that of a result where nothing stands yet."""
        free = (o for o in self.program.outputs if o.axes == 1 and o.name not in self._held)
        room = next((self._place[o.name] for o in free if self._place[o.name] not in self._occupied), None)
        if room is None and self._inner(value) is None:
            return self._fitting(value, len("_largest(_cleared())") + 20)
        name = room or self._made("terms")
        self._compute(name, value, "", fresh=room is None)
        return name

    def _arg_max(self, statement: ArgMax, scalars: dict[str, Local], indices: dict[str, Local]) -> None:
        varies = self._varies(statement.value)
        around = len(f"{statement.name} = (found[..., 0] for found in _largest())")
        values, wrapped = self._terms(statement.value, around)
        if wrapped:
            varies = frozenset(range(1, len(self._loops) + 1))
        outermost = len(self._loops) == 1
        if (shift := self._finite.get(statement.name)) is not None and outermost:
            self.helpers.add("_highest_finite")
            made = self._made(shift.name)
            scalars[shift.name] = self._reduced(made, varies, self._has_rows(statement.value))
            self._line(f"{made} = _highest_finite({values})", shift.note)
            return
        name = self._made(statement.name)
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
        there = "_"
        if outermost and self._is_looked_up(statement):
            there = self._gathered[values, where] = self._reserve(f"{values}_{where}")
        self._line(f"{wanted}, {where}, {there} = {found}", statement.note)

    def _is_looked_up(self, largest: ArgMax) -> bool:
        """Whether anything asks for the value at the class of the largest, for a vector."""
        value = largest.value
        if not isinstance(value, Element) or largest.where is None or value.array not in self._vectors:
            return False
        wanted = Element(value.array, largest.where)
        return any(part == wanted for one in values_of(self.program.body) for part in walk(one))

    def _reduced(self, name: str, varies: frozenset[int], rows: bool) -> Local:
        """What the present loop leaves behind: its own axis is gone."""
        depth = len(self._loops)
        self._taken.add(name)
        return Local(name, depth - 1, varies - {depth}, rows=rows)

    # --- stores -----------------------------------------------------------------------------------------------
    def _store(self, store: Store) -> None:
        if store.indices[:1] == (LAST_ROW,):
            store = Store(row_of(store.output), store.indices[1:], store.value, store.note)
        if self._axes.get(store.output) != len(store.indices):
            raise self._refuse(store, f"no output {store.output!r} has {len(store.indices)} class indices")
        if store.indices == tuple(self._loops):
            self._store_all(store)
        else:
            self._store_some(store)

    def _store_all(self, store: Store) -> None:
        """The whole of an output, into the array that is there for it; what is known is not copied until it has to."""
        value, place, depth = store.value, self._place[store.output], len(self._loops)
        complete = self._has_rows(value) and self._varies(value) >= set(range(1, depth + 1))
        known = self._known(value) if complete else None
        if known is not None:
            self._taken.add(known.text)
            self._held[store.output] = known.text
            return
        if store.output.endswith(LAST_ROW):
            copy = self._copied(value)
            around = f"{place} = np.full({self._shape(depth)}, , {self._head}.dtype)"
            text = self._fitting(value, len(around)) + copy
            full = f"np.full({self._shape(depth)}, {text}, {self._head}.dtype)"
            self._line(f"{place} = {text if complete else full}", store.note)
        elif isinstance(value, Call) and self._is_array(value) and (depth or self._fits(value, place)):
            self._compute(place, value, store.note, fresh=False)
        else:
            self._line(f"{place}[...] = {self._fitting(value, len(f'{place}[...] = '))}", store.note)
        self._held[store.output] = place

    def _fits(self, value: Call, place: str) -> bool:
        """Whether a line has room for the statement that writes a value into an array."""
        return len(self._expressions.into(value, place)) <= self.room

    def _store_some(self, store: Store) -> None:
        """Some classes of an output that is there already."""
        place = self._owned(store)
        labels = [i for i in store.indices if i not in self._loops]
        if len(store.indices) == 1 and not self._loops:
            index = self._index(store.indices[0], store)
            text = self._fitting(store.value, len(f"_put({place}, {index}, )"))
            self.helpers.add("_put")
            self._line(f"_put({place}, {index}, {text})", store.note)
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
        if store.output not in self._held:
            raise self._refuse(store, f"the other classes of {store.output!r} are not stored before it")
        self._own(store.output)
        return self._place[store.output]

    def _own(self, output: str) -> None:
        """The values of an output in its own array."""
        place, held = self._place[output], self._held[output]
        if held != place:
            self._line(f"{place} = {held}.copy()" if output.endswith(LAST_ROW) else f"{place}[...] = {held}")
            self._held[output] = place


def _finite_largest(body: tuple[Statement, ...]) -> dict[str, Let]:
    """What is the largest of a row only so that a number is made of it that is 0 where the largest is not finite."""
    parts = [part for part in values_of(body) if isinstance(part, Name)]
    largest = {
        one.name
        for loop in body
        if isinstance(loop, Loop)
        for one in loop.body
        if isinstance(one, ArgMax) and one.where is None
    }
    return {
        inner.name: let
        for let in body
        if isinstance(let, Let) and isinstance(let.value, Call) and let.value.op == "finite_or_zero"
        for inner in let.value.args
        if isinstance(inner, Name) and inner.name in largest and parts.count(inner) == 1
    }


def _partner(statement: Accumulate, beside: Iterable[Statement], labels: Collection[str]) -> Accumulate | None:
    """The sum of the same values without one class, in the same loop.

    Where that class is a label there may be but one: if its term is 0 the sums with it and without are the same bits.
    """
    if statement.skip is not None or not isinstance(statement.value, Name | Element):
        return None
    sums = [one for one in beside if isinstance(one, Accumulate) and one.skip and one.value == statement.value]
    at_labels = [one for one in sums if one.skip in labels]
    return next(iter(at_labels or sums), None) if len(at_labels) < 2 else None


def _completed_last(body: tuple[Statement, ...], labels: Collection[str]) -> list[Statement]:
    """The statements of a loop, a sum that completes another at the end: none is known before the loop is over."""
    late = [one for one in body if isinstance(one, Accumulate) and _partner(one, body, labels)]
    return [*(one for one in body if one not in late), *late]
