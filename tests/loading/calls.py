"""What the tests of ``derive.load`` call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derive.algebra.records import Derived
from derive.loading import CompilerError
from derive.loading import compiler as compilers
from derive.loading.derived import record
from derive.loading.described import Record
from derive.targets import Built
from tests.zoo import FORMULA, ZOO

rng = np.random.default_rng(7)


def zoo_record(name: str) -> Record:
    return record(Built(FORMULA, Derived(FORMULA, (), ()), ZOO), name, "c")


def compile_or_skip() -> None:
    try:
        compilers.find_compiler()
    except CompilerError as error:
        pytest.skip(str(error))


def softened(x: Any, temperature: float = 2.0) -> Any:
    e = np.exp((x - x.max(-1, keepdims=True)) / temperature)
    return e / e.sum(-1, keepdims=True)
