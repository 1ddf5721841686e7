"""Confidence penalty: a loss that rewards some doubt."""

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.softmax import softmax, x
from derive.formulas.softmax_entropy import softmax_entropy
from derive.language import Formula, Text, parameter

beta = parameter("beta", default=0.1, doc=Text("weight of the entropy", zh="熵的权重"))

confidence_penalty = Formula(
    "confidence_penalty",
    cross_entropy_label.value - beta * softmax_entropy.value,
    wrt=x,
    symbol="P",
    title=Text("Cross-entropy with a confidence penalty", zh="带置信度惩罚的交叉熵"),
    doc=Text(
        "A model that is sure of everything has learnt the training set by heart. Where the entropy of its "
        "probabilities is subtracted from the loss, doubt is rewarded a little, and the model stays with probabilities "
        "that say something. In reinforcement learning the same term keeps a policy exploring.",
        zh="事事都确信无疑的模型，多半是把训练集背下来了。从损失中减去输出概率的熵，等于给“存疑”一点奖励，"
        "使模型给出的概率仍有意义。"
        "强化学习里也用同样的一项，让策略保持探索。",
    ),
    source="G. Pereyra, G. Tucker, J. Chorowski, L. Kaiser, G. Hinton (2017), Regularizing Neural Networks by "
    "Penalizing Confident Output Distributions, arXiv:1701.06548",
    known=(softmax,),
)
