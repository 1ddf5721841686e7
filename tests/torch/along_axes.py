"""Formulas of a user that name their axes, for the tests, and each in PyTorch's own words."""

from __future__ import annotations

from typing import Any

from derive.language import Formula, Sum, array, axis, classes, exp, indices, label, log, parameter, vector

rows, features, values = axis("rows", size="m"), axis("features", size="d"), axis("values", size="p")
r, f, v = indices("r", rows), indices("f", features), indices("v", values)
k = indices("k")

x = array("x", rows, classes, doc="scores, a row for each example")
t = label("t", over=rows, doc="the right class of each row")
w = vector("w", domain="positive", doc="what an error in each class costs")

loss = log(Sum(exp(x[r, k]), k)) - x[r, t[r]]
weighted = Formula("weighted", Sum(w[t[r]] * loss, r) / Sum(w[t[r]], r), wrt=(x, w), symbol="L")

q = array("q", features, doc="a query")
K = array("K", classes, features, doc="a key for each place")
V = array("V", classes, values, doc="what each place holds")
T = parameter("T", default=1.0, domain="positive", doc="temperature")

fit = Sum(q[f] * K[k, f], f) / T
looked_up = Formula("looked_up", Sum(exp(fit) * V[k, v], k) / Sum(exp(fit), k), wrt=(q, K, V), over=v, symbol="o")

h = array("h", rows, features, doc="features, a row for each example")
W = array("W", classes, features, doc="a weight for each class and feature")


def score(row: Any, place: Any) -> Any:
    return Sum(W[place, f] * h[row, f], f)


linear = Formula("linear", Sum(log(Sum(exp(score(r, k)), k)) - score(r, t[r]), r) / rows.size, wrt=(h, W), symbol="L")

c = array("c", rows, classes, doc="what each place weighs; by it nothing is derived")
s = parameter("s", default=0.5, doc="where the squares are taken from")
spread = Formula("spread", Sum(Sum(c[r, k] * (x[r, k] - s) ** 2, k), r), wrt=(x, s), symbol="S")
shifted = Formula("shifted", c[r, k] * (x[r, k] - s) ** 2, wrt=(s, x), over=(r, k), symbol="S")
