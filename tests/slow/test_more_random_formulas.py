"""Many more formulas that nobody wrote, larger ones, each made within a bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings

from derive.language import Formula
from tests.strategies import formulas
from tests.test_random_formulas import check

SECONDS = 10
"""Of this process's own time, for one formula, its checks left out."""


@pytest.mark.slow
@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(formulas(depth=2))
def test_its_steps_and_its_programs_are_right(formula: Formula) -> None:
    assert check(formula, clock=time.process_time) < SECONDS
