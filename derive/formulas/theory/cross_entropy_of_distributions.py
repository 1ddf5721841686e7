"""The KL divergence taken apart: cross-entropy minus entropy, and why training needs the first alone."""

from derive.formulas.cross_entropy_of_distributions import cross_entropy_of_distributions, j, k
from derive.formulas.entropy import entropy, p
from derive.formulas.kl_divergence import kl_divergence, q
from derive.language import Claim, Partial, Sum, Text, at_least, by, equal, log, sums_to

C = cross_entropy_of_distributions

split = Claim(
    "split", C, kl_divergence.value, "=", C.value - entropy.value,
    (
        by("definition"),
        equal(Sum(p[k] * (log(p[k]) - log(q[k])), k), "logarithm of a quotient"),
        equal(-Sum(p[k] * log(q[k]), k) + Sum(p[k] * log(p[k]), k), "algebra"),
        equal(C.value - entropy.value, "by its symbol"),
    ),
    Text("KL divergence = cross-entropy - entropy", zh="KL 散度等于交叉熵减去熵"),
    Text(
        "The logarithm of the quotient splits the sum in two. The second part, the entropy, holds p alone.",
        zh="商的对数把和式拆成两部分，其中的熵只含真实分布 p。",
    ),
)  # fmt: skip

same_gradient = Claim(
    "same_gradient", C, Partial(kl_divergence.value - C.value, q[j]), "=", 0,
    (equal(Partial(-entropy.value, q[j]), split), by("differentiate")),
    Text("Both have the same gradient in the model", zh="二者对模型的梯度相同"),
    Text(
        "The entropy of the truth does not depend on the model: whoever minimises the cross-entropy in q minimises "
        "the KL divergence.",
        zh="真实分布的熵与模型无关，所以关于 q 最小化交叉熵，就是最小化 KL 散度。",
    ),
)  # fmt: skip

at_least_the_entropy = Claim(
    "at_least_the_entropy", C, C.value - entropy.value, ">=", 0,
    (
        by("definition"),
        equal(-Sum(p[k] * log(q[k] / p[k]), k), "logarithms"),
        at_least(-Sum(p[k] * (q[k] / p[k] - 1), k), "tangent line"),
        equal(Sum(p[k], k) - Sum(q[k], k), "algebra"),
        equal(1 - Sum(q[k], k), "probabilities sum to 1"),
        equal(0, "assumption"),
    ),
    Text("The cross-entropy is at least the entropy", zh="交叉熵不小于熵"),
    Text(
        "The best that any model can reach is the entropy of the truth, not 0.",
        zh="任何模型所能达到的最小值是真实分布的熵，而不是 0。",
    ),
    assuming=(sums_to(Sum(q[k], k), 1),),
)  # fmt: skip
