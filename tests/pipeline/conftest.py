"""A build of everything by two small targets, with stages that take no time."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import job as asked
from derive import pipeline
from derive.algebra.records import Derived
from derive.job import Job
from derive.output import render as printing
from tests.pipeline.toys import MINE, Toy


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Puts the small targets and quick stages in place; returns the formulas that were verified, in order."""
    seen: list[str] = []
    toys = {name: Toy(name) for name in ("red", "blue")}
    monkeypatch.setattr(asked, "TARGETS", toys)
    monkeypatch.setattr(asked, "ON_REQUEST", {})
    monkeypatch.setattr(printing, "TARGETS", toys)
    monkeypatch.setattr(pipeline, "derive_formula", lambda formula: Derived(formula, (), ()))
    monkeypatch.setattr(pipeline, "programs", lambda formula, derived: ())
    monkeypatch.setattr(pipeline, "check_derived", lambda derived: seen.append(derived.formula.name))
    return seen


@pytest.fixture
def job(tmp_path: Path, verified: list[str]) -> Job:
    """A build of everything from templates and a formula file that the test may edit."""
    for name in ("red", "blue"):
        (tmp_path / "templates" / name).mkdir(parents=True)
        (tmp_path / "templates" / name / "page.txt").write_text(f"{name} << name >>: << text >>\n")
    (tmp_path / "mine.py").write_text(MINE)
    return Job(tmp_path / "out", formulas=(tmp_path / "mine.py",), templates=tmp_path / "templates", catalogue=True)
