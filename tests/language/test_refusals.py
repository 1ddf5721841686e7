"""What is outside the language is refused in one line, with a way out."""

from __future__ import annotations

import math
from typing import Any

import pytest

from derive.language import FormulaError, Max, Sum, indices, parameter, vector

i, k = indices("i k")
x = vector("x")


@pytest.mark.parametrize(("write", "told"), [
    (lambda: Sum(x[k]), r"^Sum\(x\[k\]\) needs an index: Sum\(x\[k\], k\), with k = indices\('k'\)$"),
    (lambda: Sum(-x[k]), r"^Sum\(x\[k\]\) needs an index"),
    (lambda: Max(x[k]), r"^Max\(x\[k\]\) needs an index"),
    (lambda: x[i + 1], r"^x\[i \+ 1\]: .*give the shifted values as a vector of their own$"),
    (lambda: x[2 * i], r"^x\[2\*i\]: "),
    (lambda: x[0], r"^x\[0\]: a class is named by an index"),
    (lambda: parameter("a", default=math.inf), "its default inf is not"),
    (lambda: parameter("a", default=math.nan, domain="positive"), "its default nan is not"),
])  # fmt: skip
def test_it_says_how_to_write_it(write: Any, told: str) -> None:
    with pytest.raises(FormulaError, match=told):
        write()
