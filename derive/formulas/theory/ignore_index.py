"""Samples of the ignored class have no loss and no gradient; all others have theirs unchanged."""

from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.ignore_index import g, ignore_index
from derive.formulas.softmax import x
from derive.language import Claim, KroneckerDelta, Partial, Text, by, distinct, equal, indices, sums_to

j = indices("j")

ignored = Claim(
    "ignored", ignore_index, ignore_index.value, "=", 0,
    (by("definition"), by("assumption")),
    Text("No loss at the ignored class", zh="被忽略的类别没有损失"),
    Text("Where the label is the class to ignore, the delta is 1.", zh="标签就是要忽略的类别时，克罗内克 δ 为 1。"),
    assuming=(sums_to(KroneckerDelta(t, g), 1),),
)  # fmt: skip

no_gradient = Claim(
    "no_gradient", ignore_index, Partial(ignore_index.value, x[j]), "=", 0,
    (by("definition"), equal(Partial(0, x[j]), "assumption"), by("differentiate")),
    Text("And no gradient", zh="被忽略的类别也没有梯度"),
    Text("The whole gradient carries the same factor.", zh="整个梯度都带有同一个因子。"),
    assuming=(sums_to(KroneckerDelta(t, g), 1),),
)  # fmt: skip

counted = Claim(
    "counted", ignore_index, ignore_index.value, "=", cross_entropy_label.value,
    (by("definition"), by("distinct indices")),
    Text("At every other class the loss is unchanged", zh="其余类别的损失不变"),
    Text("Where the label is another class, the delta is 0.", zh="标签是别的类别时，克罗内克 δ 为 0。"),
    assuming=(distinct(t, g),),
)  # fmt: skip
