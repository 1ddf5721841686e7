"""Logit adjustment: the model is told how frequent the classes are."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.softmax import x
from derive.language import Formula, Sum, Text, exp, indices, log, parameter, vector

j = indices("j")
q = vector("q", domain="positive", doc=Text("how frequent each class is", zh="各类别的频率"))
tau = parameter("tau", default=1.0, doc=Text("how strongly the frequencies count", zh="频率所起作用的强弱"))

logit_adjustment = Formula(
    "logit_adjustment",
    log(Sum(exp(x[j] + tau * log(q[j])), j)) - (x[t] + tau * log(q[t])),
    wrt=x,
    symbol="J",
    title=Text("Logit-adjusted cross-entropy", zh="logit 调整的交叉熵"),
    doc=Text(
        "Where some classes are rare, a model that is trained as usual leans towards the frequent ones. "
        "Here the logarithm of each frequency is added to the logits, but in training only: so the logits "
        "need not learn it, and without it they treat all classes alike. With tau = 0 it is the "
        "cross-entropy.",
        zh="类别不均衡时，按常规训练的模型会偏向常见的类别。这里在训练时给每个 logit 加上该类频率的对数："
        "频率的影响不必再由 logits 去学，推理时不加这一项，各类便得到同等对待。τ = 0 时它就是交叉熵。",
    ),
    source="A. K. Menon, S. Jayasumana, A. S. Rawat, H. Jain, A. Veit, S. Kumar (2021), Long-tail Learning via "
    "Logit Adjustment, ICLR, arXiv:2007.07314",
)
