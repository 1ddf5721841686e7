"""Long mathematics on lines of a page: broken where a reader would break it, in every medium that sets TeX."""

from __future__ import annotations

import re

import pytest
from sympy import Add, Expr

from derive.language import exp, indices, parameter, vector
from derive.targets.markdown import lines as markdown
from derive.targets.tex.lines import broken
from derive.targets.tex.printer import marks

i = indices("i")
T = parameter("T", default=1.0)
VECTORS = [vector(letter) for letter in "abcdefghuvwxyz"]
LONG = Add(*(exp(v[i]) * v[i] for v in VECTORS))


@pytest.mark.parametrize(
    "expression", [LONG, T * LONG, T * (1 + LONG) * VECTORS[0][i]], ids=["sum", "product", "between"]
)
def test_a_long_sum_is_broken_before_its_signs_within_parentheses_too(expression: Expr) -> None:
    mark = marks(expression, "f")
    found = broken(mark, 20)
    assert len(found) > 2 and all(re.match(r"(\\quad )*\{\}[-+]", line) for line in found[1:])
    assert found[0].count(r"\biggl(") == "".join(found).count(r"\biggr)")
    assert all(f"e^{{{v.name}_i}}" in "".join(found) for v in VECTORS), "nothing is lost"


def test_what_is_short_stays_on_one_line() -> None:
    assert broken(marks(T * (VECTORS[0][i] - VECTORS[1][i]), "f"), 20) == (r"T \, (a_i - b_i)",)


def test_a_product_that_is_too_wide_for_a_cell_is_aligned_on_several_lines() -> None:
    text = markdown.broken(marks(T * LONG, "f"), "=")
    assert text.startswith(r"\begin{aligned} & {} = T \biggl(") and text.count(r" \\ ") >= 2
