"""From the likelihood of yes-or-no answers to the sum of binary cross-entropies."""

from derive.formulas.bernoulli_nll import bernoulli_nll, k, q, y
from derive.language import Claim, Prod, Sum, Text, by, equal, log, sums_to

ONE = q[k] ** y[k] * (1 - q[k]) ** (1 - y[k])
"""The probability of the answer of one sample."""

yes = Claim(
    "yes", bernoulli_nll, ONE, "=", q[k],
    (equal(q[k], "assumption"),),
    Text("One formula for both answers: a yes", zh="一个式子表示两种答案：答案为“是”"),
    Text("With y = 1 the second factor is 1 and q is left.", zh="y = 1 时第二个因子为 1，只剩 q。"),
    assuming=(sums_to(y[k], 1),),
)  # fmt: skip

no = Claim(
    "no", bernoulli_nll, ONE, "=", 1 - q[k],
    (equal(1 - q[k], "assumption"),),
    Text("One formula for both answers: a no", zh="一个式子表示两种答案：答案为“否”"),
    Text("With y = 0 the first factor is 1 and 1 - q is left.", zh="y = 0 时第一个因子为 1，只剩 1 - q。"),
    assuming=(sums_to(y[k], 0),),
)  # fmt: skip

likelihood = Claim(
    "likelihood", bernoulli_nll, -log(Prod(ONE, k)), "=", bernoulli_nll.value,
    (
        equal(-Sum(log(ONE), k), "logarithm of a product"),
        equal(-Sum(log(q[k] ** y[k]) + log((1 - q[k]) ** (1 - y[k])), k), "logarithm of a product"),
        equal(-Sum(y[k] * log(q[k]) + (1 - y[k]) * log(1 - q[k]), k), "logarithm of a power"),
        by("by its symbol"),
    ),
    Text("Negative log-likelihood = sum of binary cross-entropies", zh="负对数似然就是二元交叉熵之和"),
    Text(
        "The samples are independent, so the likelihood is a product over them. Its largest value and the smallest "
        "value of this sum belong to the same parameters.",
        zh="各样本相互独立，似然就是对样本的连乘。使似然最大的参数，也正是使这个和最小的参数。",
    ),
)  # fmt: skip
