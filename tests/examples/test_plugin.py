"""A package that offers formulas and a target: examples/plugin, as pip installs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "examples" / "plugin"
Run = Callable[..., subprocess.CompletedProcess[str]]


def install(folder: Path, points: dict[str, dict[str, str]]) -> None:
    """The package and its metadata where Python looks for them; what pip does, without a network."""
    shutil.copytree(PLUGIN / "derive_example", folder / "derive_example", ignore=shutil.ignore_patterns("__pycache__"))
    about = folder / "derive_example-0.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: derive-example\nVersion: 0.1.0\n")
    groups = [f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in named.items()) for group, named in points.items()]
    (about / "entry_points.txt").write_text("\n".join(groups))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs derive, or Python, in an empty folder, with the package installed."""
    (tmp_path / "here").mkdir()

    def run(*words: str, status: int = 0, points: dict[str, dict[str, str]] | None = None) -> object:
        if not (tmp_path / "site").exists():
            declared = tomllib.loads((PLUGIN / "pyproject.toml").read_text())["project"]["entry-points"]
            install(tmp_path / "site", points or declared)
        path = os.pathsep.join([str(tmp_path / "site"), str(ROOT)])
        done = subprocess.run(
            [sys.executable, *(words if words[0] == "-c" else ("-m", "derive", *words))],
            cwd=tmp_path / "here", env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == status and "Traceback" not in done.stderr, done.stderr
        return done

    return run  # type: ignore[return-value]


def test_formulas_and_a_target_of_a_package(run: Run, tmp_path: Path) -> None:
    run("build", "--formulas", "example", "--target", "json", "--out", "out")
    out = tmp_path / "here" / "out"
    assert sorted(path.name for path in (out / "json").iterdir()) == ["geman_mcclure.json", "index.json"]
    told = json.loads((out / "json" / "geman_mcclure.json").read_text())
    gradient = next(kernel for kernel in told["kernels"] if kernel["name"] == "geman_mcclure_grad")
    assert [one["name"] for one in gradient["inputs"]] == ["x", "c"] and gradient["outputs"][0]["class_axes"] == 1
    assert "formulas example" in json.loads((out / "json" / "index.json").read_text())["made_by"]
    assert "in step" in run("check", "--out", "out").stdout
    told = run("build", "--formulas", "example", "--out", "out", "--quiet").stdout
    assert "the files of json are removed" in told and "--target json" in told and not (out / "json").exists()


def test_its_formulas_are_found_by_name_and_built_by_nobody_who_did_not_ask(run: Run, tmp_path: Path) -> None:
    assert "Geman-McClure" in run("show", "geman_mcclure").stdout
    assert "geman_mcclure" not in run("list").stdout
    assert "geman_mcclure" in run("list", "--formulas", "example").stdout
    code = "import derive; print(derive.load('geman_mcclure_grad')(__import__('numpy').array([1.0])))"
    assert run("-c", code).stdout == "[0.5]\n"
    text = tmp_path / "site" / "derive_example" / "formulas.py"
    text.write_text(text.read_text().replace("default=1.0", "default=2.0"))
    assert run("-c", code).stdout == "[0.32]\n"  # 2 x c^2 / (c^2 + x^2)^2


def test_a_project_names_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "here" / "pyproject.toml").write_text('[tool.derive]\nformulas = "example"\ntargets = ["json"]\n')
    run("build")
    assert [path.name for path in (tmp_path / "here/generated").iterdir() if path.is_dir()] == ["json"]
    assert "in step" in run("check").stdout


T, F = "derive.targets", "derive.formulas"


@pytest.mark.parametrize(
    ("points", "words", "message"),
    [
        ({T: {"json": "derive_example.missing:T"}}, ("--target", "json"), "derive-example offers, does not load: Mod"),
        ({T: {"json": "json:dumps"}}, ("--target", "json"), "json:dumps, offered as a target, lacks one of"),
        ({F: {"no": "no_such_module"}}, ("--formulas", "no"), "offers formulas in no_such_module, which is no module"),
        ({T: {}}, ("--target", "jsn"), "no target is called 'jsn'"),
    ],
)
def test_an_offer_that_cannot_be_used_is_one_line(
    points: dict[str, dict[str, str]], words: tuple[str, ...], message: str, run: Run
) -> None:
    status = 2 if "jsn" in words else 1
    error = run("build", "--only", "logsumexp", *words, points=points, status=status).stderr
    assert message in error and error.count("\n") == 1
