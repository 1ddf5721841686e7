"""Cross-entropy of two distributions: what remains of the KL divergence when the truth is given."""

from derive.formulas.entropy import p
from derive.formulas.kl_divergence import q
from derive.language import Formula, Sum, Text, indices, log

i, j, k = indices("i j k")

cross_entropy_of_distributions = Formula(
    "cross_entropy_of_distributions",
    -Sum(p[i] * log(q[i]), i),
    wrt=q,
    symbol="C",
    title=Text("Cross-entropy of two distributions", zh="两个分布的交叉熵"),
    doc=Text(
        "Write the KL divergence as a difference of two sums: one of them holds p alone, and no model can change it. "
        "What remains is the cross-entropy, the information that outcomes drawn from p bring on average to somebody "
        "who believes in q. To make it small is to make the KL divergence small.",
        zh="把 KL 散度拆成两个和式之差，其中一个只含真实分布 p，模型怎么变它都不变。剩下的那个就是交叉熵：结果服从 p，"
        "而我们按 q 来计算信息量，所得的期望。所以让交叉熵最小，就是让 KL 散度最小。",
    ),
    source="T. M. Cover, J. A. Thomas (2006), Elements of Information Theory, 2nd edition, Wiley, chapter 2",
)
