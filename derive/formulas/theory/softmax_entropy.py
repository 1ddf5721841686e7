"""The entropy of a softmax by its logits."""

from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax, x
from derive.formulas.softmax_entropy import softmax_entropy
from derive.formulas.theory.softmax import sums_to_one
from derive.language import Claim, Sum, Text, by, equal, exp, indices, log

j, k = indices("j k")
TOTAL = Sum(exp(x[j]), j)

by_logits = Claim(
    "by_logits", softmax_entropy, softmax_entropy.value, "=", logsumexp.value - Sum(softmax[k] * x[k], k),
    (
        by("definition"),
        equal(-Sum(softmax[k] * log(exp(x[k]) / TOTAL), k), "definition"),
        equal(-Sum(softmax[k] * (x[k] - log(TOTAL)), k), "logarithm of a quotient"),
        equal(log(TOTAL) * Sum(softmax[k], k) - Sum(softmax[k] * x[k], k), "algebra"),
        equal(log(TOTAL) - Sum(softmax[k] * x[k], k), sums_to_one),
        equal(logsumexp.value - Sum(softmax[k] * x[k], k), "by its symbol"),
    ),
    Text("Log-sum-exp minus the mean score", zh="log-sum-exp 减去得分的平均值"),
    Text(
        "The smooth maximum of the scores minus their mean under the probabilities.",
        zh="得分的光滑最大值，减去得分按概率的加权平均。",
    ),
)  # fmt: skip
