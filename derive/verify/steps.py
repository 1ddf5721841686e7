"""Every step of a derivation is checked with numbers, side conditions included, before anything is printed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sympy import Expr, Max

from derive.algebra.records import Condition, Derivation, Derived, Step, Theorem
from derive.language.choices import Compare
from derive.language.components import CACHED, Vector
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.spoken import spoken
from derive.verify.conditions import gap_sign, holds
from derive.verify.inputs import inputs_of
from derive.verify.numbers import OracleError, Reals
from derive.verify.oracle import Oracle, Point, reals
from derive.verify.points import SIZES, SIZES_WITH_CASES, ties, trials

ALLOWED = {"=": (0,), "<=": (0, 1), ">=": (0, -1), "<": (1,), ">": (-1,)}
"""The signs that ``after - before`` may have."""

ENOUGH = 3
"""A chain has to be tried at this many classes or more: nothing is concluded from n = 1 and n = 2."""


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
    proof, name = theorem.proof, f"{formula.where}: theorem {theorem.name!r}"
    for side, stated, proved in (("left", theorem.left, proof.start), ("right", theorem.right, proof.end)):
        if stated != proved:
            raise StepError(f"{name}: the {side} side {spoken(stated)} is not what is proved, {spoken(proved)}")
    if theorem.relation != proof.relation:
        raise StepError(f"{name}: states {theorem.relation}, its proof gives {proof.relation}")
    check_derivation(proof, formula, numbers)
    for assumption in proof.assumptions:
        if assumption not in theorem.conditions:
            raise StepError(f"{name}: its proof assumes {assumption}, the statement does not")
    _check_statement(theorem, name, numbers or reals())


def _check_statement(theorem: Theorem, name: str, numbers: Reals) -> None:
    """At ties and zeros a step that owes a condition may claim nothing; the statement does, where it has values."""
    for oracle in ties(theorem.left, _inputs(theorem.proof), theorem.conditions, name, numbers):
        try:
            sign = gap_sign(theorem.left, theorem.right, oracle)
        except OracleError:
            continue
        if sign not in ALLOWED[theorem.relation]:
            stated = f"{spoken(theorem.left)} {theorem.relation} {spoken(theorem.right)}"
            raise StepError(f"{name}: {stated} is wrong at {oracle.point}: state what its proof owes as an assumption")


def check_derivation(chain: Derivation, formula: Formula, numbers: Reals | None = None) -> None:
    """Each step follows from the one before, and holds at every point that is tried.

    The conditions have to hold at all of these but ties and zeros: there a step claims nothing where they do not.
    """
    _check_form(chain, formula)
    numbers = numbers or reals()
    places = [_place(formula, chain, position) for position in range(len(chain.steps))]
    asked = chain.start, _inputs(chain), chain.assumptions, f"{formula.name}.{chain.name}", numbers
    try:
        for oracle in _tried(*asked, cases=_tells_cases_apart(chain.start, *(s.after for s in chain.steps))):
            for step, place in zip(chain.steps, places, strict=True):
                _check_conditions(step, oracle, place)
                _check_relation(step, oracle, place)
    except OracleError as error:
        raise StepError(f"{formula.where}: {chain.name}: {error}") from error
    for oracle in ties(*asked):
        for step, place in zip(chain.steps, places, strict=True):
            if not _is_covered(step, oracle):
                break
            _check_relation(step, oracle, place)
    for step, place in zip(chain.steps, places, strict=True):
        _check_redexes(step, chain, place, numbers)


def _check_form(chain: Derivation, formula: Formula) -> None:
    """Each step starts where the one before ended, and the relations go one way."""
    now = chain.start
    for position, step in enumerate(chain.steps):
        place = _place(formula, chain, position)
        if step.relation not in ALLOWED:
            raise StepError(f"{place}: the oracle does not know the relation {step.relation!r}")
        if step.before != now:
            raise StepError(f"{place}: starts from {spoken(step.before)}, but the step before ended in {spoken(now)}")
        now = step.after
    relations = sorted({s.relation for s in chain.steps} - {"="})
    if not chain.relation:
        raise StepError(f"{formula.where}: {chain.name}: {' and '.join(relations)} do not chain")


def _inputs(chain: Derivation) -> set[Any]:
    """What a point has to give values to.

    An index that only a condition names is one that a rule opened: the check of the condition runs through it.
    """
    conditions = [subject for step in chain.steps for condition in step.conditions for subject in condition.subject]
    owed = {i for i in inputs_of(conditions) if isinstance(i, Vector) or not i.is_integer}
    return inputs_of([chain.start, *(s.after for s in chain.steps)]) | owed


def _tried(
    start: Expr, inputs: set[Any], assumptions: tuple[Condition, ...], seed: str, numbers: Reals, *, cases: bool
) -> Iterator[Oracle]:
    """Random points, more of them where ``cases`` are told apart.

    Raises OracleError where too few are left to tell anything.
    """
    most = 0
    for oracle in trials(start, inputs, assumptions, seed, numbers, SIZES_WITH_CASES if cases else SIZES):
        most = max(most, oracle.classes)
        yield oracle
    if most < ENOUGH:
        raise OracleError(
            f"no random point with {ENOUGH} classes or more lies in the domain of {spoken(start)}:"
            " state the domains of its inputs (domain='positive')"
        )


def _tells_cases_apart(*expressions: Expr) -> bool:
    return any(expression.has(Max, Compare) for expression in expressions)


def _check_conditions(step: Step, oracle: Oracle, place: str) -> None:
    for condition in step.conditions:
        try:
            if not holds(condition, oracle):
                raise StepError(
                    f"{place}: its condition {condition} does not hold at {oracle.point}{_way_out(step, condition)}"
                )
        except OracleError as error:
            raise StepError(f"{place}: {error} at {oracle.point}") from error


def _way_out(step: Step, condition: Condition) -> str:
    """At a random point the values that a formula chooses from are equal only where they are throughout a region."""
    if condition.kind != "nonzero" or not step.before.has(Max):
        return ""
    return (
        ": the values compared agree on a whole region, not at a corner alone: choose by another comparison, as "
        "where(a > 0, smaller(u, c), larger(u, d)) does in place of smaller(a*u, a*larger(smaller(u, c), d))"
    )


def _is_covered(step: Step, oracle: Oracle) -> bool:
    """Whether the conditions hold, so that the step claims something here."""
    try:
        return all(holds(condition, oracle) for condition in step.conditions)
    except OracleError:
        return False


def _check_relation(step: Step, oracle: Oracle, place: str) -> None:
    try:
        sign = _sign(step.before, step.after, oracle)
    except OracleError as error:
        raise StepError(f"{place}: {error}") from error
    if sign not in ALLOWED[step.relation]:
        stated = f"{spoken(step.before)} {step.relation} {spoken(step.after)}"
        raise StepError(f"{place}: {stated} is wrong at {oracle.point}")


def _sign(before: Expr, after: Expr, oracle: Oracle) -> int:
    try:
        return gap_sign(before, after, oracle)
    except OracleError as error:
        raise OracleError(f"{error} at {oracle.point}") from error


def _check_redexes(step: Step, chain: Derivation, place: str, numbers: Reals) -> None:
    """Each place at which a rule was used is an equation by itself; in an inequality: goes one way at all points.

    Where a rule was used on the whole, the step says the same and was tried at as many points.
    """
    assumed = (*chain.assumptions, *(c for c in step.conditions if c.kind in ("equal", "distinct")))
    for before, after in (redex for redex in step.redexes if redex != (step.before, step.after)):
        inputs = inputs_of((before, after))
        about = tuple(a for a in assumed if not (asked := inputs_of(a.subject)) or asked & inputs)
        try:
            wrong = _wrong_at(before, after, step.relation == "=", about, numbers)
        except OracleError as error:
            raise StepError(f"{place}: {error}") from error
        if wrong is not None:
            raise StepError(f"{place}: {spoken(before)} {step.relation} {spoken(after)} is wrong at {wrong}")


@lru_cache(maxsize=CACHED)
def _wrong_at(
    before: Expr, after: Expr, is_equation: bool, assumptions: tuple[Condition, ...], numbers: Reals
) -> Point | None:
    """Where two sides differ, or differ in both directions.  Raises OracleError where that is not known.

    The points depend on nothing else: what comes up again would be tried at the same ones.
    """
    signs: set[int] = set()
    cases = _tells_cases_apart(before, after)
    for oracle in _tried(before, inputs_of((before, after)), assumptions, str(before), numbers, cases=cases):
        signs.add(_sign(before, after, oracle))
        if signs >= {1, -1} or (is_equation and signs != {0}):
            return oracle.point
    return None


def _place(formula: Formula, chain: Derivation, position: int) -> str:
    return f"{formula.where}: {chain.name}, step {position + 1} ({chain.steps[position].rule.name})"
