"""Rényi entropy of a softmax: how undecided a model is, with a dial."""

from derive.formulas.softmax import x
from derive.language import Formula, Sum, Text, exp, indices, log, parameter

k, j = indices("k j")
q = parameter("q", default=2.0, domain="positive", doc=Text("order, not 1", zh="阶数，不等于 1"))

renyi_entropy = Formula(
    "renyi_entropy",
    (log(Sum(exp(q * x[k]), k)) - q * log(Sum(exp(x[j]), j))) / (1 - q),
    wrt=x,
    symbol="R",
    title=Text("Rényi entropy of a softmax", zh="softmax 输出的 Rényi 熵"),
    doc=Text(
        "The logarithm of the sum of the powers p^q, divided by 1 - q: a large order looks at the "
        "likeliest classes only, a small one counts all that are possible. Written by the logits it is a "
        "difference of two log-sum-exps, so no power of a small probability is ever formed. At q = 1, "
        "where it stands for 0/0, its limit is the entropy: use that.",
        zh="把概率的 q 次幂求和，取对数，再除以 1 - q：阶数大，只看最可能的几类；阶数小，凡可能的类都算数。"
        "用 logits 来写，它是两个 log-sum-exp 之差，因此不必计算小概率的幂。q = 1 时式子成为 0/0，"
        "极限是香农熵：此时请直接用熵。",
    ),
    source="A. Rényi (1961), On Measures of Entropy and Information, Proceedings of the Fourth Berkeley Symposium "
    "on Mathematical Statistics and Probability 1, 547-561",
)
