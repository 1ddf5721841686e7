"""Distillation: a student learns the softened probabilities of a teacher."""

from derive.formulas.softmax import i, x
from derive.formulas.tempered_softmax import T, tempered_softmax
from derive.language import Formula, Sum, Text, distribution, log

y = distribution(
    "y",
    doc=Text("the teacher's probabilities, softened at the same temperature", zh="教师模型在同一温度下软化后的概率"),
)

distillation = Formula(
    "distillation",
    T**2 * Sum(y[i] * log(y[i] / tempered_softmax[i]), i),
    wrt=x,
    symbol="K",
    title=Text("Distillation", zh="知识蒸馏"),
    doc=Text(
        "A large model knows more than the right class: it knows which mistakes would be small ones. At a high "
        "temperature this shows in its probabilities, and a small model can learn from them: the loss is the KL "
        "divergence of the teacher's softened probabilities from the student's. The gradient shrinks like 1/T^2 as the "
        "temperature grows, which the factor T^2 makes up for.",
        zh="大模型知道的不只是正确类别，还知道哪些错误只是小错。升高温度，这种知识就显现在它的概率里，"
        "小模型可以照着学："
        "损失取教师软化后的概率相对于学生的 KL 散度。温度升高时梯度大致按 1/T^2 缩小，所以乘上因子 T^2 加以补偿。",
    ),
    source="G. Hinton, O. Vinyals, J. Dean (2015), Distilling the Knowledge in a Neural Network, arXiv:1503.02531",
    known=(tempered_softmax,),
)
