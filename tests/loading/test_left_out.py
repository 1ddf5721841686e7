"""Inputs whose values have a default: ``None`` is that default, whatever the target, the dtype and the axis."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pytest

import derive
from derive.language import Formula, Sum, array, axis, classes, indices, label, log, vector

k = indices("k")
x, t = vector("x", domain="positive"), label("t")
w = vector("w", domain="positive", default=1, doc="weights of the classes")
b = vector("b", default=0.5)
GUARDED = Formula("guarded", w[t] * log(Sum(w[k] * (x[k] + b[k] ** 2), k)) * x[t], wrt=x, symbol="L")
rows = axis("rows", size="m")
r = indices("r", rows)
s, v = array("s", rows, classes), array("v", rows, default=1)
MEAN = Formula("mean", Sum(v[r] * Sum(s[r, k] ** 2, k), r) / Sum(v[r], r), wrt=s, symbol="M")
others = axis("others", size="o")
q, u = indices("q", others), array("u", others, default=2)
SHARED = Formula("shared", Sum(Sum(s[r, k] ** 2, k) * Sum(u[q], q), r), wrt=s, symbol="S")

BOTH = pytest.mark.parametrize("target", ["numpy", "c"])


def alike(one: Any, other: Any) -> bool:
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@BOTH
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("classes_along", [-1, 0])
def test_none_is_the_default_everywhere(target: str, dtype: str, classes_along: int) -> None:
    kernel = derive.load("guarded_value_and_grad", formulas=[GUARDED], target=target)
    dice = np.random.default_rng(3)
    scores = dice.uniform(0.5, 2, (40, 40)).astype(dtype)
    weights, biases = dice.uniform(0, 2, (2, 40, 40)).astype(dtype)
    place = dice.integers(0, 40, 40)
    for given_w in (None, weights):
        for given_b in (None, biases):
            found = kernel(scores, given_b, w=given_w, t=place, axis=classes_along)
            all_b = np.full_like(scores, 0.5) if given_b is None else given_b
            all_w = np.ones_like(scores) if given_w is None else given_w
            assert alike(found, kernel(scores, all_b, w=all_w, t=place, axis=classes_along))


@BOTH
def test_what_has_no_default_has_to_be_given(target: str) -> None:
    kernel = derive.load("guarded", formulas=[GUARDED], target=target)
    with pytest.raises(TypeError, match=r"guarded: x has dtype object, not float32 or float64"):
        kernel(None, None, w=None, t=np.array([0]))


def test_a_weight_of_the_catalogue_and_one_that_an_option_adds() -> None:
    dice = np.random.default_rng(5)
    scores, place = dice.normal(size=(7, 50)), dice.integers(0, 50, 7)
    plain = derive.load("cross_entropy_label_grad", target="c")(scores, place)
    weighted = derive.load("weighted_cross_entropy_grad", target="c")(scores, None, t=place)
    assert np.array_equal(weighted, plain)


def test_along_axes_in_c() -> None:
    kernel = derive.load("mean_value_and_grad", formulas=[MEAN], target="c")
    scores = np.random.default_rng(7).normal(size=(3, 4, 5))
    assert alike(kernel(scores, None), kernel(scores, np.ones(4)))
    assert kernel(scores, None)[1].shape == scores.shape


def test_along_axes_a_size_has_to_be_told() -> None:
    kernel = derive.load("shared", formulas=[SHARED], target="c")
    with pytest.raises(ValueError, match=r"^shared: u is None, and nothing else tells the size o: give it$"):
        kernel(np.ones((2, 3)), None)
    assert kernel(np.ones((2, 3)), np.ones(4)) == 24


def test_a_page_and_a_list_say_it(tmp_path: Any) -> None:
    from derive.cli.door import run

    (tmp_path / "mine.py").write_text(
        "from derive.language import *\n"
        "k, x = indices('k'), vector('x')\n"
        "w = vector('w', domain='positive', default=1, doc='weights')\n"
        "counted = Formula('counted', Sum(w[k] * x[k] ** 2, k), wrt=x, symbol='C')\n"
    )
    for words, told in ((["list"], "w (vector, positive, default 1.0)"), (["show", "counted"], "default 1.0")):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            assert run([*words, "--formulas", str(tmp_path / "mine.py")]) == 0
        assert told in " ".join(said.getvalue().split()) and "None" not in said.getvalue()
