"""Label smoothing: a little of the target is spread over all classes."""

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.log_softmax import log_softmax
from derive.formulas.softmax import i, softmax, x
from derive.language import Formula, Sum, Text, n, parameter

alpha = parameter("alpha", default=0.1, doc=Text("how much is spread, from 0 to 1", zh="平滑的程度，取 0 到 1 之间"))

label_smoothing = Formula(
    "label_smoothing",
    (1 - alpha) * cross_entropy_label.value - alpha / n * Sum(log_softmax[i], i),
    wrt=x,
    symbol="S",
    title=Text("Label smoothing", zh="标签平滑"),
    doc=Text(
        "A target of exactly 1 is never reached: the cross-entropy goes on pushing the right logit away from the "
        "others, for ever. Label smoothing asks for a little less: it takes alpha from the right class and shares it "
        "out evenly among all classes. The loss is then a mixture of the usual one and of one that wants all classes "
        "alike.",
        zh="目标恰为 1 是永远达不到的：交叉熵会不停地把正确类别的 logit 推离其他类别。标签平滑把要求放低一点："
        "从正确类别取出 α，"
        "平均分给所有类别。这样得到的损失，是通常的损失与“希望各类别概率相等”的损失二者的加权平均。",
    ),
    source="C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna (2016), Rethinking the Inception Architecture for "
    "Computer Vision, CVPR, 2818-2826",
    known=(softmax,),
)
