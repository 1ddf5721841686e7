"""Formulas of a user, for the tests: a new loss, and one whose inputs are called as autograd's own would be."""

from derive.formulas.cross_entropy import cross_entropy, y
from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Sum, exp, indices, log, parameter, vector

i, j = indices("i j")
slope = parameter("slope", default=0.5, doc="how much more a wrong certainty costs")
g, v = vector("g", doc="gains"), vector("v", doc="a shift")

slanted = Formula("slanted", cross_entropy_label.value + slope * (1 - softmax[t]), wrt=x, symbol="Z")
gained = Formula("gained", g[i] * exp(v[i]) / Sum(exp(v[j]), j), over=i, wrt=v, symbol="G")

soft_targets = Formula("soft_targets", cross_entropy.expression, wrt=(x, y), symbol="B")

T = parameter("T", default=1.0, domain="positive", doc="temperature")
free = Formula("free", -T * log(Sum(exp(-x[j] / T), j)), wrt=T, symbol="F")
