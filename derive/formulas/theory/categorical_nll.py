"""From the likelihood of classes to the cross-entropy, over classes and over samples."""

from derive.formulas.categorical_nll import categorical_nll, k
from derive.formulas.cross_entropy import y
from derive.formulas.cross_entropy_label import t
from derive.formulas.kl_divergence import q
from derive.language import Claim, KroneckerDelta, Prod, Sum, Text, by, equal, log, n, scalar

r = scalar("r", domain="positive")

cross_entropy = Claim(
    "cross_entropy", categorical_nll, categorical_nll.value, "=", -Sum(y[k] * log(q[k]), k),
    (
        by("definition"),
        equal(-Sum(log(q[k] ** y[k]), k), "logarithm of a product"),
        equal(-Sum(y[k] * log(q[k]), k), "logarithm of a power"),
    ),
    Text("Negative log-likelihood = cross-entropy", zh="负对数似然就是交叉熵"),
    Text(
        "The logarithm turns the product into a sum and brings each target down as a factor.",
        zh="取对数把连乘变成求和，又把作为指数的目标移下来成为系数。",
    ),
)  # fmt: skip

one_hot = Claim(
    "one_hot", categorical_nll, -log(Prod(q[k] ** KroneckerDelta(k, t), k)), "=", -log(q[t]),
    (
        equal(-Sum(KroneckerDelta(k, t) * log(q[k]), k), "logarithms"),
        by("sifting"),
    ),
    Text("With a one-hot target, one term is left", zh="目标为独热向量时只剩一项"),
    Text(
        "Where the target is 1 at the class t and 0 elsewhere, the loss is minus the logarithm of its probability.",
        zh="目标在类别 t 处为 1、其余为 0 时，损失就是该类概率的负对数。",
    ),
)  # fmt: skip

over_samples = Claim(
    "over_samples", categorical_nll, -log(Prod(q[k], k)), "=", -Sum(log(q[k]), k),
    (by("logarithm of a product"),),
    Text("Over many samples: a product becomes a sum", zh="多个样本：连乘变成求和"),
    Text(
        "Here k runs over n independent samples, and q_k is the probability that the model gives to what was seen in "
        "the k-th. Minus the logarithm of the likelihood is the sum of the losses of the samples.",
        zh="这里 k 取遍 n 个独立样本，q_k 是模型对第 k 个样本实际结果给出的概率。似然的负对数，就是各样本损失之和。",
    ),
)  # fmt: skip

underflow = Claim(
    "underflow", categorical_nll, -log(Prod(r, k)), "=", -n * log(r),
    (
        equal(-log(r**n), "product of a constant"),
        by("logarithm of a power"),
    ),
    Text(
        "The likelihood shrinks like r^n, minus its logarithm only grows like n",
        zh="似然按 r^n 缩小，其负对数只按 n 增长",
    ),
    Text(
        "With the probability r < 1 for every sample the product falls exponentially, and soon below every positive "
        "number that a computer has; minus its logarithm grows in proportion to the number of samples.",
        zh="设每个样本的概率都是 r < 1，连乘就按指数规律下降，很快小于计算机所能表示的任何正数；"
        "而它的负对数只与样本数成正比。",
    ),
    constants=(r,),
)  # fmt: skip
