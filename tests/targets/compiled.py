"""The zoo in C, and the tools that tests compile it with."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from derive.algebra.records import Derived
from derive.loops.ir import Program
from derive.targets import Built
from derive.targets.c import TARGET
from derive.targets.templates import environment
from tests.zoo import FORMULA

STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]

INF, NAN = math.inf, math.nan


def built(*programs: Program) -> Built:
    return Built(FORMULA, Derived(FORMULA, (), ()), programs)


def write_all(folder: Path, *programs: Program) -> Path:
    return write_built(folder, TARGET, [built(*programs)])


def write_built(folder: Path, target: Any, made: Sequence[Built]) -> Path:
    """What a target prints of some formulas, and what it gathers of all of them."""
    templates = environment()
    printed, shared = [target.formula_files(one, templates) for one in made], target.shared_files(made, templates)
    for texts in (*printed, shared, target.gathered_files(printed, shared, templates)):
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def need(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


ROWS = {
    "x": [
        [0.5, -1.25, 2.0, 2.0, 0.125],
        [3.0, NAN, -0.0, -INF, 1.0],
        [INF, 1.0, -2.0, 4.0, 1e30],
        [-INF, -INF, -INF, -INF, -INF],
        [0.25, 0.75, 0.5, 0.9, 0.0],
        [-0.5, -3.0, -0.125, -8.0, -0.125],
    ],
    "y": [
        [0.25, 0.0, 0.5, 0.125, 0.125],
        [1.0, 0.0, 0.0, 2.0, NAN],
        [0.0, 3.0, -1.0, 0.5, INF],
        [0.0, 1.0, 0.0, 0.0, 0.0],
        [2.0, 3.0, -2.0, 0.5, 1.0],
        [-1.5, 2.0, 2.0, 3.0, 0.5],
    ],
}
