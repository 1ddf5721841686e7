"""Brier score: squared error of the probabilities."""

from derive.formulas.cross_entropy_label import t
from derive.formulas.softmax import softmax, x
from derive.language import Formula, KroneckerDelta, Sum, Text, indices

k = indices("k")

brier = Formula(
    "brier",
    Sum((softmax[k] - KroneckerDelta(k, t)) ** 2, k),
    wrt=x,
    symbol="B",
    title=Text("Brier score of a softmax", zh="softmax 输出的 Brier 分数"),
    doc=Text(
        "A forecast is judged by the squared distance of its probabilities from what happened. Like the "
        "cross-entropy it is smallest on average for the true probabilities; unlike it, it never exceeds "
        "2, so one sure mistake does not outweigh everything. As a measure of calibration it serves well; "
        "in training it saturates as squared errors do.",
        zh="用概率与实际结果的平方距离来评判预测。与交叉熵一样，平均而言真实概率的得分最小；与交叉熵不同，"
        "它不超过 2，所以一次确信的错误不会压倒一切。用来衡量校准很合适；用来训练，则和平方误差一样会饱和。",
    ),
    source="G. W. Brier (1950), Verification of Forecasts Expressed in Terms of Probability, Monthly Weather "
    "Review 78(1), 1-3",
    known=(softmax,),
)
