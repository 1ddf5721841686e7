"""What the z-loss adds to the gradient."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax, x
from derive.formulas.z_loss import a, z_loss
from derive.language import Claim, KroneckerDelta, Partial, Text, by, indices

j = indices("j")

gradient = Claim(
    "gradient", z_loss, Partial(z_loss.value, x[j]), "=",
    (1 + 2 * a * logsumexp.value) * softmax[j] - KroneckerDelta(j, t),
    (by("differentiate"),),
    Text("The gradient of the z-loss", zh="z-loss 的梯度"),
    Text(
        "With a > 0 the output is multiplied by a factor that is above 1 where the log-sum-exp is positive and below 1 "
        "where it is negative: it drives the log-sum-exp towards 0.",
        zh="设 a > 0，输出前多了一个因子：log-sum-exp 为正时大于 1，为负时小于 1，从而把 log-sum-exp 推向 0。",
    ),
)  # fmt: skip
