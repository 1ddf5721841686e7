"""Softmax: scores become probabilities."""

from derive.language import Formula, Sum, exp, indices, vector

i, j = indices("i j")
x = vector("x", doc="logits: unnormalised scores, one per class")

softmax = Formula(
    "softmax",
    exp(x[i]) / Sum(exp(x[j]), j),
    over=i,
    wrt=x,
    symbol="s",
    title="Softmax",
    doc="The probability of each class: the exponentials of the logits, divided by their sum.",
    source="J. S. Bridle (1990), Probabilistic interpretation of feedforward classification network outputs",
)
