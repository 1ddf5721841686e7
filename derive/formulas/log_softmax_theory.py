"""Log-softmax and log-sum-exp in the form in which they can be computed."""

from derive.formulas.log_softmax import i, log_softmax, x
from derive.formulas.logsumexp import logsumexp
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

without_overflow = Claim(
    "without_overflow", log_softmax, log_softmax[i], "=", (x[i] - TOP) - LOG_TOTAL,
    (
        by("definition"),
        by("definition"),
        equal(x[i] - log(Sum(exp(x[j]), j)), "logarithm of a quotient"),
        equal((x[i] - TOP) - LOG_TOTAL, "choice of the constant"),
    ),
    Text("Log-softmax without overflow", zh="不会溢出的 log-softmax"),
    Text(
        "First the difference of the score to the largest one, then the logarithm of a sum between 1 and n: both are "
        "of ordinary size, and a large common offset is gone before anything is added.",
        zh="先求得分与最大值之差，再减去一个介于 1 与 n 之间的和的对数：两者大小都很平常，"
        "而且公共的大偏移在相加之前就已消去。",
    ),
)  # fmt: skip

logsumexp_without_overflow = Claim(
    "logsumexp_without_overflow", log_softmax, logsumexp.value, "=", TOP + LOG_TOTAL,
    (by("definition"), equal(TOP + LOG_TOTAL, "choice of the constant")),
    Text("Log-sum-exp without overflow", zh="不会溢出的 log-sum-exp"),
    Text("The same constant, taken out of the logarithm.", zh="把同一个常数提到对数之外。"),
)  # fmt: skip
