"""``[tool.derive]``: found from a folder upwards, of the right keys and types, or refused in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derive.project import SETTINGS, Chosen, ProjectError, find_project
from derive.project.chosen import formula_paths
from derive.project.extend import extended
from derive.project.settings import CATALOGUE, FORMULAS, LANGUAGES, OUT, TARGETS


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problem(here: Path, text: str) -> str:
    with pytest.raises(ProjectError) as caught:
        find_project(write(here, text))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_nearest_table_counts(here: Path) -> None:
    write(here, '[tool.derive]\nout = "far"\n')
    write(here / "a", "[tool.other]\nderive = 1\n")
    write(here / "a/b", '[tool.derive]\nout = "near"\n')
    found = {place: find_project(here / place) for place in (".", "a", "a/b")}
    assert [Chosen(project).of(OUT) for project in found.values()] == [Path("far"), Path("far"), Path("a/b/near")]


def test_no_table_is_no_project(here: Path) -> None:
    assert find_project(write(here, '[project]\nname = "derive-user"\n')) is None


def test_the_command_line_comes_first_then_the_project_then_the_default(here: Path) -> None:
    project = find_project(write(here, '[tool.derive]\ntargets = ["c"]\nlanguages = "zh"\ncatalogue = true\n'))
    chosen = Chosen(project, {"targets": ("numpy",)})
    assert (chosen.of(TARGETS), chosen.of(LANGUAGES), chosen.of(CATALOGUE)) == (("numpy",), ("zh",), True)
    assert Chosen(None).of(CATALOGUE) is False and Chosen(None).formulas == ()


def test_paths_and_patterns_are_meant_from_the_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(here, '[tool.derive]\nformulas = ["losses/*.py", "one.py", "folder", "package"]\n')
    (here / "losses").mkdir()
    for name in ("b.py", "a.py", "_hidden.py", "text.txt"):
        (here / "losses" / name).touch()
    (here / "folder").mkdir()
    monkeypatch.chdir(here / "folder")
    project = find_project(Path())
    assert project is not None
    names = ["../losses/a.py", "../losses/b.py", "../one.py", "../folder", "package"]
    assert [os.path.normpath(path) for path in formula_paths(project)] == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.derive]\n\nformula = ["a.py"]\n',
            "[tool.derive] has no key 'formula': did you mean formulas?",
        ),
        (
            '[tool.derive]\nlang = ["en"]\n',
            "[tool.derive] has no key 'lang': did you mean languages?",
        ),
        (
            "[tool.derive]\n\nqqq = 1\n",
            "pyproject.toml:3: [tool.derive] has no key 'qqq': there are: formulas, catalogue, ",
        ),
        ("[tool.derive.bench]\nx = 1\n", "pyproject.toml:1: [tool.derive] has no key 'bench'"),
        ("[tool.derive]\nformulas = 3\n", "pyproject.toml:2: formulas is a list of paths, not 3: write formulas = ["),
        ("[tool.derive]\nformulas = [3]\n", "formulas is a list of paths, not [3]"),
        ('[tool.derive]\nformulas = [""]\n', "formulas is a list of paths"),
        ('[tool.derive]\ncatalogue = "yes"\n', "catalogue is true or false, not 'yes': write catalogue = true"),
        ('[tool.derive]\nout = ["a"]\n', "out is a path, not ['a']: write out ="),
        ('[tool.derive]\nout = "a\\u0000b"\n', "out is a path"),
        ("[tool]\nderive = 1\n", "pyproject.toml: derive in [tool] is no table"),
        ("[tool.derive\n", "pyproject.toml: Expected"),
    ],
)
def test_what_has_no_meaning_is_one_line_with_file_and_key(here: Path, text: str, message: str) -> None:
    assert message in problem(here, text)


def test_every_setting_reads_its_own_example(here: Path) -> None:
    lines = [f"{setting.key} = {setting.kind.example}\n" for setting in SETTINGS]
    project = find_project(write(here, "[tool.derive]\n" + "".join(lines)))
    assert project is not None and set(project.said) == {setting.key for setting in SETTINGS}


def test_a_pattern_that_fits_nothing_is_refused(here: Path) -> None:
    project = find_project(write(here, '[tool.derive]\nformulas = ["losses/*.py"]\n'))
    assert project is not None
    with pytest.raises(ProjectError, match=r"pyproject.toml: formulas in \[tool.derive\]: no file fits 'losses/\*.py'"):
        formula_paths(project)


@pytest.mark.skipif(os.name != "posix", reason="no such permissions on this system")
def test_a_folder_in_which_everybody_may_write_is_not_trusted(here: Path) -> None:
    write(here, '[tool.derive]\nout = "planted"\n')
    (here / "mine").mkdir()
    here.chmod(0o777)
    assert find_project(here / "mine") is None and find_project(here) is None
    here.chmod(0o755)
    assert find_project(here / "mine") is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[tool.derive]\nformulas = ["b.py"]\n'),
        ("[project]\nname = 'x'\n\n\n", "[project]\nname = 'x'\n\n[tool.derive]\nformulas = [\"b.py\"]\n"),
        ('[tool.derive]\nout = "o"\n', '[tool.derive]\nformulas = ["b.py"]\nout = "o"\n'),
        ('[tool.derive]\nformulas = ["a.py"] # one\n', '[tool.derive]\nformulas = ["a.py", "b.py"] # one\n'),
        ("[tool.derive]\nformulas = []\n", '[tool.derive]\nformulas = ["b.py"]\n'),
        (
            '[tool.derive]\nformulas = [\n    "a.py",\n]\n[tool.x]\nformulas = ["z"]\n',
            '[tool.derive]\nformulas = [\n    "a.py",\n    "b.py"\n]\n[tool.x]\nformulas = ["z"]\n',
        ),
    ],
)
def test_a_file_is_added_and_nothing_else_changes(before: str, after: str) -> None:
    assert extended(before, "b.py", "pyproject.toml") == after


@pytest.mark.parametrize(
    "text",
    [
        'tool.derive.formulas = ["a.py"]\n',
        '[tool.derive]\nformulas = "a.py"\n',
        '[tool.derive]\nformulas = [\n  "a.py", # ]\n]\n',
        '[tool]\nderive = { formulas = ["a.py"] }\n',
    ],
)
def test_what_cannot_be_extended_is_left_to_the_user(text: str) -> None:
    with pytest.raises(ProjectError, match=r'add "b.py" to the list formulas in \[tool.derive\] by hand'):
        extended(text, "b.py", "pyproject.toml")


def test_the_option_of_a_setting_is_read_as_its_key() -> None:
    assert FORMULAS.options["build"] == "--formulas" and "build" in TARGETS.verbs
