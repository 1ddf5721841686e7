"""What is outside the language is refused in one line, with a way out."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
import sympy

from derive.catalogue import CatalogueError
from derive.catalogue.files import load_files
from derive.language import (
    Abs,
    Formula,
    FormulaError,
    Max,
    Sum,
    exp,
    indices,
    log,
    n,
    oo,
    parameter,
    sqrt,
    vector,
    where,
)

i, j, k = indices("i j k")
x, y = vector("x"), vector("y")
p = vector("p", domain="positive")


@pytest.mark.parametrize(("write", "told"), [
    (lambda: Sum(x[k]), r"^Sum\(x\[k\]\) needs an index: Sum\(x\[k\], k\), with k = indices\('k'\)$"),
    (lambda: Sum(-x[k]), r"^Sum\(x\[k\]\) needs an index"),
    (lambda: Max(x[k]), r"^Max\(x\[k\]\) needs an index"),
    (lambda: Sum(Sum(x[k] * y[j], j)), r"^Sum\(Sum\(x\[k\]\*y\[l\], l\)\) needs an index"),
    (lambda: x[i + 1], r"^x\[i \+ 1\]: .*give the shifted values as a vector of their own$"),
    (lambda: x[2 * i], r"^x\[2\*i\]: "),
    (lambda: where(sympy.Eq(Sum(x[k], k), 1), 1, 2), r"^where\(Eq\(Sum\(x\[k\], k\), 1\), ...\): "),
    (lambda: x[0], r"^x\[0\]: a class is named by an index"),
    (lambda: parameter("a", default=math.inf), "its default inf is not"),
    (lambda: parameter("a", default=math.nan, domain="positive"), "its default nan is not"),
])  # fmt: skip
def test_it_says_how_to_write_it(write: Any, told: str) -> None:
    with pytest.raises(FormulaError, match=told):
        write()


@pytest.mark.parametrize(("expression", "told"), [
    (sympy.Sum(x[k], (k, 1, n)), r"Sum(x[k], (k, 1, n)) is outside the language: write Sum(body, k) with the Sum of"),
    (sympy.Product(x[k], (k, 1, n)), "is outside the language: write Prod(body, k)"),
    (
        Sum(sympy.gamma(p[k]), k),
        "gamma(p[k]) is outside the language: the functions of a formula are Abs, cos, erf, erfc,"
    ),
    (Sum(x[k] * Sum(sympy.tan(x[k] + x[j]), j), k), "tan(x[k] + x[l]) is outside the language: write sin(u)/cos(u)"),
    (Sum(sympy.sinh(x[k]), k), "sinh(x[k]) is outside the language: write (exp(u) - exp(-u))/2"),
    (Sum(x[k], k) * sympy.EulerGamma, "is outside the language: write the number as a decimal"),
    (Sum(where(x[k] > 0, sympy.ceiling(x[k]), 1), k), "ceiling(x[k]) is outside the language"),
    (Sum(x[k], k) / 0, "1/0*Sum(x[k], k) has no value: it divides by 0"),
    (Sum(x[k] + log(0), k), "Sum(1/0, k) has no value: it divides by 0, or takes log(0)"),
    (Sum(x[k], k) + sympy.nan, "nan has no value"),
    (Sum(where(x[k] > 0, x[k], -oo), k), "where(x[k] > 0, x[k], -oo) is infinite"),
    (Sum(x[k] * log(-1), k), "I*pi*x[k] is not real: it holds the log or a root of a negative number"),
    (Sum(x[k] * sqrt(-2), k), "sqrt(2)*I*x[k] is not real"),
    (Sum(x[k] * sympy.Pow(-2, sympy.Rational(1, 3)), k), "is not real: it is a root of what is never positive"),
    (Sum(log(-p[k]), k), "log(-p[k]) has no value: what a log is taken of is never positive here"),
    (x[i] < 1, "x[i] < 1 is no number for each class or row: a comparison chooses between two values: write where("),
    ([x[k]], "[x[k]] is no expression: write mathematics"),
    ("x", "'x' is no expression: write mathematics"),
    (sympy.Piecewise((x[k], x[k] > 0)), "its last case needs the condition True"),
])  # fmt: skip
def test_a_formula_outside_the_language_is_refused_where_it_stands(expression: Any, told: str) -> None:
    with pytest.raises(FormulaError) as caught:
        Formula("f", expression, wrt=x)
    line = str(caught.value)
    assert re.match(re.escape(__file__) + r":\d+: formula 'f': ", line) and told in line
    assert "\n" not in line and not re.search(r"_b\d|domain=", line)


inner = Formula("inner", exp(x[i]), over=i, wrt=x, symbol="s")


@pytest.mark.parametrize(("symbol", "whose"), [
    ("s", "the symbol of inner"), ("x", "an input"), ("a", "an input"), ("i", "an index"), ("n", "the number of"),
])  # fmt: skip
def test_a_symbol_that_something_else_on_its_page_has_is_refused(symbol: str, whose: str) -> None:
    with pytest.raises(FormulaError, match=f"its symbol '{symbol}' is {whose}"):
        Formula("f", parameter("a", default=1.0) * inner[i] * Abs(x[i]), over=i, wrt=x, symbol=symbol)


def test_over_is_an_index() -> None:
    with pytest.raises(FormulaError, match="over='i' is not an index: over=i with i = indices"):
        Formula("f", x[i], over="i", wrt=x)  # type: ignore[arg-type]


HEADER = """import math
import numpy as np
from derive.language import *
i, k = indices("i k")
x, y = vector("x"), vector("y")
s = Formula("s", exp(x[i]), over=i, wrt=x)
"""


@pytest.mark.parametrize(("written", "told"), [
    ("sum(x)", r"a sum over the classes is Sum\(x\[k\], k\)"),
    ("np.exp(x[i])", "use exp from derive.language"),
    ("np.exp(x[i]) / np.sum(np.exp(x))", "use exp from derive.language"),
    ("np.round(x[i])", "a formula has no rounding"),
    ("math.exp(x[i])", "math computes with numbers: use exp, log, ... from derive.language"),
    ("np.maximum(x[i], 0)", r"write where\(condition, one, other\), larger or smaller"),
    ("max(x[i], 0)", r"write where\(condition, one, other\), larger or smaller"),
    ("x[i] / len(x)", "the number of classes is n"),
    ("x @ y", r"Sum\(x\[k\]\*y\[k\], k\)"),
    ("s**2", r"write its value: f\[i\], or f.value"),
    ("exp(s)", r"write its value: f\[i\], or f.value"),
    ("exp(x)", r"x stands without an index: write x\[k\]"),
])  # fmt: skip
def test_what_python_refuses_is_told_with_its_cure(written: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(f"{HEADER}f = Formula('f', {written}, over=i, wrt=x)\n")
    with pytest.raises(CatalogueError, match=rf"^{re.escape(str(file))}:7: .*{told}"):
        load_files([file])
