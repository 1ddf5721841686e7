"""The loss at a label as one case of the loss at a distribution, and as a difference of scores."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax, x
from derive.language import Claim, KroneckerDelta, Sum, Text, by, equal, exp, indices, log

j, k = indices("j k")

one_hot = Claim(
    "one_hot", cross_entropy_label, -Sum(KroneckerDelta(k, t) * log(softmax[k]), k), "=", cross_entropy_label.value,
    (by("sifting"), equal(cross_entropy_label.value, "by its symbol")),
    Text("A label is a one-hot distribution", zh="类别标签就是独热分布"),
    Text(
        "The cross-entropy with the target that is 1 at the class t and 0 elsewhere.",
        zh="它就是目标在类别 t 处为 1、其余为 0 的交叉熵。",
    ),
)  # fmt: skip

difference = Claim(
    "difference", cross_entropy_label, cross_entropy_label.value, "=", logsumexp.value - x[t],
    (
        by("definition"),
        by("definition"),
        equal(log(Sum(exp(x[j]), j)) - x[t], "logarithm of a quotient"),
        equal(logsumexp.value - x[t], "by its symbol"),
    ),
    Text("Log-sum-exp minus the right score", zh="log-sum-exp 减去正确类别的得分"),
    Text(
        "The smooth maximum of all scores minus the right one: the loss is small only where the right score is about "
        "the maximum itself.",
        zh="所有得分的光滑最大值减去正确类别的得分：只有正确的得分差不多就是最大值时，损失才小。",
    ),
)  # fmt: skip
