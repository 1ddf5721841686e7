"""What is claimed of formulas, with the lines of its proof; numbers that refute; topics to read them in order."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from sympy import Basic, Expr, Float, Rational, Symbol, sympify

from derive.language.errors import FormulaError
from derive.language.formula import Formula
from derive.language.nodes import Component, Permutation, Vector
from derive.language.reading import read
from derive.language.text import check_prose
from derive.shown import Shown

PROVABLE = ("=", "<=", ">=", "<", ">")
RELATIONS = (*PROVABLE, "!=")


@dataclass(frozen=True)
class Assumption:
    """What a claim presupposes beyond the domains of its inputs; see the functions below."""

    kind: str
    subject: tuple[Basic, ...]


@dataclass(frozen=True)
class Line:
    """One line of a proof: ``relation expression``, by a rule of the engine or by an earlier claim.

    ``expression`` is ``None`` where the line is whatever the rule makes of the line before.
    """

    relation: str
    expression: Expr | None
    reason: str | Claim

    def __post_init__(self) -> None:
        if self.relation not in PROVABLE:
            raise FormulaError(f"a line of a proof cannot say {self.relation!r}: use one of {', '.join(PROVABLE)}")


@dataclass(frozen=True)
class Claim(Shown):
    """A theorem about a formula: ``left relation right`` and the lines that lead from one side to the other.

    The engine checks that each line follows from the one before by the rule that it names; the oracle holds every
    line against numbers.

    name:      an identifier, unique among the claims about its formula.
    about:     the formula on whose page it stands.
    proof:     the lines; the last one ends in ``right``.
    title, doc: what it says, in a few words and in a few sentences.
    constants: scalars for every value of which it holds.
    assuming:  what it presupposes.
    """

    name: str
    about: Formula
    left: Expr
    relation: str
    right: Expr
    proof: tuple[Line, ...]
    title: str = ""
    doc: str = ""
    constants: tuple[Symbol, ...] = ()
    assuming: tuple[Assumption, ...] = ()
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        _locate(self)
        object.__setattr__(self, "left", read(sympify(self.left, strict=True)))
        object.__setattr__(self, "right", read(sympify(self.right, strict=True)))
        _check_name(self.name, self.where)
        _check_prose(self)
        _check_relation(self.relation, self.where)
        if self.relation not in PROVABLE:
            raise FormulaError(f"{self.where}: claim {self.name!r}: numbers show {self.relation!r}: write a Witness")
        if not self.proof:
            raise FormulaError(f"{self.where}: claim {self.name!r} has no proof: give it at least one line")

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Witness(Shown):
    """Numbers at which ``left relation right`` holds: the proof of "not always equal", "not convex" and the like.

    ``at`` gives each vector its exact components (their number is n), each index or label its class from 1, each
    scalar its value.
    """

    name: str
    about: Formula
    left: Expr
    relation: str
    right: Expr
    at: Mapping[Any, Any]
    title: str = ""
    doc: str = ""
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        _locate(self)
        object.__setattr__(self, "left", read(sympify(self.left, strict=True)))
        object.__setattr__(self, "right", read(sympify(self.right, strict=True)))
        _check_name(self.name, self.where)
        _check_prose(self)
        _check_relation(self.relation, self.where)
        object.__setattr__(self, "at", {given: self._exact(given, value) for given, value in self.at.items()})

    def _exact(self, given: Any, value: Any) -> Any:
        """A value, or one for each class, as exact numbers.  Raises FormulaError where it is something else."""
        place = f"{self.where}: witness {self.name!r}: {given}"
        if not isinstance(given, (Vector, Permutation, Symbol)):
            raise FormulaError(f"{place} is no input: give values to vectors, indices, labels and scalars")
        many = isinstance(value, (tuple, list))
        if many != isinstance(given, (Vector, Permutation)) or (many and not value):
            wanted = "one number" if isinstance(given, Symbol) else "one number per class, in a tuple"
            raise FormulaError(f"{place} = {value}: give it {wanted}")
        for part in value if many else (value,):
            if isinstance(part, (float, Float)):
                raise FormulaError(f"{place} = {part}: a float is not exact: write '{part}', in quotes, or a Rational")
            if not isinstance(part, (int, Fraction, Rational)) and not _is_decimal(part):
                raise FormulaError(f"{place} = {part}: it is no rational number")
        exact = tuple(map(_exact, value if many else (value,)))
        names_classes = isinstance(given, Permutation) or given.is_integer
        if names_classes and not all(isinstance(e, int) for e in exact):
            raise FormulaError(f"{place} = {value}: a class is a whole number, from 1")
        return exact if many else exact[0]

    def __hash__(self) -> int:
        return hash((self.name, self.about, self.left, self.right))

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Topic:
    """One page of the theory: what it is about, and the formulas on it, in the order in which they are read.

    name:     an identifier; pages are called after it.
    title, doc: the heading, and the motivation in a few sentences.
    pictures: names of the pictures that belong there.
    exhibits: names of the computed exhibits that belong there.
    """

    name: str
    title: str
    doc: str
    formulas: tuple[Formula, ...]
    pictures: tuple[str, ...] = ()
    exhibits: tuple[str, ...] = ()
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        _locate(self)
        _check_name(self.name, self.where)
        _check_prose(self)

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def by(reason: str | Claim) -> Line:
    """The line that the rule makes of the line before."""
    return Line("=", None, reason)


def equal(expression: Any, reason: str | Claim) -> Line:
    return _line("=", expression, reason)


def at_most(expression: Any, reason: str | Claim) -> Line:
    return _line("<=", expression, reason)


def at_least(expression: Any, reason: str | Claim) -> Line:
    return _line(">=", expression, reason)


def less(expression: Any, reason: str | Claim) -> Line:
    return _line("<", expression, reason)


def more(expression: Any, reason: str | Claim) -> Line:
    return _line(">", expression, reason)


def distinct(one: Symbol, other: Symbol) -> Assumption:
    """Two indices name different classes."""
    if one == other:
        raise FormulaError(f"{one} is not distinct from itself: give two indices")
    return Assumption("distinct", (one, other))


def positive(expression: Any) -> Assumption:
    """``expression > 0``; for every class, where it has an index that the claim does not fix."""
    return Assumption("positive", (sympify(expression, strict=True),))


def nonzero(expression: Any) -> Assumption:
    """``expression != 0``."""
    return Assumption("nonzero", (sympify(expression, strict=True),))


def sums_to(total: Any, value: Any) -> Assumption:
    """``total = value``: a direction that keeps a sum, say.

    A component ``p[k]`` has that value at the class k, or at every class, where neither claim nor proof fixes k.
    """
    return Assumption("sums_to", (sympify(total, strict=True), sympify(value, strict=True)))


def largest(component: Any) -> Assumption:
    """``x[a]`` is larger than every other component of its vector."""
    if not isinstance(component, Component):
        raise FormulaError(f"{component} is not a component: write largest(x[a])")
    return Assumption("largest", (component,))


def _line(relation: str, expression: Any, reason: str | Claim) -> Line:
    return Line(relation, read(sympify(expression, strict=True)), reason)


def _is_decimal(value: Any) -> bool:
    try:
        Fraction(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return False
    return isinstance(value, str)


def _exact(value: Any) -> Fraction | int:
    exact = value if isinstance(value, int) else Fraction(str(value))
    return int(exact) if exact == int(exact) else exact


def _check_name(name: str, where: str) -> None:
    if not name.isidentifier() or not name.isascii():
        raise FormulaError(f"{where}: {name!r} is not an identifier: use ASCII letters, digits and _")


def _check_prose(record: Claim | Witness | Topic) -> None:
    def refuse(problem: str) -> None:
        raise FormulaError(f"{record.where}: {type(record).__name__.lower()} {record.name!r}: {problem}")

    check_prose("its", refuse, title=record.title, doc=record.doc)


def _check_relation(relation: str, where: str) -> None:
    if relation not in RELATIONS:
        raise FormulaError(f"{where}: {relation!r} is not a relation: use one of {', '.join(RELATIONS)}")


def _locate(record: Any) -> None:
    """Remember the file and line at which a record was written."""
    if record.file is not None:
        return
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    while frame is not None and frame.f_code.co_filename.startswith("<"):  # the dataclass's own __init__
        frame = frame.f_back
    if frame is not None:
        object.__setattr__(record, "file", Path(frame.f_code.co_filename))
        object.__setattr__(record, "line", frame.f_lineno)
