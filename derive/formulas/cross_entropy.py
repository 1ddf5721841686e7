"""Cross-entropy of a target distribution with the softmax of logits."""

from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, Sum, distribution, log

y = distribution("y", doc="target probabilities, one per class")

cross_entropy = Formula(
    "cross_entropy",
    -Sum(y[i] * log(softmax[i]), i),
    wrt=x,
    symbol="L",
    title="Cross-entropy with a target distribution",
    doc="The expected information, in nats, of a class drawn from the target under the model's probabilities.",
    source="I. Goodfellow, Y. Bengio, A. Courville (2016), Deep Learning, section 3.13",
)
