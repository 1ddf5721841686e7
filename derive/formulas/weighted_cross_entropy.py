"""Class weights: rare classes count for more."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Text, vector

w = vector("w", domain="positive", default=1, doc=Text("weights of the classes", zh="各类别的权重"))

weighted_cross_entropy = Formula(
    "weighted_cross_entropy",
    w[t] * cross_entropy_label.value,
    wrt=x,
    symbol="W",
    title=Text("Cross-entropy with class weights", zh="带类别权重的交叉熵"),
    doc=Text(
        "Where one class in a thousand is the one that matters, a model does well on average by ignoring it. A weight "
        "for each class mends this: the loss of a sample, and with it its gradient, is multiplied by the weight of "
        "its class.",
        zh="如果真正要紧的类别一千个样本里才有一个，模型不理它，平均成绩照样很好。给每个类别配一个权重可以纠正这一点："
        "样本的损失连同梯度，都乘以其所属类别的权重。",
    ),
    source="G. King, L. Zeng (2001), Logistic Regression in Rare Events Data, Political Analysis 9(2), 137-163",
    known=(softmax,),
)
