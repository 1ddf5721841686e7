"""The function my_function, one number per class.  Change it, then run: derive build

derive differentiates it, checks every step, and writes its kernels and pages.  While you work on it:

    derive show my_function      the derivation, step by step
    derive verify my_function    how exact its kernels are, and on which rows
    derive list                  what its kernels are called

In Python, in this folder: pull_back = derive.load("my_function_vjp")
"""

from derive.language import Formula, Sum, exp, indices, parameter, vector

# The inputs.  CHANGE: add others, such as w = vector("w", domain="positive").
i, j = indices("i j")
x = vector("x", doc="scores, one per class")

# The numbers that a caller may set, as in my_function(x, T=2.0).  CHANGE: name, default, domain.
T = parameter("T", default=1.0, domain="positive", doc="temperature: how even the result is")

# CHANGE: the function itself, for the class i, in exp, log, sqrt, tanh, where, Max, Sum, ...
component = exp(x[i] / T) / Sum(exp(x[j] / T), j)

my_function = Formula(
    "my_function",
    component,
    over=i,  # the index of the result
    wrt=x,  # CHANGE: what it is differentiated by
    symbol="p",
    title="My function",
    doc="The higher its score, the more probable is a class.",
)
