"""Cross-entropy at an integer label: the loss that classifiers are trained with."""

from derive.formulas.softmax import softmax, x
from derive.language import Formula, label, log

t = label("t", doc="the right class")

cross_entropy_label = Formula(
    "cross_entropy_label",
    -log(softmax[t]),
    wrt=x,
    symbol="L",
    title="Cross-entropy with an integer label",
    doc="The information, in nats, of the right class under the model's probabilities.",
    source="I. Goodfellow, Y. Bengio, A. Courville (2016), Deep Learning, section 6.2.2",
)
