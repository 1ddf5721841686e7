"""Twelve losses as somebody with nothing but derive would write them."""

from derive.language import Formula, Rational, Sum, exp, indices, label, log, n, parameter, sqrt, tanh, vector, where

i, j, k = indices("i j k")
x, b = vector("x", doc="scores"), vector("b", doc="targets")
q = vector("q", domain="positive", doc="how frequent each class is")
t = label("t", doc="the right class")
T = parameter("T", default=0.5, domain="positive", doc="temperature")
c = parameter("c", default=2.0, domain="positive", doc="cap")
eps, tau = parameter("eps", default=0.5), parameter("tau", default=1.0)
small, nu = parameter("small", default=1e-5, domain="positive"), parameter("nu", default=3.0, domain="positive")


def share(z):
    return exp(z(t)) / Sum(exp(z(k)), k)


plain = share(lambda k: x[k])

poly = Formula("poly", -log(plain) + eps * (1 - plain), wrt=x)
adjusted = Formula("adjusted", -log(share(lambda k: x[k] + tau * log(q[k]))), wrt=x)
generalised = Formula("generalised", (1 - plain**T) / T, wrt=x)
symmetric = Formula("symmetric", -log(plain) / 10 + 4 * (1 - plain), wrt=x)
order_two = Formula("order_two", 2 * log(Sum(exp(x[j]), j)) - log(Sum(exp(2 * x[k]), k)), wrt=x)
capped = Formula("capped", -log(share(lambda k: c * tanh(x[k] / c))), wrt=x)
candidate = Formula("candidate", -log(share(lambda k: x[k] / T)), wrt=x)
cosh_error = Formula("cosh_error", Sum(log((exp(x[i] - b[i]) + exp(b[i] - x[i])) / 2), i) / n, wrt=x)
error = x[i] - b[i]
bent = Formula(
    "bent", Sum(where(error**2 <= 1, error**2 / 2, where(error > 0, error, -error) - Rational(1, 2)), i) / n, wrt=x
)
counts = Formula("counts", Sum(exp(x[i]) - b[i] * x[i], i) / n, wrt=x)
wild = Formula("wild", (nu + 1) / 2 * Sum(log(1 + error**2 / nu), i), wrt=x)
root_mean = Formula("root_mean", x[i] / sqrt(Sum(x[k] ** 2, k) / n + small), over=i, wrt=x)
