"""Builds of a small catalogue that find what earlier ones made: as little as need be is made, and the same bytes.

After each change the files are those of a build from nothing, whatever was kept before.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("softmax",)
EVERY = (*NAMES, "mine")
MINE = """\
from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, Sum

mine = Formula("mine", 2 * Sum(softmax[i] ** 2, i), wrt=x)
"""


@dataclass(frozen=True)
class Checkout:
    """A copy of the sources, a store of its own, and builds in it."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def build(self, out: str = "out", *words: str, store: str | None = None, processes: str = "1") -> dict[str, Any]:
        place = {"DERIVE_STORE": str(self.store) if store is None else store, "PYTHONPATH": str(self.folder)}
        code = f"import sys; from derive.cli import run; sys.exit(run(sys.argv[1:], {processes}))"
        command = [
            sys.executable,
            "-c",
            code,
            "build",
            "--out",
            out,
            "--json",
            "--formulas",
            "mine.py",
            "--catalogue",
            *words,
        ]
        around = {**os.environ, **place, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=self.folder, env=around, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def files(self, out: str = "out") -> dict[str, bytes]:
        return {p.relative_to(self.folder / out).as_posix(): p.read_bytes() for p in self.folder.glob(f"{out}/**/*.*")}

    def from_nothing(self, out: str = "out") -> dict[str, bytes]:
        """What a build without a store puts into a new folder of that name, which the files say."""
        (self.folder / out).rename(self.folder / "aside")
        self.build(out, store="off")
        made = self.files(out)
        rmtree(self.folder / out)
        (self.folder / "aside").rename(self.folder / out)
        return made

    def edit(self, path: str, change: Callable[[str], str]) -> None:
        file = self.folder / path
        before = file.read_text(encoding="utf-8")
        after = change(before)
        assert after != before, path
        file.write_text(after, encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Everything built once."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("derive", "templates"):
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("__pycache__", "_templates"))
    for path in (folder / "derive" / "formulas").rglob("*.py"):
        if path.stem not in (*NAMES, "__init__"):
            path.unlink()
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    made = Checkout(folder)
    found = made.build()
    assert made.files() == made.from_nothing()
    assert {name: set(stages) for name, stages in found["made"].items()} == all_of(ALL)
    return made


ALL = {"derive", "lower", "verify", "print"}


def all_of(stages: set[str]) -> dict[str, set[str]]:
    return dict.fromkeys(EVERY, stages)


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def test_a_second_build_makes_nothing(checkout: Checkout) -> None:
    before = {path: os.stat(checkout.folder / "out" / path).st_mtime_ns for path in checkout.files()}
    found = checkout.build()
    assert found["made"] == {} and set(found["seconds"]) == {"total"}
    assert len(found["warnings"]) == 1
    assert not found["new"] + found["changed"] + found["removed"]
    assert {*found["unchanged"], "manifest.json"} == set(before)
    assert before == {path: os.stat(checkout.folder / "out" / path).st_mtime_ns for path in before}


def test_fresh_makes_everything(checkout: Checkout) -> None:
    found = checkout.build("out", "--fresh")
    assert {name: set(stages) for name, stages in found["made"].items()} == all_of(ALL)
    assert not found["changed"] and found["warnings"] == checkout.build()["warnings"]


LIGHT = """
import sys
from derive.cli import run
status = run(sys.argv[1:], 2)
assert not {"sympy", "numpy", "jinja2", "derive.pipeline"} & set(sys.modules), sorted(sys.modules)
assert len(sys.modules) < 420, len(sys.modules)
sys.exit(status)
"""


@pytest.mark.parametrize(
    "words", [["build", "--out", "out", "--formulas", "mine.py", "--catalogue"], ["--help"], ["build", "--help"]]
)
def test_a_build_of_nothing_and_help_import_little(checkout: Checkout, words: list[str]) -> None:
    around = {**os.environ, "DERIVE_STORE": str(checkout.store), "PYTHONPATH": str(checkout.folder)}
    checkout.build()
    subprocess.run([sys.executable, "-c", LIGHT, *words], cwd=checkout.folder, env=around, check=True)


def test_an_empty_folder_takes_everything_from_the_store(checkout: Checkout) -> None:
    before = checkout.files()
    rmtree(checkout.folder / "out")
    found = checkout.build()
    assert found["made"] == {} and found["new"] and checkout.files() == before


def test_a_build_of_one_formula_tells_of_the_others(checkout: Checkout) -> None:
    """It makes nothing, and nothing is out of step after it, twice."""
    before = checkout.files()
    for _ in range(2):
        found = checkout.build("out", "--only", "mine")
        assert found["made"] == {} and not found["changed"] + found["new"]
        assert checkout.files() == before


def remarked(text: str) -> str:
    """The same to Python."""
    return text + "\n# a remark\n"


CHANGES: dict[str, tuple[str, Callable[[str], str], dict[str, set[str]]]] = {
    "a formula": ("mine.py", replaced("2 *", "3 *"), {"mine": ALL}),
    "a remark in a formula file": ("mine.py", lambda text: text + "# a remark\n", {}),
    "a formula that another uses": (
        "derive/formulas/softmax.py", replaced("title=", "title='T' or "), all_of(ALL),
    ),
    "a template": (
        "templates/c/kernel.h", replaced("\n", "\n/* more */\n"), all_of({"print"}),
    ),
    "a printer": (
        "derive/targets/c/target.py", replaced("and how to make the file again", "x"),
        all_of({"print"}),
    ),
    "a rule that makes the same": (
        "derive/algebra/rules.py", remarked,
        all_of({"derive", "lower", "print"}),
    ),
    "a pass that makes the same": (
        "derive/loops/fuse.py", remarked, all_of({"lower"}),
    ),
    "a pass that makes something else": (
        "derive/loops/passes.py", lambda text: text + PASS, all_of(ALL - {"derive"}),
    ),
    "the oracle": (
        "derive/verify/points.py", remarked, all_of({"verify"}),
    ),
    "what no formula is made with": ("derive/cli/display.py", remarked, {}),
}  # fmt: skip
PASS = """

_without = passed


def passed(work, body, *names):
    from dataclasses import replace

    found = _without(work, body, *names)
    return tuple(replace(s, note=s.note + " (noted)") if getattr(s, "note", "") else s for s in found)
"""


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_what_depended_on_it_and_nothing_else(checkout: Checkout, change: str) -> None:
    path, edit, expected = CHANGES[change]
    before = (checkout.folder / path).read_bytes()
    assert checkout.build()["made"] == {}  # it is what it was before the last change, and that is still known
    whole = checkout.files()
    try:
        checkout.edit(path, edit)
        found = checkout.build()
        assert {name: set(stages) for name, stages in found["made"].items()} == expected
        assert checkout.files() == (whole if edit is remarked else checkout.from_nothing())
    finally:
        (checkout.folder / path).write_bytes(before)


def test_any_loss_or_damage_is_made_good(checkout: Checkout) -> None:
    checkout.build()
    whole = checkout.files()
    chance = random.Random(7)
    for _ in range(2):
        for path in sorted(checkout.store.iterdir()):
            fate = chance.choice(["stays", "stays", "goes", "is cut", "is changed", "is another"])
            content = bytearray(path.read_bytes())
            if fate == "goes":
                path.unlink()
            elif fate == "is cut":
                path.write_bytes(content[: chance.randrange(len(content))])
            elif fate == "is changed":
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
                path.write_bytes(content)
            elif fate == "is another":
                path.write_bytes(chance.choice(sorted(checkout.store.iterdir())).read_bytes())
        rmtree(checkout.folder / "out")
        assert checkout.build()["new"] and checkout.files() == whole


def test_what_was_edited_or_removed_is_put_back(checkout: Checkout) -> None:
    checkout.build()
    whole = checkout.files()
    victim = checkout.folder / "out" / sorted(whole)[0]
    for damage in (lambda: victim.write_text("mine"), victim.unlink):
        damage()
        assert checkout.build()["made"] == {} and checkout.files() == whole


def test_builds_at_the_same_time_share_it(checkout: Checkout) -> None:
    """Into an empty store, two builds with helpers of their own."""
    rmtree(checkout.store)
    code = "import sys; from derive.cli import run; sys.exit(run(sys.argv[1:], 2))"
    around = {**os.environ, "DERIVE_STORE": str(checkout.store), "PYTHONPATH": str(checkout.folder)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, "build", "--quiet", "--out", out, "--formulas", "mine.py", "--catalogue"],
            cwd=checkout.folder, env=around, stdout=subprocess.PIPE,
        )
        for out in ("one", "two")
    ]  # fmt: skip
    said = [one.communicate()[0] for one in running]
    assert said[0] == said[1] and said[0].startswith(b"warning: digits are lost") and said[0].count(b"\n") == 1
    assert checkout.files("one") == checkout.from_nothing("one")
    assert checkout.files("two").keys() == checkout.files("one").keys()
    made = checkout.build()["made"].values()
    assert all(stages == ["print"] for stages in made), "another folder: its files name another command"


def test_a_formula_file_that_looks_elsewhere_is_run_each_time(checkout: Checkout) -> None:
    mine = checkout.folder / "mine.py"
    before = mine.read_text()
    (checkout.folder / "factor.txt").write_text("2")
    try:
        mine.write_text(MINE.replace("2 *", "int(open('factor.txt').read()) *"))
        checkout.build()
        (checkout.folder / "factor.txt").write_text("5")
        found = checkout.build()
        assert set(found["made"]) == {"mine"} and checkout.files() == checkout.from_nothing()
    finally:
        mine.write_text(before)
