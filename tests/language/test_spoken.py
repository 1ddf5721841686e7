"""What a message shows of an expression: a letter for every bound index, whatever the expression holds."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from derive.language import Max, Sum, exp, indices, vector
from derive.language.spoken import spoken
from derive.notation import NotationError
from derive.notation.plain import plain

i, k, m = indices("i k m")
x = vector("x")
nested = Sum(exp(x[k]) * Sum(sympy.gamma(x[i] + x[k]), i), k)


@pytest.mark.parametrize(("expression", "text"), [
    (Sum(exp(x[k]), k), "Sum(exp(x[k]), k)"),
    (Sum(exp(x[k]), k).body, "exp(x[k])"),
    (Sum(exp(x[i]) * Sum(x[i] * x[k], k), i).body, "exp(x[k])*Sum(x[k]*x[l], l)"),
    (Sum(exp(x[k]), k).open()[0], "exp(x[k])"),
    (nested, "Sum(exp(x[k])*Sum(gamma(x[k] + x[l]), l), k)"),
    (nested.body, "exp(x[k])*Sum(gamma(x[k] + x[l]), l)"),
    (Sum(sympy.gamma(x[k] * x[i]), i), "Sum(gamma(x[k]*x[l]), l)"),
    (sympy.Sum(Max(x[k] - x[i], k), (i, 1, 3)), "Sum(Max(-x[i] + x[k], k), (i, 1, 3))"),
    ("a text", "a text"),
])  # fmt: skip
def test_a_bound_index_has_a_letter(expression: Any, text: str) -> None:
    assert spoken(expression) == text


def test_so_it_has_where_there_is_no_notation() -> None:
    with pytest.raises(NotationError, match=r"gamma in gamma\(x\[k\]\)"):
        plain(Sum(sympy.gamma(x[m]), m))
