"""What layer normalisation leaves of a row."""

from derive.formulas.layer_norm import deviation, eps, layer_norm, row_mean, x
from derive.language import Claim, Sum, Text, by, equal, indices, n

k = indices("k")

centred = Claim(
    "centred", layer_norm, Sum(layer_norm[k], k), "=", 0,
    (
        equal(Sum((x[k] - row_mean.value) / deviation.value, k), "definition"),
        equal((Sum(x[k], k) - n * row_mean.value) / deviation.value, "algebra"),
        equal(0, "definition"),
    ),
    Text("Normalised values sum to 0", zh="归一化后各值之和为 0"),
    Text(
        "What is added to a whole row is gone after the mean is taken off, so no gradient along it comes back.",
        zh="减去均值后，整行共同的偏移不复存在，因此也不会有沿这一方向的梯度传回来。",
    ),
)  # fmt: skip
scaled = Claim(
    "scaled", layer_norm, Sum(layer_norm[k] ** 2, k) / n, "=", 1 - eps / deviation.value**2,
    (
        equal(Sum(((x[k] - row_mean.value) / deviation.value) ** 2, k) / n, "definition"),
        equal((Sum((x[k] - row_mean.value) ** 2, k) / n + eps - eps) / deviation.value**2, "algebra"),
        equal((deviation.value**2 - eps) / deviation.value**2, "by its symbol"),
        by("algebra"),
    ),
    Text("The mean square is 1, less what eps takes", zh="均方值为 1，只差 ε 带来的一点"),
    Text(
        "Where the deviation is large beside the root of eps, the normalised values have mean square 1; where a row is "
        "nearly constant, eps keeps them small instead of blowing noise up.",
        zh="当标准差远大于 ε 的平方根时，归一化后的均方值就是 1；当一行几乎不变时，ε 使结果保持很小而不放大噪声。",
    ),
)  # fmt: skip
