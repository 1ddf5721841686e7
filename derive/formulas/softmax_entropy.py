"""Entropy of a softmax: how undecided a model is."""

from derive.formulas.log_softmax import log_softmax
from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, Sum, Text

softmax_entropy = Formula(
    "softmax_entropy",
    -Sum(softmax[i] * log_softmax[i], i),
    wrt=x,
    symbol="H",
    title=Text("Entropy of a softmax", zh="softmax 输出的熵"),
    doc=Text(
        "How undecided is a model? The entropy of its probabilities says so: 0 if it is sure of one class, log n if "
        "all are alike to it. As a function of the logits it can be added to a loss, with either sign: to make a model "
        "commit itself, or to keep it from being too sure.",
        zh="模型有多犹豫？看它输出概率的熵：完全确信某一类时为 0，对各类一视同仁时为 log n。把它看作 logits 的函数，"
        "就可以加进损失里："
        "取正号促使模型作出决断，取负号防止模型过于自信。",
    ),
    source="Y. Grandvalet, Y. Bengio (2004), Semi-supervised Learning by Entropy Minimization, Advances in Neural "
    "Information Processing Systems 17",
    known=(softmax,),
)
