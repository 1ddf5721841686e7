"""Formulas along several axes, and what each is worth in plain NumPy: written once more, by another hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.language import (
    Formula,
    Sum,
    array,
    axis,
    classes,
    erf,
    exp,
    indices,
    label,
    log,
    parameter,
    sqrt,
    tanh,
    vector,
)

Array = Any

rows, features, values = axis("rows", size="m"), axis("features", size="d"), axis("values", size="p")
r, f, v = indices("r", rows), indices("f", features), indices("v", values)
k = indices("k")
x, t, w = array("x", rows, classes), label("t", over=rows), vector("w", domain="positive")
h, W = array("h", rows, features), array("W", classes, features)
q, K, V = array("q", features), array("K", classes, features), array("V", classes, values)
b, T = vector("b"), parameter("T", default=2.0, domain="positive")

_dot = Sum(W[k, f] * h[r, f], f)

SIZES = {"m": 4, "n": 5, "d": 3, "p": 2}


@dataclass(frozen=True)
class Case:
    """A formula and the same in NumPy, of arrays by their names."""

    formula: Formula
    plain: Callable[..., Array]

    def __repr__(self) -> str:
        return self.formula.name


def _row_loss(x: Array, t: Array) -> Array:
    top = x.max(axis=1)
    return np.log(np.exp(x - top[:, None]).sum(axis=1)) + top - x[np.arange(len(x)), t]


def _attention(q: Array, K: Array, V: Array, T: float | None = None) -> Array:
    scores = K @ q / (np.sqrt(len(q)) if T is None else T)
    weights = np.exp(scores - scores.max())
    return weights @ V / weights.sum()


def _batch_norm(x: Array) -> Array:
    centred = x - x.mean(axis=0)
    return centred / np.sqrt(1 + (centred**2).mean(axis=0))


_loss = log(Sum(exp(x[r, k]), k)) - x[r, t[r]]
_mean, _score = Sum(x[r, k], r) / rows.size, Sum(q[f] * K[k, f], f) / sqrt(features.size)
_warm = Sum(q[f] * K[k, f], f) / T


def _logit(row: Any, place: Any) -> Any:
    return Sum(W[place, f] * h[row, f], f)


def _biased(row: Any, place: Any) -> Any:
    return _logit(row, place) + b[place]


CASES = (
    Case(Formula("mean_loss", Sum(_loss, r) / rows.size, wrt=x, symbol="L"), lambda x, t: _row_loss(x, t).mean()),
    Case(
        Formula("weighted_loss", Sum(w[t[r]] * _loss, r) / Sum(w[t[r]], r), wrt=(x, w), symbol="L"),
        lambda x, w, t: (w[t] * _row_loss(x, t)).sum() / w[t].sum(),
    ),
    Case(
        Formula("row_shares", exp(x[r, k]) / Sum(exp(x[r, k]), k), wrt=x, over=(r, k), symbol="s"),
        lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True),
    ),
    Case(
        Formula(
            "normed", (x[r, k] - _mean) / sqrt(1 + Sum((x[r, k] - _mean) ** 2, r) / rows.size), x, (r, k), symbol="y"
        ),
        _batch_norm,
    ),
    Case(
        Formula(
            "linear_loss",
            Sum(log(Sum(exp(_logit(r, k)), k)) - _logit(r, t[r]), r) / rows.size,
            wrt=(h, W),
            symbol="L",
        ),
        lambda h, W, t: _row_loss(h @ W.T, t).mean(),
    ),
    Case(
        Formula("attending", Sum(exp(_score) * V[k, v], k) / Sum(exp(_score), k), wrt=(q, K, V), over=v, symbol="o"),
        _attention,
    ),
    Case(
        Formula(
            "biased_loss",
            Sum(log(Sum(exp(_biased(r, k)), k)) - _biased(r, t[r]), r) / rows.size,
            wrt=(h, W, b),
            symbol="L",
        ),
        lambda h, W, b, t: _row_loss(h @ W.T + b, t).mean(),
    ),
    Case(
        Formula("tempered", Sum(exp(_warm) * V[k, v], k) / Sum(exp(_warm), k), wrt=(q, T), over=v, symbol="o"),
        lambda q, K, V, T=2.0: _attention(q, K, V, T),
    ),
    Case(
        Formula("layer", tanh(Sum(W[k, f] * h[r, f], f)), wrt=(W, h), over=(r, k), symbol="a"),
        lambda W, h: np.tanh(h @ W.T),
    ),
    Case(
        Formula("gelu_layer", _dot / 2 * (1 + erf(_dot / sqrt(2))), wrt=(W, h), over=(r, k), symbol="a"),
        lambda W, h: (h @ W.T) * np.vectorize(math.erfc)(-(h @ W.T) / math.sqrt(2)) / 2,
    ),
    Case(
        Formula("bilinear", Sum(Sum(q[f] * W[k, f] * w[k], f), k), wrt=(W, q), symbol="B"),
        lambda W, q, w: np.einsum("f,kf,k->", q, W, w),
    ),
)


def inputs(formula: Formula, dice: Any, sizes: dict[str, int] | None = None) -> dict[str, Array]:
    """Random values for the inputs of a formula."""
    lengths = SIZES if sizes is None else sizes
    found = {}
    for one in formula.inputs:
        shape = tuple(lengths[along.size.name] for along in getattr(one, "axes", ()))
        if hasattr(one, "among"):
            found[one.name] = dice.integers(0, lengths[one.among.size.name], shape)
        else:
            drawn = dice.normal(size=shape)
            found[one.name] = np.abs(drawn) + 0.1 if one.domain == "positive" else drawn
    return found
