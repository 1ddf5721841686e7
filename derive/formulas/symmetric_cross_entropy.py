"""Symmetric cross-entropy: a second term asks the labels to fit the model."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Text, parameter

alpha = parameter("alpha", default=0.1, doc=Text("weight of the cross-entropy", zh="交叉熵的权重"))
beta = parameter("beta", default=1.0, doc=Text("weight of the reverse cross-entropy", zh="反向交叉熵的权重"))
A = parameter("A", default=-4.0, doc=Text("what stands for log 0", zh="代替 log 0 的数"))

symmetric_cross_entropy = Formula(
    "symmetric_cross_entropy",
    alpha * cross_entropy_label.value - beta * A * (1 - softmax[t]),
    wrt=x,
    symbol="Y",
    title=Text("Symmetric cross-entropy", zh="对称交叉熵"),
    doc=Text(
        "The cross-entropy measures the model by the label. If labels may be wrong, the label should be "
        "measured by the model too: the reverse cross-entropy swaps the two, with a finite number A in "
        "place of log 0, and comes to -A (1 - p). It is bounded and forgives wrong labels, while the first "
        "term keeps the training fast.",
        zh="交叉熵用标签去衡量模型。既然标签可能有错，也该反过来用模型去衡量标签：反向交叉熵把二者对调，"
        "并用一个有限的数 A 代替 log 0，结果是 -A (1 - p)。这一项有界，能容忍错误标签；"
        "前一项则保证学得够快。",
    ),
    source="Y. Wang, X. Ma, Z. Chen, Y. Luo, J. Yi, J. Bailey (2019), Symmetric Cross Entropy for Robust Learning "
    "with Noisy Labels, ICCV, 322-330, arXiv:1908.06112",
    known=(softmax,),
)
