"""Cross-entropy with the z-loss: the logits are kept from drifting."""

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax, x
from derive.language import Formula, Text, parameter

a = parameter("a", default=1e-4, doc=Text("weight of the penalty", zh="惩罚项的权重"))

z_loss = Formula(
    "z_loss",
    cross_entropy_label.value + a * logsumexp.value**2,
    wrt=x,
    symbol="Z",
    title=Text("Cross-entropy with z-loss", zh="带 z-loss 的交叉熵"),
    doc=Text(
        "Softmax does not see a constant that is added to all logits, so nothing keeps them from drifting away "
        "together, and in low precision that costs accuracy. A small penalty on the square of the log-sum-exp holds "
        "the logarithm of the denominator near 0.",
        zh="所有 logits 同加一个常数，softmax 毫无察觉，因此没有什么能阻止它们一起漂移；而在低精度下，漂移会损失精度。"
        "给 log-sum-exp 的平方加一点惩罚，就能让分母的对数保持在 0 附近。",
    ),
    source="A. Chowdhery et al. (2022), PaLM: Scaling Language Modeling with Pathways, arXiv:2204.02311",
    known=(softmax,),
)
