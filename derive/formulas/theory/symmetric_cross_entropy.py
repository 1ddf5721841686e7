"""Without the reverse term the symmetric cross-entropy is the cross-entropy."""

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.symmetric_cross_entropy import alpha, beta, symmetric_cross_entropy
from derive.language import Claim, Text, by, sums_to

one_way = Claim(
    "one_way", symmetric_cross_entropy, symmetric_cross_entropy.value, "=", alpha * cross_entropy_label.value,
    (by("definition"), by("assumption")),
    Text("With beta = 0 it is the cross-entropy, times its weight", zh="β = 0 时就是交叉熵乘以权重"),
    Text("The reverse term is left out.", zh="反向的一项不再起作用。"),
    assuming=(sums_to(beta, 0),),
)  # fmt: skip
