"""The largest over the classes: its derivative, the programs made of it, and what they do where classes tie."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from sympy import Integer, KroneckerDelta

from derive.algebra.records import Condition, Derivation, Derived, Step
from derive.algebra.rules import LARGEST
from derive.derivations.shift import shift_theorem
from derive.kernels import programs
from derive.language import Abs, Formula, Max, Sum, exp, indices, label, larger, log, parameter, vector
from derive.language.nodes import Partial, TopIndex
from derive.language.text import Text
from derive.loading import load
from derive.loading.emitted import targets
from derive.pipeline import build_formula, latex_page, text_page
from derive.proofs import derive_formula
from derive.verify import StepError, check_derived, check_programs
from derive.verify.conditions import holds
from derive.verify.floats import held
from derive.verify.oracle import Oracle, Point
from derive.verify.steps import check_derivation

i, j, k = indices("i j k")
x, w = vector("x"), vector("w")
t = label("t")
a = parameter("a", default=0.5, domain="positive")
TOP = Max(x[k], k)

MARGIN = Formula("margin", Max(x[k] + 1 - KroneckerDelta(k, t), k) - x[t], wrt=x)
SQUARED = Formula("squared_margin", larger(0, 1 + Max(a * x[k] * w[k], k) - x[t]) ** 2, wrt=(x, a))
NORMED = Formula("over_the_largest", x[i] / Max(Abs(x[k]), k), over=i, wrt=x)
GAP = Formula("soft_over_hard", log(Sum(exp(x[k]), k)) - TOP, wrt=x)
FORMULAS = (MARGIN, SQUARED, NORMED, GAP)


@cache
def derived(formula: Formula) -> Derived:
    return derive_formula(formula)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda one: one.name)
def test_each_step_and_each_program_is_right(formula: Formula) -> None:
    check_derived(derived(formula))
    check_programs(programs(formula, derived(formula)))


def test_the_slope_is_that_of_the_class_that_attains_it() -> None:
    assert derived(GAP).derivation("gradient").end == exp(x[j]) / Sum(exp(x[k]), k) - KroneckerDelta(j, TopIndex(TOP))


def test_where_two_classes_tie_the_condition_does_not_hold() -> None:
    once = Condition("attained_once", (TOP,))
    assert holds(once, Oracle(Point(3, {"x": [1, 3, 2]})))
    assert not holds(once, Oracle(Point(3, {"x": [3, 1, 3]})))
    assert holds(once, Oracle(Point(1, {"x": [3]})))


def test_a_slope_of_another_class_is_found() -> None:
    before = Partial(TOP, x[j])
    step = Step(LARGEST, before, Integer(1), ((before, Integer(1)),), (Condition("attained_once", (TOP,)),))
    wrong = Derivation("gradient", Text("The gradient"), before, (step,))
    with pytest.raises(StepError):
        check_derivation(wrong, GAP)


def test_it_moves_with_what_is_added_to_all_classes() -> None:
    theorem = shift_theorem(GAP)
    assert theorem is not None and theorem.right == GAP.value
    assert shift_theorem(Formula("hard", TOP - x[t], wrt=x)) is not None


def test_beside_a_sum_of_exponentials_no_digit_is_lost() -> None:
    value, gradient = held(programs(GAP, derived(GAP))[:2])
    assert not value.caveats and not gradient.caveats


@pytest.mark.parametrize("target", targets())
def test_of_classes_that_tie_the_first_is_taken(target: str) -> None:
    rows = np.array([[1.0, 3, 3, 2], [0, 0, 0, 0], [5, 4, 3, 5]])
    right = np.array([3, 1, 2])
    found = load("margin_grad", formulas=__file__, target=target)(rows, right)
    expected = np.array([[0, 1.0, 0, -1], [1, -1, 0, 0], [1, 0, -1, 0]])
    assert np.array_equal(found, expected)


def test_every_medium_names_the_class() -> None:
    built = build_formula(GAP)
    assert r"\operatorname*{argmax}_{k} x_k" in latex_page(built)
    text = text_page(built)
    assert "argmax_k x_k" in text and "max_k x_k is attained at one class alone" in text
