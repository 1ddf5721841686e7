"""A whole sum in C is one without a class and the term of that class, where a pass makes both."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import derive
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.focal import focal
from derive.formulas.softmax import softmax
from derive.language import Formula
from derive.loops.ir import Accumulate, Call, Element, Let, Loop, Name, Program, Statement
from derive.targets.c.whole_sums import with_whole_sums
from tests import once


@cache
def program(formula: Formula, end: str) -> Program:
    return next(p for p in once.built(formula).programs if p.name == f"{formula.name}{end}")


def sums(statements: tuple[Statement, ...]) -> dict[str, str | None]:
    """The sums that loops make, with the class that each leaves out."""
    inner = [s for loop in statements if isinstance(loop, Loop) for s in loop.body]
    return {s.name: s.skip for s in inner if isinstance(s, Accumulate)}


def test_what_the_loop_stored_is_looked_up() -> None:
    given = program(cross_entropy_label, "_grad")
    assert sums(given.body) == {"exp_sum": None, "rest": "t"}
    made = with_whole_sums(given)
    assert sums(made.body) == {"rest": "t"}
    (let,) = (s for s in made.body if isinstance(s, Let) and s.name == "exp_sum")
    assert let.value == Call("add", (Name("rest"), Element("grad", "t")))


def test_a_label_goes_before_the_class_of_a_maximum() -> None:
    """So that a gradient has the same bits alone and beside the value, which leaves out the largest."""
    given = program(cross_entropy_label, "_value_and_grad")
    assert set(sums(given.body).values()) == {None, "t", "top"}
    assert sums(with_whole_sums(given).body) == {"tail": "top", "rest": "t"}


def test_what_it_did_not_store_is_computed_again() -> None:
    given = program(focal, "")
    made = with_whole_sums(given)
    assert None in sums(given.body).values()
    assert None not in sums(made.body).values()
    assert "Element(array='x', index='t')" in repr([s for s in made.body if isinstance(s, Let)])


def test_a_sum_that_nothing_else_is_like_stays() -> None:
    given = program(softmax, "")
    assert with_whole_sums(given) == given


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("classes", [2, 7, 33, 64, 300])
def test_the_gradient_is_right_wherever_the_label_stands(dtype: type, classes: int) -> None:
    """Also where all of the sum lies in its class, and where none of it does."""
    rng = np.random.default_rng(classes)
    x = rng.normal(0, 3, (2 * classes, classes)).astype(dtype)
    t = np.arange(2 * classes) % classes
    x[np.arange(classes), t[:classes]] += 60
    x[-1, t[-1]] = -np.inf
    wide = x.astype(np.longdouble)
    powers = np.exp(wide - wide.max(1, keepdims=True))
    right = powers / powers.sum(1, keepdims=True)
    right[np.arange(2 * classes), t] = -(powers.sum(1) - powers[np.arange(2 * classes), t]) / powers.sum(1)
    found = derive.load("cross_entropy_label_grad", target="c")(x, t)
    loose = np.arange(classes)  # where the label's own score is far above, 1 - s has no digits in the line above
    kept = np.ones(found.shape, bool)
    kept[loose, t[loose]] = False
    np.testing.assert_allclose(found[kept], right.astype(dtype)[kept], rtol=200 * np.finfo(dtype).eps, atol=0)
