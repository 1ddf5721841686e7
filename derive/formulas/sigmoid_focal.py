"""Sigmoid focal loss: answers of yes or no, of which nearly all are easy, and few are a yes."""

from derive.formulas.bernoulli_nll import y
from derive.formulas.sigmoid import i, sigmoid, x
from derive.language import Formula, Sum, Text, log, parameter

alpha = parameter("alpha", default=0.25, doc=Text("weight of a yes, from 0 to 1", zh="“是”的权重，取 0 到 1 之间"))
gamma = parameter(
    "gamma",
    default=2.0,
    domain="positive",
    doc=Text("how strongly easy samples are held back", zh="压低易分样本的强度"),
)

yes = alpha * y[i] * (1 - sigmoid[i]) ** gamma * log(sigmoid[i])
no = (1 - alpha) * (1 - y[i]) * sigmoid[i] ** gamma * log(1 - sigmoid[i])

sigmoid_focal = Formula(
    "sigmoid_focal",
    -Sum(yes + no, i),
    wrt=x,
    symbol="F",
    title=Text("Sigmoid focal loss", zh="二元焦点损失（sigmoid focal loss）"),
    doc=Text(
        "The focal loss as detectors use it: every place of a picture is asked, for every kind of thing, whether it is "
        "there. Almost every answer is a no, and soon an easy one. Each answer is weighed by a power of what is "
        "missing to certainty, and a yes by alpha, a no by 1 - alpha. It is the sum over the answers: for the mean, "
        "divide by their number.",
        zh="检测器中使用的焦点损失：对图中每个位置、每种物体，都问一句“有没有”。几乎所有答案都是“否”，而且很快就变得容易。"
        "每个答案先乘上“离确信还差多少”的若干次幂，再乘权重：答案为“是”时乘 α，为“否”时乘 1 - α。"
        "这里取各答案之和；若要平均，再除以答案的个数。",
    ),
    source="T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollar (2017), Focal Loss for Dense Object Detection, "
    "ICCV, 2980-2988, arXiv:1708.02002",
    known=(sigmoid,),
)
