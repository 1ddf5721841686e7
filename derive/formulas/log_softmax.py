"""Log-softmax: log-probabilities that keep their accuracy where the probabilities underflow."""

from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, Text, log

log_softmax = Formula(
    "log_softmax",
    log(softmax[i]),
    over=i,
    wrt=x,
    symbol="l",
    title=Text("Log-softmax", zh="log-softmax 函数"),
    doc=Text(
        "A loss needs the logarithms of probabilities. To compute the probability first and then its logarithm is to "
        "lose it: where the probability underflows to 0, the logarithm is minus infinity. Taken together, logarithm "
        "and exponential cancel, and what remains is a score minus the log-sum-exp.",
        zh="损失函数要的是概率的对数。先算概率、再取对数，就会丢掉信息：概率下溢为 0 时，对数就成了负无穷。"
        "把两步合起来，"
        "对数与指数相消，剩下的只是得分减去 log-sum-exp。",
    ),
    source="P. Blanchard, D. J. Higham, N. J. Higham (2021), Accurately computing the log-sum-exp and softmax "
    "functions, IMA Journal of Numerical Analysis 41(4), 2311-2330",
)
