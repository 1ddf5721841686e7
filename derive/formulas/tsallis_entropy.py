"""Tsallis entropy of a softmax: how undecided a model is, by powers in place of a logarithm."""

from derive.formulas.softmax import softmax, x
from derive.language import Formula, Sum, Text, indices, parameter

k = indices("k")
q = parameter("q", default=2.0, domain="positive", doc=Text("order, not 1", zh="阶数，不等于 1"))

tsallis_entropy = Formula(
    "tsallis_entropy",
    Sum(softmax[k] * (1 - softmax[k] ** (q - 1)), k) / (q - 1),
    wrt=x,
    symbol="T",
    title=Text("Tsallis entropy of a softmax", zh="softmax 输出的 Tsallis 熵"),
    doc=Text(
        "What the powers p^q miss to 1, summed over the classes and divided by q - 1. At the order 2 it is the Gini "
        "impurity of decision trees: how often two draws from p differ. At q = 1, where it stands for 0/0, its limit "
        "is the entropy: use that. Of two independent draws it is not the sum, unlike the entropies of Shannon and "
        "Rényi.",
        zh="把各概率的 q 次幂之和与 1 的差，除以 q - 1。阶数为 2 时，它就是决策树所用的基尼不纯度："
        "从 p 中抽取两次，结果不同的概率。q = 1 时式子成为 0/0，极限是香农熵：此时请直接用熵。"
        "与香农熵和 Rényi 熵不同，两个独立变量的 Tsallis 熵不等于各自之和。",
    ),
    source="C. Tsallis (1988), Possible Generalization of Boltzmann-Gibbs Statistics, Journal of Statistical Physics "
    "52, 479-487",
    known=(softmax,),
)
