"""From the likelihood of yes-or-no answers to the sum of binary cross-entropies."""

from derive.formulas.bernoulli_nll import bernoulli_nll, k, q, y
from derive.language import (
    Claim,
    Partial,
    Prod,
    Sum,
    Text,
    at_least,
    by,
    equal,
    log,
    more,
    n,
    positive,
    scalar,
    sums_to,
)

ONE = q[k] ** y[k] * (1 - q[k]) ** (1 - y[k])
"""The probability of the answer of one sample."""
L, M = scalar("L", domain="positive"), scalar("M", domain="positive")
theta = scalar("theta", domain="unit")
COIN = Sum(y[k] * log(theta) + (1 - y[k]) * log(1 - theta), k)
"""The log-likelihood with one probability for all samples."""
BELOW = Sum(y[k], k) - n * theta
ABOVE = n * theta - Sum(y[k], k)
"""How far the probability lies from the share of yeses, times the number of samples."""


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

more_likely = Claim(
    "more_likely", bernoulli_nll, -log(L), ">", -log(M),
    (
        equal(-log(M) - log(L / M), "logarithm of a quotient"),
        at_least(-log(M) + 1 - L / M, "tangent line"),
        equal(-log(M) + (M - L) / M, "algebra"),
        more(-log(M), "sign"),
    ),
    Text("The larger likelihood has the smaller negative logarithm", zh="似然越大，负对数似然越小"),
    Text(
        "Let L and M be the likelihoods under two parameters, and M the larger one. Then minus log M is the smaller "
        "number: the parameter with the largest likelihood is the one with the smallest negative log-likelihood.",
        zh="设 L 与 M 是两个参数下的似然，M 较大，则 M 的负对数较小：似然最大的参数，就是负对数似然最小的参数。",
    ),
    constants=(L, M),
    assuming=(positive(M - L),),
)  # fmt: skip

coin_slope = Claim(
    "coin_slope", bernoulli_nll, Partial(COIN, theta), "=", BELOW / (theta * (1 - theta)),
    (by("differentiate"), equal(BELOW / (theta * (1 - theta)), "algebra")),
    Text("One coin for all tosses: the slope of the log-likelihood", zh="所有抛掷用同一枚硬币：对数似然的导数"),
    Text(
        "It has the sign of the number of yeses minus n * theta.",
        zh="它的符号与“是”的个数减去 n * θ 相同。",
    ),
    constants=(theta,),
)  # fmt: skip

rises = Claim(
    "rises", bernoulli_nll, Partial(COIN, theta), ">", 0,
    (by(coin_slope), more(0, "sign")),
    Text("Below the share of yeses the log-likelihood rises", zh="θ 小于“是”的比例时，对数似然上升"),
    Text("A larger theta makes the data more probable.", zh="θ 再大一些，数据就更可能出现。"),
    constants=(theta,),
    assuming=(positive(BELOW),),
)  # fmt: skip

falls = Claim(
    "falls", bernoulli_nll, Partial(-COIN, theta), ">", 0,
    (by("differentiate"), equal(ABOVE / (theta * (1 - theta)), "algebra"), more(0, "sign")),
    Text("Above the share of yeses its negative rises", zh="θ 大于“是”的比例时，负对数似然上升"),
    Text(
        "So the likelihood is largest where theta is the share of yeses among the samples.",
        zh="所以 θ 等于样本中“是”的比例时，似然最大。",
    ),
    constants=(theta,),
    assuming=(positive(ABOVE),),
)  # fmt: skip
