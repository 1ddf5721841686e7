"""Direct preference optimisation: the answer that people prefer becomes more probable."""

from derive.language import Formula, Sum, Text, exp, indices, log, n, parameter, vector

i = indices("i")
x = vector("x", doc=Text("log-probability of the preferred answer", zh="较优回答的对数概率"))
y = vector("y", doc=Text("log-probability of the other answer", zh="另一个回答的对数概率"))
a = vector("a", doc=Text("that of the preferred answer under the reference model", zh="参考模型下较优回答的对数概率"))
b = vector("b", doc=Text("that of the other answer under the reference model", zh="参考模型下另一个回答的对数概率"))
beta = parameter(
    "beta",
    default=0.1,
    domain="positive",
    doc=Text("how closely the model is held to the reference", zh="模型受参考模型约束的强弱"),
)

dpo = Formula(
    "dpo",
    Sum(log(1 + exp(-beta * ((x[i] - a[i]) - (y[i] - b[i])))), i) / n,
    wrt=x,
    symbol="D",
    title=Text("Direct preference optimisation", zh="直接偏好优化（DPO）"),
    doc=Text(
        "People say which of two answers is better. The loss asks the model to favour that answer more "
        "than a reference model does: it is the binary cross-entropy of beta times the difference between "
        "the two log-ratios. The gradient by the other answer is minus that by the preferred one.",
        zh="人们指出两个回答中哪一个更好。损失要求模型比参考模型更偏向它：取两个对数概率比之差，乘以 β，"
        "再算二元交叉熵。对另一个回答的梯度，恰是对较优回答的梯度的相反数。",
    ),
    source="R. Rafailov, A. Sharma, E. Mitchell, S. Ermon, C. D. Manning, C. Finn (2023), Direct Preference "
    "Optimization: Your Language Model is Secretly a Reward Model, NeurIPS, arXiv:2305.18290",
)
