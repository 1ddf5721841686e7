"""Bounds of the entropy: between 0 and log n, the latter at the uniform distribution; its slope on the simplex."""

from derive.formulas.entropy import entropy, j, k, p
from derive.language import (
    Claim,
    Partial,
    Sum,
    Text,
    at_least,
    at_most,
    by,
    equal,
    log,
    n,
    scalar,
    sqrt,
    sums_to,
    vector,
)

v = vector("v", doc=Text("a direction on the simplex", zh="单纯形上的方向"))

r = scalar("r", domain="positive")

never_happens = Claim(
    "never_happens", entropy, -r * log(r), "<=", 2 * (sqrt(r) - r),
    (
        equal(2 * r * log(1 / sqrt(r)), "logarithms"),
        at_most(2 * r * (1 / sqrt(r) - 1), "tangent line"),
        equal(2 * (sqrt(r) - r), "algebra"),
    ),
    Text("Why 0 log 0 counts as 0", zh="为什么约定 0 log 0 = 0"),
    Text(
        "A term of the entropy is not negative, and it lies below a bound that goes to 0 with its probability. So 0 is "
        "the only value at 0 that leaves the entropy continuous, and what is proved for positive probabilities holds "
        "at 0 as well.",
        zh="熵的每一项都非负，而它的上界随概率一起趋于零。因此，只有约定在 0 处取 0，熵才是连续的；"
        "对正概率证明的结论，在概率为 0 时也就同样成立。",
    ),
    constants=(r,),
)  # fmt: skip

not_negative = Claim(
    "not_negative", entropy, entropy.value, ">=", 0,
    (
        by("definition"),
        at_least(-Sum(p[k] * (p[k] - 1), k), "tangent line"),
        equal(Sum(p[k] * (1 - p[k]), k), "algebra"),
        at_least(0, "no term is negative"),
    ),
    Text("Entropy is not negative", zh="熵非负"),
    Text("On average an outcome cannot take information away.", zh="平均而言，知道结果不会使信息减少。"),
)  # fmt: skip

maximum = Claim(
    "maximum", entropy, entropy.value, "<=", log(n),
    (
        by("definition"),
        equal(log(n) - Sum(p[k] * log(p[k]), k) - log(n) * Sum(p[k], k), "probabilities sum to 1"),
        equal(log(n) + Sum(p[k] * log(1 / (n * p[k])), k), "logarithms"),
        at_most(log(n) + Sum(p[k] * (1 / (n * p[k]) - 1), k), "tangent line"),
        equal(log(n) + 1 - Sum(p[k], k), "algebra"),
        equal(log(n), "probabilities sum to 1"),
    ),
    Text("Entropy is at most log n", zh="熵不超过 log n"),
    Text(
        "All that the proof needs is that the logarithm lies below its tangent. The difference is minus the KL "
        "divergence of p from the uniform distribution, so this is a case of Gibbs' inequality, the next "
        "topic.",
        zh="证明只用到一点：对数曲线位于它的切线之下。这个差正是 p 相对于均匀分布的 KL 散度的相反数，"
        "所以这是下一个主题中吉布斯不等式的特例。",
    ),
)  # fmt: skip

uniform = Claim(
    "uniform", entropy, entropy.value, "=", log(n),
    (
        by("definition"),
        equal(-Sum(log(1 / n) / n, k), "assumption"),
        by("sum of a constant"),
        equal(log(n), "logarithms"),
    ),
    Text("The uniform distribution attains the maximum", zh="均匀分布取到最大值"),
    Text("Where all outcomes are equally likely, the entropy is log n.", zh="各结果等可能时，熵恰为 log n。"),
    assuming=(sums_to(p[k], 1 / n),),
)  # fmt: skip

along_the_simplex = Claim(
    "along_the_simplex", entropy, Sum(v[j] * Partial(entropy.value, p[j]), j), "=", -Sum(v[j] * log(p[j]), j),
    (
        by("differentiate"),
        equal(-Sum(v[j] * log(p[j]), j) - Sum(v[j], j), "algebra"),
        equal(-Sum(v[j] * log(p[j]), j), "assumption"),
    ),
    Text("The slope on the simplex", zh="熵在单纯形上的方向导数"),
    Text(
        "Probabilities move only in directions whose components sum to 0, for their own sum stays 1. Along such a "
        "direction the constant -1 of the gradient drops out.",
        zh="概率之和恒为 1，所以只能沿分量之和为 0 的方向变动。沿这样的方向，梯度中的常数 -1 不起作用。",
    ),
    assuming=(sums_to(Sum(v[j], j), 0),),
)  # fmt: skip

stationary = Claim(
    "stationary", entropy, -Sum(v[j] * log(1 / n), j), "=", 0,
    (
        by("common factor of a sum"),
        equal(0, "assumption"),
    ),
    Text("At the uniform distribution the slope is 0", zh="在均匀分布处，方向导数为零"),
    Text(
        "With p = 1/n, no direction on the simplex leads upwards.",
        zh="取 p = 1/n 代入上式：沿单纯形上的任何方向，熵都不再上升。",
    ),
    assuming=(sums_to(Sum(v[j], j), 0),),
)  # fmt: skip
