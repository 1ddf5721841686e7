"""Kernels that begin with the value that forward saved, in both targets."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import derive
import derive.kernels.backward
from derive.catalogue import load_catalogue
from derive.derivations import upstream
from derive.derivations.saved import saved
from derive.kernels import all_kernel_names, programs
from derive.language import Formula, Sum, exp, indices, log, parameter, vector
from derive.language.errors import DeriveError
from derive.loops.ir import Program, Store
from derive.numerics.routes import SHIFTED
from derive.proofs import derive_formula
from derive.verify import check_programs
from derive.verify.floats import held
from derive.verify.programs import ProgramError

CATALOGUE = {formula.name: formula for formula in load_catalogue()}
FORMULAS = ("softmax", "log_softmax", "softplus")
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
i, j = indices("i j")
x = vector("x")


def made(name: str) -> tuple[Program, ...]:
    return programs(CATALOGUE[name], derive_formula(CATALOGUE[name]))


def called(kernel: Callable[..., Any], **given: Any) -> Any:
    return kernel(**{name: given[name] for name in inspect.signature(kernel).parameters if name in given})


@BOTH
@DTYPES
@pytest.mark.parametrize("name", FORMULAS)
def test_it_gives_what_the_product_from_the_inputs_gives(name: str, target: str, dtype: Any) -> None:
    dice = np.random.default_rng(3)
    forward, symbol = derive.load(name, target), CATALOGUE[name].symbol
    for kind in ("vjp", "jvp", "hvp"):
        whole = derive.load(f"{name}_{kind}", target)
        from_saved = derive.load(f"{name}_{kind}_saved", target)
        for classes in (1, 2, 3, 17, 100):
            given = {letter: dice.normal(0, 1, (4, classes)).astype(dtype) for letter in "xgv"}
            kept = {symbol: called(forward, **given)}
            found = called(from_saved, **{**given, **kept})
            np.testing.assert_allclose(found, called(whole, **given), rtol=0, atol=16 * np.finfo(dtype).eps)


@BOTH
@DTYPES
@pytest.mark.parametrize("name", ["softmax", "tempered_softmax", "log_softmax"])
def test_a_masked_class_gets_no_gradient(name: str, target: str, dtype: Any) -> None:
    logits = np.array([[1.0, -math.inf, 2.0, 0.5], [-math.inf, -math.inf, 3.0, -math.inf]], dtype)
    masked, g = np.isinf(logits), np.array([[0.25, -1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0]], dtype)
    saved = derive.load(name, target)(logits)
    assert (saved[masked] == (-math.inf if name == "log_softmax" else 0)).all()
    grad = derive.load(f"{name}_vjp_saved", target)(saved, g)
    wanted = g if name == "log_softmax" else np.zeros_like(g)  # a logarithm of 0 passes on what comes to it alone
    assert (grad[masked] == wanted[masked]).all() and np.isfinite(grad).all()
    assert not np.signbit(grad[masked & (wanted == 0)]).any()


def test_what_forward_saves_is_named_in_the_signature_and_told() -> None:
    kernel = derive.load("tempered_softmax_vjp_saved")
    assert list(inspect.signature(kernel).parameters) == ["p", "g", "T", "axis", "out"]
    assert "the value of tempered_softmax, as forward saved it" in (kernel.__doc__ or "")
    assert "where p_i = exp(x_i / T) / sum_k exp(x_k / T), as forward saved it" in (kernel.__doc__ or "")


@BOTH
def test_of_a_formula_of_ones_own(target: str) -> None:
    beta = parameter("beta", default=2.0, domain="positive")
    mine = Formula("mine", exp(-beta * x[i]) / (1 + Sum(exp(-beta * x[j]), j)), over=i, wrt=x, symbol="q")
    forward, backward, whole = (
        derive.load(name, target, formulas=[mine]) for name in ("mine", "mine_vjp_saved", "mine_vjp")
    )
    data, g = np.random.default_rng(1).normal(size=(2, 3, 5))
    np.testing.assert_allclose(backward(forward(data, beta=0.5), g, beta=0.5), whole(data, g, beta=0.5), rtol=1e-13)


def test_where_there_is_none_one_line_says_so() -> None:
    with pytest.raises(DeriveError, match=r"no kernel 'information_vjp_saved'.*load 'information_vjp'"):
        derive.load("information_vjp_saved")
    assert not any(name.endswith("_saved") for name in all_kernel_names(CATALOGUE["information"]))


def test_a_formula_may_not_take_the_name_of_one(tmp_path: Any) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from derive.language import Formula, indices, vector\n"
        "i, x = indices('i'), vector('x')\n"
        "f = Formula('softmax_vjp_saved', 2 * x[i], over=i, wrt=x)\n"
    )
    with pytest.raises(DeriveError, match="'softmax_vjp_saved' of formula 'softmax' clashes|clashes with"):
        load_catalogue([file])


# --- what is checked -------------------------------------------------------------------------------------------------


def test_a_product_that_is_not_that_of_the_formula_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = derive.kernels.backward.through_value(CATALOGUE["softmax"])
    value, g = saved(CATALOGUE["softmax"]), upstream(CATALOGUE["softmax"])
    for wrong in ({**right, "vjp": 2 * right["vjp"]}, {**right, "vjp": value[j] * g[j]}):
        monkeypatch.setattr(derive.kernels.backward, "through_value", lambda formula, wrong=wrong: wrong)
        with pytest.raises(DeriveError):
            check_programs(made("softmax"))


def test_a_program_that_is_wrong_is_refused_at_the_inputs_that_the_value_came_from() -> None:
    program = next(p for p in made("log_softmax") if p.name == "log_softmax_vjp_saved")
    last = program.body[-1]
    spoilt = replace(last, body=tuple(replace(s, value=program.body[0].body[0].value) for s in last.body))  # type: ignore[union-attr]
    assert isinstance(spoilt.body[-1], Store)
    with pytest.raises(ProgramError, match=r"kernel log_softmax_vjp_saved is not its formula: at x = \[.*g = \["):
        check_programs([replace(program, body=(*program.body[:-1], spoilt))])


def test_digits_are_told_by_the_saved_value_and_by_what_it_came_from() -> None:
    found = {p.name: p for p in held(made("sigmoid"))}
    program = found["sigmoid_vjp_saved"]
    assert program.bound == 8 and "v, sigma among them, of |v df/dv|" in " ".join(program.remarks)
    assert any(c.startswith("sigma is rounded before it is given here") for c in program.caveats)
    assert all(p.bound == 8 and not p.caveats for p in held(made("softplus")) if p.saved)


def test_a_kernel_that_loses_digits_of_the_saved_value_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 - exp(-y) by a difference."""
    for name in ("stabilise", "saturate"):
        monkeypatch.setitem(SHIFTED.passes, name, lambda work, results: results)
    program = next(p for p in held(made("softplus")) if p.name == "softplus_vjp_saved")
    assert program.bound is None and program.caveats[0].startswith("Digits are lost")


def test_a_log_softmax_is_known_to_be_one() -> None:
    """So that a JVP of it is centred: the components of a row that is nearly sure keep their digits."""
    own = Formula("own", x[i] - log(Sum(exp(x[j]), j)), over=i, wrt=x)
    found = [p for p in programs(own, derive_formula(own)) if p.saved]
    assert {p.saved.value.domain for p in found if p.saved} == {"log_share"}
    assert all(p.bound == 8 for p in held(found))
