"""docs/configuration.md says what can be set: it is made from the table that the command line is made from."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = runpy.run_path(str(ROOT / "docs" / "configuration_page.py"))


def test_it_is_up_to_date() -> None:
    written = MADE["PAGE"].read_text(encoding="utf-8")
    assert MADE["page"]() == written, "run: python docs/configuration_page.py"
