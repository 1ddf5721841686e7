"""What pages are made of: prose, statements, definitions, quantities.  Nothing here is spelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic, Symbol

from derive.algebra.records import Theorem
from derive.language.components import Permutation
from derive.language.formula import Formula
from derive.language.inputs import Input


@dataclass(frozen=True)
class Prose:
    """Sentences; ``letters`` are names that stand for a letter where they spell one."""

    text: str
    letters: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatementShown:
    """``left relation right``; no bound index may have a name that is taken."""

    left: Basic
    relation: str
    right: Basic
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Definition:
    """``symbol = expression`` of a formula, for all values of its indices."""

    formula: Formula
    statement: StatementShown
    indices: tuple[Symbol, ...]


@dataclass(frozen=True)
class Quantities:
    """What a theorem holds for: each of these constants, and each of these permutations of the classes."""

    constants: tuple[Symbol, ...] = ()
    permutations: tuple[Permutation, ...] = ()


@dataclass(frozen=True)
class InputShown:
    """default: the number that an input has where none is given, a vector everywhere, as it is typed; else nothing."""

    given: Input
    meaning: Prose
    default: str


def prose_of(formula: Formula, text: str, constants: Iterable[Symbol] = ()) -> Prose:
    """What is said of a formula, or of a theorem with its constants."""
    return Prose(text, tuple(given.name for given in (*formula.inputs, *constants)))


def definition_of(formula: Formula) -> Definition:
    said = StatementShown(formula.at_indices, "=", formula.expression, frozenset((formula.symbol,)))
    return Definition(formula, said, tuple(formula.indices))


def quantities_of(theorem: Theorem) -> Quantities:
    permutations = theorem.left.atoms(Permutation) | theorem.right.atoms(Permutation)
    return Quantities(theorem.constants, tuple(sorted(permutations, key=lambda p: p.name)))


def input_shown(formula: Formula, given: Input) -> InputShown:
    default = getattr(given, "default", None)
    return InputShown(given, prose_of(formula, given.doc), "" if default is None else repr(default))
