"""Squared error looks at all classes alike, cross-entropy at the right one."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.mse import j, k, mse, q, y
from derive.language import Claim, KroneckerDelta, Partial, Sum, Text, Witness, by, distinct, equal, log, n, vector
from derive.language import positive as is_positive

a = vector("a", doc=Text("one output", zh="一种输出"))
b = vector("b", doc=Text("another output", zh="另一种输出"))
ONE_HOT = Sum((q[k] - KroneckerDelta(k, t)) ** 2, k) / n
OUTPUTS = {a: ("0.6", "0.2", "0.2"), b: ("0.6", "0.4", "0")}
"""The right class, the first, has the same probability in both."""

one_hot = Claim(
    "one_hot", mse, ONE_HOT, "=", ((q[t] - 1) ** 2 + Sum((1 - KroneckerDelta(k, t)) * q[k] ** 2, k)) / n,
    (
        equal((Sum(q[k] ** 2, k) - 2 * q[t] + 1) / n, "algebra"),
        equal(((q[t] - 1) ** 2 + Sum((1 - KroneckerDelta(k, t)) * q[k] ** 2, k)) / n, "algebra"),
    ),
    Text("With a one-hot target", zh="目标为独热向量时的均方误差"),
    Text(
        "One term for the right class and one for each wrong class: ((a-1)^2 + b^2 + c^2)/3 with three classes.",
        zh="正确类别一项，每个错误类别各一项；三个类别时就是 ((a-1)^2 + b^2 + c^2)/3。",
    ),
)  # fmt: skip

minds_the_others = Claim(
    "minds_the_others", mse, Partial(ONE_HOT, q[j]), "=", 2 * q[j] / n,
    (by("differentiate"), equal(2 * q[j] / n, "distinct indices")),
    Text("Squared error pushes at every wrong class", zh="平方误差对每个错误类别都施加梯度"),
    Text(
        "The slope at a wrong class j is in proportion to its output, whatever the right class gets.",
        zh="错误类别 j 处的导数与该类的输出成正比，与正确类别得到多少无关。",
    ),
    assuming=(distinct(j, t),),
)  # fmt: skip

does_not_mind = Claim(
    "does_not_mind", mse, Partial(-log(q[t]), q[j]), "=", 0,
    (by("differentiate"), equal(0, "distinct indices")),
    Text("Cross-entropy looks at the right class alone", zh="交叉熵只看正确的类别"),
    Text(
        "The slope of -log q_t at a wrong class is 0: how the rest is shared among the wrong ones is left open.",
        zh="-log q_t 对错误类别的导数为 0：剩下的概率在错误类别之间怎样分配，它并不过问。",
    ),
    assuming=(is_positive(q[t]), distinct(j, t)),
)  # fmt: skip

differs = Witness(
    "differs", mse, Sum((a[k] - y[k]) ** 2, k) / n, "!=", Sum((b[k] - y[k]) ** 2, k) / n,
    {**OUTPUTS, y: (1, 0, 0)},
    Text("Two outputs, equally right: squared error tells them apart", zh="两种输出同样正确，平方误差却不同"),
    Text(
        "Both give the right class 0.6; the squared error of the second is a third larger.",
        zh="两种输出给正确类别的概率都是 0.6，后者的均方误差却大三分之一。",
    ),
)  # fmt: skip

agrees = Witness(
    "agrees", mse, -log(a[t]), "=", -log(b[t]),
    {**OUTPUTS, t: 1},
    Text("Cross-entropy is the same for both", zh="二者的交叉熵相同"),
    Text("It is -log 0.6 for both.", zh="都是 -log 0.6。"),
)  # fmt: skip
