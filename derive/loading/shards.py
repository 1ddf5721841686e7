"""A split kernel carried out in NumPy on some of the classes of many rows: what a shard sends, merges and writes.

Each shard has a slice of every vector, the labels of the rows, the parameters, and how many classes there are in all.
A message is a dict of arrays with one number a row.  Messages of one round merge in any grouping; where they are merged
in one order, all shards have the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from derive.loading.array_operations import operations, row_sums
from derive.loading.arrays import Array
from derive.loops.ir import Call, Element, Name, Number, Position, Same, Value
from derive.splits import HERE, Highest, Round, Split, Summed
from derive.splits.equations import OfClass, OfRow, Peak, Picked, Placed, Total
from derive.splits.rounds import Sent

Message = dict[str, Array]
"""name -> (rows, 1): a number of each row, or the number of a class, counted from 0 in the whole row."""
Numbers = Mapping[str, Any]
NOWHERE = np.iinfo(np.int64).max
"""The class of a maximum where a shard has no class."""


@dataclass(frozen=True)
class Shard:
    """Some classes of the rows.

    vectors:    (rows, classes here); after the first, (1, classes here) where one serves all rows.
    labels:     (rows,), counted from 0 in the whole row.
    parameters: numbers.
    first:      how many classes lie in the shards before it.
    classes:    how many there are in all.
    """

    vectors: Mapping[str, Array]
    labels: Mapping[str, Array]
    parameters: Mapping[str, float]
    first: int
    classes: int

    @property
    def dtype(self) -> np.dtype[Any]:
        return next(iter(self.vectors.values())).dtype

    @property
    def rows(self) -> int:
        return len(next(iter(self.vectors.values())))

    @property
    def here(self) -> int:
        """How many classes it has."""
        return int(next(iter(self.vectors.values())).shape[-1])


def message(split: Split, number: int, shard: Shard, merged: Sequence[Message]) -> Message:
    """What a shard sends in a round, counted from 0.

    merged: what the rounds before have merged to, in order.
    """
    if not shard.here:
        return _of_no_class(split.rounds[number], shard)
    values = _Values(split, shard, _joined(merged))
    parts = sorted(split.rounds[number].parts, key=lambda part: isinstance(part, Summed))
    with np.errstate(all="ignore"):
        for part in parts:  # sums come last: they may be scaled to a maximum of this round, that of this shard
            about = values.of_means() if _is_moved(part) else values
            values.known |= about.sent(part.name)
        return {name: values.known[name] for name in _names(split.rounds[number])}


def merge_messages(split: Split, number: int, messages: Sequence[Message], shard: Shard) -> Message:
    """The message of all classes of several shards; ``shard``: any of them, for the parameters."""
    with np.errstate(all="ignore"):
        return reduce(lambda one, other: _merged(split, number, one, other, shard), messages)


def finished(split: Split, shard: Shard, merged: Sequence[Message]) -> dict[str, Array]:
    """The outputs: (rows,) of one number a row, (rows, classes here) of one a class."""
    values = _Values(split, shard, _joined(merged))
    found = {}
    with np.errstate(all="ignore"):
        for output, name in split.equations.outputs.items():
            made, of_row = values.of(name), isinstance(split.equations.known[name], OfRow)
            whole = np.broadcast_to(made, (shard.rows, 1 if of_row else shard.here))
            found[output] = np.array(whole[:, 0] if of_row else whole)
    return found


def cut(whole: Shard, ends: Sequence[int]) -> list[Shard]:
    """Its classes in slices, each up to one of the ends; two equal ends make a shard of no classes."""
    return [
        Shard(
            {name: vector[:, begin:end] for name, vector in whole.vectors.items()},
            whole.labels,
            whole.parameters,
            whole.first + begin,
            whole.classes,
        )
        for begin, end in zip((0, *ends), ends, strict=False)
    ]


def run_shards(split: Split, shards: Sequence[Shard]) -> list[dict[str, Array]]:
    """All shards together in this process: the outputs of each."""
    merged: list[Message] = []
    for number in range(len(split.rounds)):
        sent = [message(split, number, shard, merged) for shard in shards]
        merged.append(merge_messages(split, number, sent, shards[0]))
    return [finished(split, shard, merged) for shard in shards]


def _joined(merged: Sequence[Message]) -> Message:
    return {name: array for one in merged for name, array in one.items()}


def _names(one: Round) -> list[str]:
    """Of what a message of the round holds."""
    found = []
    for part in one.parts:
        found.append(part.name)
        if isinstance(part, Highest):
            found += [*([part.where] if part.where else ()), *part.carried]
    return found


def _of_no_class(one: Round, shard: Shard) -> Message:
    """What changes nothing that it is merged with: -0.0 keeps the sign of a 0."""
    found = {name: np.full((shard.rows, 1), -0.0, shard.dtype) for name in _names(one)}
    for part in one.parts:
        if isinstance(part, Highest):
            found[part.name][:] = -np.inf
            if part.where:
                found[part.where] = np.full((shard.rows, 1), NOWHERE, np.int64)
    return found


# --- merging -----------------------------------------------------------------------------------------------------


def _merged(split: Split, number: int, one: Message, other: Message, shard: Shard) -> Message:
    held = split.rounds[number]
    found: Message = {}
    first: dict[str, Array] = {}
    for part in held.parts:
        if isinstance(part, Highest):
            first[part.where] = ahead = _is_ahead(part, one, other)
            for name in (part.name, *([part.where] if part.where else ()), *part.carried):
                found[name] = np.where(ahead, one[name], other[name])
    for part in sorted(held.parts, key=_is_moved):  # a mean is known where its sums are
        if isinstance(part, Summed):
            scaled = [_rescaled(split, part, sent, found, shard) for sent in (one, other)]
            skip = next((ahead for where, ahead in first.items() if where and where == part.without), None)
            if part.moved is not None:
                found[part.name] = _moved(part, one, found) + _moved(part, other, found)
            elif skip is None:
                found[part.name] = scaled[0][part.name] + scaled[1][part.name]
            else:  # the class that one of them left out is not the class that is left out now
                kept = [
                    np.where(wins, s[part.name], s[part.whole]) for wins, s in zip((skip, ~skip), scaled, strict=True)
                ]
                found[part.name] = kept[0] + kept[1]
        elif not isinstance(part, Highest):
            found[part.name] = one[part.name] + other[part.name]
    return found


def _is_moved(part: Sent) -> bool:
    return isinstance(part, Summed) and part.moved is not None


def _is_ahead(part: Highest, one: Message, other: Message) -> Array:
    """Where the one has the maximum of both; of equal ones the first class counts."""
    larger: Array = one[part.name] > other[part.name]
    if not part.where:
        return larger
    return larger | ((one[part.name] == other[part.name]) & (one[part.where] < other[part.where]))


def _rescaled(split: Split, part: Summed, sent: Message, found: Message, shard: Shard) -> Message:
    """The sums of one shard, in the references of both."""
    names = [part.name, *([part.whole] if part.whole else ())]
    if not part.scales:
        return sent
    exponent: Array = np.zeros((1, 1), shard.dtype)
    for largest, power in part.scales:
        gap = _finite(found[largest]) - _finite(sent[largest])
        exponent = exponent + _Values(split, shard, {}).value(power) * gap
    factor = np.exp(exponent)
    return {name: _times(sent[name], factor) for name in names}


def _moved(part: Summed, sent: Message, found: Message) -> Array:
    """The sum of one shard about the means of both: :mod:`derive.splits.deviations`."""
    assert part.moved is not None
    count = sent[part.moved.count]
    gaps = [_gap(totals, count, found[part.moved.count], sent, found) for totals, _ in part.moved.factors]
    result: Array = sent[part.name]
    for gap, (_, other) in zip(gaps, part.moved.factors, strict=True):
        result = result + gap * sent[other]
    return result + gaps[0] * gaps[1] * count if len(gaps) > 1 else result


def _gap(totals: Sequence[str], count: Array, of_both: Array, sent: Message, found: Message) -> Array:
    """From the mean of both to that of the shard, each of its parts by itself; 0 where the shard has no class."""
    known = count > 0
    there = np.where(known, count, 1)
    gap = sum((sent[name] / there - found[name] / np.where(of_both > 0, of_both, 1) for name in totals), start=0.0)
    return np.where(known, gap, count.dtype.type(0))


def _times(sums: Array, factor: Array) -> Array:
    """A product of 0 where one is 0: of a shard whose classes are all masked the factor may be infinite, and where the
    factor is 0 a sum that overflowed in its own reference counts for nothing.  NaN stays."""
    nothing = (sums == 0) | ((factor == 0) & np.isinf(sums))
    return np.where(nothing, sums.dtype.type(0), sums * factor)


def _finite(values: Array) -> Array:
    found: Array = operations()["finite_or_zero"](values)
    return found


# --- values ------------------------------------------------------------------------------------------------------


@dataclass
class _Values:
    """What the equations of a split say, for the classes of a shard, each computed once and when it is asked for."""

    split: Split
    shard: Shard
    known: dict[str, Array]
    made: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shard, dtype = self.shard, self.shard.dtype
        self.classes = np.arange(shard.first, shard.first + shard.here, dtype=np.int64)[None, :]
        self.given: dict[str, Array] = {
            **{name: np.full((1, 1), value, dtype) for name, value in shard.parameters.items()},
            **{name: np.asarray(label, np.int64).reshape(-1, 1) for name, label in shard.labels.items()},
            "n": np.full((1, 1), shard.classes, dtype),
        }

    def of_means(self) -> _Values:
        """What is about the means of this shard alone: to it there are no other classes."""
        found = _Values(self.split, self.shard, self.known)
        found.given["n"] = np.full((1, 1), self.shard.here, self.shard.dtype)
        return found

    def of(self, name: str) -> Array:
        """The numbers that a name stands for."""
        for known in (self.known, self.given, self.shard.vectors, self.made):
            if name in known:
                return known[name]
        self.made[name] = self._computed(name)
        return self.made[name]

    def _computed(self, name: str) -> Array:
        equation = self.split.equations.known[name]
        match equation:
            case OfRow(value) | OfClass(value):
                return self.value(value)
            case Placed(before, index, value):
                return np.where(self.classes == self.of(index), self.value(value), self.of(before))
        raise KeyError(f"{name} is read in a round before it is merged")

    def sent(self, name: str) -> Message:
        """Of what is reduced over the classes the part of this shard."""
        equation = self.split.equations.known[name]
        assert isinstance(equation, Total | Peak | Picked)
        whole = (self.shard.rows, self.shard.here)
        match equation:
            case Total(value, skip):
                terms = np.broadcast_to(self.value(value), whole)
                return {name: row_sums(terms if skip is None else np.where(self.classes == self.of(skip), 0, terms))}
            case Picked(of, index):
                nothing = self.shard.dtype.type(-0.0)
                return {name: row_sums(np.where(self.classes == self.of(index), self.of(of), nothing))}
            case Peak(value, where):
                return self._largest(name, np.broadcast_to(self.value(value), whole), where)

    def _largest(self, name: str, values: Array, where: str | None) -> Message:
        """With the class, and what is carried from there."""
        numbers = np.where(np.isnan(values), -np.inf, values)
        place = numbers.argmax(axis=-1)[:, None]
        found = {name: np.take_along_axis(numbers, place, axis=-1) + 0.0}  # of two zeros the one without a sign
        if where is None:
            return found
        for other, one in self.split.equations.known.items():
            if isinstance(one, Picked) and one.index == where and one.of in self.shard.vectors:
                vector = np.broadcast_to(self.of(one.of), values.shape)
                found[other] = np.take_along_axis(vector, place, axis=-1)
        return {**found, where: place + self.shard.first}

    def value(self, value: Value) -> Array:
        match value:
            case Number(number):
                return np.full((1, 1), float(number), self.shard.dtype)
            case Name(name):
                return self.of(name)
            case Element(array):
                return self.of(array)
            case Same(left, right):
                return (self._place(left) == self._place(right)).astype(self.shard.dtype)
            case Position(index):
                return (self._place(index) + 1).astype(self.shard.dtype)
            case Call(op, args):
                return np.asarray(operations()[op](*map(self.value, args)))
        raise TypeError(f"no value of a split: {value!r}")

    def _place(self, index: str) -> Array:
        return self.classes if index == HERE else self.of(index)
