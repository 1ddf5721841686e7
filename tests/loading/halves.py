"""Half precision by its definition: the nearest of all numbers that there are, of two as near the even one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

FLOAT16, BFLOAT16 = "float16", "bfloat16"
PRECISION = {FLOAT16: (5, 10), BFLOAT16: (8, 7)}
"""The bits of the exponent, and of the fraction."""


def dtype_of(name: str) -> Any:
    """Skips where nothing defines it."""
    return np.dtype(np.float16 if name == FLOAT16 else pytest.importorskip("ml_dtypes").bfloat16)


def known() -> list[str]:
    """Those that have a dtype here."""
    try:
        import ml_dtypes  # noqa: F401
    except ImportError:
        return [FLOAT16]
    return [FLOAT16, BFLOAT16]


def sizes(name: str) -> Any:
    """The value of each number from 0 to the largest, in the order of its bits; then what infinity begins at."""
    exponent_bits, fraction_bits = PRECISION[name]
    bias = 2 ** (exponent_bits - 1) - 1
    bits = np.arange((2**exponent_bits - 1) * 2**fraction_bits + 1)
    exponent, fraction = bits >> fraction_bits, bits % 2**fraction_bits
    whole = np.where(exponent > 0, 2**fraction_bits, 0) + fraction
    return np.ldexp(whole.astype(float), np.maximum(exponent, 1) - bias - fraction_bits)


def nearest(name: str, values: Any) -> Any:
    """The bits to which these floats, none of them NaN, are rounded."""
    table = sizes(name)
    size = np.minimum(np.abs(values.astype(float)), table[-1])
    above = np.clip(np.searchsorted(table, size), 1, len(table) - 1)
    below = above - 1
    to_above, to_below = table[above] - size, size - table[below]  # exact
    up = (to_above < to_below) | ((to_above == to_below) & (above % 2 == 0))
    return np.where(up, above, below).astype(np.uint16) | np.where(np.signbit(values), 0x8000, 0).astype(np.uint16)


def awkward(name: str) -> Any:
    """The floats at and beside each number and each tie, of both signs, and what is far away."""
    table = sizes(name)
    with np.errstate(over="ignore"):
        at = np.concatenate([table, (table[1:] + table[:-1]) / 2]).astype(np.float32)
        found = np.concatenate([at, np.nextafter(at, np.float32(np.inf)), np.nextafter(at, np.float32(-1))])
    far = np.array([1e-45, 1e-40, 1e-30, 1e5, 3e38, np.inf], np.float32)
    found = np.concatenate([np.abs(found), far])
    return np.concatenate([found, -found])
