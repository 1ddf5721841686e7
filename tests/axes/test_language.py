"""What may be said of axes, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sympy import Symbol

from derive.cli.door import door
from derive.language import Formula, FormulaError, Sum, array, axis, classes, exp, indices, label, log, n, vector
from derive.store.frozen import freeze, thaw

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "axes.py"
rows, features = axis("rows", size="m"), axis("features", size="d")
r, s = indices("r s", rows)
f = indices("f", features)
k, j = indices("k j")
x, t = array("x", rows, classes), label("t", over=rows)


def test_an_axis_is_known_by_its_name_and_size() -> None:
    assert axis("rows", size="m") == rows
    assert rows != features
    assert indices("r", axis("rows", size="m")) == r


def test_an_index_of_the_classes_is_what_it_always_was() -> None:
    assert k == Symbol("k", integer=True) == indices("k", classes)
    assert classes.size == n


def test_sums_along_axes_of_one_shape_are_told_apart() -> None:
    u, w = array("u", rows), array("w", features)
    assert Sum(u[r], r) == Sum(u[s], s)
    assert Sum(u[r], r) != Sum(w[f], f)
    assert Sum(1 + 0 * u[r], r) != Sum(1 + 0 * w[f], f)


def test_the_axes_of_a_formula_are_those_of_its_inputs() -> None:
    loss = Formula("loss", Sum(log(Sum(exp(x[r, k]), k)) - x[r, t[r]], r) / rows.size, wrt=x, symbol="L")
    assert loss.axes == (rows, classes)
    assert loss.has_axes
    assert [one.name for one in loss.inputs] == ["x", "t"]


def test_a_formula_over_the_classes_names_no_axis() -> None:
    y = vector("y")
    plain = Formula("plain", Sum(y[k] ** 2, k), wrt=y, symbol="L")
    assert not plain.has_axes
    assert plain.indices == ()


def test_what_is_said_of_axes_can_be_stored() -> None:
    loss = Formula("loss", Sum(log(Sum(exp(x[r, k]), k)) - x[r, t[r]], r) / rows.size, wrt=x, symbol="L")
    again = thaw(freeze(loss))
    assert again == loss
    assert again.axes == loss.axes


def test_an_opened_index_can_be_stored() -> None:
    body, index = Sum(x[r, k], r).open()
    again, its = thaw(freeze((body, index)))
    assert again.has(its)
    assert (again.func, its.axis) == (body.func, rows)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: x[k, r], "x[k, r]: k runs along the classes, but index 1 of x runs along the rows"),
        (lambda: x[r], "x lies along 2 axes (rows, classes): give one index for each"),
        (lambda: x[r, t[k]], "t[k]: k runs along the classes, but index 1 of t runs along the rows"),
        (lambda: axis("classes", size="c"), "the classes are an axis already"),
        (lambda: array("a", "rows"), "'rows' is no axis"),
        (lambda: array("a"), "names no axis"),
        (lambda: array("a", rows, classes, domain="probability"), "nothing sums to 1 by itself"),
        (lambda: indices("r", "rows"), "'rows' is no axis"),
        (lambda: axis("rows", size="2m"), "'2m' is not a name"),
        (lambda: Formula("a", Sum(x[r, k], k), wrt=x), "r stands free"),
        (lambda: Formula("a", x[r, k], wrt=x, over=(r, r)), "over names r twice"),
        (lambda: Formula("a", x[r, k], wrt=x, over=(r, k, f)), "it does not depend on f"),
        (lambda: Formula("a", Sum(x[r, k], k), wrt=x, over=r)[k], "runs along rows: give one index along each"),
        (lambda: Formula("m", Sum(Sum(x[r, k], k), r), wrt=x), "its symbol 'm' is the size of the rows too"),
        (
            lambda: Formula("a", Sum(Sum(x[r, k], k), r) * Sum(array("m", features)[f], f), wrt=x),
            "m is the size of rows too",
        ),
        (
            lambda: Formula("a", Sum(x[r, k] * Sum(array("b", axis("other", size="m"))[o], o), r), wrt=x, over=k),
            "m is the size of rows and of other",
        ),
    ],
)
def test_mistakes_are_told_in_the_words_of_the_formula(make: object, told: str) -> None:
    with pytest.raises(FormulaError) as refused:
        make()  # type: ignore[operator]
    assert told in str(refused.value)


o = indices("o", axis("other", size="m"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "inputs   h (array m x d), W (array n x d), t (labels m)"),
        ("zh", "h（数组 m x d），W（数组 n x d），t（标签 m）"),
    ],
)
def test_a_list_says_along_what_inputs_lie(language: str, told: str) -> None:
    words = ["list", "--formulas", str(EXAMPLE), "--lang", language]
    found = CliRunner().invoke(door, words, env={"COLUMNS": "100"})
    assert told in found.output
