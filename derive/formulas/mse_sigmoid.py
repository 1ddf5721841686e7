"""Squared error behind a sigmoid: a loss whose slope vanishes where the answer is most wrong."""

from derive.formulas.bernoulli_nll import y
from derive.formulas.sigmoid import i, sigmoid, x
from derive.language import Formula, Sum, Text

mse_sigmoid = Formula(
    "mse_sigmoid",
    Sum((sigmoid[i] - y[i]) ** 2, i) / 2,
    wrt=x,
    symbol="M",
    title=Text("Squared error of a sigmoid", zh="sigmoid 输出的平方误差"),
    doc=Text(
        "It seems natural to train the sigmoid as one trains a regression. But the chain rule multiplies the error by "
        "the slope of the sigmoid, and this slope is almost 0 where the score is far on one side, also on the wrong "
        "one. So whoever errs most learns least. The factor 1/2 spares a 2 in the derivative.",
        zh="用训练回归的办法训练 sigmoid，看起来顺理成章。可是按链式法则，误差要乘以 sigmoid 的导数，"
        "而得分偏到任何一侧时，"
        "这个导数都接近 0，哪怕偏在错误的一侧。于是错得最厉害的样本反而学得最慢。前面的 1/2 是为了消去求导产生的 2。",
    ),
    source="S. A. Solla, E. Levin, M. Fleisher (1988), Accelerated Learning in Layered Neural Networks, Complex "
    "Systems 2(6), 625-639",
    known=(sigmoid,),
)
