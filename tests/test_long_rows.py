"""Rows of a million classes keep their digits, and a row's bits depend on that row alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import derive

pytestmark = pytest.mark.usefixtures("as_shipped")
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
LONG = 10**6
UNITS = 4
"""The error allowed, in units of ``u (|f| + sum of |v df/dv|)``: what rounding the inputs would make."""


def _one_apart() -> Any:
    scores = np.zeros(LONG, np.float32)
    scores[0] = 0.5
    return scores


ROWS = {
    "all alike but one": _one_apart(),
    "random": np.random.default_rng(0).normal(0, 3, LONG).astype(np.float32),
    "rising": np.linspace(-5, 0.1, LONG, dtype=np.float32),
}


@BOTH
@pytest.mark.parametrize("kind", ROWS)
def test_sums_over_long_rows_do_not_drift(kind: str, target: str) -> None:
    row = ROWS[kind]
    x = row.astype(np.longdouble)
    share = np.exp(x - x.max())
    total = share.sum()
    share /= total
    weights = share * abs(x)
    logarithm = x.max() + np.log(total)
    spread = logarithm - (share * x).sum()
    wanted = {
        "softmax": (share, share * (1 + abs(x) * (1 - 2 * share) + weights.sum())),
        "logsumexp": (logarithm, abs(logarithm) + weights.sum()),
        "softmax_entropy": (spread, spread + (share * abs(np.log(share) + spread) * abs(x)).sum()),
    }
    for name, (value, condition) in wanted.items():
        error = abs(derive.load(name, target)(row) - value)
        assert (error <= UNITS * 2.0**-24 * condition).all(), name
    p = share.astype(np.float32).astype(np.longdouble)
    information = -np.log(p)
    error = abs(derive.load("entropy", target)(p.astype(np.float32)) - (p * information).sum())
    assert error <= UNITS * 2.0**-24 * (p * (abs(information) + abs(information - 1))).sum()


@BOTH
@DTYPES
@pytest.mark.parametrize("classes", [1, 2, 3, 8, 17, 32, 127, 128, 129, 1000, 9000])
def test_the_bits_of_a_row_depend_on_the_row_alone(classes: int, target: str, dtype: Any) -> None:
    """Beside others, every other class of a wider array, along any axis, in any order in memory."""
    x = np.random.default_rng(classes).normal(0, 3, (2, 3, classes)).astype(dtype)
    y = np.abs(x[::-1]) / np.abs(x).max()
    for name in ("softmax_vjp", "cross_entropy_value_and_grad", "softmax_entropy_grad", "logsumexp"):
        kernel = derive.load(name, target)
        second = () if name.startswith(("softmax_entropy", "logsumexp")) else (y,)

        def results(*arrays: Any, axis: int = -1, kernel: Any = kernel) -> tuple[Any, ...]:
            found = kernel(*arrays, axis=axis)
            return found if isinstance(found, tuple) else (found,)

        batch = results(x, *second)
        wide = results(*(np.repeat(a, 2, axis=-1)[..., ::2] for a in (x, *second)))
        ordered = results(*(np.asfortranarray(a) for a in (x, *second)))
        first = results(*(np.moveaxis(a, -1, 0).copy() for a in (x, *second)), axis=0)
        for place, whole in enumerate(batch):
            turned = np.moveaxis(first[place], 0, -1) if whole.ndim == 3 else first[place]
            for other in (wide[place], ordered[place], turned):
                np.testing.assert_array_equal(other, whole)
            for row in np.ndindex(2, 3):
                np.testing.assert_array_equal(results(x[row], *(a[row] for a in second))[place], whole[row])


@BOTH
def test_long_rows_that_are_not_finite_are_as_short_ones(target: str) -> None:
    """What rounding took from an infinite total is no number: it is not put back."""
    row = np.full(1000, 3.4e38, np.float32)
    assert derive.load("mse", target)(row, -row) == np.inf
    row = np.zeros(1000, np.float32)
    row[500] = np.nan
    assert np.isnan(derive.load("logsumexp", target)(row))
