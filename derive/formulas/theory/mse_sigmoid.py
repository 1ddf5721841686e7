"""Behind a sigmoid, squared error stops learning where it is most wrong; cross-entropy does not."""

from derive.formulas.bernoulli_nll import y
from derive.formulas.mse_sigmoid import mse_sigmoid
from derive.formulas.sigmoid import sigmoid, x
from derive.formulas.theory.sigmoid import left_limit, right_limit
from derive.language import Claim, Limit, Partial, Text, Witness, by, equal, indices, oo

j = indices("j")
SLOPE = (sigmoid[j] - y[j]) * sigmoid[j] * (1 - sigmoid[j])
"""The gradient of the squared error, as it was derived."""
CROSS_ENTROPY_SLOPE = sigmoid[j] - y[j]
"""The gradient of the binary cross-entropy."""

gradient = Claim(
    "gradient", mse_sigmoid, Partial(mse_sigmoid.value, x[j]), "=", SLOPE,
    (by("differentiate"),),
    Text("The gradient carries the slope of the sigmoid", zh="梯度带有 sigmoid 的导数"),
    Text("The error is multiplied by this slope.", zh="误差还要乘以这个导数。"),
)  # fmt: skip

vanishes_on_the_left = Claim(
    "vanishes_on_the_left", mse_sigmoid, Limit(SLOPE, x[j], -oo), "=", 0,
    (
        by("limit of a product"),
        by("limit of a sum"),
        by("limit of a product"),
        by("limit of a constant"),
        equal(0, left_limit),
    ),
    Text(
        "Far to the left the gradient vanishes, whatever the target",
        zh="得分趋于负无穷时，无论目标是什么，梯度都趋于零",
    ),
    Text(
        "Also with the target 1, where the answer is as wrong as can be.",
        zh="目标为 1 时也是如此，而这时的答案错得不能再错。",
    ),
)  # fmt: skip

vanishes_on_the_right = Claim(
    "vanishes_on_the_right", mse_sigmoid, Limit(SLOPE, x[j], oo), "=", 0,
    (
        by("limit of a product"),
        by("limit of a sum"),
        by("limit of a product"),
        by("limit of a constant"),
        equal(0, right_limit),
    ),
    Text("Far to the right it vanishes too", zh="得分趋于正无穷时，梯度同样趋于零"),
    Text("Also with the target 0.", zh="目标为 0 时也是如此。"),
)  # fmt: skip

cross_entropy_on_the_left = Claim(
    "cross_entropy_on_the_left", mse_sigmoid, Limit(CROSS_ENTROPY_SLOPE, x[j], -oo), "=", -y[j],
    (by("limit of a sum"), by("limit of a constant"), equal(-y[j], left_limit)),
    Text("Cross-entropy, far to the left", zh="交叉熵：得分趋于负无穷"),
    Text(
        "With the target 1 the gradient goes to -1, full correction; with the target 0, where all is well, to 0.",
        zh="目标为 1 时梯度趋于 -1，全力纠正；目标为 0 时答案正确，梯度趋于 0。",
    ),
)  # fmt: skip

cross_entropy_on_the_right = Claim(
    "cross_entropy_on_the_right", mse_sigmoid, Limit(CROSS_ENTROPY_SLOPE, x[j], oo), "=", 1 - y[j],
    (by("limit of a sum"), by("limit of a constant"), equal(1 - y[j], right_limit)),
    Text("Cross-entropy, far to the right", zh="交叉熵：得分趋于正无穷"),
    Text(
        "With the target 0 the gradient goes to 1, with the target 1 to 0.",
        zh="目标为 0 时梯度趋于 1；目标为 1 时梯度趋于 0。",
    ),
)  # fmt: skip

SECOND = Partial(Partial(mse_sigmoid.value, x[j]), x[j])

convex_here = Witness(
    "convex_here", mse_sigmoid, SECOND, ">", 0,
    {x: (0,), y: (1,), j: 1},
    Text("The second derivative is positive at 0", zh="在 0 处二阶导数为正"),
    Text("With the target 1, squared error bends upwards there.", zh="目标为 1 时，平方误差在中点附近向上弯。"),
)  # fmt: skip

concave_there = Witness(
    "concave_there", mse_sigmoid, SECOND, "<", 0,
    {x: (-2,), y: (1,), j: 1},
    Text("And negative at -2: squared error is not convex", zh="在 -2 处二阶导数为负：平方误差不是凸函数"),
    Text(
        "On the wrong side it bends downwards and flattens out: a plateau from which there is no slope to follow.",
        zh="在错误的一侧它向下弯，渐渐变平，成为一片没有坡度可循的高地。",
    ),
)  # fmt: skip
