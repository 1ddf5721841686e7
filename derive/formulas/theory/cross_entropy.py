"""The gradient of the cross-entropy sums to 0."""

from derive.formulas.cross_entropy import cross_entropy, y
from derive.formulas.softmax import softmax, x
from derive.language import Claim, Partial, Sum, Text, by, equal, indices

j = indices("j")

output_minus_target = Claim(
    "output_minus_target", cross_entropy, Partial(cross_entropy.value, x[j]), "=", softmax[j] - y[j],
    (by("differentiate"), equal(softmax[j] - y[j], "probabilities sum to 1")),
    Text("Output minus target", zh="输出减去目标"),
    Text(
        "The chain rule gives s_j times the sum of the target, minus y_j. Only where the target sums to 1 is this the "
        "plain difference.",
        zh="链式法则给出的是 s_j 乘以目标各分量之和，再减去 y_j。正因为目标之和为 1，它才成为简单的差。",
    ),
)  # fmt: skip

gradient_sums_to_zero = Claim(
    "gradient_sums_to_zero", cross_entropy, Sum(Partial(cross_entropy.value, x[j]), j), "=", 0,
    (by("differentiate"),),
    Text("The gradient sums to 0", zh="梯度各分量之和为零"),
    Text(
        "A step of gradient descent moves scores against one another; their sum stays.",
        zh="梯度下降只让各得分此消彼长，它们的总和不变。",
    ),
)  # fmt: skip
