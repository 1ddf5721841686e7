"""A loop program as equations: what each name is, in any order, where the program says when it is computed.

What a program keeps in an output, to read it again, becomes a name of its own each time that it is stored; a component
at a label, or at the class of a maximum, becomes one too.  So nothing is ever overwritten, and any part of the row can
be computed as soon as the names that it reads are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from derive.errors import DeriveError
from derive.language.inputs import Label, Parameter
from derive.loops.ir import (
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
    walk,
)

HERE = "<here>"
"""In place of an index: the class at which a value stands."""


class SplitError(DeriveError):
    """A kernel whose classes cannot be shared out."""


@dataclass(frozen=True)
class OfRow:
    """One number for the row."""

    value: Value


@dataclass(frozen=True)
class OfClass:
    """A number for each class."""

    value: Value


@dataclass(frozen=True)
class Placed:
    """A number for each class: those of ``before``, with another one at the class ``index``."""

    before: str
    index: str
    value: Value


@dataclass(frozen=True)
class Total:
    """The sum over the classes, without the class ``skip`` where one is named."""

    value: Value
    skip: str | None = None


@dataclass(frozen=True)
class Peak:
    """The maximum over the classes, and by which name the first class that has it is known, where somebody asks."""

    value: Value
    where: str | None = None


@dataclass(frozen=True)
class Attained:
    """The first class at which the maximum ``of`` is attained."""

    of: str


@dataclass(frozen=True)
class Picked:
    """Of the numbers ``of``, an input or a name, that at the class ``index``."""

    of: str
    index: str


Equation = OfRow | OfClass | Placed | Total | Peak | Attained | Picked


@dataclass(frozen=True)
class Equations:
    """What a program computes.

    known:   name -> what it is; a name reads only names before it.
    outputs: output -> the name of what stands in it at the end.
    inputs:  the vectors, with a number for each class.
    given:   what every shard has from the start: labels, parameters, and the count of classes.
    """

    known: Mapping[str, Equation]
    outputs: Mapping[str, str]
    inputs: frozenset[str]
    given: frozenset[str]


def read_by(equation: Equation) -> frozenset[str]:
    """The names that an equation needs, inputs and what is given among them."""
    match equation:
        case OfRow(value) | OfClass(value) | Peak(value):
            return mentioned(value)
        case Placed(before, index, value):
            return mentioned(value) | {before, index}
        case Total(value, skip):
            return mentioned(value) | ({skip} if skip else set())
        case Attained(of):
            return frozenset((of,))
        case Picked(of, index):
            return frozenset((of, index))


def mentioned(value: Value) -> frozenset[str]:
    found: set[str] = set()
    for part in walk(value):
        match part:
            case Name(name):
                found.add(name)
            case Element(array, index):
                found |= {array, index}
            case Position(index):
                found.add(index)
            case Same(left, right):
                found |= {left, right}
    return frozenset(found - {HERE})


def equations_of(program: Program) -> Equations:
    """Raises SplitError for a program whose passes are nested, or go along another axis than the classes."""
    made = _Making(program)
    made.block(program.body, None)
    return Equations(made.known, made.standing, made.inputs, made.given)


@dataclass
class _Making:
    """The equations so far, and the name of what stands in each output now."""

    program: Program
    known: dict[str, Equation] = field(default_factory=dict)
    standing: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = [one.name for one in self.program.inputs if isinstance(one, Label | Parameter)]
        self.given = frozenset((*given, "n"))
        self.inputs = frozenset(one.name for one in self.program.inputs) - self.given
        if self.program.sizes:
            raise self._refused(f"it runs along the axes {', '.join(self.program.sizes)}: one axis of classes is split")

    def block(self, body: tuple[Statement, ...], loop: str | None) -> None:
        for statement in body:
            match statement:
                case Loop(index, inner) if loop is None:
                    self.block(inner, index)
                case Loop():
                    outputs = ", ".join(output.name for output in self.program.outputs)
                    raise self._refused(f"{outputs} has a number for each pair of classes, and no shard has both")
                case Let(name, value):
                    self.known[name] = OfRow(self._value(value, None)) if loop is None else self._each(value, loop)
                case Accumulate(name, value, skip):
                    self.known[name] = Total(self._value(value, loop), skip)
                case ArgMax(name, value, where):
                    self.known[name] = Peak(self._value(value, loop), where)
                    if where is not None:
                        self.known[where] = Attained(name)
                case Store():
                    self._store(statement, loop)

    def _each(self, value: Value, loop: str) -> Equation:
        return OfClass(self._value(value, loop))

    def _store(self, store: Store, loop: str | None) -> None:
        value, before = self._value(store.value, loop), self.standing.get(store.output)
        if not store.indices:
            made: Equation = OfRow(value)
        elif store.indices == (loop,):
            made = OfClass(value)
        elif len(store.indices) == 1 and before is not None:
            made = Placed(before, store.indices[0], value)
        else:
            raise self._refused(f"{store.output} has a number for each pair of classes, and no shard has both")
        self.standing[store.output] = self._named(f"{store.output} stored", made)

    def _named(self, wanted: str, made: Equation) -> str:
        """A name that the program has not: it holds a space."""
        name = next(name for name in _numbered(wanted) if self.known.get(name, made) == made)
        self.known[name] = made
        return name

    def _value(self, value: Value, loop: str | None) -> Value:
        """The value with what stands at the class of the loop, or at another class, under a name."""
        match value:
            case Call(op, args):
                return Call(op, tuple(self._value(part, loop) for part in args))
            case Element(array, index):
                array = self.standing.get(array, array)
                if index != loop:
                    return Name(self._named(f"{array} at {index}", Picked(array, index)))
                return Element(array, HERE) if array in self.inputs else Name(array)
            case Same(left, right):
                return Same(*(HERE if index == loop else index for index in (left, right)))
            case Position(index):
                return Position(HERE if index == loop else index)
        return value

    def _refused(self, why: str) -> SplitError:
        return SplitError(f"{self.program.formula.where}: {self.program.name} does not split over the classes: {why}")


def _numbered(name: str) -> Iterator[str]:
    yield name
    count = 1
    while True:
        count += 1
        yield f"{name} {count}"
