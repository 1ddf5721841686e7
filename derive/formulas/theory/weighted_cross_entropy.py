"""Weights scale loss and gradient of each sample."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.softmax import softmax, x
from derive.formulas.weighted_cross_entropy import w, weighted_cross_entropy
from derive.language import Claim, KroneckerDelta, Partial, Text, by, indices, sums_to

j = indices("j")

weight_one = Claim(
    "weight_one", weighted_cross_entropy, weighted_cross_entropy.value, "=", cross_entropy_label.value,
    (by("definition"), by("assumption")),
    Text("A weight of 1 changes nothing", zh="权重为 1 时损失不变"),
    Text("It is the cross-entropy itself.", zh="就是交叉熵本身。"),
    assuming=(sums_to(w[t], 1),),
)  # fmt: skip

scaled_gradient = Claim(
    "scaled_gradient", weighted_cross_entropy, Partial(weighted_cross_entropy.value, x[j]), "=",
    w[t] * (softmax[j] - KroneckerDelta(j, t)),
    (by("differentiate"), ),
    Text("The gradient is scaled by the weight of the class", zh="梯度按类别权重缩放"),
    Text("Output minus target, times w_t.", zh="输出减去目标，再乘以 w_t。"),
)  # fmt: skip
