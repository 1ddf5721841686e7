"""Cross-entropy of a target distribution with the softmax of logits."""

from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, Sum, Text, distribution, log

y = distribution("y", doc=Text("target probabilities, one per class", zh="目标概率，每个类别一个"))

cross_entropy = Formula(
    "cross_entropy",
    -Sum(y[i] * log(softmax[i]), i),
    wrt=x,
    symbol="L",
    title=Text("Cross-entropy with a target distribution", zh="目标为概率分布的交叉熵"),
    doc=Text(
        "The loss that a classifier is trained with: the expected information, in nats, of a class drawn from the "
        "target, under the probabilities that the softmax makes of the scores. By the chain rule every score meets "
        "every output, yet almost everything cancels: the gradient is output minus target.",
        zh="训练分类器所用的损失：类别服从目标分布，按 softmax 给出的概率计算信息量（单位为奈特），再求期望。"
        "按链式法则，"
        "每个得分都会影响每个输出，然而几乎所有的项都消去了：梯度就是输出减去目标。",
    ),
    source="I. Goodfellow, Y. Bengio, A. Courville (2016), Deep Learning, MIT Press, section 3.13",
)
