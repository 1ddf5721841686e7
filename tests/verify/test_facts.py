"""Facts of the guided path: the right ones pass; a spoilt one is found, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sympy import Rational

from derive.formulas.theory.topics import TOPICS
from derive.language import Fact, Partial, Sum, distribution, exp, indices, n, scalar, vector
from derive.verify import StepError
from derive.verify.facts import check_fact

i, k = indices("i k")
q, x, y = distribution("q"), vector("x"), vector("y")
a, b = scalar("a"), scalar("b")
SQUARES = Sum((q[k] - y[k]) ** 2, k) / n
SLIGHTLY = Rational(1, 10**6)


def facts() -> Iterator[tuple[str, Fact]]:
    for topic in TOPICS:
        for number, fact in enumerate(topic.stop.facts if topic.stop else (), start=1):
            yield f"{topic.name}-{number}", fact


FACTS = dict(facts())


@pytest.mark.parametrize("name", FACTS)
def test_what_the_path_states_is_so(name: str) -> None:
    check_fact(FACTS[name])


@pytest.mark.parametrize("name", FACTS)
def test_a_spoilt_answer_is_found(name: str) -> None:
    fact = FACTS[name]
    if fact.relation == "=":
        spoilt = replace(fact, right=fact.right + SLIGHTLY)
    else:
        spoilt = replace(fact, relation={"<": ">", ">": "<", "<=": ">", ">=": "<"}[fact.relation])
    with pytest.raises(StepError, match="is wrong at"):
        check_fact(spoilt)


@pytest.mark.parametrize("name", [name for name, fact in FACTS.items() if fact.relation == "=" and fact.right != 0])
def test_an_answer_of_the_other_sign_is_found(name: str) -> None:
    with pytest.raises(StepError, match="is wrong at"):
        check_fact(replace(FACTS[name], right=-FACTS[name].right))


def test_components_may_be_expressions() -> None:
    three = {q: (a, b, 1 - a - b), y: (1, 0, 0)}
    check_fact(Fact(SQUARES, "=", ((a - 1) ** 2 + b**2 + (1 - a - b) ** 2) / 3, three))
    with pytest.raises(StepError, match="is wrong at n = 3, q = "):
        check_fact(Fact(SQUARES, "=", ((a - 1) ** 2 + b**2) / 3, three))


def test_a_fact_without_values_is_tried_at_many_points() -> None:
    check_fact(Fact(Partial(Sum(exp(x[k]), k), x[i]), "=", exp(x[i])))
    with pytest.raises(StepError, match="is wrong at n = "):
        check_fact(Fact(Sum(x[k] ** 2, k), ">=", n))
