"""What was derived once is kept, and used for as long as nothing that it was made from has changed."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from derive.errors import DeriveError
from derive.loading import loader
from derive.loading.described import Record, read, written
from derive.store import says_the_same, source_key, sources

ROOT = Path(__file__).resolve().parents[2]

MINE = """
from derive.language import Formula, Sum, exp, indices, parameter, vector

k = indices("k")
x, T = vector("x", doc="scores"), parameter("T", default=2.0, domain="positive")
warm_of_mine = Formula("warm_of_mine", Sum(FACTOR * x[k] / T, k), wrt=x, title="A sum")
"""

ASK = """
import inspect, json, sys
import numpy as np
import derive

kernel = derive.load("warm_of_mine", sys.argv[1], formulas=sys.argv[2])
told = {"value": float(kernel(np.ones(3))), "signature": str(inspect.signature(kernel)), "doc": inspect.getdoc(kernel)}
try:
    kernel(np.ones(3), T=-1.0)
except ValueError as error:
    told["error"] = str(error)
print(json.dumps(told | {"light": not {"sympy", "jinja2"} & set(sys.modules)}))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def file(home: Path) -> Path:
    path = home / "mine.py"
    path.write_text(MINE.replace("FACTOR", "1"), encoding="utf-8")
    return path


def kept(home: Path) -> list[Path]:
    """The records in the cache."""
    return sorted((home / "cache" / "derive").glob("*.json"))


def asked(target: str, file: Path) -> dict[str, Any]:
    """What another process says of the kernel."""
    command = [sys.executable, "-c", ASK, target, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_another_process_needs_no_sympy(file: Path, home: Path) -> None:
    for target in loader._LOADERS:
        try:
            kernel = derive.load("warm_of_mine", target, formulas=file)
        except DeriveError as error:
            pytest.skip(str(error))  # no compiler
        with pytest.raises(ValueError, match="T must be positive") as raised:
            kernel(np.ones(3), T=-1.0)
        assert asked(target, file) == {
            "value": 1.5,
            "signature": str(inspect.signature(kernel)),
            "doc": inspect.getdoc(kernel),
            "error": str(raised.value),
            "light": True,
        }


def test_a_changed_formula_is_derived_anew(file: Path, home: Path) -> None:
    assert derive.load("warm_of_mine", formulas=file)(np.ones(2)) == 1
    file.write_text(MINE.replace("FACTOR", "3"), encoding="utf-8")
    assert derive.load("warm_of_mine", formulas=file)(np.ones(2)) == 3
    assert len(kept(home)) == 2


def test_a_changed_record_is_not_read(file: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    derive.load("warm_of_mine", formulas=file)
    (record,) = kept(home)
    record.write_bytes(record.read_bytes().replace(b"warm_of_mine", b"evil_of_mine"))
    assert derive.load("warm_of_mine", formulas=file).__name__ == "warm_of_mine"
    (again,) = kept(home)
    assert read(again.read_bytes()).kernel.name == "warm_of_mine"


def test_what_is_kept_is_not_made_again(file: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = derive.load("warm_of_mine", formulas=file)
    monkeypatch.setattr(loader, "_made", lambda *args: pytest.fail("made again"))
    assert inspect.unwrap(derive.load("warm_of_mine", formulas=str(file))) is inspect.unwrap(first)
    assert inspect.unwrap(derive.load("warm_of_mine", formulas=[file])) is inspect.unwrap(first)


def test_a_record_gives_back_what_was_written() -> None:
    from derive.loading.derived import described
    from tests.zoo import ZOO

    for program in ZOO:
        whole = Record(described(program), {f"{program.name}.py": 'text, "quoted"\n'}, (program.name,), (("x", ""),))
        assert read(written(whole).encode()) == whole


def test_a_key_holds_all_that_a_kernel_is_made_from(file: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, folder = home / "other.py", home / "folder"
    folder.mkdir()
    other.write_bytes(file.read_bytes())
    (folder / "mine.py").write_bytes(file.read_bytes())
    keys = [
        source_key(name, target, paths)
        for name in ("f", "g")
        for target in ("c", "numpy")
        for paths in (None, [], [file], [other], [file, other], [other, file], [folder])
    ]
    before = source_key("f", "c", [folder])
    (folder / "more.py").write_text("", encoding="utf-8")
    keys.append(source_key("f", "c", [folder]))
    monkeypatch.setattr(sources, "_engine", lambda: ("another",))
    keys.append(source_key("f", "c", [folder]))
    assert None not in keys and len({*keys}) == len(keys) and before in keys


def test_every_file_of_the_engine_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sources, "HOUSE", tmp_path)
    (tmp_path / "loops").mkdir()
    (tmp_path / "loops" / "lower.py").write_text("one", encoding="utf-8")
    engine = inspect.unwrap(sources._engine)
    first = engine()
    (tmp_path / "loops" / "lower.py").write_text("two", encoding="utf-8")
    assert engine() != first and engine() == engine()


def test_what_cannot_be_read_has_no_key(tmp_path: Path) -> None:
    assert source_key("f", "c", [tmp_path / "none.py"]) is None


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("from derive.language import *\nfrom derive.formulas.softmax import softmax\nimport math", True),
        ("from fractions import Fraction\nfrom sympy import Rational\nimport derive.language", True),
        ("import random", False),
        ("import numpy as np", False),
        ("import my_numbers", False),
        ("from . import other", False),
        ("from derive.loading.loader import os", False),
        ("from sympy.core.cache import os", False),
        ("a = open('numbers.txt')", False),
        ("a = math.__loader__", False),
        ("a = __file__", False),
    ],
)
def test_a_formula_file_that_looks_elsewhere_is_run_each_time(tmp_path: Path, text: str, same: bool) -> None:
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    assert says_the_same([tmp_path]) is same


def test_code_that_changed_while_it_ran_keeps_nothing(file: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "STARTED", os.stat(sources.__file__).st_mtime - 1)
    assert derive.load("warm_of_mine", formulas=file)(np.ones(2)) == 1
    assert kept(home) == []
