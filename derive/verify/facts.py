"""Facts of the guided path, answers of its exercises among them: held against numbers before a reader sees them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sympy import Expr, Rational

from derive.language.spoken import spoken
from derive.language.topics import Fact, Topic
from derive.verify.conditions import gap_sign
from derive.verify.inputs import inputs_of
from derive.verify.numbers import OracleError
from derive.verify.oracle import Oracle, reals
from derive.verify.points import trials
from derive.verify.steps import StepError
from derive.verify.witness import ALLOWED, is_allowed, point_at

DRAWN, TRIED = 6, 200
"""So many choices of the numbers are held against a fact, of so many that may leave a domain."""
GRAIN = 2**20


def check_topics(topics: Sequence[Topic]) -> None:
    """Raises StepError on the first fact of their stops that is wrong, or that no point is in the domain of."""
    for fact in (fact for topic in topics if topic.stop is not None for fact in topic.stop.facts):
        check_fact(fact)


def check_fact(fact: Fact) -> None:
    stated = f"{fact.where}: {spoken(fact.left)} {fact.relation} {spoken(fact.right)}"
    tried = 0
    try:
        for oracle in _oracles(fact):
            tried += 1
            if gap_sign(fact.left, fact.right, oracle) not in ALLOWED[fact.relation]:
                raise StepError(f"{stated} is wrong at {oracle.point}: correct the fact")
    except OracleError as error:
        raise StepError(f"{stated}: {error}: give other numbers") from error
    if not tried:
        raise StepError(f"{stated}: no numbers that were tried lie in the domains: give it others, or fewer conditions")


def _oracles(fact: Fact) -> Iterator[Oracle]:
    sides = (fact.left, fact.right)
    if not fact.at:
        for number in range(DRAWN):
            yield from trials(fact.left + fact.right, inputs_of(sides), (), f"{fact.left} {number}", reals())
        return
    for at in _values(fact.at):
        yield Oracle(point_at(at, sides, f"{fact.where}: fact"), reals())


def _values(at: Mapping[Any, Any]) -> Iterator[Mapping[Any, Any]]:
    """The values given, with numbers for the scalars in them, which are values themselves then."""
    scalars = sorted({s for value in at.values() for s in _scalars(value)}, key=str)
    if not scalars:
        yield at
        return
    dice = random.Random(str(scalars))
    found = 0
    for _ in range(TRIED):
        numbers = {s: Fraction(dice.randint(1, GRAIN - 1), GRAIN) for s in scalars}
        drawn = {**{given: _worth(value, numbers) for given, value in at.items()}, **numbers}
        classes = max((len(value) for value in drawn.values() if isinstance(value, tuple)), default=1)
        if found < DRAWN and all(is_allowed(given, value, classes) for given, value in drawn.items()):
            found += 1
            yield drawn


def _scalars(value: Any) -> set[Any]:
    if isinstance(value, tuple):
        return {s for part in value for s in _scalars(part)}
    return set(value.free_symbols) if isinstance(value, Expr) else set()


def _worth(value: Any, numbers: Mapping[Any, Fraction]) -> Any:
    """A value with numbers for its scalars: exact arithmetic, and nothing else."""
    if isinstance(value, tuple):
        return tuple(_worth(part, numbers) for part in value)
    if not isinstance(value, Expr):
        return value
    worth = value.xreplace({s: Rational(number.numerator, number.denominator) for s, number in numbers.items()})
    return Fraction(int(worth.p), int(worth.q))
