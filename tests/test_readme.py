"""What README.md says is true: its verbs, formulas and extras exist (tests/test_documents.py runs its commands)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from derive.catalogue import load_catalogue
from derive.cli.door import door

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_every_verb_has_its_row() -> None:
    assert set(re.findall(r"^\| `derive (\w+)", README, flags=re.MULTILINE)) == set(door.commands)


def test_every_formula_of_the_catalogue_is_named() -> None:
    assert all(f"`{formula.name}`" in README for formula in load_catalogue())


def test_its_extras_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    named = set(re.findall(r"\(extra `(\w+)`\)", README)) | set(re.findall(r"'\.\[(\w+)\]'", README))
    assert named and named <= set(extras)


def test_continuous_integration_runs_its_two_commands() -> None:
    assert len(blocks("sh")) == 2
    script = (ROOT / ".ci" / "run").read_text()
    assert "readme 1" in script and "readme 2" in script
