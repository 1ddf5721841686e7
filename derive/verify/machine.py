"""A loop program carried out as it is written, statement by statement, in whatever arithmetic it is given.

It knows the loop IR and nothing else: no pass, no printer and no rule of the calculus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

from derive.language.errors import DeriveError
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
    Store,
    Value,
)

State = dict[str, Any]


class MachineError(DeriveError):
    """A program that reads what was never made, or an operation that an arithmetic does not have."""


class Arithmetic(Protocol):
    """What a number is: one real number, or one float for each of many rows."""

    lowest: Any
    """Below every number: where the search for a largest one begins."""
    missing: Any
    """What stands in an output before anything is stored there: no number."""

    @property
    def operations(self) -> Mapping[str, Callable[..., Any]]:
        """One for each operation of the IR."""
        ...

    def number(self, value: int | float | Fraction) -> Any: ...
    def exceeds(self, one: Any, other: Any) -> Any:
        """Whether one is larger than the other, as a condition of :meth:`select`."""
        ...

    def equal(self, one: Any, other: Any) -> Any:
        """Whether two class numbers are the same, as a condition of :meth:`select`."""
        ...

    def select(self, condition: Any, one: Any, other: Any) -> Any: ...
    def pick(self, values: Sequence[Any], place: Any) -> Any:
        """Of a value for each class that of one class, which rows may each choose for themselves."""
        ...


def run(
    program: Program,
    inputs: Mapping[str, Any],
    classes: int,
    arithmetic: Arithmetic,
    sizes: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The outputs by name: a value, a list of values, or a list of rows.

    inputs: a list of values for each vector, nested along several axes, a class number from 0 for each label, a value
            for each parameter.
    sizes:  of the axes that are not the classes, by their letters.
    """
    lengths = {"n": classes, **(sizes or {})}
    state: State = {**inputs, **{name: arithmetic.number(size) for name, size in lengths.items()}}
    for output in program.outputs:
        state[output.name] = _empty([lengths[size] for size in output.shape] or [1], arithmetic.missing)
    machine = _Machine(state, lengths, arithmetic)
    machine.block(program.body)
    return {o.name: state[o.name] if o.axes else state[o.name][0] for o in program.outputs}


def _empty(shape: Sequence[int], missing: Any) -> list[Any]:
    size, *inner = shape
    return [_empty(inner, missing) if inner else missing for _ in range(size)]


class _Machine:
    def __init__(self, state: State, lengths: Mapping[str, int], arithmetic: Arithmetic) -> None:
        self.state, self.lengths, self.arithmetic = state, lengths, arithmetic
        self.classes = lengths["n"]

    def block(self, body: Sequence[AnyStatement]) -> None:
        for statement in body:
            if isinstance(statement, Let):
                self.state[statement.name] = self.value(statement.value)
            elif isinstance(statement, Store):
                self._store(statement)
            elif isinstance(statement, Increase):
                self._increase(statement)
            elif isinstance(statement, Lookup):
                self.state[statement.name] = self._at(self._known(statement.labels), statement.indices)
            elif isinstance(statement, Loop):
                self._loop(statement)
            else:
                raise MachineError(f"{type(statement).__name__} {statement.name} stands outside a loop")

    def _loop(self, loop: Loop) -> None:
        """What is reduced becomes known when the loop has ended, not before."""
        made: State = {}
        for k in range(self.lengths[loop.size]):
            self.state[loop.index] = k
            for statement in loop.body:
                if isinstance(statement, Accumulate):
                    self._accumulate(statement, k, made)
                elif isinstance(statement, ArgMax):
                    self._largest(statement, k, made)
                else:
                    self.block((statement,))
        del self.state[loop.index]
        self.state.update(made)

    def _accumulate(self, statement: Accumulate, k: int, made: State) -> None:
        before = made.setdefault(statement.name, self.arithmetic.number(0))
        after = self.arithmetic.operations["add"](before, self.value(statement.value))
        if statement.skip is not None:
            left_out = self.arithmetic.equal(self._known(statement.skip), k)
            after = self.arithmetic.select(left_out, before, after)
        made[statement.name] = after

    def _largest(self, statement: ArgMax, k: int, made: State) -> None:
        best, value = made.get(statement.name, self.arithmetic.lowest), self.value(statement.value)
        better = self.arithmetic.exceeds(value, best)
        made[statement.name] = self.arithmetic.select(better, value, best)
        if statement.where is not None:
            made[statement.where] = self.arithmetic.select(better, k, made.get(statement.where, 0))

    def _store(self, store: Store) -> None:
        places = [-1 if index == LAST_ROW else self._known(index) for index in store.indices] or [0]
        self._put(self._known(store.output), places, self.value(store.value))

    def _increase(self, increase: Increase) -> None:
        array, places = self._known(increase.output), [self._known(index) for index in increase.indices] or [0]
        before = self._at(array, increase.indices) if increase.indices else array[0]
        self._put(array, places, self.arithmetic.operations["add"](before, self.value(increase.value)))

    def _put(self, array: list[Any], places: Sequence[Any], value: Any, where: Any = None) -> None:
        """Where a place is a class number for each row, each class in turn takes what is meant for it."""
        place, *inner = places
        if not isinstance(place, int):
            for k in range(len(array)):
                here = self.arithmetic.equal(place, k)
                self._put(array, (k, *inner), value, here if where is None else where & here)
        elif inner:
            self._put(array[place], inner, value, where)
        else:
            array[place] = value if where is None else self.arithmetic.select(where, value, array[place])

    def value(self, value: Value) -> Any:
        read = _READ.get(type(value))
        if read is None:
            raise MachineError(f"nothing carries out {value!r}")
        return read(self, value)

    def _call(self, call: Call) -> Any:
        operation = self.arithmetic.operations.get(call.op)
        if operation is None:
            raise MachineError(f"nothing carries out {call.op!r}")
        return operation(*[self.value(part) for part in call.args])

    def _same(self, same: Same) -> Any:
        equal = self.arithmetic.equal(self._known(same.left), self._known(same.right))
        return self.arithmetic.select(equal, self.arithmetic.number(1), self.arithmetic.number(0))

    def _position(self, position: Position) -> Any:
        """The number of a class, counted from 1 as on the blackboard."""
        place = self._known(position.index)
        if isinstance(place, int):
            return self.arithmetic.number(place + 1)
        found = self.arithmetic.number(1)
        for k in range(1, max(self.lengths.values())):
            found = self.arithmetic.select(self.arithmetic.equal(place, k), self.arithmetic.number(k + 1), found)
        return found

    def _element(self, element: Element) -> Any:
        array, place = self._known(element.array), self._known(element.index)
        return self.arithmetic.pick(array[-1] if isinstance(array[0], list) else array, place)

    def _at(self, array: Any, indices: Sequence[str]) -> Any:
        """Of a nested array what lies there; a place that is a number for each row, each row picks for itself."""
        index, *inner = indices
        place = self._known(index)
        if not inner:
            return self.arithmetic.pick(array, place)
        if isinstance(place, int):
            return self._at(array[place], inner)
        return self.arithmetic.pick([self._at(part, inner) for part in array], place)

    def _known(self, name: str) -> Any:
        if name not in self.state:
            raise MachineError(f"{name} is read before it is made")
        return self.state[name]


_READ: dict[type, Callable[[_Machine, Any], Any]] = {
    Number: lambda machine, number: machine.arithmetic.number(number.value),
    Name: lambda machine, name: machine._known(name.name),
    Position: _Machine._position,
    Same: _Machine._same,
    Element: _Machine._element,
    Slot: lambda machine, entry: machine._at(machine._known(entry.array), entry.indices),
    Call: _Machine._call,
}
