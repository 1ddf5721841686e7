"""The clipped policy objective: what went well becomes more probable, in small steps."""

from derive.language import Formula, Sum, Text, exp, indices, larger, n, parameter, smaller, vector, where

i = indices("i")
x = vector("x", doc=Text("log-probability of each action now", zh="各动作现在的对数概率"))
y = vector("y", doc=Text("that when the action was taken", zh="采取动作时的对数概率"))
a = vector("a", doc=Text("advantage: how much better than expected it went", zh="优势：结果比预期好多少"))
eps = parameter("eps", default=0.2, domain="positive", doc=Text("how far the ratio may move", zh="比值可以偏离的幅度"))
ratio = exp(x[i] - y[i])

clipped_policy = Formula(
    "clipped_policy",
    -Sum(a[i] * where(a[i] > 0, smaller(ratio, 1 + eps), larger(ratio, 1 - eps)), i) / n,
    wrt=x,
    symbol="O",
    title=Text("Clipped policy objective", zh="截断的策略目标（PPO）"),
    doc=Text(
        "An action that went better than expected should become more probable, but the data come from the "
        "policy as it was, and are worth less the farther it moves away. So once the ratio of the "
        "probabilities is more than eps from 1 in the direction of the gain, there is no more to gain. At "
        "a ratio of 1 the gradient is that of REINFORCE.",
        zh="结果好于预期的动作，概率应当增大；但数据来自旧策略，策略走得越远，数据越不可信。因此，"
        "概率之比沿有利方向偏离 1 超过 ε 之后，就再也没有好处。比值为 1 时，梯度就是 REINFORCE 的梯度。",
    ),
    source="J. Schulman, F. Wolski, P. Dhariwal, A. Radford, O. Klimov (2017), Proximal Policy Optimization "
    "Algorithms, arXiv:1707.06347",
)
