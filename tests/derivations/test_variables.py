"""By any of its inputs a formula is differentiated, and by several: each has a derivation and kernels of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from derive.derivations import derivations_of
from derive.derivations.first import derivative
from derive.kernels import kernels, programs
from derive.language import Formula, FormulaError, Sum, exp, indices, label, log, parameter, vector
from derive.language.kinds import kernel_names, taken_apart
from derive.loops.ir import Call, Output, Store
from derive.notation.plain import plain
from derive.proofs import derive_formula
from derive.verify import check_derived, check_programs
from derive.verify.programs import ProgramError

i, j, k = indices("i j k")
x, w = vector("x"), vector("w")
T, t = parameter("T", default=1.5, domain="positive"), label("t")

hot = Formula("hot", exp(x[i] / T) / Sum(exp(x[j] / T), j), over=i, wrt=(x, T), symbol="s")
loss = Formula("loss", log(Sum(w[k] ** 2 * exp(x[k] / T), k)) - x[t] / T, wrt=(x, w, T), symbol="L")
mixed = Formula("mixed", w[i] * Sum(w[k] * x[k], k), over=i, wrt=(x, w), symbol="m")
energy = Formula("energy", -T * log(Sum(exp(-x[k] / T), k)), wrt=T, symbol="F")
EACH = pytest.mark.parametrize("formula", [hot, loss, mixed, energy], ids=lambda formula: formula.name)


def test_what_there_is() -> None:
    assert kernel_names(hot) == (
        "hot", "hot_vjp", "hot_jvp", "hot_jacobian", "hot_hvp", "hot_vjp_T", "hot_jacobian_T"
    )  # fmt: skip
    assert kernel_names(loss) == (
        "loss", "loss_grad", "loss_value_and_grad", "loss_hvp", "loss_grad_w", "loss_grad_T"
    )  # fmt: skip
    assert kernel_names(mixed)[-3:] == ("mixed_vjp_w", "mixed_jvp_w", "mixed_jacobian_w")
    assert kernel_names(energy) == ("energy", "energy_grad", "energy_value_and_grad")
    assert taken_apart("grad_T", loss) == ("grad", T) and taken_apart("grad", loss) == ("grad", x)


@EACH
def test_each_derivation_and_each_program_is_right(formula: Formula) -> None:
    derived = derive_formula(formula)
    check_derived(derived)
    made = programs(formula, derived)
    check_programs(made)
    plain_names = {program.name for program in made if program.saved is None}
    assert (
        plain_names
        == set(kernel_names(formula))
        == {formula.name + kernel.suffix for kernel in kernels(formula, derived) if kernel.through is None}
    )


def test_what_they_come_to() -> None:
    ends = {d.name: plain(d.end) for d in derivations_of(loss)}
    assert ends["gradient_w"] == "2 * w_j * exp(x_j / T) / sum_k w_k^2 * exp(x_k / T)"
    assert plain(derivative(hot, T).end) == "s_i * ((sum_k s_k * x_k) - x_i) / T^2"
    assert [str(d.title) for d in derivations_of(loss)][-2:] == ["The gradient by w", "The derivative by T"]


def test_another_formula_takes_what_was_derived() -> None:
    """By T as well: the derivative of a named value is put, not derived anew."""
    above = Formula("above", Sum(x[k] * hot[k], k), wrt=(x, T), symbol="A")
    steps = derivative(above, T).steps
    assert [step.rule.name for step in steps].count("known derivative") == 1
    check_derived(derive_formula(above))


SOURCE = """
from derive.language import Formula, Sum, exp, indices, label, log, parameter, vector
k = indices("k")
x, w = vector("x"), vector("w")
T, t = parameter("T", default=1.5, domain="positive"), label("t")
loss = Formula("loss", log(Sum(w[k] ** 2 * exp(x[k] / T), k)) - x[t] / T, wrt=(x, w, T), symbol="L")
"""


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_value_and_gradients_in_order(tmp_path: Path, target: str) -> None:
    (tmp_path / "mine.py").write_text(SOURCE)
    dice = np.random.default_rng(3)
    given: dict[str, Any] = {"x": dice.normal(size=(4, 5)), "w": dice.uniform(1, 2, (4, 5)), "t": np.arange(4)}

    def kernel(name: str) -> Any:
        return derive.load(name, target=target, formulas=tmp_path / "mine.py")

    value, by_x, by_w, by_T = kernel("loss_value_and_grad")(**given, T=2.0)
    assert (value.shape, by_x.shape, by_w.shape, by_T.shape) == ((4,), (4, 5), (4, 5), (4,))
    assert np.array_equal(by_T, kernel("loss_grad_T")(**given, T=2.0))
    alone = kernel("loss_grad_w")(**given, T=2.0)
    if target == "c":
        assert np.array_equal(by_w, alone)
    else:  # NumPy's kernel of all has the sum of the others, and makes the total of it
        np.testing.assert_array_max_ulp(by_w, alone, 2)
    step = 2.0**-17
    low, high = (kernel("loss")(**given, T=2.0 + turn) for turn in (-step, step))
    assert by_T == pytest.approx((high - low) / (2 * step), rel=1e-8)
    bent = [{**given, "w": given["w"] + turn * (np.arange(5) == 2)} for turn in (-step, step)]
    low, high = (kernel("loss")(**one, T=2.0) for one in bent)
    assert by_w[:, 2] == pytest.approx((high - low) / (2 * step), rel=1e-8)


@EACH
def test_a_wrong_program_by_any_variable_is_found(formula: Formula) -> None:
    for program in programs(formula, derive_formula(formula)):
        *rest, last = program.body
        assert program.outputs and isinstance(program.outputs[-1], Output)
        if isinstance(last, Store):  # one number per row
            turned = replace(last, value=Call("negative", (last.value,)))
            with pytest.raises(ProgramError):
                check_programs([replace(program, body=(*rest, turned))])


def test_by_another_than_its_name_says() -> None:
    """The derivative by w under the name of that by x."""
    made = {program.name: program for program in programs(loss, derive_formula(loss))}
    with pytest.raises(ProgramError, match="loss_grad"):
        check_programs([replace(made["loss_grad_w"], name="loss_grad")])


@pytest.mark.parametrize(
    ("wrt", "told"),
    [
        (t, "wrt must be a vector or a parameter"),
        ((), "wrt must be a vector or a parameter"),
        ((x, k), "wrt must be a vector or a parameter"),
        ((x, x), "wrt names x twice: name it once"),
        ((x, vector("z")), "it does not contain z, by which it is to be differentiated"),
        ((x, parameter("b", default=1)), "it does not contain b"),
    ],
)
def test_what_is_refused(wrt: Any, told: str) -> None:
    with pytest.raises(FormulaError, match=told):
        Formula("mine", Sum(w[k] * exp(x[k] / T), k) + x[t], wrt=wrt)


def test_an_input_that_would_be_taken_for_another() -> None:
    saved = parameter("saved", default=1)
    with pytest.raises(FormulaError, match="give the input another name"):
        Formula("mine", saved * x[i], over=i, wrt=(x, saved))
    Formula("mine", saved * x[i], over=i, wrt=x)


def test_without_a_vector_there_are_no_classes() -> None:
    with pytest.raises(FormulaError, match="it has no vector"):
        Formula("mine", T**2, wrt=T)


def test_one_in_a_tuple_is_one() -> None:
    assert Formula("mine", Sum(x[k] ** 2, k), wrt=(x,)) == Formula("mine", Sum(x[k] ** 2, k), wrt=[x])  # type: ignore[arg-type]
