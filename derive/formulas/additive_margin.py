"""Additive margin: the right class has to win by a distance."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.softmax import x
from derive.language import Formula, KroneckerDelta, Sum, Text, exp, indices, log, parameter

j = indices("j")
s = parameter("s", default=30.0, domain="positive", doc=Text("scale of the scores", zh="得分的尺度"))
m = parameter(
    "m", default=0.35, doc=Text("what is taken off the score of the right class", zh="从正确类别的得分中扣除的间隔")
)

additive_margin = Formula(
    "additive_margin",
    log(Sum(exp(s * (x[j] - m * KroneckerDelta(j, t))), j)) - s * (x[t] - m),
    wrt=x,
    symbol="A",
    title=Text("Cross-entropy with an additive margin", zh="加性间隔的交叉熵"),
    doc=Text(
        "To recognise faces that were never seen in training, classes have to lie apart, and not only on "
        "the right side of a border. So the score of the right class, a cosine, is lowered by a margin "
        "before the softmax: it has to win by that distance. The scale takes the cosines to a range in "
        "which the softmax can be sure.",
        zh="要认出训练中从未见过的人脸，各类之间必须拉开距离，只站在边界的正确一侧是不够的。"
        "于是在 softmax 之前，先从正确类别的得分（余弦）里扣除一个间隔：它必须多赢这么多才算赢。"
        "尺度 s 把余弦放大到 softmax 足以给出确信结果的范围。",
    ),
    source="F. Wang, J. Cheng, W. Liu, H. Liu (2018), Additive Margin Softmax for Face Verification, IEEE Signal "
    "Processing Letters 25(7), 926-930, arXiv:1801.05599",
)
