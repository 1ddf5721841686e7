"""Squared error is a Gaussian likelihood; labels are names, and cross-entropy does not care how they are numbered."""

from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.cross_entropy import y as target
from derive.formulas.gaussian_nll import gaussian_nll, j, k, mu, sigma, y
from derive.formulas.softmax import x
from derive.language import (
    Claim,
    Partial,
    Prod,
    Sum,
    Text,
    Witness,
    by,
    equal,
    exp,
    indices,
    log,
    n,
    permutation,
    pi,
    sqrt,
    vector,
)

a, b, m = indices("a b m")
order = permutation("rho")
DENSITY = exp(-((y[k] - mu[k]) ** 2) / (2 * sigma**2)) / sqrt(2 * pi * sigma**2)
MEAN_SQUARE = Sum((mu[k] - y[k]) ** 2, k) / n
u = vector("u", doc=Text("one numbering of the classes", zh="类别的一种编号"))
v = vector("v", doc=Text("another numbering", zh="另一种编号"))

likelihood = Claim(
    "likelihood", gaussian_nll, -log(Prod(DENSITY, k)), "=", gaussian_nll.value,
    (
        equal(-Sum(log(DENSITY), k), "logarithm of a product"),
        equal(Sum((y[k] - mu[k]) ** 2 / (2 * sigma**2) + log(2 * pi * sigma**2) / 2, k), "logarithms"),
        equal(Sum((y[k] - mu[k]) ** 2, k) / (2 * sigma**2) + n / 2 * log(2 * pi * sigma**2), "algebra"),
        by("by its symbol"),
    ),
    Text("Squared error is the likelihood of Gaussian noise", zh="平方误差就是高斯噪声下的似然"),
    Text(
        "The product of the densities of n independent measurements, and minus its logarithm.",
        zh="n 次独立观测的密度连乘，再取负对数。",
    ),
)  # fmt: skip

same_minimum = Claim(
    "same_minimum", gaussian_nll,
    Partial(gaussian_nll.value, mu[j]), "=", n / (2 * sigma**2) * Partial(MEAN_SQUARE, mu[j]),
    (by("differentiate"), equal(n / (2 * sigma**2) * Partial(MEAN_SQUARE, mu[j]), "differentiate")),
    Text("Both have the same gradient, but for a factor", zh="二者的梯度只差一个常数因子"),
    Text(
        "Minus the logarithm of the likelihood and n/(2 sigma^2) times the mean squared error differ by a constant.",
        zh="负对数似然与均方误差的 n/(2 σ^2) 倍只差一个常数。",
    ),
)  # fmt: skip

relabelled = Claim(
    "relabelled", gaussian_nll,
    -Sum(target[order(k)] * log(exp(x[order(k)]) / Sum(exp(x[order(m)]), m)), k), "=", cross_entropy.value,
    (
        equal(-Sum(target[k] * log(exp(x[k]) / Sum(exp(x[m]), m)), k), "re-index"),
        equal(cross_entropy.value, "by its symbol"),
    ),
    Text("Cross-entropy does not care how the classes are numbered", zh="交叉熵与类别的编号无关"),
    Text(
        "Rename the classes by any permutation, in the scores and in the target alike: the sums have the same terms in "
        "another order.",
        zh="用任意置换给类别重新编号，得分与目标一起换：和式里还是那些项，只是次序不同。",
    ),
)  # fmt: skip

renumbered = Witness(
    "renumbered", gaussian_nll, (u[a] - u[b]) ** 2, "!=", (v[a] - v[b]) ** 2,
    {u: (1, 2, 3), v: (1, 3, 2), a: 1, b: 3},
    Text("Squared differences of labels do", zh="标签之差的平方则不然"),
    Text(
        "Number cat, dog and bird 1, 2, 3, and then 1, 3, 2. To take a bird for a cat costs 4 the first time and 1 the "
        "second, although nothing but names has changed.",
        zh="猫、狗、鸟先编号为 1、2、3，再改为 1、3、2。把鸟认成猫，前一种编号的代价是 4，后一种是 1，"
        "而改变的只是名字。",
    ),
)  # fmt: skip
