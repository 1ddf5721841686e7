"""Entropy: the information that one outcome brings on average."""

from derive.language import Formula, Sum, Text, distribution, indices, log

i, j, k = indices("i j k")
p = distribution("p", doc=Text("the true distribution", zh="真实分布"))

entropy = Formula(
    "entropy",
    -Sum(p[i] * log(p[i]), i),
    wrt=p,
    symbol="H",
    title=Text("Entropy", zh="熵"),
    doc=Text(
        "Before we know which outcome it will be, we can ask how much news to expect: the information of each outcome, "
        "weighted by its probability. This mean is the entropy. A forecast for a desert has little of it, a fair coin "
        "as much as two outcomes can have. An outcome that never happens adds nothing: 0 log 0 counts as 0.",
        zh="结果揭晓之前，我们可以问：平均会得到多少信息？把每个结果的信息量按其概率加权平均，也就是求信息量的期望，"
        "得到的就是熵。"
        "沙漠里的天气预报熵很小；抛一枚均匀的硬币，熵达到两种结果所能有的最大值。概率为 0 的结果不贡献任何信息："
        "约定 0 log 0 = 0。",
    ),
    source="C. E. Shannon (1948), A Mathematical Theory of Communication, Bell System Technical Journal 27, "
    "379-423 and 623-656",
)
