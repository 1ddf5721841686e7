"""Negative log-likelihood at a label: the loss of log-probabilities that somebody else has made."""

from derive.formulas.cross_entropy_label import t
from derive.language import Formula, Text, vector

x = vector("x", doc=Text("log-probabilities, one per class", zh="对数概率，每个类别一个"))

nll = Formula(
    "nll",
    -x[t],
    wrt=x,
    symbol="N",
    title=Text("Negative log-likelihood at a label", zh="目标为类别标签的负对数似然"),
    doc=Text(
        "Where a model gives the logarithms of its probabilities, the loss at a label is only a look-up: minus the one "
        "at the right class. It is right for any log-probabilities, as the end of a network that normalises by "
        "itself; from plain scores take the cross-entropy, which does both in one and keeps its digits.",
        zh="若模型直接给出各类概率的对数，那么标签处的损失只需查一个值：取正确类别的对数概率，再取负号。"
        "只要输入确是对数概率即可，例如自带归一化的网络的输出；"
        "若手上只有未归一化的得分，请用交叉熵：它一步完成两件事，且不损失精度。",
    ),
    source="R. A. Fisher (1922), On the Mathematical Foundations of Theoretical Statistics, Philosophical Transactions "
    "of the Royal Society A 222, 309-368",
)
