"""The NumPy target: loops as operations on whole arrays, and results as arrays of their own."""

from __future__ import annotations

import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.language import Formula, KroneckerDelta, Sum, exp
from derive.loops.ir import Accumulate, ArgMax, Element, Let, Loop, Name, Number, Output, Program, Store
from tests.interpret import run
from tests.targets.modules import DATA, LONG, _i, _j, _t, _x, made, run_alone, text
from tests.zoo import GRAD, OUT, SQUARE, TEMPERATURE, VALUE, T, X, Y, call, number, program, x, y

# --- arrays of their own -------------------------------------------------------------------------------------------


def per_class(value: Any, *before: Any) -> Loop:
    return Loop("k", (*before, Store("grad", ("k",), value)))


PAIR = (GRAD, Output("other", 1, "a second vector"))
BOTH = (Store("grad", ("k",), Name("e")), Store("other", ("k",), Name("e")))
OWN = {
    "an input": program("own", (X,), (GRAD,), per_class(x("k"))),
    "an input under a name": program("own", (X,), (GRAD,), per_class(Name("e"), Let("e", x("k")))),
    "a constant": program("own", (X,), (GRAD,), per_class(number(1))),
    "one for the row": program("own", (X, T), (GRAD,), per_class(x("t"))),
    "a parameter": program("own", (X, TEMPERATURE), (VALUE,), Store("value", (), Name("T"))),
    "one array for two": program("own", (X,), PAIR, Loop("k", (Let("e", call("exp", x("k"))), *BOTH))),
    "one input for two": program("own", (X,), PAIR, Loop("k", (Let("e", x("k")), *BOTH))),
    "one output from another": program(
        "own", (X, T), PAIR,
        Loop("k", (Store("grad", ("k",), call("exp", x("k"))), Store("other", ("k",), Element("grad", "k")))),
        Store("grad", ("t",), number(9)),
    ),
    "a matrix under a name": program(
        "own", (X,), (SQUARE,),
        Loop("i", (Loop("j", (Let("e", call("mul", x("i"), x("j"))), Store("out", ("i", "j"), Name("e")))),)),
    ),
    "half a matrix": program("own", (X,), (SQUARE,), Loop("i", (Loop("j", (Store("out", ("i", "j"), x("j")),)),))),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("printed", OWN.values(), ids=list(OWN))
def test_a_result_is_an_array_of_its_own(tmp_path: Path, printed: Program, dtype: Any) -> None:
    values = DATA.astype(dtype)
    labels = [np.array([0, 2])] if T in printed.inputs else []
    found = run_alone(tmp_path, printed, values, *labels)
    results = found if isinstance(found, tuple) else (found,)
    for place, row in enumerate(values):
        wanted = run(printed, {"x": row.tolist(), "t": [0, 2][place], "T": 2.0})
        for output, result in zip(printed.outputs, results, strict=True):
            np.testing.assert_allclose(result[place], wanted[output.name], rtol=1e-6)
    for place, result in enumerate(results):
        assert result.dtype == dtype and result.flags.writeable
        assert not any(np.shares_memory(result, other) for other in (values, *results[:place]))
        assert result.strides == np.empty_like(result).strides


def test_the_loss_can_be_changed_by_its_owner(module: ModuleType) -> None:
    value, _ = module.zoo_value_and_grad(DATA, np.array([0, 2]))
    value /= 2


def test_the_gradient_of_a_plain_sum(tmp_path: Path) -> None:
    grad = made(tmp_path, Formula("total", Sum(_x[_j], _j), wrt=_x)).total_grad(DATA)
    grad += 1
    np.testing.assert_array_equal(grad, np.full((2, 3), 2.0))


# --- what a loop makes ---------------------------------------------------------------------------------------------


def test_what_is_the_same_for_all_classes_is_summed_over_all(tmp_path: Path) -> None:
    two = Let("c", number(2))
    printed = program("sums", (X, T), (VALUE, OUT),
        Loop("k", (two, Accumulate("s", Name("c")), Accumulate("r", Name("c"), skip="t"))),
        Loop("i", (Loop("j", (Let("e", x("i")), Accumulate("u", Name("e")))), Store("out", ("i",), Name("u")))),
        Store("value", (), call("mul", Name("s"), Name("r"))),
    )  # fmt: skip
    value, out = run_alone(tmp_path, printed, DATA, np.array([0, 2]))
    np.testing.assert_array_equal(value, [24.0, 24.0])
    np.testing.assert_array_equal(out, 3 * DATA)


def test_a_name_of_an_inner_loop_ends_with_it(tmp_path: Path) -> None:
    inner = Loop("j", (Let("e", call("mul", x("j"), number(10))), Accumulate("s", Name("e"))))
    outer = Loop("i", (Let("e", call("neg", x("i"))), inner, Store("out", ("i",), call("add", Name("e"), Name("s")))))
    out = run_alone(tmp_path, program("scope", (X,), (OUT,), outer), DATA)
    np.testing.assert_array_equal(out, 10 * DATA.sum(-1, keepdims=True) - DATA)


def test_the_largest_of_an_inner_loop(tmp_path: Path) -> None:
    largest = ArgMax("m", call("mul", x("i"), y("j")), where="w")
    store = Store("out", ("i",), call("add", Element("y", "w"), Name("m")))
    printed = program("inner", (X, Y), (OUT,), Loop("i", (Loop("j", (largest,)), store)))
    out = run_alone(tmp_path, printed, DATA, -DATA)
    wanted = [run(printed, {"x": row.tolist(), "y": (-row).tolist()})["out"] for row in DATA]
    np.testing.assert_array_equal(out, wanted)


def test_a_row_and_a_column_at_a_label(tmp_path: Path) -> None:
    fill = Loop("j", (Store("out", ("i", "j"), number(0)),))
    for indices_, axis in ((("i", "t"), -1), (("t", "i"), -2)):
        printed = program("line", (X, T), (SQUARE,), Loop("i", (fill,)), Loop("i", (Store("out", indices_, x("i")),)))
        out = run_alone(tmp_path, printed, DATA, np.array([0, 2]))
        for row, t in enumerate((0, 2)):
            np.testing.assert_array_equal(np.moveaxis(out[row], axis, 0)[t], DATA[row])
            assert np.count_nonzero(out[row]) <= 3


def test_a_jacobian_in_a_label(tmp_path: Path) -> None:
    at_label = Formula("picked", KroneckerDelta(_i, _t) * Sum(exp(_x[_j]), _j), over=_i, wrt=_x)
    out = made(tmp_path, at_label).picked_jacobian(DATA, np.array([0, 2]))
    wanted = np.zeros((2, 3, 3))
    wanted[0, 0], wanted[1, 2] = np.exp(DATA)
    np.testing.assert_allclose(out, wanted, rtol=1e-15)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_class_left_out_leaves_no_trace(tmp_path: Path, bad: float) -> None:
    printed = program(
        "left_out", (X, T), (VALUE,), Loop("k", (Accumulate("s", x("k"), skip="t"),)), Store("value", (), Name("s"))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = run_alone(tmp_path, printed, np.array([[bad, 1.0, 2.0], [3.0, 4.0, bad]]), np.array([0, 2]))
    np.testing.assert_array_equal(value, [3.0, 7.0])


def test_no_warning_and_no_rise_to_float64(tmp_path: Path) -> None:
    """0/0, log 0, overflow: IEEE's answers in silence; numbers alone are in the dtype of the input."""
    ratio = call("div", number(1), number(0))
    root = Let("r", call("sqrt", number(2)))
    huge = Let("h", call("mul", Number(1e300), number(10)))
    body = Loop("k", (Store("out", ("k",), call("add", call("mul", x("k"), Name("r")), call("log", x("k")))),))
    printed = program("quiet", (X,), (OUT, VALUE), root, huge, body, Store("value", (), call("mul", ratio, Name("h"))))
    values = np.array([[0.0, -1.0, np.nan], [np.inf, -np.inf, 3e38]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out, value = run_alone(tmp_path, printed, values)
    assert out.dtype == value.dtype == np.float32
    assert np.isneginf(out[0, 0]) and np.isnan(out[0, 1:]).all() and np.isposinf(value).all()


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_numbers_that_are_not_finite(tmp_path: Path, value: float) -> None:
    out = run_alone(tmp_path, program("far", (X,), (GRAD,), per_class(call("max", x("k"), Number(value)))), DATA)
    np.testing.assert_array_equal(out, np.maximum(DATA, value))


def test_lines_are_never_too_long(tmp_path: Path) -> None:
    source = text(LONG)
    assert max(map(len, source.splitlines())) <= 120 and "part_1 = " in source
    value, grad = run_alone(tmp_path, LONG, DATA, np.array([0, 2]))
    for row, t in enumerate((0, 2)):
        wanted = run(LONG, {"x": DATA[row].tolist(), "t": t})
        np.testing.assert_allclose(value[row], wanted["value"], rtol=1e-13)
        np.testing.assert_allclose(grad[row], wanted["grad"], rtol=1e-13)
