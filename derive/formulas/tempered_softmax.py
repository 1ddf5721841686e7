"""Softmax at a temperature: between the hard choice of the largest score and no preference at all."""

from derive.formulas.softmax import i, j, x
from derive.language import Formula, Sum, Text, exp, parameter

T = parameter("T", default=1.0, domain="positive", doc=Text("temperature", zh="温度"))

tempered_softmax = Formula(
    "tempered_softmax",
    exp(x[i] / T) / Sum(exp(x[j] / T), j),
    over=i,
    wrt=(x, T),
    symbol="p",
    title=Text("Softmax at a temperature", zh="带温度的 softmax"),
    doc=Text(
        "To choose the class with the largest score is what we want, but the choice jumps and has no derivative. The "
        "exponential spreads the scores apart and is smooth. How far it spreads them is the matter of the temperature: "
        "a cold softmax approaches the hard choice, a hot one gives all classes the same.",
        zh="选出得分最大的类别，正是我们想要的；可是“取最大”是跳变的，无法求导。指数函数既能拉开得分的差距，"
        "又处处光滑。"
        "拉开多少由温度决定：温度趋于 0 时，softmax 趋于“取最大”；温度趋于无穷时，各类别的概率趋于相等。",
    ),
    source="G. Hinton, O. Vinyals, J. Dean (2015), Distilling the Knowledge in a Neural Network, arXiv:1503.02531",
)
