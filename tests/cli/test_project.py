"""A folder of somebody's own, from nothing: ``derive new``, a change, a build, a check, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import derive
from derive.cli import run
from derive.cli.new import STARTERS, _renamed, _starter
from derive.language.errors import DeriveError
from derive.system.places import template_folder

ROOT = Path(__file__).resolve().parents[2]
SMALL = """\
from derive.language import Formula, Sum, indices, vector

j = indices("j")
x = vector("x")
NAME = Formula("NAME", Sum(x[j] ** 2, j), wrt=x)
"""

SCALED = """\
from derive.language import Formula, Sum, indices, parameter, vector

j = indices("j")
x, a = vector("x"), parameter("a", default=2.0)
scaled = Formula("scaled", Sum(a * x[j] ** 2, j), wrt=x)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def small(name: str, path: str = "") -> None:
    place = Path(path or f"{name}.py")
    place.parent.mkdir(exist_ok=True)
    place.write_text(SMALL.replace("NAME", name))


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """What a command prints; what fails, the one line of it."""
    capsys.readouterr()
    assert run(arguments) == status
    out, err = capsys.readouterr()
    assert status == 0 or not err or (err.count("\n") == 1 and err.startswith("error: "))
    return out if status == 0 else out + err


def names(folder: str = "generated") -> set[str]:
    return {path.stem for path in Path(folder, "c").glob("*.c")} - {"derive"}


# --- derive new ----------------------------------------------------------------------------------------------------


def test_new_edit_build_check(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "new", "focal")  # as one of derive's own is called
    assert told.splitlines() == [
        "focal.py: written", "pyproject.toml: names it", "change focal.py, then run: derive build",
    ]  # fmt: skip
    assert Path("pyproject.toml").read_text() == '[tool.derive]\nformulas = ["focal.py"]\n'
    said(capsys, "build", "--target", "c", "--target", "numpy")
    assert names() == {"focal"}
    Path("focal.py").write_text(Path("focal.py").read_text().replace("(1 - right)", "(1 - right) ** 2"))
    told = said(capsys, "check", "--target", "c", "--target", "numpy", status=1)
    assert "focal.py: changed since the build" in told
    assert told.splitlines()[-1] == "to mend: derive build --target c --target numpy"
    x, t = np.array([[0.0, 1.0, 3.0], [2.0, 2.0, -1.0]]), np.array([1, 0])
    p = (np.exp(x) / np.exp(x).sum(-1, keepdims=True))[np.arange(2), t]
    np.testing.assert_allclose(derive.load("focal")(x, t, epsilon=3.0), -np.log(p) + 3 * (1 - p) ** 2, rtol=1e-14)
    os.mkdir("below")
    os.chdir("below")
    assert "(1 - p" not in said(capsys, "show", "focal") and derive.load("focal")(x, t).shape == (2,)


@pytest.mark.parametrize("kind", STARTERS)
def test_what_is_begun_with_builds_as_it_is(kind: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "mine", "--kind", kind)
    told = said(capsys, "build", "--target", "c")
    lost = re.findall(r"digits are lost .*: (.*)", told)
    # (A softmax of two classes that are nearly alike has a second derivative that is a difference of two halves.)
    assert names() == {"mine"} and lost in ([], ["mine_hvp"])
    assert said(capsys, "check", "--target", "c") and said(capsys, "list").splitlines()[1] == "  mine  Mine"


def test_the_files_that_are_begun_with_say_what_to_change() -> None:
    for kind, old in STARTERS.items():
        text = _renamed(_starter(kind), old, "a_longer_name_than_theirs")
        assert old not in text and text.count("CHANGE") >= 4 and 'title="A longer name than theirs"' in text


def test_a_second_one_joins_the_first(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "new", "one")
    said(capsys, "new", "two")
    assert Path("pyproject.toml").read_text() == '[tool.derive]\nformulas = ["one.py", "two.py"]\n'
    Path("pyproject.toml").write_text('[tool.derive]\nformulas = ["*.py"]\n')
    assert "names it already" in said(capsys, "new", "three")
    assert {"one", "two", "three"} <= set(said(capsys, "list").split())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a-b", "'a-b' is no name for a formula: it has letters, digits and _, a letter first: did you mean a_b?"),
        ("loss.py", "did you mean loss?"),
        ("../x", "is no name for a formula"),
        ("3d", "is no name for a formula"),
        ("", "is no name for a formula"),
        ("verlust_ü", "is no name for a formula"),
        ("lambda", "'lambda' is a word of Python itself"),
        ("exp", "'exp' is a word of the language"),
        ("x", "'x' is a word of the language, or an input there"),
        ("right", "'right' is a word of the language, or an input there"),
        ("j", "'j' is a word of the language, or an input there"),
        ("epsilon", "'epsilon' is a word of the language, or an input there"),
        ("random", "'random' is a module of Python: a file random.py would hide it"),
        ("numpy", "'numpy' is a module of Python"),
        ("derive", "'derive' is a module of Python"),
    ],
)
def test_a_name_that_will_not_do(name: str, message: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in said(capsys, "new", name, status=1)
    assert list(here.iterdir()) == []


def test_nothing_is_overwritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.py").write_text("precious\n")
    assert "mine.py: is there already" in said(capsys, "new", "mine", status=1)
    Path("pyproject.toml").write_text("tool.derive.formulas = []\n")
    assert 'add "other.py" to the list' in said(capsys, "new", "other", status=2)
    assert sorted(path.name for path in here.iterdir()) == ["mine.py", "pyproject.toml"]
    assert Path("mine.py").read_text() == "precious\n"


# --- files that are named ------------------------------------------------------------------------------------------


def test_formula_files_are_built_alone_and_the_catalogue_when_it_is_asked_for(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small("mine")
    said(capsys, "build", "--formulas", "mine.py", "--target", "c")
    assert names() == {"mine"}
    assert "softmax" not in said(capsys, "list", "--formulas", "mine.py")
    assert "softmax" in said(capsys, "list", "--formulas", "mine.py", "--catalogue")
    said(capsys, "build", "--formulas", "mine.py", "--only", "softmax", "--target", "c")
    assert names() == {"mine", "softmax"}
    assert said(capsys, "check").endswith("in step with its formulas and templates\n")
    assert "softmax" in said(capsys, "show", "softmax", "--formulas", "mine.py")


def test_a_claim_about_a_formula_of_derive_brings_that_formula(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.py").write_text(
        "from derive.formulas.softmax import softmax, i\nfrom derive.language import Claim, Sum, by\n"
        'mine = Claim("mine", softmax, Sum(softmax[i], i), "=", 1, proof=(by("definition"), by("algebra")))\n'
    )
    told = said(capsys, "list", "--formulas", "mine.py")
    assert "  softmax  " in told and "entropy" not in told


# --- the folder knows how it was made ------------------------------------------------------------------------------


def test_headers_check_and_hints_name_the_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small("mine")
    small("other")
    build = ("build", "--formulas", "mine.py", "--formulas", "other.py", "--target", "c", "--out", "kernels")
    said(capsys, *build)
    header = next(line for line in Path("kernels/c/mine.h").read_text().splitlines() if "derive build" in line)
    assert header.strip(" *") == "python -m derive build --formulas mine.py --out kernels --only mine"
    shared = Path("kernels/c/derive_support.h").read_text()
    assert "again: python -m derive build --formulas mine.py --formulas other.py --out kernels\n" in shared
    before = Path("kernels/c/mine.c").read_bytes()
    assert said(capsys, "check", "--out", "kernels").endswith("in step with its formulas and templates\n")
    Path("kernels/c/mine.c").write_bytes(before + b"\n")
    told = said(capsys, "check", "--out", "kernels", status=1).splitlines()
    mend = "derive build --formulas mine.py --formulas other.py --target c --out kernels"
    assert told[-1] == f"to mend: {mend}" and "kernels/c/mine.c: was edited by hand" in told
    os.mkdir("elsewhere")
    os.chdir("elsewhere")
    assert "../kernels/c/mine.c: was edited by hand" in said(capsys, "check", "--out", "../kernels", status=1)
    os.chdir(here)
    said(capsys, *mend.split()[1:])
    assert Path("kernels/c/mine.c").read_bytes() == before
    said(capsys, *header.strip(" *").split()[3:])
    assert Path("kernels/c/mine.c").read_bytes() == before


def test_parts_of_a_folder_are_checked_as_they_were_built(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, target in (("one", "c"), ("two", "numpy")):
        small(name)
        said(capsys, "build", "--formulas", f"{name}.py", "--only", name, "--target", target, "--out", "k")
        assert said(capsys, "check", "--out", "k").endswith("in step with its formulas and templates\n")
    made = json.loads(Path("k/manifest.json").read_text())["made"]
    assert made["formulas"] == ["two.py", "one.py"] and len(made["parts"]) == 2
    Path("k/c/one.c").unlink()
    told = said(capsys, "check", "--out", "k", status=1)
    assert told.splitlines()[-1].endswith("--only one --target c --out k")
    assert said(capsys, "check", "--out", "k", "--target", "numpy", status=1).count("c/one.c: is missing") == 1


def test_a_path_says_nothing_of_this_machine(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small("mine")
    said(capsys, "build", "--formulas", str(here / "mine.py"), "--target", "c", "--out", str(here / "out"))
    for place in Path("out").rglob("*"):
        assert place.is_dir() or str(here) not in place.read_text(), place
    assert said(capsys, "check", "--out", str(here / "out"))


def test_a_name_that_no_comment_can_hold_stays_out_of_them(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a*").mkdir()
    small("mine", "a*/mine.py")
    said(capsys, "build", "--formulas", "a*/mine.py", "--target", "c")
    assert "again:\n *\n *     python -m derive build --only mine\n" in Path("generated/c/mine.h").read_text()
    assert said(capsys, "check")


@pytest.mark.parametrize("there", [True, False])
def test_check_where_nothing_was_built_is_one_line(there: bool, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if there:
        Path("generated").mkdir()
    told = said(capsys, "check", status=1)
    assert told == "error: generated: nothing was built here: derive build builds it\n"


# --- the project ---------------------------------------------------------------------------------------------------


def test_every_verb_heeds_the_project(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small("mine", "losses/mine.py")
    small("other", "losses/other.py")
    Path("pyproject.toml").write_text(
        '[tool.derive]\nformulas = ["losses/*.py"]\ntargets = ["c", "markdown"]\nlanguages = ["zh"]\nout = "k"\n'
    )
    said(capsys, "build")
    assert {path.name for path in Path("k").iterdir()} == {"c", "markdown", "manifest.json"}
    assert [path.name for path in Path("k/markdown").iterdir()] == ["zh"]
    assert said(capsys, "check") == "k: in step with its formulas and templates\n"
    os.chdir("losses")
    assert said(capsys, "check") == "../k: in step with its formulas and templates\n"
    assert "  mine  mine" in said(capsys, "list") and "输入" in said(capsys, "list")
    assert "梯度" in said(capsys, "show", "mine")
    assert "mine: " in said(capsys, "verify", "--quick", "mine")
    Path("other.py").unlink()
    os.chdir(here)
    assert "k/c/other.c: " in said(capsys, "check", status=1)
    said(capsys, "build")
    assert names("k") == {"mine"}


def test_a_part_of_a_project_is_checked_as_it_was_built(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of the other targets is missing; where the whole was built, it is as the project says now."""
    small("mine")
    Path("pyproject.toml").write_text('[tool.derive]\nformulas = ["mine.py"]\ntargets = ["c", "numpy"]\n')
    said(capsys, "build", "--target", "c")
    assert said(capsys, "check") == "generated: in step with its formulas and templates\n"
    Path("generated/c/mine.c").unlink()
    assert said(capsys, "check", status=1).endswith("to mend: derive build --target c\n")
    said(capsys, "build")
    assert said(capsys, "check") == "generated: in step with its formulas and templates\n"
    Path("pyproject.toml").write_text('[tool.derive]\nformulas = ["mine.py"]\ntargets = ["c", "numpy", "markdown"]\n')
    told = said(capsys, "check", status=1)
    assert "generated/markdown/" in told and told.endswith("to mend: derive build\n")


def test_what_was_named_beside_a_project_is_checked_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small("mine")
    small("other")
    Path("pyproject.toml").write_text('[tool.derive]\nformulas = ["mine.py"]\ntargets = "c"\n')
    said(capsys, "build", "--formulas", "other.py", "--out", "k")
    assert names("k") == {"other"}
    assert said(capsys, "check", "--out", "k") == "k: in step with its formulas and templates\n"


def test_templates_of_a_project(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are there take the place of derive's; the others are derive's."""
    small("mine")
    Path("pyproject.toml").write_text(
        '[tool.derive]\nformulas = ["mine.py"]\ntargets = "markdown"\nlanguages = "en"\ntemplates = "looks"\n'
    )
    assert "looks: templates in [tool.derive] is no folder" in said(capsys, "build", status=2)
    page, mine = Path("generated/markdown/en/formulas/mine.md"), Path("looks/markdown/formula.md")
    mine.parent.mkdir(parents=True)
    mine.write_text((template_folder() / "markdown/formula.md").read_text() + "\nOurs.\n")
    said(capsys, "build")
    assert page.read_text().endswith("\nOurs.\n")
    assert said(capsys, "check") == "generated: in step with its formulas and templates\n"
    mine.write_text("Another, by << command >>.\n")
    assert "templates/markdown/formula.md: changed since the build" in said(capsys, "check", status=1)
    said(capsys, "build")
    assert page.read_text() == "Another, by python -m derive build.\n"
    for text, told in (("<< nothing >>\n", "1: 'nothing' is undefined"), ("\n<% if %>\n", "2: Expected an expression")):
        mine.write_text(text)
        assert f"looks/markdown/formula.md:{told}" in said(capsys, "build", status=1)
    mine.rename("looks/markdown/formulla.md")
    assert "derive has no template markdown/formulla.md" in said(capsys, "build", status=2)


def test_what_is_wrong_is_told_to_a_program(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def error(*words: str) -> dict[str, object]:
        capsys.readouterr()
        assert run(["build", "--json", *words]) in (1, 2)
        found = capsys.readouterr()
        assert found.err.startswith("error: ")
        told: dict[str, object] = json.loads(found.out)["error"]
        assert set(told) == {"file", "line", "message"}
        return told

    Path("bad.py").write_text("x = 1\ny = = 2\n")
    assert error("--formulas", "bad.py") == {
        "file": "bad.py", "line": 2, "message": "invalid syntax: write it as Python",
    }  # fmt: skip
    assert error("--only", "nothing_of_the_kind")["file"] is None
    Path("generated").write_text("")
    assert "generated is a file" in str(error("--only", "nll", "--target", "c")["message"])
    Path("pyproject.toml").write_text("[tool.derive]\nformulsa = 1\n")
    assert run(["build", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["file"] == "pyproject.toml"


def test_a_slip_in_the_project_is_one_line_of_misuse(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text('[tool.derive]\nformulsa = ["mine.py"]\n')
    for verb in (["build"], ["check"], ["list"], ["show", "softmax"], ["verify"], ["pdf"], ["site"], ["bench"]):
        told = said(capsys, *verb, status=2)
        assert told == "error: pyproject.toml:2: [tool.derive] has no key 'formulsa': did you mean formulas?\n"


def test_the_project_of_a_folder_is_found_from_elsewhere(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small("mine", "project/mine.py")
    Path("project/pyproject.toml").write_text('[tool.derive]\nformulas = ["mine.py"]\ntargets = "c"\n')
    os.chdir("project")
    said(capsys, "build")
    os.chdir(here)
    assert said(capsys, "check", "--out", "project/generated").endswith("in step with its formulas and templates\n")


# --- derive.load ---------------------------------------------------------------------------------------------------


def load_problem(*arguments: object, **more: object) -> str:
    with pytest.raises(DeriveError) as caught:
        derive.load(*arguments, **more)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_load_finds_a_formula_in_every_way(here: Path) -> None:
    small("mine")
    x = np.array([1.0, 2.0])
    by_file = [
        derive.load("mine", formulas="mine.py"),
        derive.load("mine.py:mine"),
        derive.load(f"{here}/mine.py:mine"),
    ]
    assert [kernel(x) for kernel in by_file] == [5.0] * 3
    assert derive.load("mine.py:mine_grad")(x).tolist() == [2.0, 4.0]
    from derive.catalogue import load_catalogue

    (formula,) = load_catalogue([Path("mine.py")], whole=False)
    assert derive.load(formula)(x) == 5.0 and derive.load("mine_grad", formulas=formula)(x).tolist() == [2.0, 4.0]
    Path("pyproject.toml").write_text('[tool.derive]\nformulas = ["mine.py"]\n')
    assert derive.load("mine")(x) == 5.0 and derive.load("logsumexp")(x) > 2


def test_an_unknown_name_says_why(here: Path) -> None:
    assert load_problem("softmax_grad") == (
        "no kernel is called 'softmax_grad': softmax is a vector, one number per class: it has softmax_vjp, "
        "softmax_jvp, softmax_jacobian, softmax_hvp"
    )
    assert "logsumexp is one number per row: it has logsumexp_grad, " in load_problem("logsumexp_vjp")
    assert "logsumexp is differentiated by x (wrt=), not by" not in load_problem("logsumexp_grad_q")
    Path("scaled.py").write_text(SCALED)
    assert "scaled is differentiated by x (wrt=), not by a: it has" in load_problem("scaled.py:scaled_grad_a")
    assert "did you mean softmax_vjp" in load_problem("softmax_vpj")
    small("mine")
    assert load_problem("mine_grad") == (
        "no kernel is called 'mine_grad': its formula is in mine.py, which was not named: say formulas='mine.py'"
    )
    kernels = ", ".join(f"mine.py:{kernel}" for kernel in ("mine", "mine_grad", "mine_value_and_grad", "mine_hvp"))
    assert load_problem("mine.py") == f"'mine.py' is a file: say which of its kernels, as in {kernels}"
    assert load_problem(Path("mine.py")).startswith("'mine.py' is a file")
    assert load_problem("mien.py") == "mien.py: no such file or folder: did you mean mine.py?"
    assert "mien.py: no such file or folder" in load_problem("mien.py:mine")
    assert "mien.py: no such file or folder" in load_problem("mine", formulas="mien.py")
    assert "no kernel is called 'mien': did you mean mine" in load_problem("mine.py:mien")
    assert "leave one of them out" in load_problem("mine.py:mine", formulas="mine.py")
    assert load_problem(3) == "3 names no kernel: give its name, or a formula"


@pytest.mark.parametrize("verb", ["show", "verify"])
def test_an_unknown_formula_says_why(verb: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small("mine")
    assert "it is a kernel of softmax: say softmax" in said(capsys, verb, "softmax_vjp", status=2)
    assert "one is in mine.py, which was not named: --formulas mine.py" in said(capsys, verb, "mine", status=2)
    assert "did you mean softmax" in said(capsys, verb, "sofmax", "--formulas", "mine.py", status=2)


def test_a_project_costs_a_light_start_nothing(here: Path) -> None:
    code = "import sys, derive.project; print({'sympy', 'numpy', 'jinja2', 'tomllib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("kind", ["loss", "vector"])
def test_what_a_starter_says_to_write_can_be_written(kind: str, tmp_path: Path) -> None:
    """Inputs that a comment proposes are inputs."""
    text = (Path(derive.__file__).parent / "formulas" / "starters" / f"{kind}.py").read_text(encoding="utf-8")
    proposed = re.findall(r"\b((?:vector|distribution|label|parameter)\([^)]*\))", "\n".join(re.findall("#.*", text)))
    assert proposed
    file = tmp_path / "proposed.py"
    file.write_text("\n".join(["from derive.language import *", *proposed]))
    runpy.run_path(str(file))
