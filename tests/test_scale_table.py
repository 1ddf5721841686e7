"""The costs that docs/scale.md states: the model where it can be reckoned by hand, and what the page is made of."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
MADE = runpy.run_path(str(DOCS / "scale_table.py"))
MODEL = MADE["Model"](whole=4e8, shard=2e7, sent=32, rounds=1)
LINK = MADE["Link"]("", 1e9, 1e-5)


def test_costs_by_hand() -> None:
    assert MODEL.by_rows(1000, 10) == pytest.approx(1000 / 10 / 4e8)
    assert MODEL.moved(1000, 10) == pytest.approx(
        2 * 4 * 100 * 0.9
    )  # of its tenth of the row nine tenths, there and back
    assert MODEL.received(10) == 9 * 32
    assert MODEL.by_classes(1000, 10, LINK) == pytest.approx(100 / 2e7 + 288e-9 + 1e-5 / MADE["ROWS"])
    assert MODEL.by_rows_moved(1000, 1, LINK) == MODEL.by_rows(1000, 1)  # alone, nothing moves and nobody waits


def test_the_page_is_of_the_kernel_as_it_splits() -> None:
    page = (DOCS / "scale.md").read_text(encoding="utf-8")
    sent = MADE["shared_formula"]("cross_entropy_label").both.split.bytes_per_row(MADE["ITEM"])
    made = " ".join(page.split())
    assert f"a shard sends {sent} bytes a row" in made
    for classes in MADE["CLASSES"]:
        for workers in MADE["WORKERS"]:
            assert page.count(f"| {classes:,} | {workers:,} | ") == len(MADE["LINKS"])
