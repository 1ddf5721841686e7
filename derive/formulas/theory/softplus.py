"""Softplus as minus the logarithm of a probability."""

from derive.formulas.sigmoid import i, sigmoid, x
from derive.formulas.softplus import softplus
from derive.formulas.theory.sigmoid import mirror, two_classes
from derive.language import Claim, Text, by, equal, exp, log, more

log_yes = Claim(
    "log_yes", softplus, log(sigmoid[i]), "=", x[i] - softplus[i],
    (
        equal(log(exp(x[i]) / (exp(x[i]) + 1)), two_classes),
        equal(x[i] - log(1 + exp(x[i])), "logarithm of a quotient"),
        by("by its symbol"),
    ),
    Text("The logarithm of the probability of a yes", zh="“是”的概率的对数"),
    Text("The exponential cancels against the logarithm.", zh="对数与指数相消。"),
)  # fmt: skip

log_no = Claim(
    "log_no", softplus, log(1 - sigmoid[i]), "=", -softplus[i],
    (
        equal(log(1 / (1 + exp(x[i]))), mirror),
        equal(-log(1 + exp(x[i])), "logarithms"),
        by("by its symbol"),
    ),
    Text("The logarithm of the probability of a no", zh="“否”的概率的对数"),
    Text("Softplus is minus the logarithm of the probability of a no.", zh="softplus 正是“否”的概率的负对数。"),
)  # fmt: skip

positive = Claim(
    "positive", softplus, softplus[i], ">", 0,
    (by("definition"), more(0, "sign")),
    Text("Softplus is positive", zh="softplus 恒为正"),
    Text("It is the logarithm of a number above 1.", zh="它是大于 1 的数的对数。"),
)  # fmt: skip
