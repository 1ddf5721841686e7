"""Losses by their definitions, term by term, with options: an evaluation in extended precision that shares no code.

A gradient is a complex step: ``f(x + ih) = f(x) + ih f'(x)`` with ``h`` so small that nothing else is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Options = dict[str, Any]
STEP = np.longdouble(1e-40)


def log_share(x: Array) -> Array:
    top = x.real.max(-1, keepdims=True)
    return x - top - np.log(np.exp(x - top).sum(-1, keepdims=True))


def softplus(x: Array) -> Array:
    return np.where(x.real > 0, x, 0) + np.log(1 + np.exp(np.where(x.real > 0, -x, x)))


@dataclass(frozen=True)
class Case:
    """terms: by the first input, and by the target where it is no label: what each class gives.

    target: of labels, or numbers for each class.
    """

    name: str
    terms: Callable[..., Array]
    x: Array
    target: Array
    options: tuple[str, ...]

    @property
    def at_labels(self) -> bool:
        return self.target.dtype.kind == "i"


LOGITS = np.array([[0.5, -1, 2, 0], [3, 0, -2, 1], [4, 1, 1, 1], [-4, 2, 0.25, 1], [0, 0, 0, 0], [1, 2, 3, -30]])
LABELS, WEIGHT, POS_WEIGHT = np.array([0, 1, 3, 2, 1, 0]), np.array([0.5, 2, 1, 0.25]), np.array([3.0, 1, 0.5, 2])
SHARES = np.array(
    [[0.7, 0.1, 0.1, 0.1], [0, 1, 0, 0], [0.25] * 4, [0, 0, 0.5, 0.5], [0.1, 0.2, 0.3, 0.4], [1, 0, 0, 0]]
)
MODEL = np.array([[0.4, 0.3, 0.2, 0.1], [0.25] * 4, [0.125, 0.5, 0.25, 0.125], [0.1, 0.2, 0.3, 0.4], [0.97, 0.01, 0.01,
                  0.01], [0.5, 0.25, 0.125, 0.125]])  # fmt: skip
ANSWERS = (SHARES > 0.2).astype(float)
OF_LABELS, OF_TARGETS = ("weight", "ignore_index", "label_smoothing"), ("weight", "label_smoothing")


def _information(y: Array) -> Array:
    return np.where(y > 0, y * np.log(np.where(y > 0, y, 1)), 0)


CASES = (
    Case("focal", lambda x: -((1 - np.exp(log_share(x))) ** 2) * log_share(x), LOGITS, LABELS, OF_LABELS),
    Case("nll", lambda x: -x, np.log(MODEL), LABELS, OF_LABELS),
    Case("kl_divergence", lambda q, p: _information(p) - p * np.log(q), MODEL, SHARES, OF_TARGETS),
    Case("bernoulli_nll", lambda q, y: -y * np.log(q) - (1 - y) * np.log(1 - q), MODEL, ANSWERS, OF_TARGETS),
    Case(
        "bce_with_logits",
        lambda x, y, p=1: p * y * softplus(-x) + (1 - y) * softplus(x),
        LOGITS,
        ANSWERS,
        ("weight", "pos_weight", "label_smoothing"),
    ),
)
VALUES: Mapping[str, tuple[Any, ...]] = {
    "weight": (None, WEIGHT),
    "pos_weight": (None, POS_WEIGHT),
    "ignore_index": (None, -100, 1, 255),
    "label_smoothing": (0.0, 0.1),
    "reduction": ("none", "mean", "sum"),
}


def combinations(case: Case) -> Iterator[Options]:
    """Every choice of the options that the loss takes."""
    keys = (*case.options, "reduction")
    for chosen in product(*(VALUES[key] for key in keys)):
        yield {key: value for key, value in zip(keys, chosen, strict=True) if value is not None}


def told(given: Any) -> str:
    if isinstance(given, Case):
        return given.name
    return "-".join(key if isinstance(value, np.ndarray) else f"{key}={value}" for key, value in given.items())


def target_of(case: Case, given: Options) -> Array:
    """The target; labels with rows that do not count, where no class does that."""
    if not case.at_labels or given.get("ignore_index", 0) in range(case.x.shape[-1]):
        return case.target
    target = case.target.copy()
    target[[2, 5]] = given["ignore_index"]
    return target


def evaluated(case: Case, given: Options) -> tuple[Array, Array]:
    """Value and gradient of a call."""
    x = case.x.astype(np.clongdouble)
    value = _called(case, x, given).real
    slopes = np.zeros(x.shape, np.longdouble)
    for place in np.ndindex(x.shape):
        moved = x.copy()
        moved[place] += 1j * STEP
        slopes[place] = _called(case, moved, given).imag.sum() / STEP
    return value, slopes


def _called(case: Case, x: Array, given: Options) -> Any:
    classes = x.shape[-1]
    weight, amount = given.get("weight", np.ones(classes)), np.longdouble(given.get("label_smoothing", 0))
    target = target_of(case, given)
    counts = np.ones(len(x))
    if case.at_labels:
        kept = target != given.get("ignore_index", -100)
        rows, label = np.arange(len(x)), np.where(kept, target, 0)
        each = weight * case.terms(x)
        value = (1 - amount) * each[rows, label] + amount / classes * each.sum(-1)
        value, counts = np.where(kept, value, 0), np.where(kept, weight[label], 0)
    else:
        beside = (given["pos_weight"],) if "pos_weight" in given else ()
        shared = amount / (2 if target is ANSWERS else classes)
        value = (weight * case.terms(x, (1 - amount) * target + shared, *beside)).sum(-1)
    return {"none": value, "sum": value.sum(), "mean": value.sum() / counts.sum()}[given["reduction"]]
