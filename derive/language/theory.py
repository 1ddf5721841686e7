"""What is claimed of formulas, with the lines of its proof; numbers that refute; topics to read them in order."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from sympy import Basic, Expr, Symbol, sympify

from derive.language.errors import FormulaError
from derive.language.formula import Formula
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
        object.__setattr__(self, "left", sympify(self.left, strict=True))
        object.__setattr__(self, "right", sympify(self.right, strict=True))
        if not self.name.isidentifier():
            raise FormulaError(f"{self.where}: {self.name!r} is not an identifier: use ASCII letters, digits and _")
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
        object.__setattr__(self, "left", sympify(self.left, strict=True))
        object.__setattr__(self, "right", sympify(self.right, strict=True))
        _check_relation(self.relation, self.where)
        exact = {k: tuple(map(_exact, v)) if isinstance(v, (tuple, list)) else _exact(v) for k, v in self.at.items()}
        object.__setattr__(self, "at", exact)

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
        if not self.name.isidentifier():
            raise FormulaError(f"{self.where}: {self.name!r} is not an identifier: use ASCII letters, digits and _")

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
    return Assumption("positive", (sympify(expression),))


def nonzero(expression: Any) -> Assumption:
    """``expression != 0``."""
    return Assumption("nonzero", (sympify(expression),))


def sums_to(total: Any, value: Any) -> Assumption:
    """``total = value``: a direction that keeps a sum, say.

    A component ``p[k]`` has that value at the class k, or at every class, where neither claim nor proof fixes k.
    """
    return Assumption("sums_to", (sympify(total), sympify(value)))


def largest(component: Any) -> Assumption:
    """``x[a]`` is larger than every other component of its vector."""
    return Assumption("largest", (component,))


def _line(relation: str, expression: Any, reason: str | Claim) -> Line:
    return Line(relation, sympify(expression, strict=True), reason)


def _exact(value: Any) -> Fraction | int:
    if isinstance(value, int):
        return value
    return Fraction(str(value)) if not isinstance(value, float) else Fraction(value)


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
