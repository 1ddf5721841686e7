"""Distillation is a cross-entropy with the teacher's probabilities, and its gradient a plain difference."""

from derive.formulas.distillation import distillation, y
from derive.formulas.softmax import x
from derive.formulas.tempered_softmax import T, tempered_softmax
from derive.language import Claim, Partial, Sum, Text, by, equal, indices, log

j, k = indices("j k")
SPLIT = T**2 * (-Sum(y[k] * log(tempered_softmax[k]), k) + Sum(y[k] * log(y[k]), k))

split = Claim(
    "split", distillation, distillation.value, "=", SPLIT,
    (
        by("definition"),
        equal(T**2 * Sum(y[k] * (log(y[k]) - log(tempered_softmax[k])), k), "logarithm of a quotient"),
        equal(SPLIT, "algebra"),
    ),
    Text("Cross-entropy minus the entropy of the teacher", zh="交叉熵减去教师的熵"),
    Text("The entropy of the teacher does not depend on the student.", zh="教师的熵与学生无关。"),
)  # fmt: skip

gradient = Claim(
    "gradient", distillation, Partial(distillation.value, x[j]), "=", T * (tempered_softmax[j] - y[j]),
    (
        by("differentiate"),
        by("probabilities sum to 1"),
    ),
    Text("The gradient: T times the difference to the teacher", zh="梯度：与教师之差的 T 倍"),
    Text(
        "One factor 1/T comes from the chain rule; the difference itself shrinks like 1/T at high temperatures. The "
        "factor T^2 keeps the gradient of the same size.",
        zh="链式法则带来一个 1/T；温度高时，差本身也大致按 1/T 缩小。因子 T^2 使梯度保持同样的大小。",
    ),
)  # fmt: skip
