"""Sigmoid: a score becomes the probability of a yes."""

from derive.language import Formula, Text, exp, indices, vector

i = indices("i")
x = vector(
    "x",
    doc=Text(
        "logits: the scores of a yes, any real numbers, one per sample", zh="logits：“是”的得分，任意实数，每个样本一个"
    ),
)

sigmoid = Formula(
    "sigmoid",
    1 / (1 + exp(-x[i])),
    over=i,
    wrt=x,
    symbol="sigma",
    title=Text("Sigmoid", zh="sigmoid 函数"),
    doc=Text(
        "A question with two answers needs one probability only: that of a yes. The sigmoid makes it out of a score "
        "that may be any real number. It is 1/2 at 0, tends to 1 on the right and to 0 on the left, and is "
        "flat at both ends. That flatness is what the choice of a loss has to reckon with.",
        zh="只有“是”与“否”两个答案的问题，只需要一个概率：“是”的概率。sigmoid 函数把任意实数得分变成这样一个概率："
        "在 0 处取 1/2，"
        "向右趋于 1，向左趋于 0，两端都变得平坦。选择损失函数时，要面对的正是这种平坦（饱和）。",
    ),
    source="D. R. Cox (1958), The Regression Analysis of Binary Sequences, Journal of the Royal Statistical Society B "
    "20(2), 215-242",
)
