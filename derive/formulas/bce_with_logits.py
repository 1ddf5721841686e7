"""Binary cross-entropy of scores: sigmoid and logarithm in one, so that neither saturates."""

from derive.formulas.bernoulli_nll import y
from derive.formulas.sigmoid import i, sigmoid, x
from derive.formulas.softplus import softplus
from derive.language import Formula, Sum, Text

bce_with_logits = Formula(
    "bce_with_logits",
    Sum(softplus[i] - y[i] * x[i], i),
    wrt=x,
    symbol="B",
    title=Text("Binary cross-entropy with logits", zh="以 logits 表示的二元交叉熵"),
    doc=Text(
        "Put the sigmoid of a score into the binary cross-entropy, and the logarithm meets the exponential: what is "
        "left is the softplus of the score minus the score of the yes. Nothing in it can become the logarithm of 0, "
        "and its slope is the plainest one there is: what the model said minus what was right.",
        zh="把得分的 sigmoid 代入二元交叉熵，对数与指数相遇，化简后只剩下得分的 softplus 减去 y 乘以得分。"
        "式中再不会出现 0 的对数，"
        "而它的导数也简单得不能再简单：模型给出的概率减去正确答案。",
    ),
    source="D. R. Cox (1958), The Regression Analysis of Binary Sequences, Journal of the Royal Statistical Society B "
    "20(2), 215-242",
    known=(sigmoid,),
)
