"""Layer normalisation by its parts: the mean, the deviation, the normalised value."""

from derive.language import Formula, Sum, Text, indices, n, parameter, sqrt, vector

i, k = indices("i k")
x = vector("x", doc=Text("activations of one row", zh="一行激活值"))
eps = parameter(
    "eps", default=1e-5, domain="positive", doc=Text("keeps the root away from 0", zh="防止根号下为 0 的小常数")
)
SOURCE = "J. L. Ba, J. R. Kiros, G. E. Hinton (2016), Layer Normalization, arXiv:1607.06450"

row_mean = Formula(
    "row_mean",
    Sum(x[k], k) / n,
    wrt=x,
    symbol="mu",
    title=Text("Mean of a row", zh="一行的均值"),
    doc=Text(
        "Where the values of a row lie. It moves with them: what is added to all is added to the mean.",
        zh="一行数值的中心。所有值都加上同一个数，均值也加上这个数。",
    ),
    source=SOURCE,
)
deviation = Formula(
    "deviation",
    sqrt(Sum((x[k] - row_mean.value) ** 2, k) / n + eps),
    wrt=x,
    symbol="d",
    title=Text("Standard deviation of a row", zh="一行的标准差"),
    doc=Text(
        "How far the values of a row lie from their mean, as the root of the mean square. A small eps under the root "
        "keeps it positive where all values agree.",
        zh="一行数值离均值有多远：离差平方的平均值再开方。根号下加一个很小的 ε，使各值相同时它仍为正。",
    ),
    source=SOURCE,
)
layer_norm = Formula(
    "layer_norm",
    (x[i] - row_mean.value) / deviation.value,
    over=i,
    wrt=x,
    symbol="h",
    title=Text("Layer normalisation", zh="层归一化"),
    doc=Text(
        "Each value less the mean of its row, over the deviation: whatever the scale of a layer's outputs, the next "
        "layer sees mean 0 and deviation 1. Back through it, an upstream gradient loses its mean and its part along "
        "the normalised values, for these two the forward pass has taken out.",
        zh="每个值减去本行的均值，再除以标准差：不论上一层输出的尺度如何，下一层看到的都是均值 0、标准差 1。"
        "反向传播时，上游梯度要去掉它的均值，以及沿归一化值方向的分量，因为前向计算已经把这两部分除去了。",
    ),
    source=SOURCE,
)
