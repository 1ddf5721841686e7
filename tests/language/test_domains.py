"""One table says of every domain what the engine knows, where the oracle looks, and what a reader is told."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from derive.algebra import is_nonnegative, is_positive
from derive.formulas.bernoulli_nll import bernoulli_nll, y
from derive.language import Formula, Sum, indices, scalar, vector
from derive.language.components import Vector
from derive.language.domains import DOMAINS, PARAMETER, SCALAR, VECTOR, domains_of
from derive.language.errors import FormulaError
from derive.language.inputs import parameter
from derive.targets.tex import glossary
from derive.targets.tex.quantities import domain_of, space
from derive.targets.text.characters import UNICODE_SIGNS
from derive.targets.text.quantities import space as in_a_terminal
from derive.verify.points import RANGES, TIED, _vector, lies_in

k = indices("k")
SIZES = (1, 2, 3, 7)
OUTSIDE = {
    "positive": [(Fraction(0), Fraction(1))],
    "unit": [(Fraction(0), Fraction(1, 2)), (Fraction(1), Fraction(1, 2))],
    "closed_unit": [(Fraction(-1, 9), Fraction(1)), (Fraction(10, 9), Fraction(0))],
    "probability": [(Fraction(1, 2), Fraction(1, 3)), (Fraction(3, 2), Fraction(-1, 2))],
}


def drawn(v: Vector) -> list[list[Fraction]]:
    dice = random.Random(v.domain)
    return [_vector(v, size, style, dice) for style in (*RANGES, TIED) for size in SIZES for _ in range(5)]


@pytest.mark.parametrize("domain", domains_of(VECTOR))
def test_what_is_known_of_a_sign_is_true_at_every_point_that_is_tried(domain: str) -> None:
    v = vector("v", domain=domain)
    points = drawn(v)
    assert all(lies_in(domain, point) for point in points)
    for part, at in ((v[k], lambda value: value), (1 - v[k], lambda value: 1 - value)):
        values = [at(value) for point in points for value in point]
        assert not is_positive(part) or min(values) > 0
        assert not is_nonnegative(part) or min(values) >= 0


@pytest.mark.parametrize("domain", [d for d in domains_of(VECTOR) if DOMAINS[d].closed and DOMAINS[d].total is None])
def test_the_ends_of_a_closed_domain_are_tried(domain: str) -> None:
    values = {value for point in drawn(vector("v", domain=domain)) for value in point}
    assert {DOMAINS[domain].low, DOMAINS[domain].high} <= values


def test_what_lies_outside() -> None:
    assert set(OUTSIDE) == set(domains_of(VECTOR)) - {"real"}
    for domain, points in OUTSIDE.items():
        assert not any(lies_in(domain, point) for point in points), domain


def test_every_domain_of_a_vector_is_told_to_readers() -> None:
    explained = " ".join(sign for sign, _ in glossary.ROWS)
    for name in domains_of(VECTOR):
        assert space(DOMAINS[name]) in explained, name
    spaces = [space(DOMAINS[name]) for name in domains_of(VECTOR)]
    terminal = [in_a_terminal(DOMAINS[name], UNICODE_SIGNS, "^n") for name in domains_of(VECTOR)]
    assert len(set(spaces)) == len(spaces) and len(set(terminal)) == len(terminal)


def test_answers_of_yes_and_no_lie_between_0_and_1_ends_included() -> None:
    assert y in bernoulli_nll.inputs
    assert domain_of(y) == r"\mathbf{y} \in [0, 1]^n"
    assert in_a_terminal(DOMAINS[y.domain], UNICODE_SIGNS, "^n") == "∈ [0, 1]^n"
    assert is_nonnegative(y[k]) and is_nonnegative(1 - y[k])
    assert not is_positive(y[k]) and not is_positive(1 - y[k])


def test_another_domain_is_refused_with_those_that_there_are() -> None:
    for kind, make in ((VECTOR, vector), (PARAMETER, lambda name, domain: parameter(name, default=1, domain=domain)),
                       (SCALAR, scalar)):  # fmt: skip
        with pytest.raises(
            FormulaError, match=f"^{kind} 'a': domain 'odd' is not one of {', '.join(domains_of(kind))}$"
        ):
            make("a", domain="odd")
    with pytest.raises(FormulaError, match="parameter 'a': domain 'probability'"):
        parameter("a", default=1, domain="probability")


def test_a_formula_may_use_every_domain() -> None:
    for name in domains_of(VECTOR):
        v = vector("v", domain=name)
        assert Formula("f", Sum(v[k] ** 2, k), wrt=v).inputs == (v,)
