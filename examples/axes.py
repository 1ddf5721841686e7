"""Formulas along more axes than the classes: rows of a batch, features, keys.

derive build --formulas examples/axes.py --out build
"""

from typing import Any

from derive.language import Formula, Sum, array, axis, classes, exp, indices, label, log, parameter, sqrt, vector

rows = axis("rows", size="m")
features = axis("features", size="d")
values = axis("values", size="p")

r = indices("r", rows)
f = indices("f", features)
v = indices("v", values)
k = indices("k")

x = array("x", rows, classes, doc="scores, a row for each example")
t = label("t", over=rows, doc="the right class of each row")
w = vector("w", domain="positive", doc="what an error in each class costs")

row_loss = log(Sum(exp(x[r, k]), k)) - x[r, t[r]]

mean_cross_entropy = Formula(
    name="mean_cross_entropy",
    title="Cross-entropy, its mean over the rows",
    expression=Sum(row_loss, r) / rows.size,
    wrt=x,
    symbol="L",
)

weighted_mean_cross_entropy = Formula(
    name="weighted_mean_cross_entropy",
    title="Cross-entropy, its weighted mean over the rows",
    expression=Sum(w[t[r]] * row_loss, r) / Sum(w[t[r]], r),
    wrt=x,
    symbol="L",
)

eps = parameter("eps", default=1e-5, domain="positive", doc="keeps the root away from 0")
mean = Sum(x[r, k], r) / rows.size
variance = Sum((x[r, k] - mean) ** 2, r) / rows.size

batch_norm = Formula(
    name="batch_norm",
    title="Batch normalisation",
    expression=(x[r, k] - mean) / sqrt(variance + eps),
    wrt=x,
    over=(r, k),
    symbol="y",
)

h = array("h", rows, features, doc="features, a row for each example")
W = array("W", classes, features, doc="a weight for each class and feature")


def score(row: Any, place: Any) -> Any:
    """Of a class in a row."""
    return Sum(W[place, f] * h[row, f], f)


linear_cross_entropy = Formula(
    name="linear_cross_entropy",
    title="Cross-entropy of a linear layer, its mean over the rows; the scores are never stored",
    expression=Sum(log(Sum(exp(score(r, k)), k)) - score(r, t[r]), r) / rows.size,
    wrt=(h, W),
    symbol="L",
)

q = array("q", features, doc="one query")
K = array("K", classes, features, doc="a key for each place")
V = array("V", classes, values, doc="what each place holds")

scaled = Sum(q[f] * K[k, f], f) / sqrt(features.size)

attention = Formula(
    name="attention",
    title="Attention of one query over all keys",
    expression=Sum(exp(scaled) * V[k, v], k) / Sum(exp(scaled), k),
    wrt=(q, K, V),
    over=v,
    symbol="o",
    source="Vaswani et al. 2017, Attention is all you need, section 3.2.1",
)

u = label("u", over=classes, among=rows, doc="the right row for each class")

contrastive = Formula(
    name="contrastive",
    title="Contrastive loss, rows against classes and classes against rows",
    expression=Sum(row_loss, r) / rows.size + Sum(log(Sum(exp(x[r, k]), r)) - x[u[k], k], k) / classes.size,
    wrt=x,
    symbol="L",
    source="Radford et al. 2021, Learning transferable visual models from natural language supervision, figure 3",
)
