"""Jensen-Shannon divergence of two softmaxes: how far two models are apart, the same from both sides."""

from derive.formulas.softmax import softmax, x
from derive.language import Formula, Sum, Text, exp, indices, log, vector

i, j = indices("i j")
z = vector("z", doc=Text("logits of another model", zh="另一个模型的 logits"))

rival_softmax = Formula(
    "rival_softmax",
    exp(z[i]) / Sum(exp(z[j]), j),
    over=i,
    wrt=z,
    symbol="r",
    title=Text("Softmax of another model", zh="另一个模型的 softmax"),
    doc=Text(
        "Another model, or another view of the sample, gives scores of its own. Their softmax is what it holds for "
        "likely.",
        zh="另一个模型（或同一样本的另一种视图）给出自己的得分。对这些得分取 softmax，就是它所认为的概率。",
    ),
    source="J. S. Bridle (1990), Probabilistic Interpretation of Feedforward Classification Network Outputs, with "
    "Relationships to Statistical Pattern Recognition, Neurocomputing: Algorithms, Architectures and Applications, "
    "Springer, 227-236",
)
mean_of_softmaxes = Formula(
    "mean_of_softmaxes",
    (softmax[i] + rival_softmax[i]) / 2,
    over=i,
    wrt=x,
    symbol="m",
    title=Text("Mean of two softmaxes", zh="两个 softmax 的平均"),
    doc=Text(
        "A coin is thrown, and one of two models is asked. These are the probabilities of what is heard.",
        zh="抛一枚均匀的硬币，决定听两个模型中的哪一个。这就是最终听到各个结果的概率。",
    ),
    source="J. Lin (1991), Divergence Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory "
    "37(1), 145-151",
    known=(softmax,),
)

jensen_shannon = Formula(
    "jensen_shannon",
    Sum(
        softmax[i] * log(softmax[i] / mean_of_softmaxes[i])
        + rival_softmax[i] * log(rival_softmax[i] / mean_of_softmaxes[i]),
        i,
    )
    / 2,
    wrt=x,
    symbol="J",
    title=Text("Jensen-Shannon divergence of two softmaxes", zh="两个 softmax 输出的 Jensen-Shannon 散度"),
    doc=Text(
        "The KL divergences of both models from their mean, half of each. It is the same from both sides, and never "
        "more than log 2, which it reaches where no outcome is possible for both. Used where two views of one sample "
        "are to agree and neither is the truth.",
        zh="两个模型各自相对于二者平均的 KL 散度，各取一半。交换两个模型，它不变；它不超过 log 2，"
        "当没有任何结果对两者都可能时取到这个上界。适用于同一样本的两种视图应当一致、而又没有哪一个是真值的情形。",
    ),
    source="J. Lin (1991), Divergence Measures Based on the Shannon Entropy, IEEE Transactions on Information Theory "
    "37(1), 145-151",
    known=(softmax, rival_softmax, mean_of_softmaxes),
)
