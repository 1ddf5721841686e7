"""What all tests share: one cache of compiled kernels, compiled in little time; and that each builds from nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from derive.loading import loader


@pytest.fixture(scope="session", autouse=True)
def kernels_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """In a cache of this run alone, which its processes share; in little time but where a module asks for more
    (``as_shipped``).

    What builds make is not kept: a test of a build is one of a build from nothing, but where it gives it a store.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(_of_all_processes(tmp_path_factory.getbasetemp()) / "cache"))
        patch.setenv("CFLAGS", "-O1")
        patch.setenv("DERIVE_STORE", "off")
        yield


def _of_all_processes(base: Path) -> Path:
    """The temporary folder of the run; each of several processes has one of its own in it."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="module")
def as_shipped() -> Iterator[None]:
    """Compiled as ``derive.load`` does by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CFLAGS")
        loader._compiled.cache_clear()
        yield
    loader._compiled.cache_clear()
