"""Generalised cross-entropy: between cross-entropy and absolute error."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Text, parameter

q = parameter(
    "q",
    default=0.7,
    domain="positive",
    doc=Text("near 0: cross-entropy; 1: absolute error", zh="接近 0：交叉熵；等于 1：绝对误差"),
)

generalised_cross_entropy = Formula(
    "generalised_cross_entropy",
    (1 - softmax[t] ** q) / q,
    wrt=x,
    symbol="G",
    title=Text("Generalised cross-entropy", zh="广义交叉熵"),
    doc=Text(
        "Some labels are wrong, and the cross-entropy, which has no upper bound, follows them at any "
        "price. The absolute error 1 - p is bounded and so forgives them, but it learns slowly. This loss "
        "lies between the two: as q falls to 0 it becomes the cross-entropy, with q = 1 it is 1 - p.",
        zh="有些标签是错的，而交叉熵没有上界，会不惜代价去迎合它们。绝对误差 1 - p 有界，能够容忍错误标签，"
        "却学得很慢。这个损失介于二者之间：q 趋于 0 时成为交叉熵，q = 1 时就是 1 - p。",
    ),
    source="Z. Zhang, M. R. Sabuncu (2018), Generalized Cross Entropy Loss for Training Deep Neural Networks with "
    "Noisy Labels, NeurIPS, arXiv:1805.07836",
    known=(softmax,),
)
