"""The records of a derivation: rule, condition, step, chain of steps, theorem.  Everything printed reads these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic, Expr, Symbol

from derive.language.formula import Formula
from derive.language.theory import Witness


@dataclass(frozen=True)
class Condition:
    """What has to hold for a step to be sound.

    kind        subject                     meaning
    positive    (u,)                        u > 0
    nonzero     (u,)                        u != 0
    in_range    (j,)                        1 <= j <= n
    equal       (i, j)                      i = j (two indices)
    distinct    (i, j)                      i != j (two indices)
    sums_to_one (Sum(y[i], i),)             the axiom of a distribution
    nonnegative (u,)                        u >= 0
    """

    kind: str
    subject: tuple[Basic, ...]

    def __str__(self) -> str:
        shown = [str(s) for s in self.subject]
        return {
            "positive": "{0} > 0",
            "nonnegative": "{0} >= 0",
            "nonzero": "{0} != 0",
            "in_range": "1 <= {0} <= n",
            "equal": "{0} = {1}",
            "distinct": "{0} != {1}",
            "sums_to_one": "{0} = 1",
        }[self.kind].format(*shown)


@dataclass(frozen=True)
class Rule:
    """One rule of the calculus: ``pattern -> result``, where its conditions hold.

    ``pattern`` and ``result`` are expressions over placeholders; both are ``None`` for the few rules that are
    procedures (collecting terms, folding a definition), which the oracle checks step by step all the same.
    """

    name: str
    sentence: str
    pattern: Expr | None = None
    result: Expr | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Step:
    """``before relation after`` by a rule, where the conditions hold.

    redexes holds each place at which the rule was applied, as (subexpression before, subexpression after).
    relation is "=", "<=" or ">=".
    """

    rule: Rule
    before: Expr
    after: Expr
    redexes: tuple[tuple[Expr, Expr], ...] = ()
    conditions: tuple[Condition, ...] = ()
    relation: str = "="


@dataclass(frozen=True)
class Derivation:
    """The steps really taken from ``start`` to ``end``, in order.

    name:        an identifier, unique within its formula (``jacobian``, ``gradient``, ``shift``...).
    title:       what is derived, in words.
    assumptions: what holds throughout (the case i = j, say).
    """

    name: str
    title: str
    start: Expr
    steps: tuple[Step, ...]
    assumptions: tuple[Condition, ...] = ()

    @property
    def end(self) -> Expr:
        return self.steps[-1].after if self.steps else self.start

    @property
    def relation(self) -> str:
        relations = {s.relation for s in self.steps} - {"="}
        return relations.pop() if relations else "="

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition that a step owes, once each, in order of appearance."""
        return unique(c for s in self.steps for c in s.conditions)


@dataclass(frozen=True)
class Theorem:
    """``left relation right``, for all n, all inputs in their domains and every constant in ``constants``.

    Proved by the chain in ``proof``, which leads from ``left`` to ``right``.  relation is one of ``= <= >= < >``.
    """

    name: str
    title: str
    left: Expr
    right: Expr
    relation: str
    proof: Derivation
    constants: tuple[Symbol, ...] = ()
    conditions: tuple[Condition, ...] = ()
    doc: str = ""


@dataclass(frozen=True)
class Example:
    """Numbers at which a relation holds; the values of both sides in decimal, rounded to six digits."""

    witness: Witness
    left: str
    right: str


@dataclass(frozen=True)
class Derived:
    """All that the engine knows of one formula: what LaTeX prints and what the oracle checks."""

    formula: Formula
    derivations: tuple[Derivation, ...]
    theorems: tuple[Theorem, ...]
    witnesses: tuple[Witness, ...] = ()

    @property
    def chains(self) -> tuple[Derivation, ...]:
        """Every chain of steps: the derivations, then the proofs of the theorems."""
        return (*self.derivations, *(t.proof for t in self.theorems))

    def derivation(self, name: str) -> Derivation:
        return next(d for d in self.derivations if d.name == name)


def unique(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The conditions without repeats, in order."""
    return tuple(dict.fromkeys(conditions))
