"""Softplus: the smooth ramp whose slope is the sigmoid."""

from derive.formulas.sigmoid import i, sigmoid, x
from derive.language import Formula, Text, exp, log

softplus = Formula(
    "softplus",
    log(1 + exp(x[i])),
    over=i,
    wrt=x,
    symbol="zeta",
    title=Text("Softplus", zh="softplus 函数"),
    doc=Text(
        "Take minus the logarithm of the probability of a no: this is the softplus of the score. It is close to 0 for "
        "very negative scores and close to the score itself for large ones, a ramp with a rounded corner. Losses of "
        "yes-or-no questions are made of it.",
        zh="对“否”的概率取负对数，就得到得分的 softplus。得分很负时它接近 0，得分很大时它接近得分本身，"
        "就像一条拐角磨圆了的折线。"
        "二分类的损失都由它构成。",
    ),
    source="C. Dugas, Y. Bengio, F. Belisle, C. Nadeau, R. Garcia (2001), Incorporating Second-Order Functional "
    "Knowledge for Better Option Pricing, Advances in Neural Information Processing Systems 13, 472-478",
    known=(sigmoid,),
)
