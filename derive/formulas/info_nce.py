"""InfoNCE: find the one that belongs, among many that do not."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.softmax import x
from derive.formulas.tempered_softmax import T
from derive.language import Formula, Sum, Text, exp, indices, log

j = indices("j")

info_nce = Formula(
    "info_nce",
    log(Sum(exp(x[j] / T), j)) - x[t] / T,
    wrt=x,
    symbol="N",
    title=Text("InfoNCE", zh="InfoNCE 损失"),
    doc=Text(
        "Two views of one picture belong together, the other pictures of the batch do not. A row holds the "
        "similarities of one view to all candidates, and t is the one that belongs: the loss is the "
        "cross-entropy of finding it. A low temperature makes the hardest of the others count most.",
        zh="同一张图的两个视角属于一对，批次里的其他图则不是。一行是某个视角与所有候选的相似度，"
        "t 指出与它成对的那一个：损失就是把它找出来的交叉熵。温度低时，最难分辨的候选分量最重。",
    ),
    source="A. van den Oord, Y. Li, O. Vinyals (2018), Representation Learning with Contrastive Predictive "
    "Coding, arXiv:1807.03748",
)
