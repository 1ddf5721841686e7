"""Categorical likelihood: the probability that a model gives to what was seen, and minus its logarithm."""

from derive.formulas.cross_entropy import y
from derive.formulas.kl_divergence import q
from derive.language import Formula, Prod, Text, indices, log

i, j, k = indices("i j k")

categorical_nll = Formula(
    "categorical_nll",
    -log(Prod(q[i] ** y[i], i)),
    wrt=q,
    symbol="N",
    title=Text("Negative log-likelihood of a class", zh="多分类的负对数似然"),
    doc=Text(
        "With more than two classes the trick of the coin still works: raise the probability of each class to the "
        "power of its target and multiply. Where the target is 1 at one class and 0 elsewhere, only the probability of "
        "that class survives. Multiplied over many samples, the likelihood soon falls below the smallest number that a "
        "computer knows; minus its logarithm only grows with their number. That is the cross-entropy.",
        zh="类别多于两个时，抛硬币的办法照样管用：每个类别的概率以其目标为指数，再全部相乘。"
        "若目标只在一个类别上为 1、其余为 0，"
        "乘积就只剩下那一类的概率。样本一多，似然的连乘很快就小于计算机所能表示的最小正数而变为 0；取负对数之后，"
        "它只是随样本数增长。得到的正是交叉熵。",
    ),
    source="R. A. Fisher (1922), On the Mathematical Foundations of Theoretical Statistics, Philosophical Transactions "
    "of the Royal Society A 222, 309-368",
)
