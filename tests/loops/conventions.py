"""Formulas in which a 0 meets an infinity, one of each kind."""

from __future__ import annotations

from derive.language import Formula, Sum, distribution, exp, indices, label, larger, log, n, parameter, sqrt, vector

i, j, k = indices("i j k")
p, q = distribution("p", doc="the truth"), vector("q", domain="positive", doc="the model")
r, y = vector("r", domain="unit", doc="the model"), vector("y", doc="the answers")
x, z, w = vector("x", doc="scores"), vector("z", doc="other scores"), vector("w", doc="a weight of each class")
t = label("t", doc="the right class")
order = parameter("order", default=2.0, domain="positive", doc="an order other than 1")
a, up = (parameter(name, default=0.5, doc=doc) for name, doc in (("a", "a share"), ("up", "a power")))


def loss(index: object) -> object:
    return log(Sum(exp(x[j]), j)) - x[index]


FORMULAS = (
    Formula("tsallis", (1 - Sum(p[i] ** order, i)) / (order - 1), wrt=p),
    Formula("renyi", log(Sum(p[i] ** order * q[i] ** (1 - order), i)) / (order - 1), wrt=q),
    Formula("alpha_divergence", Sum(p[i] ** a * q[i] ** (1 - a), i), wrt=q),
    Formula("chi_square", Sum((p[i] - q[i]) ** 2 / q[i], i), wrt=q),
    Formula("generalised_kl", Sum(p[i] * log(p[i] / q[i]) - p[i] + q[i], i), wrt=q),
    Formula("skew", Sum(p[i] * log(2 * p[i] / (p[i] + q[i])), i), wrt=q),
    Formula("poisson_deviance", 2 * Sum(q[i] * log(q[i] / w[i]) - (q[i] - w[i]), i), wrt=w),
    Formula("poisson_counts", Sum(r[i] - q[i] * log(r[i]), i), wrt=r),
    Formula("soft_labels", -Sum(y[i] * log(r[i]) + (1 - y[i]) * log(1 - r[i]), i), wrt=r),
    Formula("modulated", -Sum(y[i] * (1 - r[i]) ** up * log(r[i]), i), wrt=r),
    Formula("smoothed", (1 - a) * loss(t) + a / n * Sum(loss(i), i), wrt=x),
    Formula("class_weighted", w[t] * loss(t), wrt=x),
    Formula("expected_loss", Sum(w[i] * loss(i), i), wrt=x),
    Formula("expectation", Sum(p[i] * (x[i] - w[i]) ** 2, i), wrt=x),
    Formula("quantile", Sum(larger(a * (w[i] - x[i]), (a - 1) * (w[i] - x[i])), i), wrt=x),
    Formula("hellinger", 1 - Sum(sqrt(p[i] * q[i]), i), wrt=q),
)
