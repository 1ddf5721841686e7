"""Balance: formulas of exponentials that no shift theorem covers, over the whole range of both floats."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from sympy import Abs

import derive
from derive.kernels import programs
from derive.language import Formula, Sum, exp, indices, log, parameter, vector
from derive.language.formula import unfold
from derive.language.nodes import Partial
from derive.loops.ir import Call, Program, values_of
from derive.numerics.exponents.balance import balance
from derive.numerics.forms import InOrder, Log1p, Ramp, Select, Steady
from derive.proofs import derive_formula
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Point, evaluate_float

i, j, k = indices("i j k")
x, y = vector("x", doc="scores"), vector("y", doc="answers")
T = parameter("T", default=0.75, domain="positive", doc="temperature")
INF, NAN = math.inf, math.nan

unit = Formula("unit", 1 / (1 + exp(-x[i])), wrt=x, over=i)
FORMULAS = {
    f.name: f
    for f in (
        unit,
        Formula("unit_again", exp(x[i]) / (1 + exp(x[i])), wrt=x, over=i),
        Formula("one_less_unit", 1 - unit[i], wrt=x, over=i),
        Formula("log_unit", log(unit[i]), wrt=x, over=i),
        Formula("tempered_unit", 1 / (1 + exp(-x[i] / T)), wrt=x, over=i),
        Formula("hyperbolic", (exp(x[i]) - exp(-x[i])) / (exp(x[i]) + exp(-x[i])), wrt=x, over=i),
        Formula("gated", x[i] * unit[i], wrt=x, over=i),
        Formula("soft_ramp", log(1 + exp(x[i])), wrt=x, over=i),
        Formula("ramp_of_two", log(1 + 2 ** x[i]), wrt=x, over=i),
        Formula("answers", Sum(log(1 + exp(x[i])) - y[i] * x[i], i), wrt=x),
        Formula("likelihood", -Sum(y[i] * log(unit[i]) + (1 - y[i]) * log(1 - unit[i]), i), wrt=x),
        Formula("squares", Sum((unit[i] - y[i]) ** 2, i) / 2, wrt=x),
    )
}
EASY = {"likelihood": FORMULAS["answers"], "one_less_unit": Formula("mirrored", 1 / (1 + exp(x[i])), wrt=x, over=i)}
"""The same in mathematics, where the oracle would need thousands of bits for 1 - unit."""
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])
POINTS = [0.0, 1e-30, 1e-3, 0.5, 1.0, 3.0, 17.0, 30.0, 80.0, 100.0, 700.0, 740.0, 1e4, 1e30]


def kernel(name: str, target: str) -> Any:
    return derive.load(name, target=target, formulas=FORMULAS.values())


@cache
def made(formula: Formula) -> tuple[Program, ...]:
    return programs(formula, derive_formula(formula))


@cache
def exact(formula: Formula, order: int, at: float, answer: float, dtype: str) -> float:
    """The derivative of this order in a row of one class, rounded once."""
    expression: Any = formula.expression
    for _ in range(order):
        expression = Partial(expression, x[i])
    vectors = {"x": [at], "y": [answer]}
    return evaluate_float(expression, Point(1, vectors, {"i": 1}, {"T": float(np.dtype(dtype).type(T.default))}), dtype)


def off(found: float, wanted: float, dtype: str, scale: float = 0.0) -> float:
    """How many units in the last place of what is wanted, or of a larger scale."""
    if found == wanted or not math.isfinite(found):
        return 0.0 if found == wanted else INF
    least = {"float32": 2.0**-149, "float64": 2.0**-1074}[dtype]
    unit_there = FORMATS[dtype].unit(Fraction(max(abs(wanted), scale, least)))
    return float(abs(Fraction(found) - Fraction(wanted)) / unit_there)


def allowed(name: str, at: float, wanted: float) -> float:
    """8 units; as many as the exponent where that is rounded (x/T, x log 2), or a subnormal w is multiplied by x."""
    rounded = name in ("tempered_unit", "ramp_of_two") or abs(wanted) < 2.0**-120
    return 8.0 + (2.0 * min(abs(at), 800.0) if rounded else 0.0)


@BOTH
@DTYPES
@pytest.mark.parametrize("name", FORMULAS)
def test_values_and_derivatives_over_the_whole_range(name: str, target: str, dtype: str) -> None:
    formula = FORMULAS[name]
    signed = [sign * at for at in POINTS for sign in (1.0, -1.0)]
    scores = np.array(signed, dtype)[:, None]
    ones = np.ones_like(scores)
    scalar = formula.over is None
    kinds = {"": 0, "_grad": 1, "_hvp": 2} if scalar else {"": 0, "_vjp": 1, "_jvp": 1, "_jacobian": 1, "_hvp": 2}
    for suffix, order in kinds.items():
        extra = [ones] * (0 if order == 0 or suffix in ("_grad", "_jacobian") else 2 if suffix == "_hvp" else 1)
        extra = extra[: 1 if scalar else 2]
        for answer in (0.0, 1.0, 0.3) if y in formula.inputs else (0.0,):
            answers = [np.full_like(scores, answer)] if y in formula.inputs else []
            given = (scores, *answers, *extra) if scalar else (scores, *extra)
            results = kernel(name + suffix, target)(*given[:2], **dict(zip("v", given[2:], strict=False)))
            for at, found in zip(scores[:, 0], np.ravel(results), strict=True):
                wanted = exact(EASY.get(name, formula), order, float(at), float(np.dtype(dtype).type(answer)), dtype)
                scale = 0.1 if answer == 0.3 and abs(at) < 10 else 0.0  # unit - y crosses 0 near there
                error = off(float(found), wanted, dtype, scale)
                assert error <= allowed(name, float(at), wanted), (suffix, at, answer, found, wanted)


@BOTH
@DTYPES
def test_infinities_give_the_limits_and_nan_gives_nan(target: str, dtype: str) -> None:
    ends = np.array([[INF], [-INF], [NAN]], dtype)
    ones = np.ones_like(ends)
    limits = {
        "unit": (1, 0), "unit_again": (1, 0), "one_less_unit": (0, 1), "log_unit": (0, -INF), "hyperbolic": (1, -1),
        "gated": (INF, 0), "soft_ramp": (INF, 0), "ramp_of_two": (INF, 0), "tempered_unit": (1, 0),
    }  # fmt: skip
    slopes = {"log_unit": (0, 1), "gated": (1, 0), "soft_ramp": (1, 0), "ramp_of_two": (math.log(2), 0)}
    for name, (above, below) in limits.items():
        found = kernel(name, target)(ends)[:, 0]
        assert tuple(found[:2]) == (above, below) and math.isnan(found[2]), name
        found = kernel(f"{name}_vjp", target)(ends, ones)[:, 0]
        assert tuple(found[:2]) == pytest.approx(slopes.get(name, (0, 0)), rel=1e-6), name
        assert math.isnan(found[2]), name
        found = kernel(f"{name}_hvp", target)(ends, ones, v=ones)[:, 0]
        assert tuple(found[:2]) == (0, 0) and math.isnan(found[2]), name


@BOTH
@DTYPES
@pytest.mark.parametrize("name", ["answers", "likelihood", "squares"])
def test_a_right_answer_at_infinity_costs_nothing(name: str, target: str, dtype: str) -> None:
    ends = np.array([[INF], [-INF], [INF], [NAN]], dtype)
    answers = np.array([[1], [0], [0], [1]], dtype)
    wrong = 0.5 if name == "squares" else INF
    value, grad = kernel(f"{name}_value_and_grad", target)(ends, answers)
    assert tuple(value[:3]) == (0, 0, wrong) and math.isnan(value[3])
    assert tuple(grad[:3, 0]) == (0, 0, 0 if name == "squares" else 1) and math.isnan(grad[3, 0])


def test_the_small_loss_of_a_right_answer_keeps_all_its_digits() -> None:
    """x - y x is x (1 - y) = 0 before log1p(exp(-30)) is added."""
    for target in ("numpy", "c"):
        assert kernel("answers", target)(np.array([30.0]), np.array([1.0])) == pytest.approx(
            math.log1p(math.exp(-30.0)), rel=4e-16
        )


# --- the forms ------------------------------------------------------------------------------------------------------
def test_both_ways_to_write_it_come_out_the_same() -> None:
    assert balance(unit.expression) == balance(FORMULAS["unit_again"].expression)


def test_no_choice_where_both_cases_are_equal() -> None:
    slope = derive_formula(unit).derivation("jacobian_diagonal").end
    assert not balance(unfold(slope)).has(Select)


def test_the_soft_ramp_is_a_ramp_and_a_small_rest() -> None:
    w = Steady(exp(-Abs(x[i])))
    assert balance(log(1 + exp(x[i]))) == Steady(InOrder(Ramp(x[i]), Log1p(w)))


def test_what_grows_without_bound_stays_as_it_is() -> None:
    for growing in (exp(x[i]), exp(x[i]) + exp(-x[i]), exp(2 * x[i]) + exp(x[i])):
        assert balance(growing) == growing


def test_exponents_that_have_nothing_in_common_are_balanced_apart() -> None:
    product = balance(1 / (1 + exp(-x[i])) / (1 + exp(-y[i])))
    assert len(product.atoms(Select)) == 2
    difference = balance(log(1 + exp(x[i] - y[i])))
    assert difference == Steady(InOrder(Ramp(x[i] - y[i]), Log1p(Steady(exp(-Abs(x[i] - y[i]))))))


def test_what_only_stands_beside_a_sum_is_left_to_the_shift() -> None:
    shares = exp(x[j]) / Sum(exp(x[k]), k)
    assert balance(shares) == shares


@pytest.mark.parametrize("name", FORMULAS)
def test_one_exponential_per_class(name: str) -> None:
    for program in made(FORMULAS[name]):
        calls = [part for part in values_of(program.body) if isinstance(part, Call)]
        assert sum(c.op in ("exp", "exp2") for c in calls) <= 1, program.name
