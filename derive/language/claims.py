"""What is claimed of formulas, with the lines of its proof; numbers that refute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from sympy import Basic, Expr, Float, Rational, Symbol

from derive.language.components import Component, Permutation, Vector
from derive.language.errors import FormulaError
from derive.language.formula import Formula
from derive.language.grammar import check_words
from derive.language.reading import written
from derive.language.text import check_prose
from derive.language.whereabouts import is_name, written_at
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
        if not isinstance(self.reason, (str, Claim)):
            raise FormulaError(f"{self.reason!r} is no reason: give the name of a rule, in quotes, or a claim")

    @property
    def named(self) -> str:
        """What its reason is called."""
        return self.reason if isinstance(self.reason, str) else self.reason.name


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
        refuse = located(self)
        _check_statement(self, refuse)
        if self.relation not in PROVABLE:
            refuse(f"numbers show {self.relation!r}: write a Witness")
        check_all("proof", self.proof, Line, "lines, such as by('algebra')", refuse)
        check_all("constants", self.constants, Symbol, "scalars", refuse)
        check_all("assuming", self.assuming, Assumption, "assumptions, such as positive(s)", refuse)
        if not self.proof:
            refuse("it has no proof: give it at least one line")
        for number, line in enumerate(self.proof, start=1):
            if line.expression is not None:
                _check_words(line.expression, f"line {number} ({line.named})", refuse)
        for assumption in self.assuming:
            for part in assumption.subject:
                _check_words(part, "what it assumes", refuse)

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
        refuse = located(self)
        _check_statement(self, refuse)
        if not isinstance(self.at, Mapping):
            refuse("at gives each input its value: at={x: (1, 2), i: 1}")
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
                raise FormulaError(f"{place} = {part}: it is no rational number: write one, such as '0.5', in quotes")
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
    return Assumption("positive", (written(expression),))


def nonzero(expression: Any) -> Assumption:
    """``expression != 0``."""
    return Assumption("nonzero", (written(expression),))


def sums_to(total: Any, value: Any) -> Assumption:
    """``total = value``: a direction that keeps a sum, say.

    A component ``p[k]`` has that value at the class k, or at every class, where neither claim nor proof fixes k.
    """
    return Assumption("sums_to", (written(total), written(value)))


def largest(component: Any) -> Assumption:
    """``x[a]`` is larger than every other component of its vector."""
    if not isinstance(component, Component):
        raise FormulaError(f"{component} is not a component: write largest(x[a])")
    return Assumption("largest", (component,))


def _line(relation: str, expression: Any, reason: str | Claim) -> Line:
    return Line(relation, written(expression), reason)


def _is_decimal(value: Any) -> bool:
    try:
        Fraction(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return False
    return isinstance(value, str)


def _exact(value: Any) -> Fraction | int:
    exact = value if isinstance(value, int) else Fraction(str(value))
    return int(exact) if exact == int(exact) else exact


Refuse = Callable[[str], None]


def located(record: Any) -> Refuse:
    """Remember where the record was written.  What refuses it says so."""
    if record.file is None:
        file, line = written_at()
        object.__setattr__(record, "file", file)
        object.__setattr__(record, "line", line)

    def refuse(problem: str) -> None:
        name = f" {record.name!r}" if hasattr(record, "name") else ""
        raise FormulaError(f"{record.file}:{record.line}: {type(record).__name__.lower()}{name}: {problem}")

    return refuse


def _check_statement(record: Claim | Witness, refuse: Refuse) -> None:
    """Its name and its prose; both sides, and what is said of them."""
    check_name_and_prose(record, refuse)
    if not isinstance(record.about, Formula):
        refuse(f"about={record.about!r} is no formula: give the one on whose page it stands")
    check_sides(record, refuse)


def check_sides(record: Any, refuse: Refuse) -> None:
    """Both sides of a statement, which become words of the language, and the relation between them."""
    if record.relation not in RELATIONS:
        refuse(f"{record.relation!r} is not a relation: use one of {', '.join(RELATIONS)}")
    for side in ("left", "right"):
        try:
            object.__setattr__(record, side, written(getattr(record, side)))
        except FormulaError as error:
            refuse(f"its {side} side: {error}")
        _check_words(getattr(record, side), f"its {side} side", refuse)


def check_name_and_prose(record: Any, refuse: Refuse) -> None:
    if not is_name(record.name):
        refuse("its name is not an identifier: use ASCII letters, digits and _")
    check_prose("its", refuse, title=record.title, doc=record.doc)


def _check_words(expression: Any, whose: str, refuse: Refuse) -> None:
    check_words(expression, lambda problem: refuse(f"{whose}: {problem}"), claimed=True)


def check_all(field_name: str, given: Any, kind: Any, wanted: str, refuse: Refuse) -> None:
    if not isinstance(given, (tuple, list)) or not all(isinstance(one, kind) for one in given):
        refuse(f"{field_name} holds {wanted}, in a tuple: {field_name}=(..., )")
