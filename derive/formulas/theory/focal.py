"""Focal loss without focus is the cross-entropy."""

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.focal import focal, gamma
from derive.language import Claim, Text, by, sums_to

without_focus = Claim(
    "without_focus", focal, focal.value, "=", cross_entropy_label.value,
    (by("definition"), by("assumption")),
    Text("With gamma = 0 it is the cross-entropy", zh="γ = 0 时就是交叉熵"),
    Text("A power with exponent 0 is 1.", zh="零次幂等于 1。"),
    assuming=(sums_to(gamma, 0),),
)  # fmt: skip
