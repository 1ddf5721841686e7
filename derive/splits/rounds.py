"""How a kernel splits over its classes: in which rounds what is sent, and what each shard needs to write its part.

A round sends, for every row, some numbers that all shards then merge.  What is sent is a monoid each time, and the
number of a concatenation is the merge of the numbers of its parts:

    sum        added; an empty shard sends 0
    pick       a component at one class: that of the shard which has the class, 0 elsewhere, added
    maximum    the larger; with its class, the first that has it, come the components of the row there
    scaled     sums of exponentials whose reference is the maximum of the same round (:mod:`derive.splits.references`)
    moved      sums of deviations from means that the same round makes known (:mod:`derive.splits.deviations`)

What needs a number of another round waits for it, so the rounds go in the order of their levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from derive.loops.ir import Number, Program, Value
from derive.splits.deviations import FromMean, deviations
from derive.splits.equations import (
    Attained,
    Equation,
    Equations,
    Peak,
    Picked,
    Total,
    equations_of,
    mentioned,
    read_by,
)
from derive.splits.references import ONE, ZERO, Scales


@dataclass(frozen=True)
class Moved:
    """How a sum of deviations from the means of a shard becomes one from those of all.

    count:   the sum that counts the classes.
    factors: for each factor the sums that, over the count, make its mean, and the sum of what it is multiplied by.
    """

    count: str
    factors: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True)
class Summed:
    """A sum.

    scales:  the maxima of this round to whose references it is scaled, each with its power ``c``.
    without: the name of the class that is left out, where it is that of such a maximum.
    whole:   then the sum with it: what counts of a shard whose maximum is not the largest.
    moved:   where it is of deviations from means of this round.
    """

    name: str
    scales: tuple[tuple[str, Value], ...] = ()
    without: str = ""
    whole: str = ""
    moved: Moved | None = None


@dataclass(frozen=True)
class Highest:
    """A maximum.

    where:   the name of its class; ``""``: nobody asks.
    carried: the components of the row at that class, by their names, which come with it.
    """

    name: str
    where: str = ""
    carried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fetched:
    """The component at a class that all shards know, sent by the one that has it."""

    name: str


Sent = Summed | Highest | Fetched
CLASS_BYTES = 8
"""Of the number of a class, in a message."""


@dataclass(frozen=True)
class Round:
    parts: tuple[Sent, ...]

    def bytes_per_row(self, itemsize: int) -> int:
        """What a shard sends for a row, where a number has so many bytes."""
        tops = [part for part in self.parts if isinstance(part, Highest) and part.where]
        return itemsize * sum(map(_numbers, self.parts)) + CLASS_BYTES * len(tops)


def _numbers(part: Sent) -> int:
    return 1 + len(part.carried) if isinstance(part, Highest) else 1


@dataclass(frozen=True)
class Split:
    """A kernel in rounds.

    formula:   the name of that which it is of.
    inputs:    the names of its inputs, in order.
    equations: what each name of it is.
    rounds:    what is sent, in order.
    needs:     for each output the numbers of the row, of those that were sent, that a shard writes its part from.
    """

    name: str
    formula: str
    inputs: tuple[str, ...]
    equations: Equations
    rounds: tuple[Round, ...]
    needs: Mapping[str, tuple[str, ...]]

    def bytes_per_row(self, itemsize: int) -> int:
        """In all rounds together."""
        return sum(one.bytes_per_row(itemsize) for one in self.rounds)


def split(program: Program) -> Split:
    """In as few rounds as there can be.  Raises SplitError where the classes cannot be shared out."""
    equations = equations_of(program)
    plain, scaled = _Levels(equations, False), _Levels(equations, True)
    chosen = scaled if scaled.count < plain.count else plain
    inputs = tuple(one.name for one in program.inputs)
    return Split(program.name, program.formula.name, inputs, chosen.equations, tuple(chosen.rounds()), chosen.needs())


class _Levels:
    """After which round each name is known."""

    def __init__(self, equations: Equations, scaling: bool) -> None:
        self.scaling = scaling
        self.level: dict[str, int] = dict.fromkeys(equations.inputs | equations.given, 0)
        self.scales: dict[str, tuple[tuple[str, Value], ...]] = {}
        self.deviations: dict[str, tuple[FromMean, ...]] = {}
        self.leaves = _leaves(equations.known)
        for name, equation in equations.known.items():
            self.level[name] = self._level(equations.known, name, equation)
        self.equations = self._with_first_sums(self._with_wholes(equations))
        self.used = self._used()

    @property
    def count(self) -> int:
        return max((self.level[name] for name in self.used), default=0)

    def _level(self, known: Mapping[str, Equation], name: str, equation: Equation) -> int:
        before = max((self.level[read] for read in read_by(equation)), default=0)
        match equation:
            case Total():
                found = self._scales(known, equation, before) if self.scaling else ()
                self.scales[name] = found
                made = self._deviations(known, equation, before) if self.scaling and not found else ()
                self.deviations[name] = made
                return before if found or made else before + 1
            case Picked(of, index) if isinstance(known.get(index), Attained) and of not in known:
                return self.level[index]
            case Peak() | Picked():
                return before + 1
        return before

    def _scales(self, known: Mapping[str, Equation], total: Total, level: int) -> tuple[tuple[str, Value], ...]:
        """The references of this very level by which a sum is scaled; none: it has to wait for what it reads."""
        read = {leaf for name in mentioned(total.value) for leaf in self.leaves.get(name, {name})}
        late = {name for name in read if self.level[name] == level}
        if not late or not all(isinstance(known.get(name), Peak) for name in late):
            return ()
        found = [(name, Scales(known, name).power(total.value)) for name in sorted(late)]
        powers = [(name, power) for name, power in found if power is not None and power != ZERO]
        if len(powers) < len(found) or any(isinstance(p, Number) and p.value > 0 for _, p in powers):
            return ()
        if total.skip is not None and self.level[total.skip] == level:
            top = known[total.skip]
            if not isinstance(top, Attained) or top.of not in late:
                return ()
        return tuple(powers)

    def _deviations(self, known: Mapping[str, Equation], total: Total, level: int) -> tuple[FromMean, ...]:
        """The factors of a sum that merges although it is about means of this very level."""
        read = {leaf for name in mentioned(total.value) for leaf in self.leaves.get(name, {name})}
        late = frozenset(name for name in read if self.level[name] == level)
        if level == 0 or not all(isinstance(known.get(name), Total) and not self.scales[name] for name in late):
            return ()
        return deviations(known, total, late)

    def _with_first_sums(self, equations: Equations) -> Equations:
        """With the count of the classes and the sums of single factors, for what is about means of its own round."""
        known = dict(equations.known)
        self.moved: dict[str, Moved] = {}
        for name, made in list(self.deviations.items()):
            if made:
                count = self._also(known, ONE, "count", name)
                firsts = [self._also(known, one.value, "deviations", name) for one in made]
                for one, first in zip(made, firsts, strict=True):
                    self.moved[first] = Moved(count, ((one.totals, count),))
                beside = reversed(firsts) if len(made) > 1 else (count,)
                factors = tuple((one.totals, other) for one, other in zip(made, beside, strict=True))
                self.moved[name] = Moved(count, factors)
        return Equations(known, equations.outputs, equations.inputs, equations.given)

    def _also(self, known: dict[str, Equation], value: Value, wanted: str, like: str) -> str:
        """The sum of a value, which may be there, in the round of another."""
        total = Total(value)
        name = next((other for other, one in known.items() if one == total), _fresh(wanted, known))
        if name not in known:
            known[name], self.scales[name], self.level[name] = total, (), self.level[like]
        return name

    def _with_wholes(self, equations: Equations) -> Equations:
        """With the sum of all classes for every one that leaves out the class of a maximum of its own round."""
        known = dict(equations.known)
        self.wholes: dict[str, str] = {}
        for name, equation in equations.known.items():
            if isinstance(equation, Total) and self._leaves_out_a_top(name, equation):
                whole = Total(equation.value)
                same = next((other for other, one in known.items() if one == whole), f"{name} with {equation.skip}")
                if same not in known:
                    known[same], self.scales[same], self.level[same] = whole, self.scales[name], self.level[name]
                self.wholes[name] = same
        return Equations(known, equations.outputs, equations.inputs, equations.given)

    def _leaves_out_a_top(self, name: str, total: Total) -> bool:
        """Whether it leaves out the class of a maximum that is not yet known when it is summed."""
        return bool(self.scales[name]) and total.skip is not None and self.level[total.skip] == self.level[name]

    def _used(self) -> frozenset[str]:
        """What the outputs need, directly or through others."""
        found: set[str] = set()
        waiting = list(self.equations.outputs.values())
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.equations.known:
                found.add(name)
                waiting += [*read_by(self.equations.known[name]), *filter(None, (self.wholes.get(name),))]
                waiting += [largest for largest, _ in self.scales.get(name, ())]
                waiting += self._asked_by(self.moved.get(name))
        return frozenset(found)

    def _asked_by(self, moved: Moved | None) -> list[str]:
        return [] if moved is None else [moved.count, *(other for _, other in moved.factors)]

    def rounds(self) -> Iterator[Round]:
        for level in range(1, self.count + 1):
            parts = (self._part(name) for name in self.equations.known if self.level[name] == level)
            yield Round(tuple(part for part in parts if part is not None))

    def _part(self, name: str) -> Sent | None:
        if name not in self.used:
            return None
        match self.equations.known[name]:
            case Total(_, skip):
                whole = self.wholes.get(name, "")
                return Summed(name, self.scales[name], (skip or "") if whole else "", whole, self.moved.get(name))
            case Peak(_, where):
                asked = where if where in self.used else None
                return Highest(name, asked or "", self._carried(asked))
            case Picked() if not self._is_carried(name):
                return Fetched(name)
        return None

    def _carried(self, top: str | None) -> tuple[str, ...]:
        known = self.equations.known
        return tuple(
            name
            for name, one in known.items()
            if name in self.used and isinstance(one, Picked) and one.index == top and one.of not in known
        )

    def _is_carried(self, name: str) -> bool:
        picked, known = self.equations.known[name], self.equations.known
        return isinstance(picked, Picked) and isinstance(known.get(picked.index), Attained) and picked.of not in known

    def needs(self) -> dict[str, tuple[str, ...]]:
        known, outputs = self.equations.known, self.equations.outputs
        return {output: tuple(one for one in known if one in self.leaves[name]) for output, name in outputs.items()}


def _fresh(wanted: str, known: Mapping[str, Equation]) -> str:
    """A name that no program has: it holds a space."""
    return next(name for k in count(1) if (name := f"the {wanted}" + f" {k}" * (k > 1)) not in known)


def _leaves(known: Mapping[str, Equation]) -> dict[str, frozenset[str]]:
    """What each name is made of in the end: inputs, what is given, and what is sent."""
    found: dict[str, frozenset[str]] = {}
    for name, equation in known.items():
        if isinstance(equation, Total | Peak | Attained | Picked):
            found[name] = frozenset((name,))
        else:
            found[name] = frozenset(leaf for read in read_by(equation) for leaf in found.get(read, {read}))
    return found
