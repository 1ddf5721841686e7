"""The records of a derivation: rule, condition, step, chain of steps, theorem.  Everything printed reads these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic, Expr, Symbol

from derive.language.axes import axis_of
from derive.language.claims import Witness
from derive.language.formula import Formula
from derive.language.spoken import spoken
from derive.shown import Shown


@dataclass(frozen=True)
class Condition:
    """What has to hold for a step to be sound.

    kind        subject                     meaning
    positive    (u,)                        u > 0
    nonzero     (u,)                        u != 0
    in_range    (j,)                        1 <= j <= n, or the size of its axis
    equal       (i, j)                      i = j (two indices)
    distinct    (i, j)                      i != j (two indices)
    sums_to_one (Sum(y[i], i),)             the axiom of a distribution
    nonnegative (u,)                        u >= 0
    sums_to     (u, v)                      u = v
    largest     (x[a],)                     x[a] > x[k] for every k other than a
    attained_once (Max(u, k),)              u is largest at one class alone
    negative_apart (u, k, a)                u < 0 wherever k differs from a
    tends_to    (u, z, to, limit)           u goes to the limit as z goes to ``to``
    """

    kind: str
    subject: tuple[Basic, ...]

    def __str__(self) -> str:
        shown = [spoken(s) for s in self.subject]
        return {
            "positive": "{0} > 0",
            "nonnegative": "{0} >= 0",
            "nonzero": "{0} != 0",
            "in_range": f"1 <= {{0}} <= {axis_of(self.subject[0]).size}",
            "equal": "{0} = {1}",
            "distinct": "{0} != {1}",
            "sums_to_one": "{0} = 1",
            "sums_to": "{0} = {1}",
            "largest": "{0} is the largest component",
            "attained_once": "{0} is attained once",
            "negative_apart": "{0} < 0 wherever {1} != {2}",
            "tends_to": "{0} -> {3} as {1} -> {2}",
        }[self.kind].format(*shown)


@dataclass(frozen=True)
class Rule:
    """One rule of the calculus: ``pattern -> result``, where its conditions hold.

    ``pattern`` and ``result`` are expressions over placeholders; both are ``None`` for the few rules that are
    procedures (collecting terms, folding a definition), which the oracle checks step by step all the same.
    ``relation`` is that of the pattern to the result.
    """

    name: str
    sentence: str
    pattern: Expr | None = None
    result: Expr | None = None
    conditions: tuple[Condition, ...] = ()
    relation: str = "="


@dataclass(frozen=True)
class Step(Shown):
    """``before relation after`` by a rule, where the conditions hold.

    redexes holds each place at which the rule was applied, as (subexpression before, subexpression after).
    relation is "=", "<=", ">=", "<" or ">".
    """

    rule: Rule
    before: Expr
    after: Expr
    redexes: tuple[tuple[Expr, Expr], ...] = ()
    conditions: tuple[Condition, ...] = ()
    relation: str = "="


@dataclass(frozen=True)
class Derivation(Shown):
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
        return composed(s.relation for s in self.steps)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition that a step owes, once each, in order of appearance."""
        return unique(c for s in self.steps for c in s.conditions)


@dataclass(frozen=True)
class Theorem(Shown):
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
class Example(Shown):
    """Numbers at which a relation holds; the values of both sides in decimal, rounded to six digits."""

    witness: Witness
    left: str
    right: str


@dataclass(frozen=True)
class Derived(Shown):
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


def composed(relations: Iterable[str]) -> str:
    """What a chain of relations gives: strict where one of them is; "" where they do not go one way."""
    found = set(relations) - {"="}
    ways = {relation[0] for relation in found}
    if len(ways) > 1:
        return ""
    return next((r for r in ("<", ">", "<=", ">=") if r in found), "=")


def unique(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The conditions without repeats, in order."""
    return tuple(dict.fromkeys(conditions))
