"""Softcapped cross-entropy: no logit grows beyond a cap."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.softmax import x
from derive.language import Formula, Sum, Text, exp, indices, log, parameter, tanh

j = indices("j")
c = parameter("c", default=30.0, domain="positive", doc=Text("cap of the logits", zh="logits 的上限"))

softcapped_cross_entropy = Formula(
    "softcapped_cross_entropy",
    log(Sum(exp(c * tanh(x[j] / c)), j)) - c * tanh(x[t] / c),
    wrt=x,
    symbol="C",
    title=Text("Cross-entropy of capped logits", zh="logits 有上限的交叉熵"),
    doc=Text(
        "Logits that grow without end make training unstable, and cutting them off stops the gradient "
        "dead. The hyperbolic tangent bends them towards a cap instead: small logits stay what they are, "
        "none is beyond c in size, and the slope fades but never jumps.",
        zh="logits 无休止地增大会使训练不稳定，而直接截断又会使梯度戛然而止。"
        "双曲正切则把它们平滑地弯向一个上限：小的 logits 几乎不变，绝对值都不超过 c，"
        "斜率逐渐减小而没有跳跃。",
    ),
    source="Gemma Team (2024), Gemma 2: Improving Open Language Models at a Practical Size, arXiv:2408.00118",
)
