"""The two number types of the oracle, as parameters of a test."""

from __future__ import annotations

import importlib.util

import pytest

FLINT = pytest.param(
    "flint",
    marks=pytest.mark.skipif(not importlib.util.find_spec("flint"), reason="python-flint is not installed"),
)
BACKENDS = [FLINT, "mpmath"]
