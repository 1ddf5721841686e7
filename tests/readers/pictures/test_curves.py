"""What the pictures show is so: the numbers behind them, and what their descriptions say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derive.readers.pictures import (
    entropy,
    information,
    kl_simplex,
    likelihood_underflow,
    lse_bounds,
    naive_overflow,
    saturation,
    temperature,
    ulp_offset,
)


def test_information() -> None:
    p = (0.02, 0.5, 0.98, 1.0)
    assert information.information(p) == pytest.approx([-math.log(v) for v in p], abs=1e-15)


def test_entropy() -> None:
    entropies = entropy.entropies()
    assert entropies[0] == entropies[-1] == 0.0
    assert np.argmax(entropies) == entropy.HALF and entropies[entropy.HALF] == pytest.approx(math.log(2))


def test_kl_simplex() -> None:
    q, divergence = kl_simplex.surface()
    assert q.sum(axis=-1) == pytest.approx(1) and (q > 0).all()
    p = np.array(kl_simplex.P)
    assert divergence == pytest.approx((p * np.log(p / q)).sum(axis=-1), abs=1e-12)
    assert divergence.min() > -1e-15 and abs(q[np.argmin(divergence)] - p).max() < 1 / kl_simplex.FINENESS
    assert divergence.max() > max(kl_simplex.LEVELS)
    for level in kl_simplex.LABELLED:
        where = kl_simplex.on_the_way(level)
        assert (p * np.log(p / where)).sum() == pytest.approx(level)


def test_temperature() -> None:
    shares = temperature.shares()
    assert shares.sum(axis=-1) == pytest.approx(1)
    assert shares[0] == pytest.approx([1, 0, 0], abs=1e-8)
    assert shares[-1] == pytest.approx(1 / 3, abs=0.01)
    assert (np.diff(shares[:, 0]) <= 0).all() and (np.diff(shares[:, 2]) >= 0).all()


def test_saturation() -> None:
    (loss, slope), (squared, flat) = (saturation.curves(name) for name in ("bce_with_logits", "mse_sigmoid"))
    z = saturation.Z
    s = 1 / (1 + np.exp(-z))
    assert loss == pytest.approx(np.log1p(np.exp(-z))) and slope == pytest.approx(s - 1, abs=1e-12)
    ratio = squared / (s - 1) ** 2  # the square, or half of it: by convention
    assert ratio == pytest.approx(ratio[0]) and flat == pytest.approx(ratio[0] * 2 * (s - 1) * s * (1 - s), abs=1e-12)
    assert loss[0] > 9.9 and slope[0] == pytest.approx(-1, abs=1e-3)
    assert squared[0] == pytest.approx(ratio[0], abs=1e-3) and abs(flat[0]) < 1e-3


def test_likelihood_underflow() -> None:
    for dtype, sample in (("float32", 46), ("float64", 324)):
        product = likelihood_underflow.products(dtype)
        assert product.dtype == dtype and product[sample - 2] > 0 == product[sample - 1]
        assert f"sample {sample}" in " ".join(likelihood_underflow.PICTURE.alt.split())
    sums = likelihood_underflow.sums()
    assert sums.dtype == np.float32
    assert sums == pytest.approx(math.log(10) * np.arange(1, likelihood_underflow.SAMPLES + 1), rel=1e-4)


def test_lse_bounds() -> None:
    largest, values = np.maximum(lse_bounds.U, 0), lse_bounds.values()
    assert (largest < values).all() and (values <= largest + math.log(2)).all()
    assert values[200] == pytest.approx(math.log(2))


def test_naive_overflow() -> None:
    naive, kernel = naive_overflow.curves()
    assert naive.dtype == kernel.dtype == np.float32
    assert kernel == pytest.approx(np.broadcast_to(kernel[0], kernel.shape), rel=2e-5)
    lost = np.isnan(naive).any(axis=1)
    first, last = naive_overflow.OFFSETS[~lost][[0, -1]]
    assert -107 < first < -105 and 85 < last < 87
    assert lost[np.less(naive_overflow.OFFSETS, first)].all() and lost[np.greater(naive_overflow.OFFSETS, last)].all()
    middle = abs(naive_overflow.OFFSETS) < 80
    assert naive[middle] == pytest.approx(kernel[middle], rel=1e-4)


def test_ulp_offset() -> None:
    errors = ulp_offset.errors()
    assert errors["kernel"].max() < 3
    assert not np.isfinite(errors["naive"][ulp_offset.OFFSETS > 90]).any()
    assert np.isfinite(errors["naive"][ulp_offset.OFFSETS < 60]).all()
    assert errors["late"][-1] > 1e5 and errors["late"][0] < 100
