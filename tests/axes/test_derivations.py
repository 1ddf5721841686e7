"""What is derived along axes is right at every size that is tried, and a wrong step is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sympy import Add

from derive.derivations import derivations_of
from derive.derivations.first import free_indices
from derive.language.axes import axis_of
from derive.language.spoken import spoken
from derive.verify.steps import StepError, check_derivation
from tests.axes.formulas import CASES, Case, rows, x

BY_NAME = {case.formula.name: case.formula for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_each_step_holds_at_several_sizes_of_each_axis(case: Case) -> None:
    for chain in derivations_of(case.formula):
        check_derivation(chain, case.formula)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_a_wrong_end_is_refused(case: Case) -> None:
    chain = derivations_of(case.formula)[0]
    last = chain.steps[-1]
    wrong = replace(last, after=Add(last.after, 1))
    with pytest.raises(StepError):
        check_derivation(replace(chain, steps=(*chain.steps[:-1], wrong)), case.formula)


def test_a_size_taken_for_another_is_refused() -> None:
    formula = BY_NAME["mean_loss"]
    chain = derivations_of(formula)[0]
    last = chain.steps[-1]
    wrong = replace(last, after=last.after.xreplace({rows.size: axis_of(free_indices(formula, x)[1]).size}))
    with pytest.raises(StepError):
        check_derivation(replace(chain, steps=(*chain.steps[:-1], wrong)), formula)


def test_the_gradient_of_a_mean_over_the_rows_reads_as_it_is_taught() -> None:
    assert spoken(derivations_of(BY_NAME["mean_loss"])[0].end) == (
        "(exp(x[r, j])/Sum(exp(x[r, k]), k) - KroneckerDelta(j, t[r]))/m"
    )
