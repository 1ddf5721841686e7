"""Which files have a say in what a module does: what the import statements say, followed to the end."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from derive.store.closure import code_of, imports, path_of, reached
from derive.system.places import HOUSE

FILES = sorted(path for path in HOUSE.rglob("*.py") if "_templates" not in path.parts)


def parsed(path: Path) -> set[str]:
    """The same, as Python itself reads the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.split(".")[0] == "derive"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_import_is_overlooked(path: Path) -> None:
    assert parsed(path) <= set(imports(path))


def rooms(module: str) -> set[str]:
    return {path.relative_to(HOUSE).parts[0].removesuffix(".py") for path in reached(module)}


def test_what_is_reached_is_what_stands_below() -> None:
    assert HOUSE / "algebra" / "rules.py" in reached("derive.proofs.derive")
    assert HOUSE / "loops" / "lower.py" in reached("derive.kernels")
    assert HOUSE / "elementary" / "minimax.json" in reached("derive.targets.c.target")
    assert HOUSE / "elementary" / "minimax.json" not in reached("derive.targets.latex.target")
    for module in ("derive.proofs.derive", "derive.kernels", "derive.verify", "derive.targets.c.target"):
        assert not rooms(module) & {"cli", "loading", "readers", "bench", "output"}
        assert {HOUSE / "language" / "nodes.py", HOUSE / "__init__.py"} <= reached(module)
    assert not rooms("derive.verify") & {"numerics", "derivations", "proofs", "targets"}
    assert not rooms("derive.targets.c.target") & {"numerics", "derivations", "proofs", "verify"}
    assert not reached("derive.targets.c.target") & {HOUSE / "targets" / "latex" / "page.py"}


def test_what_runs_was_reached() -> None:
    """Of all that is imported when a stage is, nothing is missing but faces of rooms and what these alone bring."""
    for module in ("derive.kernels", "derive.targets.latex.target", "derive.verify"):
        __import__(module)
        own = sys.modules[module]
        used = {
            sys.modules[value.__module__].__file__
            for value in vars(own).values()
            if str(getattr(value, "__module__", "")).startswith("derive.")
        }
        assert {Path(str(file)) for file in used} <= reached(module)


def test_a_changed_file_changes_what_reached_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.store import closure

    modules = ("derive.proofs.derive", "derive.kernels", "derive.verify", "derive.targets.c.target")
    before = [code_of.__wrapped__((module,)) for module in modules]
    real = closure._digest
    monkeypatch.setattr(closure, "_digest", lambda p: "x" if p == HOUSE / "loops" / "lower.py" else real(p))
    after = [code_of.__wrapped__((module,)) for module in modules]
    assert [one != other for one, other in zip(before, after, strict=True)] == [False, True, False, False]


def test_what_is_not_of_derive_has_no_file() -> None:
    assert path_of("sympy") is None and path_of("derive.nowhere") is None
    assert path_of("derive.loops") == HOUSE / "loops" / "__init__.py"
