"""The invariants of the design that a look at the sources can hold: each test names its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from derive.catalogue import load_catalogue

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "derive").rglob("*.py"))
ENGINE = [p for p in SOURCES if "formulas" not in p.relative_to(ROOT / "derive").parts]
NATIVE = [
    p for p in sorted((ROOT / "derive").rglob("*.[ch]")) if "formulas" not in p.relative_to(ROOT / "derive").parts
]
CONTENT = tuple(ROOT / "derive/readers" / name for name in ("pictures", "exhibits", "moving"))
"""Made of formulas, as the catalogue is: these may call them by name."""
NAMES = {f.name for f in load_catalogue()} | {"softmax", "entropy", "logsumexp"}
OPTIONS = {"ignore_index", "label_smoothing"}
"""What PyTorch calls options of any loss; two formulas of the catalogue are called so as well."""
TAKING_OPTIONS = [
    *(
        ROOT / "derive" / path
        for path in ("language/transformers.py", "loading/loss_options.py", "loading/loss_rows.py")
    ),
    *(ROOT / "derive" / path for path in ("audit/reduced.py", "cli/audited.py", "cli/door.py", "torch/entry.py")),
]
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*") if p.is_file())


def test_there_is_something_to_look_at() -> None:
    assert len(ENGINE) > 30 and len(TEMPLATES) >= 5 and NATIVE


@pytest.mark.parametrize(
    "path",
    [p for p in [*ENGINE, *NATIVE, *TEMPLATES] if not any(map(p.is_relative_to, CONTENT))],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_nothing_outside_the_catalogue_knows_a_formula_by_name(path: Path) -> None:
    text = path.read_text(encoding="utf-8").lower()
    words = NAMES - (OPTIONS if path in TAKING_OPTIONS else set())
    found = sorted(w for w in words if w in text and re.search(rf"(?<![a-z]){w}(?![a-z])", text))
    # Papers about a method may carry the name of a formula in their titles.
    lines = [
        line
        for line in text.splitlines()
        if any(w in line for w in found) and "algorithm" not in line and "et al" not in line
    ]
    assert not lines, f"{path.relative_to(ROOT)}: {lines}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_contains_no_mathematics(path: Path) -> None:
    """Only comments may speak of it."""
    text = re.sub(r"<#.*?#>|/\*.*?\*/|\"\"\".*?\"\"\"", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    words = re.findall(r"\b(expf?|logf?|log1pf?|expm1f?|exp2f?|fmaxf?|maximum|amax|argmax|einsum)\b", text)
    assert not words, f"{path.relative_to(ROOT)} computes: {words}"


PIPES = ROOT / "derive/system/worker.py"
"""Sends calls to a process of its own, and reads nothing else."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_runs_text_as_code(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "parse_expr", "lambdify"), f"{path}:{node.lineno}"
            if node.func.id == "sympify" and node.args and isinstance(node.args[0], ast.Constant):
                assert not isinstance(node.args[0].value, str), f"{path}:{node.lineno}"
    if path != PIPES:
        assert not {"pickle", "marshal", "shelve"} & {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", ENGINE, ids=lambda p: str(p.relative_to(ROOT)))
def test_sympy_calls_that_go_wrong_on_sums_are_not_made(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in ("doit", "as_dummy", "dummy_eq", "simplify", "diff", "subs"), (
                f"{path}:{node.lineno}: {called}"
            )


def imported(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return found
