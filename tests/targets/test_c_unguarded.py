"""Exponentials without a guard against overflow: only of exponents that are never above 0."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

import derive
from derive.formulas.softmax import softmax
from derive.kernels import programs
from derive.language import Abs, Formula, Sum, exp, indices, log, parameter, vector
from derive.loops.ir import Call, Loop, Program, Statement, walk
from derive.proofs import derive_formula
from derive.targets.c.definitions import function
from derive.targets.c.reals import REALS
from derive.targets.c.unguarded import NONPOSITIVE, unguarded

i = indices("i")
x, y = vector("x", doc="scores"), vector("y", doc="scores")
T = parameter("T", default=2.0, domain="positive", doc="a temperature")
c = parameter("c", default=2.0, doc="of any sign")

NEVER_ABOVE = (
    Formula("log_of_powers", log(Sum(exp(x[i] / T), i)), wrt=x),
    Formula("distances", Sum(exp(-Abs(x[i] - y[i])), i), wrt=x),
)
ABOVE = (
    Formula("powers", Sum(exp(x[i] - y[i]), i), wrt=x),
    Formula("any_sign", Sum(exp(-c * x[i]), i), wrt=x),
)


@cache
def value(formula: Formula) -> Program:
    return programs(formula, derive_formula(formula))[0]


def exponentials(statements: tuple[Statement, ...]) -> set[str]:
    found = set()
    for statement in statements:
        if isinstance(statement, Loop):
            found |= exponentials(statement.body)
        else:
            found |= {p.op for p in walk(statement.value) if isinstance(p, Call) and p.op in ("exp", NONPOSITIVE)}
    return found


@pytest.mark.parametrize("formula", NEVER_ABOVE, ids=lambda f: f.name)
def test_an_exponent_that_the_domains_keep_at_most_0_needs_no_guard(formula: Formula) -> None:
    assert exponentials(unguarded(value(formula)).body) == {NONPOSITIVE}
    for real in REALS:
        lines = "\n".join(function(value(formula), real).row_body)
        assert re.findall(r"derive_f\d\d_(exp\w*)\(", lines).count("exp_nonpositive") >= 1


@pytest.mark.parametrize("formula", ABOVE, ids=lambda f: f.name)
def test_an_exponent_that_may_be_positive_keeps_it(formula: Formula) -> None:
    """The largest exponent of a sum, which is taken off each, and by which the sum is multiplied."""
    assert "exp" in exponentials(unguarded(value(formula)).body)


def test_nothing_but_exponentials_is_changed() -> None:
    program = value(softmax)
    assert repr(unguarded(program)).replace(NONPOSITIVE, "exp") == repr(program)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [3, 40, 300])
def test_a_row_with_infinity_is_what_the_table_of_the_readme_says(dtype: type, classes: int) -> None:
    """Nothing is taken off such a row: its other scores stand in exponents as they are."""
    row = np.linspace(-60, 60, classes).astype(dtype)
    row[classes // 2] = np.inf
    assert derive.load("logsumexp", target="c")(row) == np.inf
    found = derive.load("softmax", target="c")(row)
    assert np.isnan(found[classes // 2])
    assert np.all(np.delete(found, classes // 2) == 0)
