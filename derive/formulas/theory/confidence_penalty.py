"""The confidence penalty as a KL divergence from the uniform distribution."""

from derive.formulas.confidence_penalty import beta, confidence_penalty
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.softmax import softmax
from derive.formulas.softmax_entropy import softmax_entropy
from derive.formulas.theory.softmax import sums_to_one
from derive.language import Claim, Sum, Text, equal, indices, log, n

k = indices("k")
FROM_UNIFORM = Sum(softmax[k] * log(n * softmax[k]), k)
"""The KL divergence of the softmax from the uniform distribution."""
LOSS = cross_entropy_label.value

from_uniform = Claim(
    "from_uniform", confidence_penalty, LOSS + beta * (FROM_UNIFORM - log(n)), "=", confidence_penalty.value,
    (
        equal(LOSS + beta * (Sum(softmax[k] * (log(n) + log(softmax[k])), k) - log(n)), "logarithm of a product"),
        equal(
            LOSS + beta * (log(n) * Sum(softmax[k], k) + Sum(softmax[k] * log(softmax[k]), k) - log(n)), "algebra"
        ),
        equal(LOSS + beta * Sum(softmax[k] * log(softmax[k]), k), sums_to_one),
        equal(LOSS - beta * softmax_entropy.value, "by its symbol"),
        equal(confidence_penalty.value, "by its symbol"),
    ),
    Text("The penalty is the divergence from the uniform distribution", zh="惩罚项就是相对于均匀分布的 KL 散度"),
    Text(
        "But for the constant beta log n, the loss adds the KL divergence of the output from the uniform distribution. "
        "Label smoothing adds the same divergence the other way round.",
        zh="除去常数 β log n 不计，损失中加上的是输出相对于均匀分布的 KL 散度。"
        "标签平滑加上的则是方向相反的那个 KL 散度。",
    ),
)  # fmt: skip
