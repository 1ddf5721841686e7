"""Behind a softmax, squared error stops learning too; the Hessian of the cross-entropy is positive semidefinite."""

from derive.formulas.cross_entropy import y
from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.mse_softmax import mse_softmax
from derive.formulas.softmax import softmax, x
from derive.formulas.theory.softmax import sums_to_one
from derive.language import (
    Claim,
    KroneckerDelta,
    Limit,
    Partial,
    Sum,
    Text,
    at_least,
    by,
    distinct,
    equal,
    exp,
    indices,
    n,
    oo,
    positive,
    vector,
)

i, j, k = indices("i j k")
v = vector("v", doc=Text("any direction", zh="任意方向"))
MEAN = Sum(softmax[k] * v[k], k)
"""The mean of the direction under the probabilities."""
OTHERS = Sum((1 - KroneckerDelta(k, t)) * exp(x[k]), k)

gradient = Claim(
    "gradient", mse_softmax, Partial(mse_softmax.value, x[j]), "=",
    softmax[j] * ((softmax[j] - y[j]) - Sum(softmax[i] * (softmax[i] - y[i]), i)),
    (
        by("differentiate"),
        equal(softmax[j] * ((softmax[j] - y[j]) - Sum(softmax[i] * (softmax[i] - y[i]), i)), "algebra"),
    ),
    Text("Each component of the gradient carries its own output as a factor", zh="梯度的每个分量都以相应的输出为因子"),
    Text("The cross-entropy has s_j - y_j without that factor.", zh="交叉熵的梯度是 s_j - y_j，没有这个因子。"),
)  # fmt: skip

probability_vanishes = Claim(
    "probability_vanishes", mse_softmax, Limit(softmax[t], x[t], -oo), "=", 0,
    (
        by("definition"),
        equal(Limit(exp(x[t]) / (exp(x[t]) + OTHERS), x[t], -oo), "algebra"),
        by("limits"),
    ),
    Text("A class whose score falls loses its probability", zh="得分趋于负无穷的类别，概率趋于零"),
    Text("This needs another class for the probability to go to.", zh="前提是还有别的类别来承接这部分概率。"),
    assuming=(positive(n - 1),),
)  # fmt: skip

others_remain = Claim(
    "others_remain", mse_softmax, Limit(softmax[i], x[t], -oo), "=", (1 - KroneckerDelta(i, t)) * exp(x[i]) / OTHERS,
    (
        by("definition"),
        equal(Limit(exp(x[i]) / (exp(x[t]) + OTHERS), x[t], -oo), "algebra"),
        by("limits"),
    ),
    Text("The other classes share among them what it loses", zh="它失去的概率由其余类别分得"),
    Text(
        "Their exponentials stay as they are, and the sum that divides them loses the one of class t.",
        zh="其余类别的指数都不变，作为分母的总和只少了类别 t 的那一项。",
    ),
    assuming=(positive(n - 1),),
)  # fmt: skip

ERROR = softmax[t] - 1 - Sum(softmax[i] * (softmax[i] - KroneckerDelta(i, t)), i)

vanishes = Claim(
    "vanishes", mse_softmax, Limit(softmax[t] * ERROR, x[t], -oo), "=", 0,
    (
        equal(Limit(softmax[t], x[t], -oo) * Limit(ERROR, x[t], -oo), "limit of a product"),
        by("limit of a sum"),
        by("limit of a constant"),
        by("limit of a product"),
        by("limit of a constant"),
        by("limit of a finite sum"),
        by("limit of a product"),
        by("limit of a sum"),
        by("limit of a product"),
        by("limit of a constant"),
        equal(0, others_remain),
    ),
    Text(
        "Where the right class has lost, squared error does not pull it up",
        zh="正确类别的概率趋于零时，平方误差不再纠正它",
    ),
    Text(
        "The component of the gradient at the right class t goes to 0 as its score goes to minus infinity.",
        zh="正确类别 t 的得分趋于负无穷时，梯度在 t 处的分量趋于 0。",
    ),
    assuming=(positive(n - 1),),
)  # fmt: skip

cross_entropy_corrects = Claim(
    "cross_entropy_corrects", mse_softmax, Limit(softmax[t] - 1, x[t], -oo), "=", -1,
    (by("limit of a sum"), by("limit of a constant"), equal(-1, probability_vanishes)),
    Text("Cross-entropy pulls with full force there", zh="交叉熵在此处全力纠正"),
    Text("Its gradient at the right class goes to -1.", zh="它的梯度在正确类别处趋于 -1。"),
    assuming=(positive(n - 1),),
)  # fmt: skip

takes_all = Claim(
    "takes_all", mse_softmax, Limit(softmax[i], x[j], oo), "=", KroneckerDelta(i, j),
    (
        by("definition"),
        equal(Limit(exp(x[i] - x[j]) / Sum(exp(x[k] - x[j]), k), x[j], oo), "algebra"),
        by("limits"),
        by("sifting"),
    ),
    Text("A class whose score rises takes all probability", zh="得分趋于正无穷的类别，占有全部概率"),
    Text(
        "Divide above and below by the exponential that grows: it becomes 1, and all others vanish.",
        zh="分子分母同除以那个不断增大的指数：它自身变为 1，其余各项都趋于零。",
    ),
)  # fmt: skip

ERROR_AT_WRONG = softmax[j] - KroneckerDelta(j, t) - Sum(softmax[i] * (softmax[i] - KroneckerDelta(i, t)), i)

vanishes_at_wrong = Claim(
    "vanishes_at_wrong", mse_softmax, Limit(softmax[j] * ERROR_AT_WRONG, x[j], oo), "=", 0,
    (
        by("limit of a product"),
        by("limit of a sum"),
        by("limit of a constant"),
        by("limit of a product"),
        by("limit of a constant"),
        by("limit of a finite sum"),
        by("limit of a product"),
        by("limit of a sum"),
        by("limit of a constant"),
        by(takes_all),
        equal(0, "distinct indices"),
    ),
    Text(
        "Where a wrong class has won, squared error does not push it down",
        zh="错误类别的概率趋于 1 时，平方误差也不压低它",
    ),
    Text(
        "The component of the gradient at a wrong class j goes to 0 as its score goes to infinity.",
        zh="错误类别 j 的得分趋于正无穷时，梯度在 j 处的分量趋于 0。",
    ),
    assuming=(distinct(j, t),),
)  # fmt: skip

cross_entropy_corrects_wrong = Claim(
    "cross_entropy_corrects_wrong", mse_softmax, Limit(softmax[j] - KroneckerDelta(j, t), x[j], oo), "=", 1,
    (by("limit of a sum"), by("limit of a constant"), by(takes_all), equal(1, "distinct indices")),
    Text("Cross-entropy pushes with full force there", zh="交叉熵在此处全力压低"),
    Text("Its gradient at the wrong class goes to 1.", zh="它的梯度在错误类别处趋于 1。"),
    assuming=(distinct(j, t),),
)  # fmt: skip

cross_entropy_convex = Claim(
    "cross_entropy_convex", mse_softmax,
    Sum(v[j] * Sum(Partial(Partial(cross_entropy_label.value, x[j]), x[k]) * v[k], k), j), ">=", 0,
    (
        by("differentiate"),
        equal(Sum(softmax[j] * v[j] ** 2, j) - MEAN**2, "algebra"),
        equal(Sum(softmax[j] * v[j] ** 2, j) - 2 * MEAN * MEAN + MEAN**2 * Sum(softmax[j], j), sums_to_one),
        equal(Sum(softmax[j] * (v[j] - MEAN) ** 2, j), "algebra"),
        at_least(0, "no term is negative"),
    ),
    Text("The Hessian of the cross-entropy is positive semidefinite", zh="交叉熵的黑塞矩阵半正定"),
    Text(
        "Along any direction v the second derivative is the variance of v under the probabilities of the softmax, and "
        "no variance is negative: cross-entropy is convex in the logits.",
        zh="沿任意方向 v 的二阶导数，就是 v 在 softmax 概率下的方差，而方差不会为负：交叉熵关于 logits 是凸函数。",
    ),
)  # fmt: skip
