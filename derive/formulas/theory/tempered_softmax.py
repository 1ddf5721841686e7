"""Softmax as the temperature falls to 0 and as it grows without bound; what plain normalisation lacks."""

from derive.formulas.softmax import i, j, softmax, x
from derive.formulas.tempered_softmax import T, tempered_softmax
from derive.language import (
    Claim,
    KroneckerDelta,
    Limit,
    Sum,
    Text,
    Witness,
    by,
    distinct,
    equal,
    exp,
    indices,
    largest,
    n,
    oo,
    sums_to,
    vector,
)

a, b = indices("a b")
OTHERS = Sum((1 - KroneckerDelta(j, a)) * exp((x[j] - x[a]) / T), j)
z = vector("z", domain="positive", doc=Text("positive scores", zh="正的得分"))

at_one = Claim(
    "at_one", tempered_softmax, tempered_softmax[i], "=", softmax[i],
    (by("definition"), by("assumption"), equal(softmax[i], "by its symbol")),
    Text("At the temperature 1 it is the softmax", zh="温度为 1 时就是 softmax"),
    Text("The scores stay as they are.", zh="得分保持原样。"),
    assuming=(sums_to(T, 1),),
)  # fmt: skip

cold = Claim(
    "cold", tempered_softmax, Limit(tempered_softmax[a], T, 0), "=", 1,
    (
        by("definition"),
        equal(Limit(1 / Sum(exp((x[j] - x[a]) / T), j), T, 0), "algebra"),
        equal(Limit(1 / (1 + OTHERS), T, 0), "algebra"),
        by("limits"),
    ),
    Text("Cold: the largest class gets everything", zh="温度趋于 0：最大的类别得到全部概率"),
    Text(
        "Divided above and below by the largest exponential, all other terms vanish. It is the hard choice of the "
        "maximum.",
        zh="分子分母同除以最大的指数项，其余各项都趋于零。这就是“取最大”。",
    ),
    assuming=(largest(x[a]),),
)  # fmt: skip

cold_others = Claim(
    "cold_others", tempered_softmax, Limit(tempered_softmax[b], T, 0), "=", 0,
    (
        by("definition"),
        equal(Limit(exp((x[b] - x[a]) / T) / (1 + OTHERS), T, 0), "algebra"),
        equal(Limit((1 - KroneckerDelta(b, a)) * exp((x[b] - x[a]) / T) / (1 + OTHERS), T, 0), "distinct indices"),
        by("limits"),
    ),
    Text("Cold: the other classes get nothing", zh="温度趋于 0：其余类别的概率趋于零"),
    Text("Together: the limit is the one-hot vector of the largest class.", zh="合起来：极限是最大类别的独热向量。"),
    assuming=(largest(x[a]), distinct(b, a)),
)  # fmt: skip

hot = Claim(
    "hot", tempered_softmax, Limit(tempered_softmax[i], T, oo), "=", 1 / n,
    (by("definition"), by("limits")),
    Text("Hot: all classes get the same", zh="温度趋于无穷：各类别概率相等"),
    Text("Every exponent goes to 0, every exponential to 1.", zh="每个指数都趋于 0，每个指数函数值都趋于 1。"),
)  # fmt: skip

plain_normalisation = Witness(
    "plain_normalisation", tempered_softmax, (z[i] + 1) / Sum(z[j] + 1, j), "!=", z[i] / Sum(z[j], j),
    {z: (1, 2, 3), i: 1},
    Text("Without the exponential, an offset changes the result", zh="不用指数而直接归一化，平移会改变结果"),
    Text(
        "Dividing positive scores by their sum is the simplest way to probabilities, but adding 1 to every score moves "
        "them, and a negative score has no meaning. The softmax has neither fault.",
        zh="把正的得分除以总和，是得到概率最简单的办法；但给每个得分加 1，概率就变了，而且负的得分没有意义。"
        "softmax 没有这两个毛病。",
    ),
)  # fmt: skip
