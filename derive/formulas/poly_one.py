"""Poly-1: the first term of the cross-entropy's series gets a weight of its own."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Text, parameter

eps = parameter("eps", default=1.0, doc=Text("weight added to the first term", zh="第一项额外的权重"))

poly_one = Formula(
    "poly_one",
    cross_entropy_label.value + eps * (1 - softmax[t]),
    wrt=x,
    symbol="P",
    title=Text("Poly-1 loss", zh="Poly-1 损失"),
    doc=Text(
        "The cross-entropy is a series in what the right class lacks to certainty: (1-p) + (1-p)^2/2 + "
        "(1-p)^3/3 and so on. Each term pulls at another kind of sample, and their weights need not be "
        "those of the logarithm. The Poly-1 loss changes the first weight alone, from 1 to 1 + eps. With "
        "eps = 0 it is the cross-entropy again.",
        zh="把交叉熵按正确类别“离确信还差多少”展开，就是级数 (1-p) + (1-p)^2/2 + (1-p)^3/3，依此类推。"
        "每一项拉动的样本不同，权重也不必照搬对数的那一套。Poly-1 损失只改第一项的权重，由 1 变成 1 + ε。"
        "ε = 0 时它就是交叉熵。",
    ),
    source="Z. Leng, M. Tan, C. Liu, E. D. Cubuk, X. Shi, S. Cheng, D. Anguelov (2022), PolyLoss: A Polynomial "
    "Expansion Perspective of Classification Loss Functions, ICLR, arXiv:2204.12511",
    known=(softmax,),
)
