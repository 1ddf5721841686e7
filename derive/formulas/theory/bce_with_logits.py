"""Binary cross-entropy through the sigmoid: the form without a logarithm of 0, the gradient, the convexity."""

from derive.formulas.bce_with_logits import bce_with_logits
from derive.formulas.bernoulli_nll import y
from derive.formulas.sigmoid import i, sigmoid, x
from derive.formulas.theory.sigmoid import mirror
from derive.language import Claim, Partial, Sum, Text, by, equal, exp, indices, log, more

j = indices("j")
THROUGH_SIGMOID = -Sum(y[i] * log(sigmoid[i]) + (1 - y[i]) * log(1 - sigmoid[i]), i)

from_probabilities = Claim(
    "from_probabilities", bce_with_logits, THROUGH_SIGMOID, "=", bce_with_logits.value,
    (
        equal(-Sum(y[i] * log(exp(x[i]) / (1 + exp(x[i]))) + (1 - y[i]) * log(1 / (1 + exp(x[i]))), i), "definition"),
        equal(-Sum(y[i] * (x[i] - log(1 + exp(x[i]))) - (1 - y[i]) * log(1 + exp(x[i])), i), "logarithms"),
        equal(Sum(log(1 + exp(x[i])) - y[i] * x[i], i), "algebra"),
        equal(bce_with_logits.value, "by its symbol"),
    ),
    Text("The same loss, without a logarithm of a probability", zh="同一个损失，不再出现概率的对数"),
    Text(
        "Put the sigmoid into the binary cross-entropy: the logarithms cancel the exponentials, and what is left over "
        "both times is the softplus.",
        zh="把 sigmoid 代入二元交叉熵，对数与指数相消，两处剩下的都是 softplus。",
    ),
)  # fmt: skip

chain_rule = Claim(
    "chain_rule", bce_with_logits, Partial(THROUGH_SIGMOID, x[j]), "=", sigmoid[j] - y[j],
    (by("differentiate"),),
    Text("The gradient by the chain rule", zh="用链式法则求梯度"),
    Text(
        "The long way, through the sigmoid: its slope appears above and below, and cancels.",
        zh="不化简，直接经 sigmoid 求导：它的导数在分子和分母中各出现一次，恰好约去。",
    ),
)  # fmt: skip

convex = Claim(
    "convex", bce_with_logits, Partial(Partial(bce_with_logits.value, x[j]), x[j]), ">", 0,
    (
        by("differentiate"),
        equal(sigmoid[j] / (1 + exp(x[j])), mirror),
        more(0, "sign"),
    ),
    Text("Convex in every score", zh="关于每个得分都是凸函数"),
    Text(
        "The second derivative is the product of two probabilities, and all mixed ones are 0: there is no second "
        "valley.",
        zh="二阶导数是两个概率之积，恒为正，而混合偏导数全为 0：整个损失不会有第二个谷底。",
    ),
)  # fmt: skip
