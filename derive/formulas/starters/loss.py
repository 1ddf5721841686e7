"""The loss my_loss.  Change it, then run: derive build

derive differentiates it, checks every step, and writes its kernels and pages.  While you work on it:

    derive show my_loss      the derivation, step by step
    derive verify my_loss    how exact its kernels are, and on which rows
    derive list              what its kernels are called

In Python, in this folder: loss_and_grad = derive.load("my_loss_value_and_grad")
"""

from derive.language import Formula, Sum, exp, indices, label, log, parameter, vector

# The inputs.  CHANGE: add others, such as y = distribution("y") or w = vector("w", domain="positive").
j = indices("j")
x = vector("x", doc="logits, one per class")
t = label("t", doc="the right class, an integer from 0")

# The numbers that a caller may set, as in my_loss(x, t, epsilon=0.5).  CHANGE: name, default, domain.
epsilon = parameter("epsilon", default=1.0, doc="weight of the second term")

# A part with a name of its own: the probability of the right class.
right = exp(x[t]) / Sum(exp(x[j]), j)

# CHANGE: the loss itself, one number per row, in exp, log, sqrt, tanh, where, Max, Sum, ...
value = -log(right) + epsilon * (1 - right)

my_loss = Formula(
    "my_loss",
    value,
    wrt=x,  # CHANGE: what it is differentiated by
    symbol="L",
    title="My loss",
    doc="The surprise at the right class, and a penalty as long as its probability is below 1.",
)
