"""docs/design.md has a line for every pass."""

from __future__ import annotations

import re
from pathlib import Path

from derive.loops import PASSES
from derive.numerics.routes import SCALED, SHIFTED

DESIGN = Path(__file__).parent.parent / "docs" / "design.md"


def test_every_pass_has_its_line_and_no_line_is_of_none() -> None:
    tables = re.findall(
        r"^\| pass \|.*\n\| ---.*\n((?:\|.*\n)+)", DESIGN.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    told = [line.split("|")[1].strip() for table in tables for line in table.splitlines()]
    passes = {*SHIFTED.forms, *SHIFTED.passes, *SCALED.forms, *SCALED.passes, "lower", *PASSES}
    assert sorted(told) == sorted(passes)
