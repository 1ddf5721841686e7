"""Multi-class margin: the right score is above every other by a distance."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.softmax import x
from derive.language import Formula, KroneckerDelta, Sum, Text, indices, n, parameter, relu

k = indices("k")
m = parameter("m", default=1.0, doc=Text("the distance asked for", zh="要求的间隔"))

multi_margin = Formula(
    "multi_margin",
    Sum((1 - KroneckerDelta(k, t)) * relu(m - x[t] + x[k]), k) / n,
    wrt=x,
    symbol="M",
    title=Text("Multi-class margin loss", zh="多类间隔损失"),
    doc=Text(
        "The hinge loss for many classes: every class whose score comes nearer to that of the right one "
        "than the margin adds what is missing. Once all are far enough below, the sample costs nothing; a "
        "softmax never comes to rest.",
        zh="多分类的合页损失：凡得分与正确类别之差小于间隔的类别，都把所缺的部分计入损失。"
        "所有类别都拉开足够距离之后，这个样本就不再有损失；softmax 则永远不会停下来。",
    ),
    source="J. Weston, C. Watkins (1999), Support Vector Machines for Multi-Class Pattern Recognition, ESANN, 219-224",
)
