"""Kernels of the zoo, compiled once for a file of tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from derive.loading import fast, loader
from derive.loading.derived import described
from tests.loading.calls import compile_or_skip, zoo_record
from tests.zoo import ZOO


@pytest.fixture(scope="module", params=["in an extension", "as objects", "the long way"])
def kernels(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    """``kernels("gather")`` is the kernel of the zoo, compiled: its arguments are read in each way that there is."""
    with pytest.MonkeyPatch.context() as patch:
        compile_or_skip()
        fast.extension.cache_clear()
        if request.param != "in an extension":
            patch.setattr(fast, "extension", lambda: None)
        elif fast.extension() is None:
            pytest.skip("no headers of Python")
        if request.param == "the long way":
            patch.setattr(fast, "array_layout", lambda: None)
        library = loader._compiled(tuple(zoo_record("zoo_normalised").files.items()))
        programs = {program.name: described(program) for program in ZOO}
        yield lambda name: fast.as_callable(programs[f"zoo_{name}"], library)


@pytest.fixture
def normalised(kernels: Callable[[str], Any]) -> Any:
    return kernels("normalised")


@pytest.fixture
def value_and_grad(kernels: Callable[[str], Any]) -> Any:
    return kernels("value_and_grad")
