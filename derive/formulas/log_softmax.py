"""Log-softmax: log-probabilities that keep their accuracy where the probabilities underflow."""

from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, log

log_softmax = Formula(
    "log_softmax",
    log(softmax[i]),
    over=i,
    wrt=x,
    symbol="l",
    title="Log-softmax",
    doc="The logarithm of the probability of each class.",
    source="P. Blanchard, D. J. Higham, N. J. Higham (2021), Accurately computing the log-sum-exp and softmax "
    "functions",
)
