"""Layer and RMS normalisation: values and products of both targets against their textbook forms, far from 0 too."""

from __future__ import annotations

import numpy as np
import pytest

from derive.loading import load
from derive.loading.emitted import targets

DICE = np.random.default_rng(3)
X, G = 10_000 + DICE.standard_normal((5, 1000)), DICE.standard_normal((5, 1000))
EPS = 1e-5


def _mean(row: np.ndarray) -> np.ndarray:
    return row.mean(axis=-1, keepdims=True)


@pytest.mark.parametrize("target", targets())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_layer_norm_and_its_product_keep_their_digits_far_from_0(target: str, dtype: str) -> None:
    """Within ten units of the result's size, where float32 by the textbook is off by a hundred times as much."""
    x, g = X.astype(dtype), G.astype(dtype)
    exact, upstream = x.astype(np.longdouble), g.astype(np.longdouble)
    deviation = np.sqrt(_mean((exact - _mean(exact)) ** 2) + np.longdouble(np.dtype(dtype).type(EPS)))
    h = (exact - _mean(exact)) / deviation
    product = (upstream - _mean(upstream) - h * _mean(upstream * h)) / deviation
    unit = np.finfo(dtype).eps / 2
    assert np.abs(load("layer_norm", target=target)(x, eps=EPS) - h).max() <= 10 * unit * np.abs(h).max()
    found = load("layer_norm_vjp", target=target)(x, g, eps=EPS)
    assert np.abs(found - product).max() <= 10 * unit * np.abs(product).max()


@pytest.mark.parametrize("target", targets())
def test_rms_norm_and_its_product(target: str) -> None:
    root = np.sqrt(_mean(X**2) + EPS)
    r = X / root
    assert np.allclose(load("rms_norm", target=target)(X, eps=EPS), r, rtol=1e-13)
    product = (G - r * _mean(G * r)) / root
    assert np.allclose(load("rms_norm_vjp", target=target)(X, G, eps=EPS), product, rtol=1e-11, atol=1e-18)
