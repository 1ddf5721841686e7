"""Focal loss: samples that are already right count for less."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Text, parameter

gamma = parameter("gamma", default=2.0, doc=Text("how strongly easy samples are held back", zh="压低易分样本的强度"))

focal = Formula(
    "focal",
    (1 - softmax[t]) ** gamma * cross_entropy_label.value,
    wrt=x,
    symbol="F",
    title=Text("Focal loss", zh="焦点损失（focal loss）"),
    doc=Text(
        "In a picture almost every place shows background, and a model knows that soon. Each of these easy samples "
        "has a small loss, but there are very many of them. The focal loss multiplies the cross-entropy by a power of "
        "what is missing to certainty, so that the easy ones fade and the hard ones decide. With gamma = 0 it is the "
        "cross-entropy again.",
        zh="一张图里绝大部分位置都是背景，模型很快就学会了。这些易分样本的损失虽小，数量却极多。"
        "焦点损失在交叉熵前乘上"
        "“离确信还差多少”的若干次幂，使易分样本的损失淡出，由难分的样本来决定方向。γ = 0 时它就是交叉熵。",
    ),
    source="T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollar (2017), Focal Loss for Dense Object Detection, "
    "ICCV, 2980-2988, arXiv:1708.02002",
    known=(softmax,),
)
