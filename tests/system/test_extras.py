"""Hints to install an extra work where they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.system import extras


def test_in_a_clone_it_is_the_clone_that_is_installed() -> None:
    root = Path(__file__).resolve().parents[2]
    assert extras.bring("docs") == f"in {root}, run: python -m pip install -e '.[docs]'"


def test_elsewhere_it_names_the_packages_of_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = [
        "sympy>=1.13",
        "jieba>=0.42; extra == 'docs'",
        'ruff>=0.6; extra == "dev"',
        "mkdocs<2,>=1.6; extra == 'docs'",
    ]
    monkeypatch.setattr(extras, "requires", lambda name: needed)
    assert extras.bring("docs", clone=tmp_path) == "run: python -m pip install 'jieba>=0.42' 'mkdocs<2,>=1.6'"
