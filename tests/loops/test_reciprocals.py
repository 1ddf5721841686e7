"""Reciprocals: only of what surely has one that is a normal number, and only where a class would divide by it."""

from __future__ import annotations

from typing import Any

import pytest

from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, vector
from derive.loops.ir import Call, Loop, Program, values_of, walk
from derive.proofs import derive_formula

x, y = vector("x"), vector("y", domain="positive")
i, k = indices("i k")


def value_of(expression: Any) -> Program:
    formula = Formula("shares", expression, over=i, wrt=x)
    return programs(formula, derive_formula(formula))[0]


def divides(program: Program) -> bool:
    """Whether a loop does."""
    loops = [s for s in program.body if isinstance(s, Loop)]
    return any(isinstance(p, Call) and p.op == "div" for loop in loops for v in values_of(loop.body) for p in walk(v))


@pytest.mark.parametrize(
    "expression",
    [exp(x[i]) / Sum(exp(x[k]), k), x[i] / (1 + Sum(exp(x[k]), k)) ** 0 / (2 + Sum(exp(-(x[k] ** 2)), k))],
    ids=["the largest term is 1", "a constant is in it"],
)
def test_a_divisor_between_its_bounds_is_inverted(expression: Any) -> None:
    assert not divides(value_of(expression))


@pytest.mark.parametrize(
    "expression",
    [x[i] / Sum(y[k], k), x[i] / (1 + Sum(x[k] ** 2, k))],
    ids=["it may come near 0", "it may be as large as you like"],
)
def test_any_other_is_divided_by(expression: Any) -> None:
    assert divides(value_of(expression))
