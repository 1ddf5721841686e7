"""Log-softmax by the log-sum-exp, and the latter in the form in which it can be computed."""

from derive.formulas.log_softmax import log_softmax
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import i, x
from derive.language import Claim, Max, Sum, Text, by, equal, exp, indices, log

j, k = indices("j k")
TOP = Max(x[k], k)
LOG_TOTAL = log(Sum(exp(x[j] - TOP), j))

score_minus_logsumexp = Claim(
    "score_minus_logsumexp", log_softmax, log_softmax[i], "=", x[i] - logsumexp.value,
    (
        by("definition"),
        by("definition"),
        equal(x[i] - log(Sum(exp(x[j]), j)), "logarithm of a quotient"),
        equal(x[i] - logsumexp.value, "by its symbol"),
    ),
    Text("A score minus the log-sum-exp", zh="得分减去 log-sum-exp"),
    Text("Logarithm and exponential cancel in the numerator.", zh="分子上的对数与指数相消。"),
)  # fmt: skip

logsumexp_without_overflow = Claim(
    "logsumexp_without_overflow", log_softmax, logsumexp.value, "=", TOP + LOG_TOTAL,
    (by("definition"), equal(TOP + LOG_TOTAL, "choice of the constant")),
    Text("Log-sum-exp without overflow", zh="不会溢出的 log-sum-exp"),
    Text(
        "The constant, taken out of the logarithm, leaves the logarithm of a sum between 1 and n.",
        zh="把常数提到对数之外，剩下的是一个介于 1 与 n 之间的和的对数。",
    ),
)  # fmt: skip
