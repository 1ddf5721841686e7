"""Values that are chosen by a comparison, indices as numbers, large powers: written, derived, computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy
from sympy import Piecewise

import derive
from derive.kernels import programs
from derive.language import (
    Abs,
    Formula,
    FormulaError,
    KroneckerDelta,
    Max,
    Sum,
    exp,
    indices,
    label,
    larger,
    log,
    n,
    parameter,
    relu,
    smaller,
    vector,
    where,
)
from derive.language.choices import Compare
from derive.proofs import derive_formula
from derive.targets.tex.printer import latex
from derive.verify import check_derived, check_programs

i, j, k = indices("i j k")
x, y = vector("x"), vector("y")
p = vector("p", domain="positive")
t = label("t")
d = parameter("d", default=1.0, domain="positive")
X = np.array([[0.75, -2.0, 0.0, 1.0], [3.0, 3.0, -0.5, np.nan]])
Y = np.array([[0.25, -2.0, 1.0, 1.5], [1.0, 3.0, -2.0, 0.0]])
both = pytest.mark.parametrize("target", ["numpy", "c"])


def test_where_reads_every_comparison() -> None:
    assert where(x[i] < y[i], 1, 2) == Compare(x[i], y[i], 1, 2, 2)
    assert where(x[i] <= y[i], 1, 2) == Compare(x[i], y[i], 1, 1, 2)
    assert where(x[i] > y[i], 1, 2) == Compare(y[i], x[i], 1, 2, 2)
    assert where(x[i] >= y[i], 1, 2) == Compare(y[i], x[i], 1, 1, 2)
    assert where(x[i] > 0, 1, 2) == where(x[i] > 0, 1, 2) == Compare(x[i], 0, 2, 2, 1)
    assert where(x[i] < x[i], 1, 2) == 2 and where(x[i] <= 1, y[i], y[i]) == y[i]


def test_conditions_are_joined() -> None:
    inside, outside = where((x[i] > 0) & (y[i] < 1), 1, 2), where(~((x[i] > 0) & (y[i] < 1)), 2, 1)
    assert inside == outside and inside.atoms(Compare)
    assert where((x[i] > 0) | (x[i] < -1), 1, 0) == where(x[i] > 0, 1, where(x[i] < -1, 1, 0))


@pytest.mark.parametrize("condition", [sympy.Eq(x[i], 1), x[i], "x > 0", None])
def test_other_conditions_are_refused(condition: Any) -> None:
    with pytest.raises(FormulaError, match="compares two real expressions"):
        where(condition, 1, 2)


def test_a_piecewise_needs_a_case_for_the_rest() -> None:
    with pytest.raises(FormulaError, match="last case needs the condition True"):
        Formula("f", Sum(Piecewise((x[k], x[k] > 0), (1, x[k] < -1)), k), wrt=x)


def test_latex_sets_out_the_cases() -> None:
    expected = r"\begin{cases} x_i & x_i < 1 \\ 1 & x_i \ge 1 \end{cases}"
    assert latex(where(x[i] < 1, x[i], 1), "f") == expected


FORMULAS = {
    "huber": (
        Sum(where(Abs(x[k] - y[k]) <= d, (x[k] - y[k]) ** 2 / 2, d * (Abs(x[k] - y[k]) - d / 2)), k),
        lambda a, b: np.where(np.abs(a - b) <= 1, a - b, np.sign(a - b)),
    ),
    "leaky": (
        Sum(Piecewise((x[k], x[k] > 0), (0.01 * x[k], True)), k),
        lambda a, b: np.where(np.isnan(a), np.nan, np.where(a > 0, 1, 0.01)),
    ),
    "rectified": (Sum(relu(x[k]), k), lambda a, b: np.where(np.isnan(a), np.nan, a > 0)),
    "tied": (
        Sum(larger(x[k], y[k] * x[k]), k),
        lambda a, b: np.where(a > a * b, 1, np.where(a < a * b, b, np.where(a == a * b, (1 + b) / 2, np.nan))),
    ),
    "clipped": (
        Sum(smaller(larger(x[k], -1), 1), k),
        lambda a, b: np.where(np.isnan(a), np.nan, (a > -1) & (a < 1)),
    ),
    "placed": (Sum(k * x[k], k) + 0.5 * Sum(y[k] ** 2, k), lambda a, b: np.broadcast_to(np.arange(1.0, 5.0), a.shape)),
    "weighed": (
        Sum(k, k) * Sum(k * x[k], k),
        lambda a, b: np.broadcast_to(10 * np.arange(1.0, 5.0), a.shape),
    ),
    "early": (
        Sum(where(k <= 2, x[k] ** 2, 0), k),
        lambda a, b: np.where(np.arange(4) < 2, 2 * a, 0.0),
    ),
}


@both
@pytest.mark.parametrize("name", FORMULAS)
def test_its_gradient_is_right_ties_and_nan_included(name: str, target: str) -> None:
    expression, gradient = FORMULAS[name]
    formula = Formula(name, expression, wrt=x)
    check_derived(derive_formula(formula))
    given = {v.name: {"x": X, "y": Y}[v.name] for v in formula.inputs if v.name != "d"}
    with np.errstate(invalid="ignore"):
        found = derive.load(f"{name}_grad", target=target, formulas=[formula])(**given)
        np.testing.assert_allclose(found, gradient(X, Y), rtol=1e-15, equal_nan=True)


@both
def test_a_multiclass_hinge(target: str) -> None:
    """Its cases hold two deltas, in a sum over the index of one of them."""
    formula = Formula("margins", Sum(relu(1 + x[k] - x[t]) * (1 - KroneckerDelta(k, t)), k), wrt=x)
    check_derived(derive_formula(formula))
    found = derive.load("margins_grad", target=target, formulas=[formula])(X[:1], np.array([0]))
    assert found.tolist() == [[-2.0, 0.0, 1.0, 1.0]]


@both
def test_a_label_as_a_number_counts_from_1(target: str) -> None:
    formula = Formula("placed_label", x[i] * i + t * x[t], over=i, wrt=x)
    found = derive.load("placed_label", target=target, formulas=[formula])(X[:1], np.array([1]))
    assert found.tolist() == [[0.75 - 4.0, -8.0, -4.0, 0.0]]


@both
def test_a_power_of_itself(target: str) -> None:
    formula = Formula("own_power", Sum(p[k] ** p[k], k), wrt=p)
    check_derived(derive_formula(formula))
    at = np.array([[0.5, 1.0, 2.0]])
    found = derive.load("own_power_grad", target=target, formulas=[formula])(at)
    np.testing.assert_allclose(found, at**at * (np.log(at) + 1), rtol=1e-14)


@pytest.mark.parametrize("expression", [
    Sum(x[k] ** 1000000, k),
    Sum((x[k] + y[k]) ** 1000, k) / n,
    Sum((x[k] - 1) ** 5000 / (1 + x[k] ** 2) ** 5001, k),
])  # fmt: skip
def test_a_large_power_ends(expression: Any) -> None:
    formula = Formula("powers", expression, wrt=x)
    check_derived(derive_formula(formula))
    found = derive.load("powers_grad", formulas=[formula])(**{v.name: np.full((1, 2), 0.5) for v in formula.inputs})
    assert np.isfinite(found).all()


@pytest.mark.parametrize("misuse", [lambda: larger(x[k], k), lambda: larger(x[k]), lambda: smaller(x[k])])
def test_larger_is_no_reduction(misuse: Any) -> None:
    with pytest.raises(FormulaError, match=r"the largest over the classes is Max\("):
        misuse()
    assert Max(x[k], k).has(Max)


def test_cases_are_evaluated_where_they_hold() -> None:
    """A case that does not hold may have no value."""
    formula = Formula("guarded", Sum(where(x[k] > 1, log(x[k]), exp(x[k])), k), wrt=x)
    check_derived(derive_formula(formula))


@pytest.mark.parametrize("over", [None, i])
def test_cases_times_cases_under_a_sum(over: Any) -> None:
    """The delta in the cases' derivatives is taken out of them, so that no loop stands in another."""
    kept = where(x[t] < 1, y[k], where(x[k] < 2, x[k] ** 2, x[k]))
    total = Sum(where(x[k] < 1, y[k], kept) ** 2 * kept, k)
    formula = Formula("kept", total + Sum(x[k] ** 2, k) if over is None else x[i] * total, wrt=x, over=over)
    check_programs(programs(formula, derive_formula(formula)))


@both
def test_a_modulus_over_the_classes(target: str) -> None:
    formula = Formula("modulus", Abs(x[i]), over=i, wrt=x)
    check_derived(derive_formula(formula))
    found = derive.load("modulus_vjp", target=target, formulas=[formula])(X[:1], np.ones((1, 4)))
    assert found.tolist() == [[1.0, -1.0, 0.0, 1.0]]
