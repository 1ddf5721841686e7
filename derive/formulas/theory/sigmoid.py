"""The sigmoid's symmetry, its slope, its limits, and the softmax behind it."""

from derive.formulas.sigmoid import i, sigmoid, x
from derive.language import Claim, Limit, Partial, Text, by, equal, exp, oo

two_classes = Claim(
    "two_classes", sigmoid, sigmoid[i], "=", exp(x[i]) / (exp(x[i]) + 1),
    (by("definition"), equal(exp(x[i]) / (exp(x[i]) + 1), "algebra")),
    Text("A softmax of two classes", zh="两个类别的 softmax"),
    Text(
        "Multiplied above and below by the exponential of the score, the sigmoid is the softmax of that score and 0.",
        zh="分子分母同乘得分的指数，可见 sigmoid 就是“该得分与 0”这两个得分的 softmax。",
    ),
)  # fmt: skip

mirror = Claim(
    "mirror", sigmoid, 1 - sigmoid[i], "=", 1 / (1 + exp(x[i])),
    (
        by("definition"),
        equal(exp(-x[i]) / (1 + exp(-x[i])), "algebra"),
        equal(1 / (1 + exp(x[i])), "algebra"),
    ),
    Text("The probability of a no is the sigmoid of minus the score", zh="“否”的概率是得分相反数的 sigmoid"),
    Text(
        "The right side is the sigmoid at -x: to turn the question round is to change the sign of the score.",
        zh="右边正是 sigmoid 在 -x 处的值：把问题反过来问，等于给得分变号。",
    ),
)  # fmt: skip

slope = Claim(
    "slope", sigmoid, Partial(sigmoid[i], x[i]), "=", sigmoid[i] * (1 - sigmoid[i]),
    (by("differentiate"),),
    Text("The slope by the value itself", zh="导数可用函数值表示"),
    Text(
        "The slope is the product of both probabilities: largest, 1/4, in the middle, and almost 0 where one is small.",
        zh="导数等于“是”与“否”两个概率之积：在中点处最大，为 1/4；只要有一个概率很小，导数就接近 0。",
    ),
)  # fmt: skip

left_limit = Claim(
    "left_limit", sigmoid, Limit(sigmoid[i], x[i], -oo), "=", 0,
    (equal(Limit(exp(x[i]) / (exp(x[i]) + 1), x[i], -oo), two_classes), by("limits")),
    Text("The limit of the sigmoid on the left", zh="sigmoid 在负无穷处的极限"),
    Text("A very negative score makes a yes impossible.", zh="得分趋于负无穷时，“是”的概率趋于 0。"),
)  # fmt: skip

right_limit = Claim(
    "right_limit", sigmoid, Limit(sigmoid[i], x[i], oo), "=", 1,
    (by("definition"), by("limits")),
    Text("The limit of the sigmoid on the right", zh="sigmoid 在正无穷处的极限"),
    Text("A very large score makes a yes certain.", zh="得分趋于正无穷时，“是”的概率趋于 1。"),
)  # fmt: skip

no_on_the_right = Claim(
    "no_on_the_right", sigmoid, Limit(1 - sigmoid[i], x[i], oo), "=", 0,
    (by("definition"), by("limits")),
    Text("The limit of the probability of a no on the right", zh="“否”的概率在正无穷处的极限"),
    Text("A very large score makes a no impossible.", zh="得分趋于正无穷时，“否”的概率趋于 0。"),
)  # fmt: skip
