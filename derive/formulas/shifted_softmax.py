"""Softmax with a constant added to every logit: the same values, and the freedom that makes it computable."""

from derive.formulas.softmax import i, j, x
from derive.language import Formula, Sum, Text, exp, parameter

c = parameter("c", default=0.0, doc=Text("any constant, added to every logit", zh="加到每个 logit 上的任意常数"))

shifted_softmax = Formula(
    "shifted_softmax",
    exp(x[i] + c) / Sum(exp(x[j] + c), j),
    over=i,
    wrt=x,
    symbol="r",
    title=Text("Softmax of shifted logits", zh="平移后的 softmax"),
    doc=Text(
        "Typed in as it stands, the softmax of (1000, 2000, 3000) is NaN: the exponentials overflow, and infinity over "
        "infinity is nothing. The way out is to multiply above and below by a constant C and to draw it into the "
        "exponents as c = log C. The value does not change, whatever C is, so we may choose it: with c = -max x every "
        "exponent is at most 0 and the denominator lies between 1 and n.",
        zh="照定义直接编程，(1000, 2000, 3000) 的 softmax 会算出 NaN：指数溢出为无穷大，无穷大除以无穷大没有意义。"
        "办法是分子分母同乘一个常数 C，再以 c = log C 的形式并入指数。无论 C 取多少，值都不变，所以可以由我们挑选："
        "取 c = -max x，则每个指数都不大于 0，分母介于 1 与 n 之间，既不会溢出，也不会除以 0。",
    ),
    source="P. Blanchard, D. J. Higham, N. J. Higham (2021), Accurately computing the log-sum-exp and softmax "
    "functions, IMA Journal of Numerical Analysis 41(4), 2311-2330",
)
