"""Every step of a derivation is checked with numbers, side conditions included, before anything is printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from derive.calculus.records import Condition, Derivation, Derived, Step, Theorem
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.verify.numbers import OracleError, Reals
from derive.verify.oracle import Oracle, Point, key_of, reals
from derive.verify.points import inputs_of, points

TOLERANCE = -100.0
"""log2 of how far the two sides of an equation may be apart, relative to their size: far above the oracle's error
(256 bits), far below any difference that a wrong rule would make."""


class StepError(DeriveError):
    """A step, a condition or a theorem that numbers refute."""


def check_derived(derived: Derived, numbers: Reals | None = None) -> None:
    """Every chain and theorem of a formula.  Raises StepError, in one line, at the first that is wrong."""
    for chain in derived.derivations:
        check_derivation(chain, derived.formula, numbers)
    for theorem in derived.theorems:
        check_theorem(theorem, derived.formula, numbers)


def check_theorem(theorem: Theorem, formula: Formula, numbers: Reals | None = None) -> None:
    """The proof, and that it proves the statement."""
    ends = [(theorem.left, theorem.proof.start, "left"), (theorem.right, theorem.proof.end, "right")]
    for stated, proved, side in ends:
        if stated != proved:
            raise StepError(
                f"{formula.where}: theorem {theorem.name!r}: the {side} side {stated} is not what is proved, {proved}"
            )
    if theorem.relation != theorem.proof.relation:
        raise StepError(
            f"{formula.where}: theorem {theorem.name!r}: states {theorem.relation}, its proof gives {theorem.proof.relation}"
        )
    check_derivation(theorem.proof, formula, numbers)


def check_derivation(chain: Derivation, formula: Formula, numbers: Reals | None = None) -> None:
    """Each step follows from the one before, and holds at every point that is tried."""
    _check_continuity(chain, formula)
    numbers = numbers or reals()
    everything = [chain.start, *(s.after for s in chain.steps)]
    tried = 0
    for point in points(inputs_of(everything), chain.assumptions, f"{formula.name}.{chain.name}"):
        tried += _check_at(chain, formula, point, numbers)
    if not tried and chain.steps:
        raise StepError(f"{formula.where}: {chain.name}: no random point lies in its domain")
    for position, step in enumerate(chain.steps):
        _check_redexes(step, chain, position, formula, numbers)


def _check_continuity(chain: Derivation, formula: Formula) -> None:
    now = chain.start
    relations = {s.relation for s in chain.steps} - {"="}
    if len(relations) > 1:
        raise StepError(f"{formula.where}: {chain.name}: {' and '.join(sorted(relations))} do not chain")
    for position, step in enumerate(chain.steps):
        if step.before != now:
            raise StepError(
                f"{_place(formula, chain, position, step)}: starts from {step.before}, but the step before ended in {now}"
            )
        now = step.after


def _check_at(chain: Derivation, formula: Formula, point: Point, numbers: Reals) -> int:
    """The whole chain at one point; 0 where its start is not defined there."""
    oracle = Oracle(point, numbers)
    try:
        before = oracle.value(chain.start)
    except OracleError:
        return 0
    for position, step in enumerate(chain.steps):
        place = _place(formula, chain, position, step)
        try:
            after = oracle.value(step.after)
        except OracleError as error:
            raise StepError(f"{place}: {error} at {point}") from error
        if not _holds(before, step.relation, after, numbers):
            raise StepError(
                f"{place}: {step.before} {step.relation} {step.after} is wrong: {before} and {after} at {point}"
            )
        _check_conditions(step.conditions, oracle, point, place)
        before = after
    return 1


def _holds(before: Any, relation: str, after: Any, numbers: Reals) -> bool:
    gap = after - before
    size = max(numbers.magnitude(before), numbers.magnitude(after), 0.0)
    if numbers.magnitude(gap) <= size + TOLERANCE:
        return True
    sign = numbers.sign(gap)
    return (relation == "<=" and sign == 1) or (relation == ">=" and sign == -1)


def _check_conditions(conditions: Iterable[Condition], oracle: Oracle, point: Point, place: str) -> None:
    for condition in conditions:
        unbound = sorted(inputs_of(condition.subject) - _bound(condition, point), key=str)
        for bound in _classes_for(unbound, point.classes):
            if not _true(condition, oracle, bound):
                raise StepError(f"{place}: its condition {condition} does not hold at {point}")


def _bound(condition: Condition, point: Point) -> set[Any]:
    return {
        i for i in inputs_of(condition.subject) if not getattr(i, "is_integer", False) or key_of(i) in point.indices
    }


def _classes_for(indices: list[Any], classes: int) -> list[dict[str, int]]:
    """Indices that a rule opened run through all classes."""
    ways: list[dict[str, int]] = [{}]
    for index in indices:
        ways = [{**way, key_of(index): k} for way in ways for k in range(1, classes + 1)]
    return ways


def _true(condition: Condition, oracle: Oracle, bound: dict[str, int]) -> bool:
    places = {**oracle.indices, **bound}
    if condition.kind == "in_range":
        return 1 <= places[key_of(condition.subject[0])] <= oracle.classes  # type: ignore[arg-type]
    if condition.kind in ("equal", "distinct"):
        one, other = (places[key_of(s)] for s in condition.subject)  # type: ignore[arg-type]
        return (one == other) == (condition.kind == "equal")
    value = oracle.value(condition.subject[0], bound)
    sign = oracle.numbers.sign(value)
    if condition.kind == "sums_to_one":
        return oracle.numbers.magnitude(value - 1) <= TOLERANCE
    wanted = {"positive": sign == 1, "nonnegative": sign in (0, 1), "nonzero": sign in (1, -1)}
    if condition.kind not in wanted:
        raise StepError(f"the oracle does not know the condition {condition.kind!r}")
    return wanted[condition.kind]


def _check_redexes(step: Step, chain: Derivation, position: int, formula: Formula, numbers: Reals) -> None:
    """Each place at which a rule was used is an equation by itself."""
    if step.relation != "=":
        return
    assumptions = (*chain.assumptions, *(c for c in step.conditions if c.kind in ("equal", "distinct")))
    for before, after in step.redexes:
        for point in points(inputs_of((before, after)), assumptions, f"{formula.name}.{chain.name}.{position}"):
            oracle = Oracle(point, numbers)
            try:
                left = oracle.value(before)
            except OracleError:
                continue
            if not _holds(left, "=", oracle.value(after), numbers):
                raise StepError(f"{_place(formula, chain, position, step)}: {before} = {after} is wrong at {point}")


def _place(formula: Formula, chain: Derivation, position: int, step: Step) -> str:
    return f"{formula.where}: {chain.name}, step {position + 1} ({step.rule.name})"
