"""Formulas that nobody wrote: derived, checked step by step, made into programs, which are checked against them."""

from __future__ import annotations

import time
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings

from derive.kernels import programs
from derive.language import Formula
from derive.proofs import derive_formula
from derive.verify import check_derived, check_programs
from tests.strategies import formulas


def check(formula: Formula, clock: Callable[[], float] = time.process_time) -> float:
    """How long it took to derive the formula and to make its programs."""
    began = clock()
    derived = derive_formula(formula)
    took = clock() - began
    check_derived(derived)
    began = clock()
    made = programs(formula, derived)
    took += clock() - began
    check_programs(made)
    return took


@settings(max_examples=16, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(formulas(depth=1))
def test_its_steps_and_its_programs_are_right(formula: Formula) -> None:
    check(formula)
