"""The order in which formulas are read: topics, and on the way through them a stop at each, with exercises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from sympy import Expr, Float, Rational, Symbol

from derive.language.claims import Claim, Witness, check_all, check_name_and_prose, check_sides, located
from derive.language.components import Permutation, Vector
from derive.language.errors import FormulaError
from derive.language.formula import Formula
from derive.language.reading import written
from derive.language.text import check_prose


@dataclass(frozen=True)
class Steps:
    """The derivation of this name of a formula, such as ``jacobian``."""

    of: Formula
    name: str


@dataclass(frozen=True)
class Law:
    """A rule by its name, as it is stated for any expression."""

    name: str


@dataclass(frozen=True)
class Notation:
    """What a notation means, in TeX: a definition for which the language has no words, and nothing that is claimed."""

    tex: str


@dataclass(frozen=True)
class Session:
    """The code of an exhibit and what it prints, by the name of the exhibit."""

    name: str


@dataclass(frozen=True)
class Fact:
    """``left relation right``, which the oracle checks when derive builds.

    ``at`` gives each vector its components (their number is n), each index or label its class from 1.  A component may
    be an expression in scalars: then it holds for all numbers between 0 and 1 that leave each vector in its domain.
    Without ``at`` it holds wherever both sides are defined.
    """

    left: Expr
    relation: str
    right: Expr
    at: Mapping[Any, Any] = field(default_factory=dict)
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        refuse = located(self)
        check_sides(self, refuse)
        try:
            object.__setattr__(self, "at", {given: _taken(given, value) for given, value in self.at.items()})
        except FormulaError as error:
            refuse(str(error))

    def __hash__(self) -> int:
        return hash((self.left, self.relation, self.right))

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


def _taken(given: Any, value: Any) -> Any:
    if not isinstance(given, Vector | Permutation | Symbol):
        raise FormulaError(f"{given} is no input: give values to vectors, indices, labels and scalars")
    if isinstance(value, tuple | list) != isinstance(given, Vector | Permutation):
        wanted = "one number" if isinstance(given, Symbol) else "one number per class, in a tuple"
        raise FormulaError(f"{given} = {value}: give it {wanted}")
    return tuple(map(_exact, value)) if isinstance(value, tuple | list) else _exact(value)


def _exact(value: Any) -> Any:
    if isinstance(value, float | Float):
        raise FormulaError(f"{value}: a float is not exact: write '{value}', in quotes, or a Rational")
    if isinstance(value, str):
        try:
            value = Fraction(value)
        except ValueError:
            raise FormulaError(f"{value!r} is no number: write one, such as '0.5'") from None
    found = Rational(value) if isinstance(value, Fraction) else written(value)
    return int(found) if found.is_Integer else Fraction(int(found.p), int(found.q)) if found.is_Rational else found


@dataclass(frozen=True)
class Exercise:
    """A question, what its answer comes to, and how one finds it.

    facts: what the answer states, each checked by the oracle; answer: the way to it, in a few sentences.
    """

    question: str
    facts: tuple[Fact, ...]
    answer: str = ""
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        refuse = located(self)
        check_prose("its", refuse, question=self.question, answer=self.answer)
        check_all("facts", self.facts, Fact, "facts, which the oracle checks", refuse)
        if not self.facts:
            refuse("nothing in its answer can be checked: give it a Fact")


Piece = str | Formula | Claim | Witness | Steps | Law | Notation | Session | Fact
"""What a stop shows: prose (with mathematics between dollars), or something to be taken from where it was made."""


@dataclass(frozen=True)
class Stop:
    """What a first reading takes from a topic: prose and records in turn, and exercises on them."""

    pieces: tuple[Piece, ...]
    exercises: tuple[Exercise, ...] = ()
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        refuse = located(self)
        check_all("pieces", self.pieces, Piece, "prose and records, such as Steps(formula, 'gradient')", refuse)
        check_all("exercises", self.exercises, Exercise, "exercises", refuse)
        for text in (piece for piece in self.pieces if isinstance(piece, str)):
            check_prose("its", refuse, prose=text)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All that has to be checked."""
        shown = (piece for piece in self.pieces if isinstance(piece, Fact))
        return (*shown, *(fact for exercise in self.exercises for fact in exercise.facts))


@dataclass(frozen=True)
class Topic:
    """One page of the theory: what it is about, and the formulas on it, in the order in which they are read.

    name:     an identifier; pages are called after it.
    title, doc: the heading, and the motivation in a few sentences.
    pictures: names of the pictures that belong there.
    exhibits: names of the computed exhibits that belong there.
    keywords: what readers may call it when they search, with commas between.
    stop:     its part of the guided path; none: the path passes it by.
    """

    name: str
    title: str
    doc: str
    formulas: tuple[Formula, ...]
    pictures: tuple[str, ...] = ()
    exhibits: tuple[str, ...] = ()
    keywords: str = ""
    stop: Stop | None = None
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        refuse = located(self)
        check_name_and_prose(self, refuse)
        check_all("formulas", self.formulas, Formula, "formulas", refuse)
        check_all("pictures", self.pictures, str, "names of pictures", refuse)
        check_all("exhibits", self.exhibits, str, "names of exhibits", refuse)
        if not isinstance(self.stop, Stop | None):
            refuse(f"stop={self.stop!r} is none: write Stop((...), (...))")

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"
