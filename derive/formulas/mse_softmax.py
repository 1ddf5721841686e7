"""Squared error behind a softmax: the same vanishing slope with many classes."""

from derive.formulas.cross_entropy import y
from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, Sum, Text

mse_softmax = Formula(
    "mse_softmax",
    Sum((softmax[i] - y[i]) ** 2, i) / 2,
    wrt=x,
    symbol="M",
    title=Text("Squared error of a softmax", zh="softmax 输出的平方误差"),
    doc=Text(
        "With a softmax in place of the sigmoid it is no better: each component of the gradient carries the factor "
        "s_j. A class to which the model gives almost no probability gets almost no gradient, and the right class may "
        "well be the one. The cross-entropy has no such factor.",
        zh="把 sigmoid 换成 softmax，情况并没有好转：梯度的每个分量都带有因子 s_j。模型几乎不给概率的类别，"
        "也几乎得不到梯度，"
        "而那恰恰可能就是正确的类别。交叉熵的梯度里没有这个因子。",
    ),
    source="S. A. Solla, E. Levin, M. Fleisher (1988), Accelerated Learning in Layered Neural Networks, Complex "
    "Systems 2(6), 625-639",
    known=(softmax,),
)
