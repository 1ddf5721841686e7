"""Hinge loss: what is right by a distance costs nothing."""

from derive.language import Formula, Sum, Text, indices, n, relu, vector

i = indices("i")
x = vector("x", doc=Text("scores of a yes", zh="“是”的得分"))
y = vector("y", doc=Text("the answers: 1 for a yes, -1 for a no", zh="真实答案：“是”为 1，“否”为 -1"))

hinge = Formula(
    "hinge",
    Sum(relu(1 - y[i] * x[i]), i) / n,
    wrt=x,
    symbol="E",
    title=Text("Hinge loss", zh="合页损失（hinge loss）"),
    doc=Text(
        "A score is right if it has the sign of the answer, and good enough if it is beyond 1: then it "
        "costs nothing and is left alone. All others are pushed with the same force. So the border depends "
        "only on the samples near it, the support vectors.",
        zh="得分与答案同号就算对，超过 1 就足够好：不计损失，也不再推动。其余样本都以同样的力推动。"
        "因此分界面只由附近的样本决定，它们就是支持向量。",
    ),
    source="C. Cortes, V. Vapnik (1995), Support-Vector Networks, Machine Learning 20(3), 273-297",
)
