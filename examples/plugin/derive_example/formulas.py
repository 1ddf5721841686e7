"""A loss that few large residuals cannot dominate."""

from derive.language import Formula, Sum, indices, parameter, vector

j = indices("j")
x = vector("x", doc="residuals")
c = parameter("c", default=1.0, domain="positive", doc="residuals well beyond it count alike")

geman_mcclure = Formula(
    "geman_mcclure",
    Sum(x[j] ** 2 / (c**2 + x[j] ** 2), j),
    wrt=x,
    symbol="G",
    title="Geman-McClure loss",
    doc="Small residuals count by their squares, large ones by their number.",
)
