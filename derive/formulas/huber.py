"""Huber loss: a square near 0 and a straight line beyond."""

from derive.language import Abs, Formula, Sum, Text, indices, n, parameter, vector, where

i = indices("i")
x = vector("x", doc=Text("what the model predicts", zh="模型的预测值"))
y = vector("y", doc=Text("what was measured", zh="观测值"))
delta = parameter("delta", default=1.0, domain="positive", doc=Text("where the line begins", zh="直线开始之处"))

huber = Formula(
    "huber",
    Sum(where(Abs(x[i] - y[i]) <= delta, (x[i] - y[i]) ** 2 / 2, delta * (Abs(x[i] - y[i]) - delta / 2)), i) / n,
    wrt=x,
    symbol="U",
    title=Text("Huber loss", zh="Huber 损失"),
    doc=Text(
        "Up to the distance delta the error is squared, beyond it only grows like its absolute value: "
        "small errors are averaged as least squares does, and an outlier pulls with the force delta, "
        "however far it is. The two cases meet with the same value and the same slope.",
        zh="误差不超过 δ 时取平方，超过之后只像绝对值那样增长：小误差按最小二乘平均，离群点再远，"
        "拉力也只有 δ。两种情形在交界处取值相同，斜率也相同。",
    ),
    source="P. J. Huber (1964), Robust Estimation of a Location Parameter, Annals of Mathematical Statistics "
    "35(1), 73-101",
)
