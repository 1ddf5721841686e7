"""What layer normalisation leaves of a row."""

from derive.formulas.layer_norm import deviation, eps, layer_norm, row_mean, x
from derive.language import Claim, Sum, Text, by, equal, indices, n, scalar, vector

k = indices("k")
a, c, m = (scalar(name) for name in ("a", "c", "m"))
b = vector(
    "b", doc=Text("1 for the members of the first block, 0 for those of the second", zh="属于第一块为 1，第二块为 0")
)


def _moved(weight, a):  # type: ignore[no-untyped-def]
    """The sum of squares of a block about the number a, as what it is about m."""
    first, second = Sum(weight * (x[k] - a), k), Sum(weight * (x[k] - a) ** 2, k)
    return second + 2 * (a - m) * first + (a - m) ** 2 * Sum(weight, k)


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

blocks = Claim(
    "blocks_of_squares", deviation, _moved(b[k], a) + _moved(1 - b[k], c), "=", Sum((x[k] - m) ** 2, k),
    (
        equal(Sum(b[k] * (x[k] - m) ** 2, k) + Sum((1 - b[k]) * (x[k] - m) ** 2, k), "algebra"),
        equal(Sum((x[k] - m) ** 2, k), "algebra"),
    ),
    Text("Blocks of a row merge about any numbers", zh="一行的各块可关于任意数合并"),
    Text(
        "Let b be 1 for the members of the first block and 0 for the others. Of each block three sums are kept, about "
        "a number of its own: how many members it has, their deviations, and the squares of these. They give the "
        "squares about any other number m. With a and c the means of the blocks the sums of deviations are 0, and "
        "what is left is the law of Chan, Golub and LeVeque (1979): nothing in it cancels, however far the row is "
        "from 0.",
        zh="设 b 在第一块的成员处为 1，其余为 0。每块只需保留三个和，都关于该块自己的一个数：成员个数、离差之和、"
        "离差平方和。由它们即可得到关于任何其他数 m 的平方和。若 a 与 c 取各块的均值，离差之和便为 0，"
        "剩下的就是 Chan、Golub 与 LeVeque（1979）的合并公式：无论这一行离 0 多远，其中都没有相消。",
    ),
    constants=(a, c, m),
)  # fmt: skip
