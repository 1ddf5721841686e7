"""A loss of one's own, for ``change_the_loss.py``: where labels are wrong, no row may cost more than ``c``."""

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.softmax import x
from derive.language import Formula, parameter, tanh

c = parameter("c", default=2.0, domain="positive", doc="the most that one row may cost, in nats")

capped = Formula(
    "capped",
    c * tanh(cross_entropy_label.value / c),
    wrt=x,
    symbol="C",
    title="Capped cross-entropy",
    doc="Near 0 it is the cross-entropy; a row whose label the model holds for impossible adds c, and pulls no more.",
)
