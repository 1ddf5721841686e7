"""Kernels as people write them, right ones and wrong ones; NumPy and SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

# --- right ------------------------------------------------------------------------------------------------------------


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def softmax_scipy(x: Any) -> Any:
    return special.softmax(x, axis=-1)


def softmax_in_place(x: Any) -> Any:
    x -= x.max(-1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(-1, keepdims=True)
    return x


def softmax_through_log(x: Any) -> Any:
    return np.exp(special.log_softmax(x, axis=-1))


def softmax_vjp(x: Any, g: Any) -> Any:
    s = softmax(x)
    return s * (g - (g * s).sum(-1, keepdims=True))


def softmax_vjp_by_matrix(x: Any, g: Any) -> Any:
    s = softmax(x)
    return np.stack([(np.diag(row) - np.outer(row, row)) @ pull for row, pull in zip(s, g, strict=True)])


def softmax_jvp(x: Any, v: Any) -> Any:
    return softmax_vjp(x, v)


def softmax_jacobian(x: Any) -> Any:
    s = softmax(x)
    return np.stack([np.diag(row) - np.outer(row, row) for row in s])


def log_softmax(x: Any) -> Any:
    return special.log_softmax(x, axis=-1)


def log_softmax_by_hand(x: Any) -> Any:
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def log_softmax_vjp(x: Any, g: Any) -> Any:
    return g - softmax(x) * g.sum(-1, keepdims=True)


def logsumexp(x: Any) -> Any:
    return special.logsumexp(x, axis=-1)


def logsumexp_by_hand(x: Any) -> Any:
    m = x.max(-1)
    return m + np.log(np.exp(x - m[..., None]).sum(-1))


def logsumexp_grad(x: Any) -> Any:
    return softmax(x)


def logsumexp_online(x: Any) -> Any:
    found = []
    for row in x:
        m, total = -np.inf, 0.0
        for value in row:
            new = max(m, value)
            total = total * np.exp(m - new) + np.exp(value - new) if new > -np.inf else 0.0
            m = new
        found.append(m + np.log(total))
    return np.array(found)


def cross_entropy(x: Any, y: Any) -> Any:
    return -np.where(y > 0, y * log_softmax(x), 0).sum(-1)


def cross_entropy_grad(x: Any, y: Any) -> Any:
    return softmax(x) * y.sum(-1, keepdims=True) - y


def cross_entropy_label(x: Any, t: Any) -> Any:
    return -np.take_along_axis(log_softmax(x), t[:, None], -1)[:, 0]


def cross_entropy_label_mean(x: Any, t: Any) -> Any:
    return cross_entropy_label(x, t).mean()


def cross_entropy_label_sum(logits: Any, target: Any) -> Any:
    return cross_entropy_label(logits, target).sum()


def cross_entropy_label_grad(x: Any, t: Any) -> Any:
    return softmax(x) - np.eye(x.shape[-1])[t]


def cross_entropy_label_value_and_grad(x: Any, t: Any) -> Any:
    return cross_entropy_label(x, t).mean(), cross_entropy_label_grad(x, t) / len(x)


def cross_entropy_label_hvp(x: Any, t: Any, v: Any) -> Any:
    return softmax_vjp(x, v)


def label_smoothing(x: Any, t: Any, alpha: Any) -> Any:
    every = log_softmax(x)
    return (1 - alpha) * cross_entropy_label(x, t) - alpha * every.mean(-1)


def tempered_softmax(x: Any, T: Any) -> Any:
    return softmax(x / T)


def sigmoid(x: Any) -> Any:
    return special.expit(x)


def softplus(x: Any) -> Any:
    return np.logaddexp(0, x)


def softplus_vjp(x: Any, g: Any) -> Any:
    return g * special.expit(x)


def bce_with_logits(x: Any, y: Any) -> Any:
    return (np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))).sum(-1)


def mse(x: Any, y: Any) -> Any:
    return ((x - y) ** 2).mean(-1)


def entropy(p: Any) -> Any:
    return special.entr(p).sum(-1)


def kl_divergence(q: Any, p: Any) -> Any:
    return special.rel_entr(p, q).sum(-1)


def gaussian_nll(mu: Any, y: Any, sigma: Any) -> Any:
    return -stats.norm.logpdf(y, mu, sigma).sum(-1)


# --- wrong ------------------------------------------------------------------------------------------------------------


def focal_without_the_factor(x: Any, t: Any, gamma: Any) -> Any:
    share = np.take_along_axis(softmax(x), t[:, None], -1)
    return (1 - share) ** gamma * cross_entropy_label_grad(x, t)


def without_the_total(x: Any, y: Any) -> Any:
    return softmax(x) - y


def one_maximum_for_all(x: Any) -> Any:
    m = x.max()
    return m + np.log(np.exp(x - m).sum(-1))


def the_first_as_maximum(x: Any) -> Any:
    m = x[:, :1]
    return m[:, 0] + np.log(np.exp(x - m).sum(-1))


def no_maximum(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def wrong_sign(x: Any, g: Any) -> Any:
    s = softmax(x)
    return s * (g + (g * s).sum(-1, keepdims=True))


def elementwise_backward(x: Any, g: Any) -> Any:
    s = softmax(x)
    return s * g


def not_over_n(x: Any, y: Any) -> Any:
    return ((x - y) ** 2).sum(-1)


def mean_over_all(x: Any, t: Any) -> Any:
    return cross_entropy_label(x, t).sum() / x.size


# --- over a batch, with options ---------------------------------------------------------------------------------------


def _weighted(x: Any, t: Any, weight: Any) -> tuple[Any, Any]:
    counts = t != -100
    labels = np.where(counts, t, 0)
    return weight[labels] * counts, cross_entropy_label(x, labels)


def weighted_mean(x: Any, t: Any, weight: Any) -> Any:
    weights, losses = _weighted(x, t, weight)
    return (weights * losses).sum() / weights.sum()


def over_all_rows(x: Any, t: Any, weight: Any) -> Any:
    weights, losses = _weighted(x, t, weight)
    return (weights * losses).mean()


def over_the_rows_that_count(x: Any, t: Any, weight: Any) -> Any:
    weights, losses = _weighted(x, t, weight)
    return (weights * losses).sum() / (t != -100).sum()


def without_weights(x: Any, t: Any, weight: Any) -> Any:
    return weighted_mean(x, t, np.ones_like(weight))
