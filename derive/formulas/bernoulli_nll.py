"""Binary cross-entropy of probabilities: the negative log-likelihood of yes-or-no answers."""

from derive.language import Formula, Sum, Text, indices, log, vector

i, j, k = indices("i j k")
q = vector(
    "q", domain="unit", doc=Text("the model's probability of a yes, one per sample", zh="模型对各样本判“是”的概率")
)
y = vector(
    "y", domain="closed_unit",
    doc=Text("the answers, one per sample: 1 for a yes, 0 for a no", zh="各样本的真实答案：“是”为 1，“否”为 0"),
)  # fmt: skip

bernoulli_nll = Formula(
    "bernoulli_nll",
    -Sum(y[i] * log(q[i]) + (1 - y[i]) * log(1 - q[i]), i),
    wrt=q,
    symbol="B",
    title=Text("Bernoulli likelihood and binary cross-entropy", zh="伯努利似然与二元交叉熵"),
    doc=Text(
        "A coin shows heads with the unknown probability q. We have seen n tosses: which q makes what we saw most "
        "probable? One toss y has the probability q^y (1-q)^(1-y), all of them together have the product. A product "
        "is awkward, so we take minus its logarithm and look for the minimum. Here k runs over the samples, and each "
        "has a probability of its own, because a model looks at each of them anew.",
        zh="一枚硬币正面朝上的概率 q 未知，我们抛了 n 次：q 取多少，才使看到的结果最可能发生？"
        "一次抛掷 y 的概率是 q^y (1-q)^(1-y)，"
        "n 次的概率是它们的乘积，这就是似然。连乘不便处理，于是取负对数，把求最大变成求最小。这里 k 取遍样本；"
        "每个样本各有自己的概率 q_k，因为模型对不同的样本会给出不同的判断。",
    ),
    source="I. J. Good (1952), Rational Decisions, Journal of the Royal Statistical Society B 14(1), 107-114",
)
