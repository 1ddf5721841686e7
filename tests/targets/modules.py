"""Printed modules, and how tests import them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from derive.algebra.records import Derived
from derive.language import Formula, indices, label, vector
from derive.loops.ir import Accumulate, Loop, Name, Program, Store
from derive.targets import Built
from derive.targets.numpy import TARGET
from derive.targets.templates import environment
from tests import once
from tests.zoo import FORMULA, GRAD, VALUE, T, X, call, number, program, x


def text(*programs: Program) -> str:
    (found,) = TARGET.formula_files(Built(FORMULA, Derived(FORMULA, (), ()), programs), environment()).values()
    return found


def load(path: Path, source: str) -> ModuleType:
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_i, _j = indices("i j")
_x, _t = vector("x"), label("t")
DATA = np.arange(6.0).reshape(2, 3)


def made(tmp_path: Path, formula: Formula) -> ModuleType:
    (source,) = TARGET.formula_files(once.built(formula), environment()).values()
    return load(tmp_path / f"{formula.name}.py", source)


def run_alone(tmp_path: Path, printed: Program, *arguments: Any) -> Any:
    return getattr(load(tmp_path / "alone.py", text(printed)), printed.name)(*arguments)


def _tower(height: int) -> Any:
    value: Any = x("k")
    for level in range(height):
        value = call("add", call("exp", call("neg", value)), call("mul", x("k"), number(1, 3 + level)))
    return value


LONG = program(
    "long", (X, T), (VALUE, GRAD),
    Loop("k", (Accumulate("total", _tower(5), skip="t"), Store("grad", ("k",), _tower(6)))),
    Store("value", (), Name("total")),
)  # fmt: skip
