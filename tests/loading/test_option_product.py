"""The product of the options that each loss takes, in NumPy and C: value and gradient against its definition."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import derive
from tests.loading.losses import CASES, Case, Options, combinations, evaluated, target_of, told

PRODUCT = [(case, given) for case in CASES for given in combinations(case)]
EACH = pytest.mark.parametrize(("case", "given"), PRODUCT, ids=told)

kernel = cache(derive.load)
wanted = cache(lambda k: evaluated(*PRODUCT[k]))


def test_how_many_there_are() -> None:
    """Two losses of labels, three of numbers for each class, of which one takes weights of the answers."""
    assert len(PRODUCT) == 2 * 2 * 4 * 2 * 3 + 2 * 2 * 2 * 3 + 2 * 2 * 2 * 3


@EACH
@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_value_and_gradient(case: Case, given: Options, target: str, dtype: str) -> None:
    goal = target_of(case, given)
    typed = [array if array.dtype.kind == "i" else array.astype(dtype) for array in (case.x, goal)]
    options = {k: v.astype(dtype) if isinstance(v, np.ndarray) else v for k, v in given.items()}
    named = {"p": typed[1]} if case.name == "kl_divergence" else {"y": typed[1]} if not case.at_labels else {"t": goal}
    found = kernel(f"{case.name}_value_and_grad", target)(typed[0], **named, **options)
    right = wanted(next(k for k, one in enumerate(PRODUCT) if one[1] is given))
    for one, other in zip(found[:2], right, strict=True):
        eps = np.finfo(dtype).eps
        assert one.dtype == dtype
        np.testing.assert_allclose(one, np.asarray(other, np.float64), rtol=64 * eps, atol=8 * eps)
