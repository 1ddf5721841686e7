"""Claims become theorems: each line of a proof has to follow from the one before by the rule that it names."""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import cache, partial
from typing import Any

from sympy import Dummy, Symbol, Tuple

from derive.algebra import Trace, Use, is_nonnegative, is_positive, rewrite_once, same
from derive.algebra.matching import FreeHole
from derive.algebra.records import Condition, Derivation, Rule, Step, Theorem
from derive.algebra.rules import ALGEBRA
from derive.language.axes import is_size
from derive.language.claims import Assumption, Claim, Line
from derive.language.domains import domain_of
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.inputs import Label, Scalar
from derive.language.nodes import n, substitute, symbols_of
from derive.language.spoken import spoken
from derive.language.text import Text
from derive.proofs.hidden import marked, refuse_hidden, refuse_unlike
from derive.proofs.line import LineError, Wanted, refuse_where_varied
from derive.proofs.reasons import REASONS
from derive.proofs.settles import Premises, premises_of, settled


class ProofError(DeriveError):
    """A line of a proof that does not follow from the one before it."""


def theorem_of(claim: Claim) -> Theorem:
    """The claim as a theorem with the steps of its proof.  Raises ProofError at the first line that does not follow."""
    _refuse_circle(claim)
    return _proved(claim)


def _refuse_circle(claim: Claim, above: tuple[Claim, ...] = ()) -> None:
    if any(claim is other for other in above):
        raise ProofError(f"{_at(claim)}: its proof rests on itself: give it a reason that was proved before")
    for line in claim.proof:
        if isinstance(line.reason, Claim):
            _refuse_circle(line.reason, (*above, claim))


@cache
def _proved(claim: Claim) -> Theorem:
    trace, assumed = Trace(claim.left), _assumed(claim)
    known = premises_of(claim.left, assumed)
    for number, line in enumerate(claim.proof, start=1):
        before, done = trace.now, len(trace.steps)
        try:
            follow(trace, line, claim.about, assumed)
        except LineError as error:
            shown = "" if line.expression is None else f": {spoken(before)} {line.relation} {spoken(line.expression)}"
            raise ProofError(f"{_line(claim, number, line)}: {error}{shown}: {error.instead}") from error
        for step in trace.steps[done:]:
            _refuse_unsettled(step, known, claim.relation in ("<", ">"), _line(claim, number, line))
    if trace.now != claim.right:
        _refuse_other_end(claim, trace.now)
        trace.add(ALGEBRA, claim.right)
    conditions = tuple(Condition(a.kind, a.subject) for a in assumed)
    proof = Derivation(claim.name, claim.title or claim.name, claim.left, tuple(map(_owing, trace.steps)), conditions)
    if proof.relation != claim.relation:
        raise ProofError(
            f"{_at(claim)}: claims {claim.relation}, the proof gives {proof.relation or 'no relation'}: correct one"
        )
    return Theorem(
        claim.name, claim.title or claim.name, claim.left, claim.right, claim.relation, proof, claim.constants,
        conditions, claim.doc,
    )  # fmt: skip


def _refuse_other_end(claim: Claim, end: Any) -> None:
    if not same(end, claim.right):
        raise ProofError(f"{_at(claim)}: the proof ends in {spoken(end)}, not in {spoken(claim.right)}: add a line")
    try:
        refuse_unlike(end, claim.right)
    except LineError as error:
        raise ProofError(f"{_at(claim)}: {error}: {error.instead}") from error


def _assumed(claim: Claim) -> tuple[Assumption, ...]:
    """What a claim assumes; an index that neither it nor its proof fixes runs through all classes: a dummy."""
    said = [claim.left, claim.right, *(line.expression for line in claim.proof if line.expression is not None)]
    fixed = symbols_of(Tuple(*said)) | {n}
    running = {
        s: Dummy(s.name, integer=True)
        for assumption in claim.assuming
        for s in sorted(symbols_of(Tuple(*assumption.subject)), key=str)
        if isinstance(s, Symbol) and s.is_integer and not isinstance(s, Label) and s not in fixed
    }
    return tuple(replace(a, subject=tuple(substitute(part, running) for part in a.subject)) for a in claim.assuming)


def _refuse_unsettled(step: Step, known: Premises, strict: bool, place: str) -> None:
    """What a step owes has to follow: numbers show that a condition holds at some points, not that it always does."""
    for condition in step.conditions:
        if not settled(condition, known, strict=strict, where=(step.before, step.after)):
            raise ProofError(
                f"{place}: it takes {condition}, which neither the domains of the inputs nor what is assumed settle: "
                f"let the claim assume it (assuming=...)"
            )


def _owing(step: Step) -> Step:
    """The step without the conditions that the domains of the inputs already settle."""
    known = {"positive": is_positive, "nonzero": is_positive, "nonnegative": is_nonnegative}
    owes = tuple(c for c in step.conditions if c.kind not in known or not known[c.kind](c.subject[0]))
    return replace(step, conditions=owes)


def follow(trace: Trace, line: Line, about: Formula, assuming: tuple[Assumption, ...] = ()) -> None:
    """One line further.  Raises LineError where it does not follow."""
    wanted = Wanted(line.relation, line.expression, about, assuming)
    if isinstance(line.reason, Claim):
        _by_claim(trace, wanted, line.reason)
        return
    reason = REASONS.get(line.reason)
    if reason is None:
        close = difflib.get_close_matches(line.reason, REASONS, n=2, cutoff=0.6)
        hint = f"did you mean {' or '.join(close)}?" if close else f"there are: {', '.join(sorted(REASONS))}"
        raise LineError(f"no rule is called {line.reason!r}", hint)
    before = trace.now
    reason(trace, wanted)
    if trace.now == before:
        raise LineError("the line says the same as the one before", "leave it out")


def _by_claim(trace: Trace, wanted: Wanted, lemma: Claim) -> None:
    """An equation that was proved before, read in either direction, at any classes and any values of its scalars."""
    if lemma.relation != "=":
        raise LineError("only an equation can serve as a reason", "write the inequality's own lines")
    for assumption in lemma.assuming:
        refuse_where_varied(trace.now, *assumption.subject)
    forward = _as_rule(theorem_of(lemma))
    backward = replace(forward, pattern=forward.result, result=forward.pattern)
    for rule in (forward, backward):
        if rule.pattern is None or rule.result is None:
            continue
        if rule.pattern.is_number or rule.result.atoms(FreeHole) - rule.pattern.atoms(FreeHole):
            continue  # it fits everywhere, or leaves open what to write
        if _used(rule, trace, wanted):
            return
    raise LineError(f"{lemma.name} does not lead from the line before to this one")


def _used(rule: Rule, trace: Trace, wanted: Wanted) -> bool:
    """One use everywhere in the line before; or in the line that is wanted, read backwards."""
    now, then = trace.now, wanted.expression
    after, uses = rewrite_once((rule,), now)
    if then is None:
        refuse_hidden(now, after, partial(_once, rule))
        trace.add(rule, after, uses)
        return bool(uses)
    before, back = rewrite_once((rule,), then)
    for forward, backward in ((after, then), (after, before)):
        if uses and same(forward, backward):
            _refuse_hidden_by(rule, now, forward, backward, then)
            trace.add(rule, then, uses)
            return True
    if back and same(now, before):
        _refuse_hidden_by(rule, now, now, before, then)
        trace.add(rule, then, [Use(rule, u.after, u.before, u.conditions) for u in back])
        return True
    return False


def _once(rule: Rule, expression: Any) -> Any:
    return rewrite_once(marked((rule,)), expression)[0]


def _refuse_hidden_by(rule: Rule, now: Any, forward: Any, backward: Any, then: Any) -> None:
    """On the way from the line before by the rule, by algebra, and back by the rule to this one."""
    refuse_unlike(forward, backward)
    for line, end in ((now, forward), (then, backward)):
        if line != end:
            refuse_hidden(line, end, partial(_once, rule))


def _as_rule(proved: Theorem) -> Rule:
    """The theorem as a rule, with holes for its free indices and its scalars; it owes what the theorem assumes."""
    name = Text("by theorem: {title}", zh="由定理：{title}").filled(title=proved.title)
    symbols = sorted((s for s in proved.left.free_symbols | proved.right.free_symbols), key=str)
    holes: dict[Any, Any] = {}
    owes: list[Condition] = []
    for symbol in symbols:
        if isinstance(symbol, Scalar):
            holes[symbol] = FreeHole(symbol.name, real=True)
            owes += [Condition("positive", (holes[symbol],))] if domain_of(symbol).positive else []
            owes += [Condition("positive", (1 - holes[symbol],))] if domain_of(symbol).high == 1 else []
        elif isinstance(symbol, Symbol) and symbol.is_integer and not is_size(symbol) and not isinstance(symbol, Label):
            holes[symbol] = FreeHole(symbol.name, integer=True)
    owes += [Condition(c.kind, tuple(substitute(part, holes) for part in c.subject)) for c in proved.conditions]
    left, right = substitute(proved.left, holes), substitute(proved.right, holes)
    return Rule(name, proved.doc or proved.title, left, right, tuple(owes))


def _at(claim: Claim) -> str:
    return f"{claim.where}: claim {claim.name!r}"


def _line(claim: Claim, number: int, line: Line) -> str:
    return f"{_at(claim)}, line {number} ({line.named})"
