"""A derived result writes a formula by its symbol in all its places or in none."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Pow, Rational

from derive.algebra.naming import by_other_parts
from derive.derivations import derivative
from derive.derivations.second import hessian
from derive.language import Formula, KroneckerDelta, Sum, exp, indices, log, n, sqrt, vector
from derive.language.formula import Value
from derive.proofs import derive_formula
from derive.verify import check_derived

i, j, k = indices("i j k")
x = vector("x", doc="scores")
z = vector("z", doc="scores of another")
SQUARES = Sum(x[k] ** 2, k)

POWERS = (
    Formula("norm", sqrt(SQUARES), wrt=x, symbol="N"),
    Formula("inverse", 1 / sqrt(SQUARES), wrt=x, symbol="N"),
    Formula("cube", SQUARES ** Rational(3, 2), wrt=x, symbol="N"),
    Formula("third", (1 + Sum(exp(x[k]), k)) ** Rational(1, 3), wrt=x, symbol="C"),
    Formula("direction", x[i] / sqrt(SQUARES), over=i, wrt=x, symbol="u"),
    Formula("scaled", x[i] / sqrt(SQUARES / n + 1), over=i, wrt=x, symbol="u"),
)
NORM, DIRECTION = POWERS[0], POWERS[4]


def places(formula: Formula, result: Any) -> tuple[bool, bool]:
    """Whether a result has the symbol, and whether it has the definition too."""
    base, power = formula.expression.as_base_exp()
    written = {p for p in result.atoms(Pow) if p.base == base and (p.exp / power).is_Integer}
    return result.has(Value), bool(written)


@pytest.mark.parametrize("formula", POWERS[:4], ids=lambda formula: formula.name)
def test_a_power_is_written_by_its_symbol_in_all_places_or_in_none(formula: Formula) -> None:
    derived = derive_formula(formula)
    check_derived(derived)
    for chain in derived.derivations:
        assert places(formula, chain.end) != (True, True), chain.name


def test_the_norm_and_its_direction_come_out_as_in_a_textbook() -> None:
    norm = NORM.value
    assert derivative(NORM).end == x[j] / norm
    assert hessian(NORM).end == (KroneckerDelta(j, k) - x[j] * x[k] / norm**2) / norm
    unit = DIRECTION
    assert derivative(unit).end == (KroneckerDelta(i, j) - unit[i] * unit[j]) / sqrt(SQUARES)


@pytest.mark.parametrize("formula", POWERS[4:], ids=lambda formula: formula.name)
def test_a_quotient_by_a_root_is_written_by_its_symbol_and_stays_true(formula: Formula) -> None:
    derived = derive_formula(formula)
    check_derived(derived)
    for name in ("jacobian", "vjp", "jvp"):
        assert x[i] not in derived.derivation(name).end.args and derived.derivation(name).end.has(Value)


def test_a_sum_alone_is_not_taken_for_the_square_of_its_root() -> None:
    other = Formula("other", SQUARES, wrt=x, symbol="S", known=(NORM,))
    assert not hessian(other).end.has(Value) and not derivative(other).end.has(Value)


ONE = Formula("one", exp(x[i]) / Sum(exp(x[j]), j), over=i, wrt=x, symbol="s")
TWO = Formula("two", exp(z[i]) / Sum(exp(z[j]), j), over=i, wrt=z, symbol="r")
MIDDLE = Formula("middle", (ONE[i] + TWO[i]) / 2, over=i, wrt=x, symbol="m", known=(ONE,))
APART = Formula(
    "apart",
    Sum(ONE[i] * log(ONE[i] / MIDDLE[i]) + TWO[i] * log(TWO[i] / MIDDLE[i]), i) / 2,
    wrt=x,
    symbol="J",
    known=(ONE, TWO, MIDDLE),
)


def test_a_part_that_others_determine_is_not_kept_beside_them() -> None:
    """The Jensen-Shannon divergence as in a textbook: no term of the mean's own derivative is left."""
    s, m = ONE[j], MIDDLE[j]
    of_all = Sum(ONE[k] * log(ONE[k]), k) - Sum(ONE[k] * log(MIDDLE[k]), k)
    assert (derivative(APART).end - s / 2 * (log(s) - log(m) - of_all)).expand() == 0
    check_derived(derive_formula(APART))


def test_a_part_is_what_a_definition_says_of_it_under_every_index() -> None:
    known, s, r, m = (ONE, TWO, MIDDLE), ONE[j], TWO[j], MIDDLE[j]
    ways = list(by_other_parts(m + r + Sum(TWO[k] * x[k], k), known))
    assert [way.expand() for way in ways][:1] == [(3 * m - s + Sum((2 * MIDDLE[k] - ONE[k]) * x[k], k)).expand()]
    assert not list(by_other_parts(r * s, known)), "where its definition is not in use it says nothing"
    assert not list(by_other_parts(APART.value * m, (APART,))), "no part of it stands there once"
