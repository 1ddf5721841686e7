"""Claims become theorems: each line of a proof has to follow from the one before by the rule that it names."""

from __future__ import annotations

import difflib
from functools import cache
from typing import Any

from sympy import Add, Symbol

from derive.calculus.canonical import same
from derive.calculus.reasons import REASONS, LineError, Wanted
from derive.calculus.records import Condition, Derivation, Rule, Theorem
from derive.calculus.rewriting import Trace, Use
from derive.calculus.rules_theory import ALGEBRA
from derive.language.errors import DeriveError
from derive.language.nodes import Component, substitute
from derive.language.plain import plain
from derive.language.text import Text
from derive.language.theory import Claim, Line


class ProofError(DeriveError):
    """A line of a proof that does not follow from the one before it."""


@cache
def theorem_of(claim: Claim) -> Theorem:
    """The claim as a theorem with the steps of its proof.  Raises ProofError at the first line that does not follow."""
    trace = Trace(claim.left)
    for number, line in enumerate(claim.proof, start=1):
        before = trace.now
        try:
            follow(trace, line, claim)
        except LineError as error:
            shown = "" if line.expression is None else f": {plain(before)} {line.relation} {plain(line.expression)}"
            raise ProofError(f"{_line(claim, number, line)}: {error}{shown}") from error
    if trace.now != claim.right:
        if not same(trace.now, claim.right):
            raise ProofError(f"{_at(claim)}: the proof ends in {plain(trace.now)}, not in {plain(claim.right)}")
        trace.add(ALGEBRA, claim.right)
    conditions = tuple(Condition(a.kind, a.subject) for a in claim.assuming)
    proof = Derivation(claim.name, claim.title or claim.name, claim.left, tuple(trace.steps), conditions)
    if proof.relation != claim.relation:
        raise ProofError(f"{_at(claim)}: claims {claim.relation}, the proof gives {proof.relation or 'no relation'}")
    return Theorem(
        claim.name, claim.title or claim.name, claim.left, claim.right, claim.relation, proof, claim.constants,
        conditions, claim.doc,
    )  # fmt: skip


def follow(trace: Trace, line: Line, claim: Claim) -> None:
    """One line further.  Raises LineError where it does not follow."""
    wanted = Wanted(line.relation, line.expression, claim.about, claim.assuming)
    if isinstance(line.reason, Claim):
        _by_claim(trace, wanted, line.reason)
        return
    reason = REASONS.get(line.reason)
    if reason is None:
        close = difflib.get_close_matches(line.reason, REASONS, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"there are: {', '.join(sorted(REASONS))}"
        raise LineError(f"no rule is called {line.reason!r}: {hint}")
    before = trace.now
    reason(trace, wanted)
    if trace.now == before:
        raise LineError("the line says the same as the one before")


def _by_claim(trace: Trace, wanted: Wanted, lemma: Claim) -> None:
    """An equation that was proved before, read in either direction, at any of the classes that stand in the line."""
    if lemma.relation != "=":
        raise LineError("only an equation can serve as a reason: write the inequality's own lines")
    proved = theorem_of(lemma)
    rule = Rule(Text("by {title}", zh="由{title}").filled(title=proved.title), lemma.doc or proved.title)
    now, then = trace.now, wanted.expression
    for left, right in ((proved.left, proved.right), (proved.right, proved.left)):
        if left.is_number:
            continue
        for renaming in _renamings(left, Add(now, then or 0)):
            before, after = substitute(left, renaming), substitute(right, renaming)
            forward = substitute(now, {before: after})
            if then is None and forward != now:
                trace.add(rule, forward, [Use(rule, before, after, ())])
                return
            if then is not None and (forward, then) != (now, now) and same(forward, substitute(then, {before: after})):
                trace.add(rule, then, [Use(rule, before, after, ())])
                return
    raise LineError(f"{lemma.name} does not lead from the line before to this one")


def _renamings(pattern: Any, expression: Any) -> list[dict[Any, Any]]:
    """Ways to put indices of an expression for the free indices of a pattern: at most one of them moves."""
    free = sorted((s for s in pattern.free_symbols if isinstance(s, Symbol) and s.is_integer and s.name != "n"), key=str)
    there = sorted({c.index for c in expression.atoms(Component)} | {
        s for s in expression.free_symbols if isinstance(s, Symbol) and s.is_integer and s.name != "n"}, key=str)  # fmt: skip
    return [{}, *({old: new} for old in free for new in there if old != new)]


def _at(claim: Claim) -> str:
    return f"{claim.where}: claim {claim.name!r}"


def _line(claim: Claim, number: int, line: Line) -> str:
    reason = line.reason if isinstance(line.reason, str) else line.reason.name
    return f"{_at(claim)}, line {number} ({reason})"
