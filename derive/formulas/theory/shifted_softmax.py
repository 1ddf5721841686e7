"""Why a constant may be added to every logit, and what the choice of the largest one buys."""

from derive.formulas.shifted_softmax import c, shifted_softmax
from derive.formulas.softmax import i, j, softmax, x
from derive.language import Claim, Max, Sum, Text, at_least, at_most, by, equal, exp, indices, n, scalar

k = indices("k")
C = scalar("C", domain="positive")
TOP = Max(x[k], k)

multiplied = Claim(
    "multiplied", shifted_softmax, softmax[i], "=", C * exp(x[i]) / Sum(C * exp(x[j]), j),
    (by("definition"), equal(C * exp(x[i]) / Sum(C * exp(x[j]), j), "algebra")),
    Text("Multiply above and below by a constant", zh="分子分母同乘一个常数"),
    Text(
        "The constant may be drawn out of the sum, and meets itself above and below: the value does not change.",
        zh="常数可以从求和号中提出，与分子上的约去：值不变。",
    ),
    constants=(C,),
)  # fmt: skip

invariance = Claim(
    "invariance", shifted_softmax, exp(c) * exp(x[i]) / Sum(exp(c) * exp(x[j]), j), "=",
    exp(x[i] + c) / Sum(exp(x[j] + c), j),
    (equal(exp(x[i] + c) / Sum(exp(x[j] + c), j), "exponential of a sum"),),
    Text("Draw the constant into the exponents", zh="把常数并入指数"),
    Text(
        "Any C > 0 is exp(c), with c = log C. A factor exp(c) of an exponential is a term c of its exponent: to "
        "multiply above and below by C is to add c to every logit.",
        zh="任一 C > 0 都可写成 exp(c)，其中 c = log C。指数函数前的因子 exp(c) 就是指数中的一项 c："
        "分子分母同乘 C，就是给每个 logit 加上 c。",
    ),
    constants=(c,),
)  # fmt: skip

largest_score = Claim(
    "largest_score", shifted_softmax, softmax[i], "=", exp(x[i] - TOP) / Sum(exp(x[j] - TOP), j),
    (by("definition"), equal(exp(x[i] - TOP) / Sum(exp(x[j] - TOP), j), "choice of the constant")),
    Text("The choice c = -max x", zh="取 c = -max x"),
    Text("It holds for any constant, so for this one.", zh="对任意常数都成立，对这个常数自然也成立。"),
)  # fmt: skip

exponents = Claim(
    "exponents", shifted_softmax, x[i] - TOP, "<=", 0,
    (at_most(0, "maximum"),),
    Text("Then no exponent is positive", zh="取 c = -max x 后，指数都不大于 0"),
    Text("So no exponential is larger than 1: nothing overflows.", zh="因而每个指数函数值都不超过 1，不会上溢。"),
)  # fmt: skip

at_most_n = Claim(
    "at_most_n", shifted_softmax, Sum(exp(x[j] - TOP), j), "<=", n,
    (at_most(Sum(1, j), "monotone"), by("sum of a constant")),
    Text("The denominator is at most n", zh="分母不超过 n"),
    Text("It cannot overflow.", zh="分母不会上溢。"),
)  # fmt: skip

at_least_one = Claim(
    "at_least_one", shifted_softmax, Sum(exp(x[j] - TOP), j), ">=", 1,
    (at_least(1, "attained"),),
    Text("The denominator is at least 1", zh="分母不小于 1"),
    Text(
        "The largest class contributes exp(0) = 1: there is no division by 0, even if every other term underflows.",
        zh="最大的那一类贡献 exp(0) = 1：即使其余各项全部下溢为 0，也不会除以 0。",
    ),
)  # fmt: skip
