"""Every program is held to its digits, each operation rounded once: what it keeps is promised, what not is told."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from derive.catalogue import load_catalogue
from derive.job import Job
from derive.kernels import kernels, programs, stages
from derive.language import Formula, Sum, exp, indices, label, larger, log, n, parameter, sqrt, vector
from derive.language.errors import DeriveError
from derive.loops.ir import ARITY, ArgMax, Call, Loop, Number, Program
from derive.loops.uses import map_values
from derive.pipeline import build
from derive.proofs import derive_formula
from derive.verify.approach import Approach
from derive.verify.asked import Asked, scores_of
from derive.verify.float_machine import FloatArithmetic
from derive.verify.floats import BOUNDS, held, verdicts
from derive.verify.numbers import FORMATS, OracleError
from derive.verify.oracle import Point, reals
from derive.verify.rounded import EXACT, LIBRARY, rounded
from derive.verify.rows import rows
from derive.verify.tape import TapeReals, slopes
from derive.verify.truth import Truth
from tests import once

CATALOGUE = {formula.name: formula for formula in load_catalogue()}
i, j, k = indices("i j k")
x = vector("x")


@cache
def made(name: str) -> tuple[Program, ...]:
    return once.built(CATALOGUE[name]).programs


def fraction(number: tuple[int, int, int, int]) -> Fraction:
    sign, mantissa, exponent, _ = number
    return (-1) ** sign * int(mantissa) * Fraction(2) ** exponent


# --- rounding --------------------------------------------------------------------------------------------------------


def test_every_operation_of_the_ir_is_known() -> None:
    assert FloatArithmetic("float32", 1).operations.keys() == ARITY.keys()
    assert EXACT.keys() == LIBRARY.keys()


@pytest.mark.parametrize("dtype", sorted(FORMATS))
@pytest.mark.parametrize("name", sorted(EXACT.keys() - {"pow"}))
def test_functions_are_rounded_once(name: str, dtype: str) -> None:
    dice = np.random.default_rng(1)
    given = (dice.standard_normal(40) * 10.0 ** dice.integers(-9, 2, 40)).astype(dtype)
    given = np.abs(given) if name in ("log", "log1p") else given
    known: dict[str, Callable[..., Any]] = {
        "exp2": lambda u: mpmath.mpf(2) ** u,
        "erfcx": lambda u: mpmath.exp(u * u) * mpmath.erfc(u),
    }
    with mpmath.workprec(400):
        for u, got in zip(given, rounded(name, given), strict=True):
            right = known.get(name, getattr(mpmath, name, None))(mpmath.mpf(float(u)))
            assert float(got) == FORMATS[dtype].nearest(fraction(right._mpf_))


@pytest.mark.parametrize("dtype", sorted(FORMATS))
def test_ends_are_those_of_ieee(dtype: str) -> None:
    u = np.array([-math.inf, -1e4, 0.0, 1e4, math.inf, math.nan], dtype)
    assert rounded("exp", u).tolist()[:5] == [0, 0, 1, math.inf, math.inf]
    assert rounded("log", u).tolist()[2:5:2] == [-math.inf, math.inf]
    assert np.isnan(rounded("exp", u)[5]) and np.isnan(rounded("log", u)[1])
    assert rounded("pow", np.array([0.0, 2.0], dtype), np.array([0.5, -1.0], dtype)).tolist() == [0, 0.5]


def test_a_library_that_is_a_little_wrong_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict goes into what is written, which is the same on every machine."""
    given = np.random.default_rng(2).standard_normal(2000).astype(np.float32)
    before = rounded("exp", given)
    monkeypatch.setitem(LIBRARY, "exp", lambda u: np.exp(u) * (1 + 4e-16))
    assert (rounded("exp", given) == before).all()
    double = given[:50].astype(np.float64)
    assert (rounded("exp", double) == [float(mpmath.mp.exp(u)) for u in map(float, double)]).mean() > 0.9


# --- the right results -----------------------------------------------------------------------------------------------


def test_the_way_back_gives_the_derivatives_that_duals_give() -> None:
    tape = TapeReals(reals())
    with tape.working():
        u, v = tape.variable(2), tape.variable(3)
        first = slopes(tape.function("exp", u * v) * u + 1, [u, v])
        second = slopes(first[1], [u])[0]
    assert [float(tape.bounds(s)[0].fraction) for s in first] == pytest.approx([7 * math.exp(6), 4 * math.exp(6)])
    assert float(tape.bounds(second)[0].fraction) == pytest.approx(16 * math.exp(6))


def test_the_condition_is_what_it_is_said_to_be() -> None:
    formula = Formula("difference", Sum(x[k], k), wrt=x)
    (result,) = Truth(formula, (), Point(2, {"x": [100.0, -99.0]}), 256).results("")[0]
    assert (result.near, result.rest) == (1.0, 0.0)
    assert 2.0**result.condition == pytest.approx(1 + 100 + 99)


def test_at_a_mask_the_limit_is_right_where_there_is_one() -> None:
    """What goes to infinity is not known."""
    masked = Point(3, {"x": [-math.inf, 0.0, 0.0]})
    (shares,) = Approach(CATALOGUE["softmax"], (), masked, 256).results("")
    assert [result.near for result in shares if result] == [0, 0.5, 0.5]
    (logarithms,) = Approach(CATALOGUE["log_softmax"], (), masked, 256).results("")
    assert [result and result.near for result in logarithms] == [None, -math.log(2), -math.log(2)]


@pytest.mark.parametrize("averaged", [
    Sum(exp(-x[i]) / Sum(exp(-x[j]), j) * x[i], i),
    log(Sum(exp(-x[j]), j)),
    Sum(x[k] ** 2, k),
    Sum(x[k], k) / sqrt(Sum(x[j] ** 2, j)),
])  # fmt: skip
def test_a_class_at_minus_infinity_that_is_still_there_is_not_masked(averaged: Any) -> None:
    """What is right there is plain IEEE arithmetic."""
    formula = Formula("averaged", averaged, wrt=x)
    with pytest.raises(OracleError):
        Approach(formula, (), Point(3, {"x": [-math.inf, 1.0, 2.0]}), 256).results("")


def test_scores_stand_in_exponents() -> None:
    y, z = vector("y"), vector("z")
    shares = exp(x[k] + y[k]) / Sum(exp(x[j] + y[j]), j)
    assert scores_of(Formula("expected", Sum(shares * z[k], k), wrt=x)) == (x, y)


def test_at_a_weight_of_0_the_convention_is_the_limit() -> None:
    point = Point(2, {"p": [0.0, 1.0], "q": [0.0, 1.0]})
    ((divergence,),) = Approach(CATALOGUE["kl_divergence"], (), point, 256).results("")
    assert divergence is not None and divergence.near == 0


def test_rows_hold_masks_and_parameters_at_the_ends_of_their_domains() -> None:
    a, b = parameter("a", default=2.0), parameter("b", default=2.0, domain="positive")
    points = [row.point for row in rows(Asked((x, a, b), (), (x,), "a seed"))]
    assert any(-math.inf in point.vectors["x"] for point in points)
    assert {point.scalars["a"] for point in points} >= {0, 1, 2, 100}
    assert min(point.scalars["b"] for point in points) == 2.0**-10


# --- verdicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["softplus", "logsumexp", "entropy"])
def test_a_kernel_that_keeps_its_digits_says_so(name: str) -> None:
    value = held(made(name)[:2])[0]
    assert value.bound in BOUNDS and not value.caveats
    assert f"the error is within {value.bound} u" in " ".join(value.remarks)


def test_of_two_values_that_tie_the_slope_that_is_taken_is_no_mistake() -> None:
    """One quantile's loss: both sides change with x, and the kernels take the mean of their slopes."""
    y, a = vector("y"), parameter("a", default=0.25, domain="positive")
    u = y[k] - x[k]
    formula = Formula("pinball", Sum(larger(a * u, (a - 1) * u), k) / n, wrt=x)
    told = held(programs(formula, derive_formula(formula)))
    assert {program.name: program.caveats for program in told if program.caveats} == {}


def test_what_stands_beside_a_softmax_keeps_its_digits() -> None:
    """``s_j + x_j - y_j``: x has nothing to shift where it stands in no exponent."""
    y, t = vector("y"), label("t")
    formula = Formula("beside", log(Sum(exp(x[k]), k)) - x[t] + Sum((x[k] - y[k]) ** 2, k) / 2, wrt=x)
    told = held(programs(formula, derive_formula(formula)))
    assert {program.name: program.caveats for program in told if program.caveats} == {}


def test_a_kernel_that_overflows_where_the_truth_does_not_names_the_region_and_a_row() -> None:
    program = without_maxima(first_lowered("logsumexp"))
    (told,) = held([program])
    assert told.bound is None
    (caveat,) = told.caveats
    assert "spread" in caveat or "above" in caveat
    assert "it gives value = inf; right is" in caveat


def first_lowered(name: str) -> Program:
    """The kernel of the value as its loops begin, when nothing rests on a maximum yet but what it scales."""
    kernel = kernels(CATALOGUE[name], once.built(CATALOGUE[name]).derived)[0]
    return dict(stages(CATALOGUE[name], kernel))["fuse"]


def without_maxima(program: Program) -> Program:
    """With 0 in the place of every maximum: right in the real numbers, and for tame rows."""

    def change(statement: object) -> object:
        if isinstance(statement, Loop):
            return Loop(statement.index, tuple(change(s) for s in statement.body))  # type: ignore[misc]
        if isinstance(statement, ArgMax):
            return replace(statement, value=Call("mul", (Number(0), statement.value)))  # type: ignore[arg-type]
        return statement

    return replace(program, body=tuple(change(s) for s in program.body))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["logsumexp", "softmax", "cross_entropy_label"])
def test_a_wrong_maximum_is_seen_in_floats(name: str) -> None:
    """No real number tells: that is why both checks are made."""
    right, wrong = made(name)[0], without_maxima(first_lowered(name))
    assert right.body != wrong.body
    assert verdicts([right])[0][0].bound is not None
    assert verdicts([wrong])[0][0].bound is None


def test_digits_that_are_thrown_away_are_seen() -> None:
    def worse(value: object) -> object:
        if isinstance(value, Call) and value.op == "log1p":
            return Call("log", (Call("add", (Number(1), value.args[0])),))  # type: ignore[arg-type]
        if isinstance(value, Call):
            return Call(value.op, tuple(worse(a) for a in value.args))  # type: ignore[misc]
        return value

    program = made("softplus")[0]
    bad = replace(program, body=tuple(map_values(s, worse) for s in program.body))  # type: ignore[arg-type]
    assert verdicts([program])[0][0].bound == BOUNDS[0]
    assert verdicts([bad])[0][0].bound is None


def test_a_program_that_is_wrong_at_a_mask_alone_is_seen() -> None:
    def worse(value: object) -> object:
        if isinstance(value, Call):
            op = "mul" if value.op == "weighted" else value.op
            return Call(op, tuple(worse(a) for a in value.args))  # type: ignore[misc]
        return value

    program = made("softmax_entropy")[0]
    bad = replace(program, body=tuple(map_values(s, worse) for s in program.body))  # type: ignore[arg-type]
    assert bad != program
    miss = verdicts([bad])[0][0].miss
    assert miss is not None and "masked" in miss.region and "-inf" in miss.at and math.isnan(miss.got)


def test_the_verdict_is_the_same_with_other_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.verify import truth

    one = verdicts(made("softplus"))
    monkeypatch.setattr(truth, "reals", lambda precision: reals("mpmath", precision))
    assert [v.bound for (v,) in verdicts(made("softplus"))] == [v.bound for (v,) in one]


# --- the build -------------------------------------------------------------------------------------------------------


@pytest.fixture
def losing(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(
        "from derive.language import Formula, Sum, exp, indices, log, vector\n\n"
        'j = indices("j")\nx = vector("x")\n'
        'mine = Formula("mine", Sum(x[j], j) ** 2 - Sum(x[j] ** 2, j), wrt=x)\n'
    )
    return path


def test_a_build_warns_of_kernels_that_lose_digits_and_a_strict_one_fails(losing: Path, tmp_path: Path) -> None:
    job = Job(tmp_path / "out", formulas=(losing,), only=("mine",))
    told: list[str] = []
    with pytest.raises(DeriveError, match="mine.*: digits are lost on some rows"):
        build(replace(job, strict=True))
    assert not job.out.exists()
    build(job, warn=told.append)
    assert len(told) == 1 and "mine" in told[0]
    texts = [p.read_text() for p in job.out.rglob("mine.*") if p.suffix in (".c", ".h", ".py")]
    assert any("Digits are lost" in " ".join(text.split()) for text in texts)


def test_two_classes_that_are_nearly_alike_are_tried() -> None:
    """A second derivative of their softmax is a difference of two shares that are nearly 1/2, and says so."""
    told = next(p for p in held(made("softmax")) if p.kind == "hvp" and not p.saved)
    assert told.bound is None and "spread 0.001, n = 2" in told.caveats[-1]
