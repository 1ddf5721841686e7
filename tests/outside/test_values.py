"""Rows at which kernels went wrong once, with values from mpmath at 1200 digits.

A result is right where ``|got - expect| <= units * u * condition``, plus the smallest normal number; ``condition`` is
``|f| + sum |v df/dv|`` over the inputs, for each component.
"""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from derive.language.formula import Formula
from derive.pipeline import build_formula
from derive.verify import check_programs
from tests.outside import formulas

HERE = Path(__file__).parent
ROWS = json.loads((HERE / "values.json").read_text(encoding="utf-8"))
FORMULAS = {name: value for name, value in vars(formulas).items() if isinstance(value, Formula)}
UNIT = {"float32": 2.0**-24, "float64": 2.0**-53}
TARGETS = ["numpy", pytest.param("c", marks=pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler: cc"))]


def number(text: Any) -> float:
    return float(text)


def rows_of(kernel: str) -> Iterator[dict[str, Any]]:
    return (row for row in ROWS if row["kernel"] == kernel)


def given(row: dict[str, Any]) -> dict[str, Any]:
    """Vectors as arrays, labels as integers, parameters as numbers."""
    dtype = np.dtype(row["dtype"])
    found: dict[str, Any] = {}
    for name, value in row["inputs"].items():
        if isinstance(value, list):
            found[name] = np.array([number(v) for v in value], dtype)
        else:
            found[name] = np.array(value) if name == "t" else number(value)
    return found


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kernel", sorted({row["kernel"] for row in ROWS}))
def test_every_row_is_right(kernel: str, target: str) -> None:
    wrong = []
    for row in rows_of(kernel):
        where = {} if row["catalogue"] else {"formulas": [FORMULAS[row["formula"]]]}
        got = np.atleast_1d(derive.load(kernel, target, **where)(**given(row)))
        expect = row["expect"] if isinstance(row["expect"], list) else [row["expect"]]
        for one, right, condition in zip(got.tolist(), expect, row["condition"], strict=True):
            allowed = row["units"] * UNIT[row["dtype"]] * number(condition) + sys.float_info.min
            if row["dtype"] == "float32":
                allowed += 2.0**-126
            if not math.isfinite(one) or abs(Fraction(one) - Fraction(right)) > allowed:
                wrong.append((row["inputs"], row["dtype"], one, right))
    assert not wrong


@pytest.mark.parametrize("name", sorted(FORMULAS))
def test_every_program_is_its_formula(name: str) -> None:
    check_programs(build_formula(FORMULAS[name]).programs)


def test_every_formula_is_tried() -> None:
    assert {row["formula"] for row in ROWS if not row["catalogue"]} >= FORMULAS.keys() - {"slow_to_lower"}
