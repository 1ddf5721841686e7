"""Label smoothing is the cross-entropy with a smoothed target."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.label_smoothing import alpha, label_smoothing
from derive.formulas.log_softmax import log_softmax
from derive.formulas.softmax import softmax, x
from derive.language import Claim, KroneckerDelta, Partial, Sum, Text, by, equal, indices, n

j, k = indices("j k")
TARGET = (1 - alpha) * KroneckerDelta(k, t) + alpha / n

smoothed_target = Claim(
    "smoothed_target", label_smoothing, -Sum(TARGET * log_softmax[k], k), "=", label_smoothing.value,
    (
        equal(-(1 - alpha) * log_softmax[t] - alpha / n * Sum(log_softmax[k], k), "algebra"),
        equal(label_smoothing.value, "by its symbol"),
    ),
    Text("The cross-entropy with a smoothed target", zh="标签平滑就是目标平滑后的交叉熵"),
    Text(
        "The target gives alpha/n to every class and what is left, 1 - alpha, to the right one besides.",
        zh="平滑后的目标给每个类别 α/n，余下的 1 - α 再给正确的类别。",
    ),
)  # fmt: skip

target_sums_to_one = Claim(
    "target_sums_to_one", label_smoothing, Sum(TARGET, k), "=", 1,
    (by("linearity"), by("common factor of a sum"), by("sifting"), equal(1, "sum of a constant")),
    Text("The smoothed target is a distribution", zh="平滑后的目标仍是概率分布"),
    Text("Its components sum to 1.", zh="各分量之和为 1。"),
)  # fmt: skip

output_minus_target = Claim(
    "output_minus_target", label_smoothing, Partial(label_smoothing.value, x[j]), "=",
    softmax[j] - ((1 - alpha) * KroneckerDelta(j, t) + alpha / n),
    (by("differentiate"),),
    Text("The gradient is output minus smoothed target", zh="梯度仍是输出减去（平滑后的）目标"),
    Text(
        "For alpha between 0 and 1 it vanishes at finite scores: no score is pushed away from the others for ever.",
        zh="α 介于 0 与 1 之间时，它在有限的得分处就为零：得分之间的差距不会无限拉大。",
    ),
)  # fmt: skip
