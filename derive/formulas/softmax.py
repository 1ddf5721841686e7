"""Softmax: scores become probabilities."""

from derive.language import Formula, Sum, Text, exp, indices, vector

i, j = indices("i j")
x = vector("x", doc=Text("logits: unnormalised scores, one per class", zh="logits：未归一化的得分，每个类别一个"))

softmax = Formula(
    "softmax",
    exp(x[i]) / Sum(exp(x[j]), j),
    over=i,
    wrt=x,
    symbol="s",
    title=Text("Softmax", zh="softmax 函数"),
    doc=Text(
        "A network gives each class a score, any real number; we want probabilities. The exponential makes every score "
        "positive and draws large and small ones apart, and dividing by the sum of all makes them sum to 1. Each "
        "output depends on every score, through the denominator: so its derivative has two cases.",
        zh="网络给每个类别打一个分，可以是任意实数，而我们要的是概率。指数函数把得分都变成正数，并拉开大小之间的差距；"
        "再除以它们的总和，就得到总和为 1 的概率。由于分母含有全部得分，每个输出都与每个得分有关，"
        "所以求导要分两种情形。",
    ),
    source="J. S. Bridle (1990), Probabilistic Interpretation of Feedforward Classification Network Outputs, with "
    "Relationships to Statistical Pattern Recognition, Neurocomputing: Algorithms, Architectures and Applications, "
    "Springer, 227-236",
)
