"""Finding and running a C compiler."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from derive.loading import CompilerError
from derive.loading.compiler import Compiler, find_compiler


@pytest.fixture
def no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without programs."""
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


def test_no_compiler_names_the_one_that_pip_installs(no_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CompilerError, match="pip install ziglang"):
        find_compiler()


def test_the_package_is_used_where_there_is_no_other(no_path: Path) -> None:
    pytest.importorskip("ziglang", reason="the package ziglang is not installed")
    assert find_compiler().command[:4] == (sys.executable, "-m", "ziglang", "cc")


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are not programs here")
def test_the_order_of_the_search(no_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("clang", "gcc", "cc", "mycc"):
        path = program(no_path, name)
        monkeypatch.setenv("CC", "mycc -m64") if name == "mycc" else None
        command = find_compiler().command
        assert command[0] == str(path) and (command[-1] == "-m64") == (name == "mycc")


def test_code_for_this_processor_is_kept_apart(no_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(no_path, "cc")
    found = {}
    for told in ("one", "another", None):
        monkeypatch.setattr("derive.loading.compiler.processor", lambda told=told: told)
        found[told] = find_compiler()
    assert found["one"].command == found["another"].command and "-march=native" in found["one"].command
    assert len({compiler.identity for compiler in found.values()}) == 3
    assert found[None].command == (str(no_path / "cc"),)


def test_a_wrong_variable_is_named(no_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "nothing-of-the-kind -O2")
    with pytest.raises(CompilerError, match=r"CC='nothing-of-the-kind -O2'.*unset CC"):
        find_compiler()


@pytest.mark.skipif(sys.platform == "win32", reason="scripts are not programs here")
def test_a_changed_compiler_has_another_identity(no_path: Path) -> None:
    path = program(no_path, "cc")
    before = find_compiler().identity
    path.write_text("#!/bin/sh\nexit 2\n# longer\n")
    assert find_compiler().identity != before


def test_what_the_compiler_says_is_passed_on(tmp_path: Path) -> None:
    compiler = shutil.which("cc") or pytest.skip("no cc on this machine")
    (tmp_path / "bad.c").write_text("this is not C\n")
    with pytest.raises(CompilerError, match=r"bad\.c:1.*error") as raised:
        Compiler((compiler,), "").compile([tmp_path / "bad.c"], tmp_path / "bad.so", tmp_path)
    assert "\n" not in str(raised.value)


def test_a_program_that_cannot_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CompilerError, match="cannot run the C compiler"):
        Compiler((str(tmp_path / "gone"),), "").compile([], tmp_path / "x.so", tmp_path)


@pytest.mark.parametrize("value", ["gcc 'x", 'gcc "', "gcc \\"])
def test_a_variable_that_is_no_command_is_one_line(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", value)
    with pytest.raises(CompilerError, match=r"^CC=.* is no command \(no .*\): correct it, or unset CC$"):
        find_compiler()
