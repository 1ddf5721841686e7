"""A loss over a batch, with weights, rows that do not count and a mean: the usual mistakes are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from derive.audit import theirs_of
from derive.audit.reduced import judge_batch
from derive.catalogue import load_catalogue
from derive.pipeline import build_formula

pytest.importorskip("scipy", reason="SciPy is not installed")
KERNELS = Path(__file__).parent / "kernels.py"
FORMULA = next(f for f in load_catalogue() if f.name == "cross_entropy_label")
OPTIONS: dict[str, Any] = {"weight": None, "ignore_index": -100, "reduction": "mean"}


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("weighted_mean", None),
        ("over_all_rows", "it divides by the number of rows, not by the weights of those that count"),
        ("over_the_rows_that_count", "it divides by the number of rows that count, not by their weights"),
        ("without_weights", "it leaves weight out"),
    ],
)
def test_what_it_divides_by(function: str, why: str | None) -> None:
    program = build_formula(FORMULA).programs[0]
    found = judge_batch(theirs_of(f"{KERNELS}::{function}", program, ["weight"]), program, OPTIONS)
    assert found.is_right == (why is None)
    assert found.why == (why or "")
