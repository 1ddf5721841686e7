"""KL divergence: how far a model's distribution is from the true one."""

from derive.formulas.entropy import p
from derive.language import Formula, Sum, Text, indices, log, vector

i, j, k = indices("i j k")
q = vector("q", domain="positive", doc=Text("the model's probabilities", zh="模型给出的概率分布"))

kl_divergence = Formula(
    "kl_divergence",
    Sum(p[i] * log(p[i] / q[i]), i),
    wrt=q,
    symbol="D",
    title=Text("KL divergence", zh="KL 散度"),
    doc=Text(
        "The world draws outcomes from p, but we describe them with a model q. On average an outcome then surprises us "
        "more than it had to, and the KL divergence is this excess. The smaller it is, the closer the model is to the "
        "truth; it is 0 only where the two are equal. It is no distance: seen from q it is another number.",
        zh="结果服从真实分布 p，我们却用模型 q 去描述它，于是平均而言，每个结果带给我们的“意外”都比必要的多。"
        "多出来的这部分就是 KL 散度"
        "（又称相对熵）。它越小，模型越接近真实分布；当且仅当两个分布相同时它等于 0。它不是距离：交换 p 与 q，"
        "数值一般会变。",
    ),
    source="S. Kullback, R. A. Leibler (1951), On Information and Sufficiency, Annals of Mathematical Statistics "
    "22(1), 79-86",
)
