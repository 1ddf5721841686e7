"""Formula files to begin with."""

from __future__ import annotations

from derive.language.text import Text
from derive.readers.playground import phrases

EXAMPLES: tuple[tuple[Text, str], ...] = (
    (
        phrases.SHARPENED,
        """from derive.language import Formula, Sum, exp, indices, vector

i, j = indices("i j")
x = vector("x", doc="scores")

sharp = Formula("sharp", exp(2 * x[i]) / Sum(exp(2 * x[j]), j), over=i, wrt=x, symbol="p")
""",
    ),
    (
        phrases.PENALISED,
        """from derive.language import Formula, Sum, exp, indices, label, log, parameter, vector

j = indices("j")
x = vector("x", doc="scores")
t = label("t", doc="the right class")
epsilon = parameter("epsilon", default=0.5)

right = exp(x[t]) / Sum(exp(x[j]), j)
poly = Formula("poly", -log(right) + epsilon * (1 - right), wrt=x, symbol="L")
""",
    ),
    (
        phrases.SMOOTHED,
        """from derive.language import Formula, Sum, exp, indices, log, vector

i = indices("i")
x, y = vector("x"), vector("y", doc="1 or -1")

smooth = Formula("smooth", Sum(log(1 + exp(1 - x[i] * y[i])), i), wrt=x, symbol="H")
""",
    ),
)
"""What each is called, and its text; the first is there when the page opens."""
