"""docs/theory.md maps every row of the theory to what states, derives, computes and tests it."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAP = runpy.run_path(str(ROOT / "docs" / "theory_map.py"))


def test_it_is_up_to_date() -> None:
    assert MAP["page"]() == MAP["PAGE"].read_text(encoding="utf-8"), "run: python docs/theory_map.py"


def test_every_link_leads_somewhere() -> None:
    import re

    text = MAP["PAGE"].read_text(encoding="utf-8")
    targets = re.findall(r"\]\((\.\./[^)#]+)\)", text)
    assert len(targets) > 40
    assert not [target for target in targets if not (ROOT / "docs" / target).exists()]


def test_no_row_is_prose_alone() -> None:
    """Eighteen rows, each with a formula that is derived, and a test."""
    overview = MAP["page"]().split("\n## ")[0]
    rows = [line.split(" | ") for line in overview.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == 18 and all("test_" in row[-1] for row in rows)
    assert all("Jacobian" in part or "gradient" in part for part in MAP["page"]().split("\n## ")[1:])
