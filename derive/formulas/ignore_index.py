"""A class that does not count: samples that carry it have no loss."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, KroneckerDelta, Text, label

g = label("g", doc=Text("the class to ignore", zh="要忽略的类别"))

ignore_index = Formula(
    "ignore_index",
    (1 - KroneckerDelta(t, g)) * cross_entropy_label.value,
    wrt=x,
    symbol="J",
    title=Text("Cross-entropy that ignores a class", zh="忽略某一类别的交叉熵"),
    doc=Text(
        "Sentences in a batch are padded to one length, and the padding carries a label that nobody should learn. Such "
        "a sample is left out by a factor that is 0 where the label is the one to ignore and 1 elsewhere: the loss is "
        "0 there, and so is the whole gradient.",
        zh="把一批句子补到同样的长度，补上的位置也要写一个标签，但谁也不该去学它。办法是乘一个因子："
        "标签等于要忽略的类别时为 0，"
        "否则为 1。于是这样的样本损失为 0，梯度也全为 0。",
    ),
    source="A. Paszke et al. (2019), PyTorch: An Imperative Style, High-Performance Deep Learning Library, Advances in "
    "Neural Information Processing Systems 32",
    known=(softmax,),
)
