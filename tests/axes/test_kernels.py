"""Kernels along axes: the same in both targets as in plain NumPy, and as differences say of the derivative."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

import derive
from derive.derivations import tangent
from derive.kernels import programs
from derive.language import Formula, Sum, erf, exp, log
from derive.language.components import Labels, Vector
from derive.language.inputs import Parameter
from derive.loading import CompilerError
from derive.loops import LowerError
from derive.loops.ir import Accumulate, Call, Increase, Loop, Number, Program, Store
from derive.proofs import derive_formula
from derive.verify.floats import carried_out
from derive.verify.oracle import Point
from derive.verify.programs import ProgramError, check_programs
from derive.verify.truth import Truth
from tests.axes.formulas import CASES, SIZES, Array, Case, f, h, inputs, k, r, x

TARGETS = ("numpy", "c")
SMALL = {"m": 1, "n": 1, "d": 1, "p": 1}


@cache
def programs_of(formula: Formula) -> tuple[Program, ...]:
    return programs(formula, derive_formula(formula))


def kernel(name: str, target: str, formula: Formula) -> Callable[..., Any]:
    try:
        return derive.load(name, target, formulas=formula)
    except CompilerError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_every_program_is_its_formula(case: Case) -> None:
    check_programs(programs_of(case.formula))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("sizes", [SIZES, SMALL], ids=["several", "one of each"])
@pytest.mark.parametrize("case", CASES, ids=repr)
def test_the_value_is_that_of_plain_numpy(case: Case, sizes: dict[str, int], target: str) -> None:
    given = inputs(case.formula, np.random.default_rng(1), sizes)
    found = kernel(case.formula.name, target, case.formula)(**given)
    np.testing.assert_allclose(found, case.plain(**given), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", CASES, ids=repr)
def test_the_derivatives_are_those_of_differences(case: Case, target: str) -> None:
    formula, dice = case.formula, np.random.default_rng(2)
    given = inputs(formula, dice)
    upstream = dice.normal(size=np.shape(case.plain(**given)))
    for place, by in enumerate(formula.variables):
        wanted = _slopes(case, given, by.name, upstream if formula.indices else 1.0)
        name = formula.name + ("_vjp" if formula.indices else "_grad") + (f"_{by.name}" if place else "")
        extra = {"g": upstream} if formula.indices else {}
        np.testing.assert_allclose(kernel(name, target, formula)(**given, **extra), wanted, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", CASES, ids=repr)
def test_the_product_with_the_second_derivative_is_that_of_differences(case: Case, target: str) -> None:
    formula, dice = case.formula, np.random.default_rng(8)
    given, name = inputs(formula, dice), formula.variable.name
    first = kernel(formula.name + ("_vjp" if formula.indices else "_grad"), target, formula)
    extra = {"g": dice.normal(size=np.shape(case.plain(**given)))} if formula.indices else {}
    v, step = dice.normal(size=given[name].shape), 1e-5
    ahead, behind = (first(**{**given, name: given[name] + sign * step * v}, **extra) for sign in (1, -1))
    second = kernel(f"{formula.name}_hvp", target, formula)
    wanted = (ahead - behind) / (2 * step)
    np.testing.assert_allclose(second(**given, **extra, **{direction(formula): v}), wanted, rtol=2e-5, atol=1e-7)


def direction(formula: Formula) -> str:
    return tangent(formula).name


@pytest.mark.parametrize("size", [(1, 2), (2, 3), (5, 2), (3, 40)], ids=str)
@pytest.mark.parametrize("case", CASES, ids=repr)
def test_second_derivatives_are_those_of_the_oracle(case: Case, size: tuple[int, int]) -> None:
    """In floats, at several sizes."""
    formula, sizes = case.formula, {"m": size[0], "n": size[1], "d": 2, "p": 3}
    dice = np.random.default_rng(9)
    program = next(one for one in programs_of(formula) if one.kind == "hvp")
    directions = {one.name: dice.normal(size=[sizes[a.size.name] for a in one.axes]) for one in program.directions}
    given = {**inputs(formula, dice, sizes), **directions}
    right = Truth(formula, program.directions, point_of(program, given, sizes), 256).results("hvp")[0]
    found = kernel(program.name, "c", formula)(**given)
    for one, result in zip(np.ravel(found), right, strict=True):
        assert result is not None
        assert abs(one - result.near) <= 2.0**-46 * 2.0 ** max(result.condition, -60.0)


def point_of(program: Program, given: dict[str, Array], sizes: dict[str, int]) -> Point:
    vectors = {one.name: np.ravel(given[one.name]).tolist() for one in program.inputs if isinstance(one, Vector)}
    picks = {one.name: (np.ravel(given[one.name]) + 1).tolist() for one in program.inputs if isinstance(one, Labels)}
    scalars = {one.name: float(given[one.name]) for one in program.inputs if isinstance(one, Parameter)}
    return Point(sizes["n"], vectors, {}, scalars, sizes=sizes, picks=picks)


def _slopes(case: Case, given: dict[str, Array], name: str, upstream: Any) -> Array:
    """By central differences."""
    found, step = np.zeros_like(given[name]), 1e-6
    for place in np.ndindex(*found.shape):
        ends = []
        for sign in (1, -1):
            moved = np.array(given[name])
            moved[place] += sign * step
            ends.append(np.sum(upstream * case.plain(**{**given, name: moved})))
        found[place] = (ends[0] - ends[1]) / (2 * step)
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_value_and_gradients_come_together(target: str) -> None:
    (formula,) = (case.formula for case in CASES if case.formula.name == "linear_loss")
    given = inputs(formula, np.random.default_rng(3))
    value, *gradients = kernel("linear_loss_value_and_grad", target, formula)(**given)
    assert value == pytest.approx(kernel("linear_loss", target, formula)(**given))
    for name, gradient in zip(("linear_loss_grad", "linear_loss_grad_W"), gradients, strict=True):
        np.testing.assert_allclose(gradient, kernel(name, target, formula)(**given))


@pytest.mark.parametrize("target", TARGETS)
def test_axes_before_those_that_are_named_run_through_many(target: str) -> None:
    (case,) = (case for case in CASES if case.formula.name == "attending")
    dice = np.random.default_rng(4)
    given = inputs(case.formula, dice)
    many = dice.normal(size=(2, 6, SIZES["d"]))
    found = kernel("attending", target, case.formula)(**{**given, "q": many})
    assert found.shape == (2, 6, SIZES["p"])
    for place in np.ndindex(2, 6):
        np.testing.assert_allclose(found[place], case.plain(**{**given, "q": many[place]}))


@pytest.mark.parametrize("target", TARGETS)
def test_single_precision_stays_single(target: str) -> None:
    for case in CASES:
        given = inputs(case.formula, np.random.default_rng(5))
        single = {name: one.astype(np.float32) if one.dtype == float else one for name, one in given.items()}
        found = kernel(case.formula.name, target, case.formula)(**single)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, case.plain(**given), rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("target", TARGETS)
def test_a_function_that_numpy_lacks_is_there_too(target: str) -> None:
    formula = Formula("errors", Sum(erf(h[r, f]), f), over=r, wrt=h)
    given = np.random.default_rng(6).standard_normal((SIZES["m"], SIZES["d"]))
    expected = np.vectorize(math.erf)(given).sum(axis=1)
    np.testing.assert_allclose(kernel("errors", target, formula)(given), expected)


@pytest.mark.parametrize("target", TARGETS)
def test_large_scores_neither_overflow_nor_vanish(target: str) -> None:
    (case,) = (case for case in CASES if case.formula.name == "mean_loss")
    given = {"x": np.array([[1e4, 1e4 - 50.0], [-1e4, -1e4 + 3.0]]), "t": np.array([0, 1])}
    right = (np.log1p(np.exp(-50.0)) + np.log1p(np.exp(-3.0))) / 2
    assert kernel("mean_loss", target, case.formula)(**given) == pytest.approx(right, rel=1e-15)
    gradient = kernel("mean_loss_grad", target, case.formula)(**given)
    np.testing.assert_allclose(gradient[0], [-np.exp(-50) / 2, np.exp(-50) / 2], rtol=1e-12)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"W": np.ones((5, 2))}, ValueError, "W has shape (5, 2), so that d is 2, but h says that it is 3"),
        ({"t": np.array([0, 5, 1, 1])}, IndexError, "t holds the label 5, but labels go from 0 to 4"),
        ({"t": np.array([0, -1, 1, 1])}, IndexError, "t holds the label -1, but labels go from 0 to 4"),
        ({"t": np.zeros(4)}, TypeError, "t has dtype float64, not an integer"),
        ({"h": np.ones((4, 3), int)}, TypeError, "h has dtype int64, not float32 or float64"),
        ({"h": np.ones((4, 3), np.float32)}, TypeError, "W has dtype float64 but h has float32"),
        ({"h": np.ones(3)}, ValueError, "h has shape (3,), but needs the axes (m, d)"),
        ({"h": np.ones((0, 3)), "t": np.ones(0, int)}, ValueError, "h has shape (0, 3): its axis m is empty"),
        ({"h": np.ones((2, 4, 3)), "W": np.ones((3, 5, 3))}, ValueError, "do not fit together"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(
    change: dict[str, Array], error: type[Exception], told: str, target: str
) -> None:
    (case,) = (case for case in CASES if case.formula.name == "linear_loss")
    given = {**inputs(case.formula, np.random.default_rng(6)), **change}
    with pytest.raises(error) as refused:
        kernel("linear_loss", target, case.formula)(**given)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("case", CASES, ids=repr)
def test_a_program_with_a_wrong_sign_is_found(case: Case) -> None:
    for program in programs_of(case.formula):
        if _stores_nothing_but_0(program.body):
            continue
        with pytest.raises(ProgramError, match="is not its formula"):
            check_programs([replace(program, body=_spoilt(program.body))])


def _stores_nothing_but_0(body: tuple[Any, ...]) -> bool:
    """As the second derivative does of what is linear."""
    inner = [_stores_nothing_but_0(one.body) for one in body if isinstance(one, Loop)]
    stored = [one.value == Number(Fraction(0)) for one in body if isinstance(one, Store | Increase)]
    return all(inner) and all(stored)


def _spoilt(body: tuple[Any, ...]) -> tuple[Any, ...]:
    """The last value that is stored, with a minus."""
    *first, last = body
    if isinstance(last, Loop):
        return (*first, replace(last, body=_spoilt(last.body)))
    assert isinstance(last, Store | Increase | Accumulate)
    return (*first, replace(last, value=Call("neg", (last.value,))))


def test_no_score_is_computed_once_more_for_each_feature() -> None:
    """A linear layer and its loss cost rows x classes x features, forward and backward, and store no scores."""
    (formula,) = (case.formula for case in CASES if case.formula.name == "linear_loss")
    for program in programs_of(formula):
        assert _depth(program.body) == 3
        assert all(set(output.shape) <= {"m", "n", "d"} for output in program.outputs)


def _depth(body: tuple[Any, ...]) -> int:
    return max((1 + _depth(one.body) for one in body if isinstance(one, Loop)), default=0)


def test_what_costs_more_in_loops_than_on_paper_is_refused() -> None:
    outer = log(Sum(exp(x[r, k]), k)) * log(Sum(exp(x[r, k]), r))
    formula = Formula("costly", exp(x[r, k] * outer), wrt=x, over=(r, k), symbol="c")
    with pytest.raises(LowerError) as refused:
        programs_of(formula)
    assert "no nested loops compute out of exp(log(Sum(exp(x[r, k" in str(refused.value)
    assert "within the cost that it has on paper" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_value_is_rounded_as_the_program_says() -> None:
    (formula,) = (case.formula for case in CASES if case.formula.name == "bilinear")
    program = programs_of(formula)[0]
    point = Point(2, {"q": [1.0], "W": [1.0, 2.0], "w": [3.0, 0.5]}, sizes={"d": 1})
    assert carried_out(program, [point], "float32")["value"] == [[4.0]]
