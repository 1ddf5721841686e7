"""Products that begin with the formula's own value: found in the symbols, where that is less work."""

from __future__ import annotations

from typing import Any

import pytest

from derive.catalogue import load_catalogue
from derive.derivations.saved import saved, solved_for, through_value
from derive.language import Formula, Sum, erf, exp, indices, log, sqrt, tanh, vector
from derive.language.components import Vector
from derive.notation.plain import plain

CATALOGUE = {formula.name: formula for formula in load_catalogue()}
i, j, k = indices("i j k")
x, p = vector("x"), vector("p", domain="positive")


def of(expression: Any, wrt: Vector = x) -> Formula:
    return Formula("mine", expression, over=i, wrt=wrt)


@pytest.mark.parametrize(
    ("name", "vjp", "jvp"),
    [
        ("softmax", "s_j * (g_j - sum_k g_k * s_k)", "s_i * (v_i - sum_k s_k * v_k)"),
        ("tempered_softmax", "p_j * (g_j - sum_k g_k * p_k) / T", "p_i * (v_i - sum_k p_k * v_k) / T"),
        ("log_softmax", "g_j - exp(l_j) * sum_k g_k", "v_i - sum_k v_k * exp(l_k)"),
        ("sigmoid", "g_j * sigma_j * (1 - sigma_j)", "sigma_i * v_i * (1 - sigma_i)"),
        ("softplus", "g_j * (1 - exp(-zeta_j))", "v_i * (1 - exp(-zeta_i))"),
    ],
)
def test_of_the_catalogue(name: str, vjp: str, jvp: str) -> None:
    found = through_value(CATALOGUE[name])
    assert (plain(found["vjp"]), plain(found["jvp"])) == (vjp, jvp)
    assert not any(CATALOGUE[name].vector in product.free_symbols for product in found.values())


@pytest.mark.parametrize(
    ("formula", "vjp"),
    [
        (of(tanh(x[i])), "g_j * (1 - y_j^2)"),
        (of(1 / x[i]), "-g_j * y_j^2"),
        (of(exp(2 * x[i] + 1)), "2 * g_j * y_j"),
        (of(sqrt(p[i]), p), "g_j / (2 * y_j)"),
        (of(-log(1 + exp(-x[i]))), "g_j * (1 - exp(y_j))"),
        (of(exp(x[i]) / (1 + Sum(exp(x[j]), j))), "y_j * (g_j - sum_k g_k * y_k)"),
    ],
)
def test_of_formulas_that_are_nowhere_listed(formula: Formula, vjp: str) -> None:
    assert plain(through_value(formula)["vjp"]) == vjp


@pytest.mark.parametrize(
    "formula",
    [
        of(x[i] ** 2),  # two roots
        of(x[i] / (1 + exp(-x[i]))),  # the component stands in two places
        of(erf(x[i])),  # no inverse in the language
        of(2 * x[i] + 1),  # nothing to save
        of(x[i] / sqrt(Sum(x[k] ** 2, k))),  # the root of the row is needed as well
        of(-log(p[i]), p),  # an exponential for a division
    ],
)
def test_where_there_is_none(formula: Formula) -> None:
    assert not through_value(formula)


def test_a_scalar_has_none() -> None:
    assert not through_value(CATALOGUE["logsumexp"])


def test_the_saved_value_is_called_by_its_symbol_where_it_has_one() -> None:
    assert saved(CATALOGUE["softmax"]).name == "s"
    assert saved(of(tanh(x[i]))).name == "y"
    y = vector("y")
    assert saved(Formula("mine", tanh(y[i]), over=i, wrt=y)).name == "y_2"


def test_solving_for_a_component() -> None:
    y = Vector("y")[i]
    for e in (3 * x[i] - 1, exp(x[i]), log(2 + exp(x[i])), 1 / (1 + exp(-x[i])), tanh(x[i] / 2), 3 ** x[i]):
        back = solved_for(e, x[i], y)
        values = {x[i]: 0.375}
        assert float(back.xreplace({y: e.xreplace(values)})) == pytest.approx(0.375)
    assert solved_for(x[i] + exp(x[i]), x[i], y) is None
    assert solved_for(x[i] ** 2, x[i], y) is None
