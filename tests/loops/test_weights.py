"""A factor of 0 makes a product 0: in values and derivatives, in both targets and both types."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import derive
from tests.loops.conventions import FORMULAS

INF, NAN = math.inf, math.nan
BOTH = pytest.mark.parametrize("target", ["numpy", "c"])
DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
CATALOGUE = (
    ("kl_divergence_grad", {"q": [0, 0.5, 0.5], "p": [0, 0.4, 0.6]}, [0, -0.8, -1.2]),
    ("kl_divergence_hvp", {"q": [0, 0.5, 1], "p": [0, 0, 0.5], "v": [1, 1, 1]}, [0, 0, 0.5]),
    ("cross_entropy_of_distributions_grad", {"q": [0, 0.5, 0.5], "p": [0, 0.4, 0.6]}, [0, -0.8, -1.2]),
    ("categorical_nll_grad", {"q": [0, 1], "y": [0, 1]}, [0, -1]),
    ("bernoulli_nll_grad", {"q": [0, 1], "y": [0, 1]}, [1, -1]),
    ("bernoulli_nll_hvp", {"q": [0, 1, 0.5], "y": [0, 1, 0], "v": [1, 1, 0]}, [1, 1, 0]),
    ("entropy_hvp", {"p": [0, 0.5, 0.5], "v": [0, 1, -1]}, [0, -2, 2]),
    ("focal_grad", {"x": [1000, 0, 0], "t": 0, "gamma": 0.0}, [0, 0, 0]),
    ("focal_grad", {"x": [2000, 0], "t": 0, "gamma": 0.5}, [0, 0]),
    ("focal_hvp", {"x": [2000, 0], "t": 0, "gamma": 0.5, "v": [1, 2]}, [0, 0]),
    ("focal", {"x": [-INF, 0, 0], "t": 1, "gamma": 0.0}, math.log(2)),
    ("label_smoothing", {"x": [-INF, 0, 1], "t": 1, "alpha": 0.0}, 1.3132616875182228),
    ("label_smoothing", {"x": [-INF, 0, 1], "t": 1, "alpha": 0.5}, INF),
    ("weighted_cross_entropy", {"x": [-INF, 0, 0], "t": 0, "w": [0, 1, 1]}, 0),
    ("confidence_penalty", {"x": [-INF, 0, 0], "t": 1, "beta": 0.0}, math.log(2)),
    ("softmax_entropy_grad", {"x": [-INF, 0, 0]}, [0, 0, 0]),
)


def run(name: str, target: str, dtype: Any, given: dict[str, Any], formulas: Any = None) -> Any:
    kernel = derive.load(name, target=target, **({"formulas": formulas} if formulas else {}))
    arrays = {
        k: np.asarray(v, dtype) if isinstance(v, list) else np.asarray(v) if k == "t" else v for k, v in given.items()
    }
    with np.errstate(all="ignore"):
        return kernel(**arrays)


@BOTH
@DTYPES
@pytest.mark.parametrize(("name", "given", "expected"), CATALOGUE, ids=lambda v: v if isinstance(v, str) else None)
def test_a_factor_of_0_beside_an_infinity(
    name: str, given: dict[str, Any], expected: Any, target: str, dtype: Any
) -> None:
    np.testing.assert_allclose(run(name, target, dtype, given), expected, rtol=2e-6, atol=1e-30)


KINDS = (
    ("tsallis", {"p": [0, 0.5, 0.5], "order": 0.5}, 2 * (math.sqrt(2) - 1)),
    ("renyi", {"p": [0, 0.5, 0.5], "q": [0, 0.25, 0.25], "order": 2.0}, math.log(2)),
    ("renyi_grad", {"p": [0, 0.5, 0.5], "q": [0, 0.25, 0.25], "order": 2.0}, [0, -2, -2]),
    ("alpha_divergence", {"p": [0, 1], "q": [0, 1], "a": 2.0}, 1),
    ("alpha_divergence", {"p": [0, 1], "q": [0, 1], "a": 0.5}, 1),
    ("chi_square", {"p": [0, 1], "q": [0, 2]}, 0.5),
    ("generalised_kl_grad", {"p": [0, 1], "q": [0, 2]}, [1, 0.5]),
    ("skew_grad", {"p": [0, 1], "q": [0, 1]}, [0, -0.5]),
    ("poisson_deviance_grad", {"q": [0, 1], "w": [0, 2]}, [2, 1]),
    ("poisson_counts_value_and_grad", {"q": [0, 1], "r": [0, 1]}, (1, [1, 0])),
    ("soft_labels_value_and_grad", {"r": [0, 1, 0.5], "y": [0, 1, 0.5]}, (math.log(2), [1, -1, 0])),
    ("modulated_value_and_grad", {"r": [0, 1, 1], "y": [0, 1, 0], "up": 0.5}, (0, [0, 0, 0])),
    ("smoothed", {"x": [-INF, 0, 0], "t": 1, "a": 0.0}, math.log(2)),
    ("class_weighted", {"x": [-INF, 0, 0], "t": 0, "w": [0, 1, 1]}, 0),
    ("expected_loss", {"x": [-INF, 0, 0], "w": [0, 1, 1]}, 2 * math.log(2)),
    ("hellinger_grad", {"p": [0, 1], "q": [0, 1]}, [0, -0.5]),
    ("expectation", {"p": [0, 0.5, 0.5], "x": [-INF, 1, 3], "w": [1, 0, 0]}, 5),
    ("expectation_grad", {"p": [0, 0.5, 0.5], "x": [-INF, 1, 3], "w": [1, 0, 0]}, [0, 1, 3]),
    ("quantile", {"a": 0.0, "x": [-INF, 1, 3], "w": [1, 0, 4]}, 1),
    ("quantile_grad", {"a": 0.0, "x": [-INF, 1, 3], "w": [1, 0, 4]}, [0, 1, 0]),
)


@BOTH
@DTYPES
@pytest.mark.parametrize(("name", "given", "expected"), KINDS, ids=lambda v: v if isinstance(v, str) else None)
def test_in_formulas_of_every_kind(name: str, given: dict[str, Any], expected: Any, target: str, dtype: Any) -> None:
    found = run(name, target, dtype, given, FORMULAS)
    pairs = zip(found, expected, strict=True) if isinstance(expected, tuple) else [(found, expected)]
    for one, other in pairs:
        np.testing.assert_allclose(one, other, rtol=3e-6, atol=1e-7)


@BOTH
def test_a_quotient_out_of_range_has_its_logarithm(target: str) -> None:
    found = run("kl_divergence", target, np.float64, {"q": [1e-310], "p": [0.5]})
    assert found == pytest.approx(0.5 * (math.log(0.5) - math.log(1e-310)), rel=1e-14)
    found = run("kl_divergence", target, np.float32, {"q": [1e30], "p": [1e-10]})
    assert found == pytest.approx(1e-10 * math.log(1e-40), rel=1e-6)
    near = run("kl_divergence", target, np.float64, {"q": [0.3 * (1 + 2**-50)], "p": [0.3]})
    assert near == pytest.approx(0.3 * math.log(0.3 / (0.3 * (1 + 2**-50))), rel=1e-6)


@BOTH
@DTYPES
@pytest.mark.parametrize("kernel", ["_grad", "_hvp"])
def test_a_row_without_a_sum_gives_no_zeros(kernel: str, target: str, dtype: Any) -> None:
    """A NaN in a row reaches every class, those of weight 0 too; so does a row that is masked throughout."""
    for row in ([-INF, -INF, -INF], [NAN, -1000, 0]):
        given = {"x": row, **({"v": [1, 1, 1]} if kernel == "_hvp" else {})}
        assert np.isnan(run(f"softmax_entropy{kernel}", target, dtype, given)).all()
