"""Gibbs' inequality: the KL divergence is not negative, and 0 for equal distributions only.  It is not symmetric."""

from derive.formulas.entropy import p
from derive.formulas.kl_divergence import k, kl_divergence, q
from derive.language import (
    Claim,
    KroneckerDelta,
    Rational,
    Sum,
    Text,
    Witness,
    at_least,
    by,
    equal,
    indices,
    log,
    more,
    positive,
    sqrt,
    sums_to,
)

a = indices("a")
Q_SUMS_TO_1 = sums_to(Sum(q[k], k), 1)
APART = (1 - KroneckerDelta(k, a)) * p[k]
"""What the classes other than ``a`` contribute."""

gibbs = Claim(
    "gibbs", kl_divergence, kl_divergence.value, ">=", 0,
    (
        by("definition"),
        equal(-Sum(p[k] * log(q[k] / p[k]), k), "logarithms"),
        at_least(-Sum(p[k] * (q[k] / p[k] - 1), k), "tangent line"),
        equal(Sum(p[k], k) - Sum(q[k], k), "algebra"),
        equal(1 - Sum(q[k], k), "probabilities sum to 1"),
        equal(0, "assumption"),
    ),
    Text("Gibbs' inequality", zh="吉布斯不等式"),
    Text(
        "No model describes the outcomes with less information than the true distribution does. All that the proof "
        "needs is that the logarithm lies below its tangent. It is written for p_k > 0; a class with p_k = 0 adds 0 to "
        "the divergence, and the inequality stays true.",
        zh="无论用哪个模型描述结果，所需的信息平均都不会比用真实分布更少。证明只用到一点：对数曲线位于它的切线之下。"
        "这里按 p_k > 0 书写；若某类 p_k = 0，它对 KL 散度的贡献为 0，不等式仍然成立。",
    ),
    assuming=(Q_SUMS_TO_1,),
)  # fmt: skip

equal_distributions = Claim(
    "equal_distributions", kl_divergence, kl_divergence.value, "=", 0,
    (by("definition"), equal(0, "assumption")),
    Text("Equal distributions have divergence 0", zh="两分布相同，KL 散度为零"),
    Text("Where the model is the truth, every logarithm is log 1.", zh="模型与真实分布相同时，每个对数都是 log 1。"),
    assuming=(sums_to(q[k], p[k]),),
)  # fmt: skip

strict = Claim(
    "strict", kl_divergence, kl_divergence.value, ">", 0,
    (
        by("definition"),
        equal(-Sum(p[k] * log(q[k] / p[k]), k), "logarithms"),
        equal(-p[a] * log(q[a] / p[a]) - Sum(APART * log(q[k] / p[k]), k), "algebra"),
        more(-p[a] * (q[a] / p[a] - 1) - Sum(APART * log(q[k] / p[k]), k), "strict tangent line"),
        at_least(-p[a] * (q[a] / p[a] - 1) - Sum(APART * (q[k] / p[k] - 1), k), "tangent line"),
        equal(Sum(p[k], k) - Sum(q[k], k), "algebra"),
        equal(1 - Sum(q[k], k), "probabilities sum to 1"),
        equal(0, "assumption"),
    ),
    Text("Only equal distributions have divergence 0", zh="只有两分布相同，KL 散度才为零"),
    Text(
        "Where two distributions differ, p is the larger one at some class a, for their sums are equal. There the "
        "logarithm lies strictly below its tangent.",
        zh="两个分布若不相同，由于总和都是 1，必有某个类别 a，p 在该处大于 q。在这个类别上，对数曲线严格位于切线之下。",
    ),
    assuming=(Q_SUMS_TO_1, positive(p[a] - q[a])),
)  # fmt: skip

square_roots = Claim(
    "square_roots", kl_divergence, kl_divergence.value, ">=", Sum((sqrt(p[k]) - sqrt(q[k])) ** 2, k),
    (
        by("definition"),
        equal(-2 * Sum(p[k] * log(sqrt(q[k]) / sqrt(p[k])), k), "logarithms"),
        at_least(-2 * Sum(p[k] * (sqrt(q[k]) / sqrt(p[k]) - 1), k), "tangent line"),
        equal(2 * Sum(p[k], k) - 2 * Sum(sqrt(p[k]) * sqrt(q[k]), k), "algebra"),
        equal(1 + Sum(p[k], k) - 2 * Sum(sqrt(p[k]) * sqrt(q[k]), k), "probabilities sum to 1"),
        equal(Sum(q[k], k) + Sum(p[k], k) - 2 * Sum(sqrt(p[k]) * sqrt(q[k]), k), "assumption"),
        equal(Sum((sqrt(p[k]) - sqrt(q[k])) ** 2, k), "algebra"),
    ),
    Text("The divergence bounds a distance", zh="KL 散度控制着一个距离"),
    Text(
        "The same tangent, taken at the square root of the ratio, gives more: the divergence is at least the squared "
        "distance of the square roots. So a small divergence does mean that the distributions are close.",
        zh="把同一条切线用在比值的平方根上，可以得到更强的结论：KL 散度不小于两分布平方根之差的平方和。"
        "所以 KL 散度小，确实意味着两个分布接近。",
    ),
    assuming=(Q_SUMS_TO_1,),
)  # fmt: skip

not_symmetric = Witness(
    "not_symmetric", kl_divergence, kl_divergence.value, "!=", Sum(q[k] * log(q[k] / p[k]), k),
    {p: (Rational(1, 2), Rational(1, 2)), q: (Rational(1, 4), Rational(3, 4))},
    Text("The divergence is not symmetric", zh="KL 散度不对称"),
    Text(
        "Exchange the two distributions and another number comes out: it is no distance.",
        zh="交换两个分布，得到另一个数：KL 散度不是距离。",
    ),
)  # fmt: skip
