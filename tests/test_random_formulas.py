"""Formulas that nobody wrote: derived, checked step by step, made into programs, which are checked against them.

Where a bound is stated, the emitted kernels keep to it on the same rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from zlib import crc32

from hypothesis import HealthCheck, given, settings

from derive.kernels import programs
from derive.language import Formula
from derive.loading.emitted import called, targets
from derive.proofs import derive_formula
from derive.verify import check_derived, check_programs
from derive.verify.floats import carried_out, verdicts
from tests.strategies import formulas

COMPILED = 4
"""One formula of so many is tried in C, which takes a compiler longer than all else."""


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
    tried = targets() if crc32(str(formula.expression).encode()) % COMPILED == 0 else targets()[:1]
    emitted = [partial(called, target, formula) for target in tried]
    for program, (stated, *others) in zip(made, verdicts(made, [carried_out, *emitted]), strict=True):
        for target, verdict in zip(tried, others, strict=True):
            if stated.bound is not None:
                assert max(verdict.worst.values(), default=(0, ""))[0] <= stated.bound, (target, program.name, verdict)
    return took


@settings(max_examples=16, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(formulas(depth=1))
def test_its_steps_and_its_programs_are_right(formula: Formula) -> None:
    check(formula)
