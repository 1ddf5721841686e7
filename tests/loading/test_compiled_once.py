"""``derive.load``: the cache of compiled kernels, and what is in its way."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
import derive.loading.loader
from derive.language import DeriveError
from derive.loading import CacheError, CompilerError
from derive.loading import compiler as compilers
from tests.loading.calls import compile_or_skip, zoo_record


def fresh_library(cache: Path) -> ctypes.CDLL:
    derive.loading.loader._compiled.cache_clear()
    return derive.loading.loader._compiled(tuple(zoo_record("zoo_normalised").files.items()))


def test_a_planted_library_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    library = Path(fresh_library(tmp_path)._name)
    library.unlink()
    library.write_bytes(b"evil")
    assert Path(fresh_library(tmp_path)._name).read_bytes()[1:4] != b"vil"


def test_the_second_time_nothing_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = fresh_library(tmp_path)._name
    monkeypatch.setattr(compilers.Compiler, "compile", lambda *args: pytest.fail("compiled again"))
    assert fresh_library(tmp_path)._name == first


def test_a_missing_compiler_names_the_one_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CompilerError, match="pip install ziglang"):
        fresh_library(tmp_path)


def test_an_unusable_cache_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(CacheError, match="XDG_CACHE_HOME"):
        fresh_library(tmp_path)


def compute(start: Any, answers: Any) -> None:
    start.wait()
    kernel = derive.loading.loader._load_c(zoo_record("zoo_normalised"))
    answers.put(kernel(np.ones((1, 4))).tolist())


def test_several_processes_compile_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("processes cannot be forked here")
    derive.loading.loader._compiled.cache_clear()
    context = multiprocessing.get_context("fork")
    start, answers = context.Event(), context.Queue()
    workers = [context.Process(target=compute, args=(start, answers)) for _ in range(4)]
    for worker in workers:
        worker.start()
    start.set()
    found = [answers.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert found == [[[0.25] * 4]] * 4
    assert not list((tmp_path / "derive").glob("making-*"))


@pytest.mark.skipif(not hasattr(os, "ST_NOEXEC"), reason="file systems without programs are not told here")
def test_a_cache_from_which_nothing_may_run_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(path: str) -> None:
        raise OSError(f"{path}: failed to map segment from shared object")

    class Mounted:
        f_flag = os.ST_NOEXEC

    monkeypatch.setattr("derive.loading.loader.os.statvfs", lambda path: Mounted)
    monkeypatch.setattr("derive.loading.loader.ctypes.CDLL", refuse)
    monkeypatch.setattr("derive.loading.loader.find_compiler", lambda: compilers.Compiler(("true",), "none"))
    monkeypatch.setattr(compilers.Compiler, "compile", lambda self, sources, library, include: library.touch())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DeriveError, match=r"noexec\): set XDG_CACHE_HOME to a folder on another file system"):
        derive.loading.loader._compiled((("f.c", "int f;"),))


def test_a_formula_file_is_a_place_to_look(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from derive.language import Formula, Sum, exp, indices, vector\n"
        'j = indices("j")\nx = vector("x")\n'
        'grown = Formula("grown", Sum(exp(2 * x[j]), j), wrt=x)\n'
    )
    for place in (tmp_path / "mine.py", str(tmp_path)):
        assert derive.load("grown", formulas=place)(np.array([[0.0, 0.0]]))[0] == 2
    with pytest.raises(DeriveError, match="no kernel is called 'grwon': did you mean grown"):
        derive.load("grwon", formulas=tmp_path)
    with pytest.raises(DeriveError, match="no such file or folder"):
        derive.load("grown", formulas=tmp_path / "other.py")
