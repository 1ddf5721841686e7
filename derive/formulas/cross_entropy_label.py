"""Cross-entropy at an integer label: the loss that classifiers are trained with."""

from derive.formulas.softmax import softmax, x
from derive.language import Formula, Text, label, log

t = label("t", doc=Text("the right class", zh="正确的类别"))

cross_entropy_label = Formula(
    "cross_entropy_label",
    -log(softmax[t]),
    wrt=x,
    symbol="L",
    title=Text("Cross-entropy with an integer label", zh="目标为类别标签的交叉熵"),
    doc=Text(
        "Where exactly one class is right, the sum over the classes has one term: minus the logarithm of the "
        "probability of that class, the information that the truth brings to the model. The gradient pulls the right "
        "score up and pushes every other down, each by the probability that it has too much or too little.",
        zh="恰有一个类别正确时，对类别的求和只剩一项：正确类别概率的负对数，也就是真相带给模型的信息量。"
        "梯度下降把正确的得分向上拉，"
        "把其余得分向下压，拉或压的幅度，恰好等于概率缺少或多出的部分。",
    ),
    source="I. Goodfellow, Y. Bengio, A. Courville (2016), Deep Learning, MIT Press, section 6.2.2",
)
