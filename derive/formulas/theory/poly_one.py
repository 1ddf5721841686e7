"""Poly-1 with nothing added is the cross-entropy, and what it adds to the gradient."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.poly_one import eps, poly_one
from derive.formulas.softmax import softmax, x
from derive.language import Claim, KroneckerDelta, Partial, Text, by, indices, sums_to

j = indices("j")

nothing_added = Claim(
    "nothing_added", poly_one, poly_one.value, "=", cross_entropy_label.value,
    (by("definition"), by("assumption")),
    Text("With eps = 0 it is the cross-entropy", zh="ε = 0 时就是交叉熵"),
    Text("The term that was added is 0.", zh="添上的一项为 0。"),
    assuming=(sums_to(eps, 0),),
)  # fmt: skip

gradient = Claim(
    "gradient", poly_one, Partial(poly_one.value, x[j]), "=",
    (1 + eps * softmax[t]) * (softmax[j] - KroneckerDelta(j, t)),
    (by("differentiate"),),
    Text("The gradient of Poly-1", zh="Poly-1 的梯度"),
    Text(
        "That of the cross-entropy, times a factor that grows with the probability of the right class.",
        zh="交叉熵的梯度乘以一个因子，正确类别的概率越大，这个因子越大。",
    ),
)  # fmt: skip
