"""Log-sum-exp: the smooth maximum, whose gradient is the softmax."""

from derive.formulas.softmax import j, softmax, x
from derive.language import Formula, Sum, exp, log

logsumexp = Formula(
    "logsumexp",
    log(Sum(exp(x[j]), j)),
    wrt=x,
    symbol="A",
    title="Log-sum-exp",
    doc="A smooth maximum of the logits: between max x and max x + log n.",
    source="P. Blanchard, D. J. Higham, N. J. Higham (2021), Accurately computing the log-sum-exp and softmax "
    "functions",
    known=(softmax,),
)
