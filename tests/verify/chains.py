"""Chains of steps, right and wrong, and how they are refused."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Integer, KroneckerDelta

from derive.algebra.records import Condition, Derivation, Rule, Step
from derive.formulas.softmax import x
from derive.language import Formula, Sum, distribution, indices, vector
from derive.verify import StepError
from derive.verify.steps import check_derivation

i, j, k = indices("i j k")
y, z, a = distribution("y"), vector("z"), vector("a", domain="positive")

HOME = Formula("home", Sum(x[k], k), wrt=x)
"""Where the hand-made derivations of these tests live."""
WRONG = Rule("some rule", "Whatever it says.")

delta = KroneckerDelta


def step(before: Any, after: Any, *conditions: Condition, relation: str = "=", redexes: Any = ()) -> Step:
    return Step(WRONG, Integer(0) + before, Integer(0) + after, tuple(redexes), conditions, relation)


def chain(*steps: Step, assumptions: tuple[Condition, ...] = ()) -> Derivation:
    return Derivation("example", "An example", steps[0].before, steps, assumptions)


def check(*steps: Step, assumptions: tuple[Condition, ...] = ()) -> None:
    check_derivation(chain(*steps, assumptions=assumptions), HOME)


def refused(*steps: Step, match: str = "is wrong at n = ", assumptions: tuple[Condition, ...] = (), at: int = 1) -> str:
    """The message with which the chain is refused: one line that says where and by which rule."""
    with pytest.raises(StepError, match=match) as caught:
        check(*steps, assumptions=assumptions)
    message = str(caught.value)
    assert message.startswith(f"{HOME.where}: example, step {at} (some rule): ")
    assert "\n" not in message
    return message


def equal(one: Any, other: Any) -> Condition:
    return Condition("equal", (one, other))


def distinct(one: Any, other: Any) -> Condition:
    return Condition("distinct", (one, other))


def positive(subject: Any) -> Condition:
    return Condition("positive", (subject,))


def nonzero(subject: Any) -> Condition:
    return Condition("nonzero", (subject,))
