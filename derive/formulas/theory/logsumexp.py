"""Log-sum-exp between the maximum and the maximum plus log n, and its gradient."""

from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import j, softmax, x
from derive.language import Claim, Max, Partial, Sum, Text, at_least, at_most, by, equal, exp, indices, log, n

k = indices("k")
TOP = Max(x[k], k)
SHIFTED = TOP + log(Sum(exp(x[j] - TOP), j))

upper_bound = Claim(
    "upper_bound", logsumexp, logsumexp.value, "<=", TOP + log(n),
    (
        by("definition"),
        equal(SHIFTED, "choice of the constant"),
        at_most(TOP + log(Sum(1, j)), "monotone"),
        by("sum of a constant"),
    ),
    Text("At most the maximum plus log n", zh="不超过最大值加 log n"),
    Text("With the maximum taken out, each of the n terms is at most 1.", zh="提出最大值后，n 项中每一项都不超过 1。"),
)  # fmt: skip

lower_bound = Claim(
    "lower_bound", logsumexp, logsumexp.value, ">=", TOP,
    (
        by("definition"),
        equal(SHIFTED, "choice of the constant"),
        at_least(TOP, "attained"),
    ),
    Text("At least the maximum", zh="不小于最大值"),
    Text("The largest class alone contributes a 1.", zh="单是最大的那一类就贡献了 1。"),
)  # fmt: skip

gradient_is_softmax = Claim(
    "gradient_is_softmax", logsumexp, Partial(logsumexp.value, x[j]), "=", softmax[j],
    (by("differentiate"),),
    Text("The gradient of log-sum-exp is the softmax", zh="log-sum-exp 的梯度就是 softmax"),
    Text(
        "The maximum has the gradient 1 at the largest class and 0 elsewhere; the smooth maximum has the softmax.",
        zh="最大值函数的梯度在最大的类别处为 1、其余为 0；光滑的最大值，梯度就是 softmax。",
    ),
)  # fmt: skip
