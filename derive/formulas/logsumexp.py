"""Log-sum-exp: the smooth maximum, whose gradient is the softmax."""

from derive.formulas.softmax import j, softmax, x
from derive.language import Formula, Sum, Text, exp, log

logsumexp = Formula(
    "logsumexp",
    log(Sum(exp(x[j]), j)),
    wrt=x,
    symbol="A",
    title=Text("Log-sum-exp", zh="log-sum-exp 函数"),
    doc=Text(
        "The maximum of the scores picks the best class, but it has a corner wherever two classes tie. Log-sum-exp "
        "rounds the corner off: it lies between the maximum and the maximum plus log n. And its gradient is the "
        "softmax: the smooth form of the vector that is 1 at the best class and 0 elsewhere.",
        zh="取最大值能选出最好的类别，但只要两个类别并列，它就有尖角，不可导。log-sum-exp 把尖角磨圆："
        "它介于最大值与最大值加 log n 之间，"
        "所以是“光滑的最大值”。它的梯度正是 softmax，也就是“最好的类别为 1、其余为 0”这一向量的光滑形式。",
    ),
    source="P. Blanchard, D. J. Higham, N. J. Higham (2021), Accurately computing the log-sum-exp and softmax "
    "functions, IMA Journal of Numerical Analysis 41(4), 2311-2330",
    known=(softmax,),
)
