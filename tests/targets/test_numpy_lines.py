"""The NumPy target: the lines that a kernel does without."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from derive.loops.ir import Accumulate, ArgMax, Call, Element, Let, Loop, Name, Program, Store
from derive.targets.numpy.quotients import with_quotients
from tests.targets.modules import DATA, load, run_alone, text
from tests.zoo import GRAD, VALUE, T, X, call, number, program, x

INVERSE = Let("inverse", call("div", number(1), Name("total")))


def _shares(stored: Call) -> Program:
    return program(
        "shares",
        (X,),
        (GRAD,),
        Loop("k", (Accumulate("total", x("k")),)),
        INVERSE,
        Loop("i", (Store("grad", ("i",), stored),)),
    )


@pytest.mark.parametrize("stored", [call("mul", x("i"), Name("inverse")), call("mul", Name("inverse"), x("i"))])
def test_a_row_is_divided_and_not_multiplied_by_a_reciprocal(tmp_path: Path, stored: Call) -> None:
    printed = _shares(stored)
    assert "inverse" not in text(printed)
    np.testing.assert_array_equal(run_alone(tmp_path, printed, DATA), DATA / DATA.sum(-1, keepdims=True))


@pytest.mark.parametrize(
    "stored",
    [
        call("add", x("i"), Name("inverse")),
        call("mul", Name("inverse"), Name("inverse")),
        call("mul", Name("total"), Name("inverse")),
        call("mul", call("exp", Name("inverse")), Name("inverse")),
    ],
)
def test_a_reciprocal_that_is_wanted_itself_stays(stored: Call) -> None:
    assert with_quotients(_shares(stored)) == _shares(stored)


def _less_one_class(*more: Accumulate) -> Program:
    return program(
        "less",
        (X, T),
        (VALUE, GRAD),
        Loop(
            "k",
            (
                Let("e", call("exp", x("k"))),
                Store("grad", ("k",), Name("e")),
                Accumulate("rest", Name("e"), "t"),
                *more,
            ),
        ),
        Store("value", (), Name(more[0].name if more else "rest")),
    )


def test_a_class_is_left_out_of_a_sum_without_a_copy(tmp_path: Path) -> None:
    labels, terms = np.array([2, 0]), np.exp(DATA)
    printed = _less_one_class()
    assert "def _without" not in text(printed)
    value, grad = load(tmp_path / "less.py", text(printed)).zoo_less(DATA, labels)
    np.testing.assert_array_equal(grad, terms)  # the class that was left out is there again
    np.testing.assert_allclose(value, terms.sum(-1) - terms[[0, 1], labels])


def test_what_was_left_out_completes_the_whole_sum(tmp_path: Path) -> None:
    labels, terms = np.array([2, 0]), np.exp(DATA)
    printed = _less_one_class(Accumulate("whole", Name("e")))
    assert "_at(" not in text(printed)
    value, _ = load(tmp_path / "less.py", text(printed)).zoo_less(DATA, labels)
    np.testing.assert_allclose(value, terms.sum(-1))


@pytest.mark.parametrize("classes", [1, 3, 40])
@pytest.mark.parametrize("rows", [1, 2, 600])
def test_a_largest_that_is_only_a_shift_is_finite(tmp_path: Path, rows: int, classes: int) -> None:
    printed = program(
        "shift",
        (X,),
        (VALUE,),
        Loop("k", (ArgMax("m", x("k")),)),
        Let("s", call("finite_or_zero", Name("m"))),
        Store("value", (), call("add", Name("s"), number(1))),
    )
    module = load(tmp_path / "shift.py", text(printed))
    assert "_highest(" not in text(printed)
    data = np.random.default_rng(rows).standard_normal((rows, classes))
    np.testing.assert_array_equal(module.zoo_shift(data), data.max(-1) + 1)
    for bad, told in ((np.nan, 1.0), (np.inf, 1.0), (-np.inf, 1.0)):
        np.testing.assert_array_equal(module.zoo_shift(np.full_like(data, bad)), told)
    data[:, 0] = np.nan
    kept = np.fmax.reduce(data, axis=-1)
    np.testing.assert_array_equal(module.zoo_shift(data), np.where(np.isnan(kept), 0.0, kept) + 1)


@pytest.mark.parametrize("classes", [2, 32, 33])
def test_the_first_of_the_largest_is_found_among_many_rows_too(tmp_path: Path, classes: int) -> None:
    printed = program(
        "picked",
        (X,),
        (VALUE, GRAD),
        Loop("k", (ArgMax("m", x("k"), "top"),)),
        Loop("i", (Store("grad", ("i",), call("exp", Element("x", "i"))),)),
        Store("grad", ("top",), number(-1)),
        Store("value", (), Name("m")),
    )
    module = load(tmp_path / "picked.py", text(printed))
    data = np.random.default_rng(classes).integers(0, 4, (700, classes)).astype(np.float32)
    for rows in (data, data[:5]):
        value, grad = module.zoo_picked(rows)
        np.testing.assert_array_equal(value, rows.max(-1))
        np.testing.assert_array_equal(grad.argmin(-1), rows.argmax(-1))
