"""``derive diff``: what a change does to the mathematics, from git and from the file as it lies there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from derive.catalogue import CatalogueError
from derive.changes import difference
from derive.changes.history import HistoryError
from derive.cli import run

ROOT = Path(__file__).resolve().parents[2]
MINE = """\
from derive.language import Formula, Sum, exp, indices, log, vector

k, x = indices("k"), vector("x")
mine = Formula("mine", log(Sum(exp(x[k]), k)), wrt=x)
"""

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, text: str, name: str = "mine.py") -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a change")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, MINE)
    return tmp_path


def test_a_change_is_shown_in_every_form(tree: Path) -> None:
    (tree / "mine.py").write_text(MINE.replace("exp(x[k])", "exp(3 * x[k])"))
    said = difference("mine", [tree / "mine.py"], "HEAD")
    for line in (
        "  -mine = log(sum_k exp(x_k))",
        "  +mine = log(sum_k exp(3 * x_k))",
        "gradient",
        "  -dmine/dx_j = exp(x_j) / sum_k exp(x_k)",
        "  +dmine/dx_j = 3 * exp(3 * x_j) / sum_k exp(3 * x_k)",
        "claims",
        "program of mine_grad",
    ):
        assert f"{line}\n" in said, said
    assert said.startswith("mine: - at HEAD, + now\n") and "notes of mine" in said.splitlines()[-1]


def test_a_caveat_that_a_change_brings_is_shown(tree: Path) -> None:
    (tree / "mine.py").write_text(MINE.replace("log(Sum(exp(x[k]), k))", "Sum(exp(x[k]), k) - Sum(x[k], k)"))
    said = difference("mine", [tree / "mine.py"], "HEAD")
    assert "\nnotes of mine\n" in said


def test_a_remark_changes_nothing(tree: Path) -> None:
    (tree / "mine.py").write_text("# a remark\n" + MINE)
    said = difference("mine", [tree / "mine.py"], "HEAD")
    assert said == "mine: the mathematics, the programs and what they promise are as at HEAD\n"


def test_against_another_commit_and_in_a_folder(tree: Path) -> None:
    commit(tree, MINE.replace('"mine"', '"other"'), "more/other.py")
    commit(tree, MINE.replace('"mine"', '"other"').replace("exp(x", "exp(2 * x"), "more/other.py")
    assert "as at HEAD\n" in difference("other", [tree / "more"], "HEAD")
    assert "+other = log(sum_k exp(2 * x_k))" in difference("other", [tree / "more"], "HEAD~1")
    assert difference("other", [tree / "more"], "HEAD~2").startswith("other is new since HEAD~2\n")


def test_what_is_wrong_is_one_line(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(HistoryError, match="no commit, branch or tag is called 'nope'"):
        difference("mine", [tree / "mine.py"], "nope")
    with pytest.raises(HistoryError, match="is no commit, branch or tag"):
        difference("mine", [tree / "mine.py"], "--output=x")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "mine.py").write_text(MINE)
    with pytest.raises(HistoryError, match="is in no git working tree"):
        difference("mine", [elsewhere / "mine.py"], "HEAD")
    commit(tree, MINE.replace("exp(x[k])", "exp(x[k]"))
    (tree / "mine.py").write_text(MINE)
    with pytest.raises(HistoryError, match=r"mine.py at HEAD:4: '\(' was never closed"):
        difference("mine", [tree / "mine.py"], "HEAD")
    (tree / "mine.py").write_text("mine = (")
    with pytest.raises(CatalogueError, match=r"mine.py:1: "):
        difference("mine", [tree / "mine.py"], "HEAD~1")


def test_without_git(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tree))
    assert run(["diff", "mine", "--formulas", str(tree / "mine.py")]) == 1
    said = capsys.readouterr().err
    assert "git is not installed" in said and said.count("\n") == 1


def test_a_formula_of_derive_is_compared_with_what_its_own_file_said(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "derive", tmp_path / "derive", ignore=shutil.ignore_patterns("__pycache__", "_templates"))
    file = tmp_path / "derive" / "formulas" / "logsumexp.py"
    git(tmp_path, "init", "-q")
    commit(tmp_path, file.read_text(encoding="utf-8"), "derive/formulas/logsumexp.py")
    text = file.read_text(encoding="utf-8")
    changed = text.replace("log(", "2 * log(")
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    shutil.rmtree(tmp_path / "derive" / "formulas" / "theory")  # what is claimed of it holds no longer
    (tmp_path / "derive" / "formulas" / "theory").mkdir()
    (tmp_path / "derive" / "formulas" / "theory" / "__init__.py").touch()
    around = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "derive", "diff", "logsumexp"]
    done = subprocess.run(command, cwd=tmp_path, env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "\n  -A = log(sum_k exp(x_k))\n  +A = 2 * log(sum_k exp(x_k))\n" in done.stdout, done.stdout
