"""Why not squared error: it saturates, it looks at all classes alike, and labels are not numbers."""

from sympy import Mul

from derive.formulas.bce_with_logits import bce_with_logits
from derive.formulas.bernoulli_nll import y as answer
from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.mse import k, mse, q, y
from derive.formulas.mse_sigmoid import mse_sigmoid
from derive.formulas.sigmoid import x as score
from derive.formulas.softmax import x
from derive.formulas.theory import bce_with_logits as logits
from derive.formulas.theory import gaussian_nll as noise
from derive.formulas.theory import mse as alike
from derive.formulas.theory import mse_sigmoid as behind_a_sigmoid
from derive.formulas.theory import mse_softmax as behind_a_softmax
from derive.language import Exercise, Fact, Partial, Rational, Session, Stop, Sum, Text, indices, log, scalar

a, b, c = scalar("a"), scalar("b"), scalar("c")
j = indices("j")
THIRD_OF_SQUARES = Mul((a - 1) ** 2 + b**2 + c**2, Rational(1, 3), evaluate=False)
"""As it is written: SymPy would divide each square."""
FAR_OFF = {score: (-10,), answer: (1,), j: 1}
"""A score that is as wrong as can be."""

SATURATES = Stop(
    (
        Text(
            "Put squared error behind a sigmoid, and the chain rule multiplies the error by the slope of the sigmoid,",
            zh="把平方误差接在 sigmoid 之后，链式法则让误差乘上 sigmoid 的导数，",
        ),
        behind_a_sigmoid.gradient,
        Text("which cross-entropy does not have:", zh="而交叉熵没有这个因子："),
        logits.chain_rule,
        Text(
            "Where the answer is as wrong as can be, the first gradient vanishes and the second has its full size:",
            zh="答案错得最离谱的地方，前一个梯度消失，后一个却是最大的：",
        ),
        behind_a_sigmoid.vanishes_on_the_left,
        behind_a_sigmoid.cross_entropy_on_the_left,
        Text("Behind a softmax it is the same:", zh="接在 softmax 之后也是如此："),
        behind_a_softmax.gradient,
    ),
    (
        Exercise(
            Text(
                "The answer is yes, the score is -10. How large are the two slopes?",
                zh="答案为“是”，得分为 -10。两个导数各有多大？",
            ),
            (
                Fact(Partial(mse_sigmoid.value, score[j]), ">", -Rational(1, 20000), FAR_OFF),
                Fact(Partial(bce_with_logits.value, score[j]), "<", -Rational(9999, 10000), FAR_OFF),
            ),
            Text(
                "Squared error corrects with less than 1/20000, cross-entropy with nearly 1.",
                zh="平方误差的修正力度不到 1/20000，交叉熵的几乎为 1。",
            ),
        ),
    ),
)

RIGHT_CLASS = Stop(
    (
        Text(
            "Let the output be $(a, b, c)$ and the truth $(1, 0, 0)$. Squared error looks at all three,",
            zh="设输出为 $(a, b, c)$，真实标签为 $(1, 0, 0)$。均方误差三个分量都看，",
        ),
        Fact(mse.value, "=", THIRD_OF_SQUARES, {q: (a, b, c), y: (1, 0, 0)}),
        Text("cross-entropy at the right one alone:", zh="交叉熵只看正确类别的那一个："),
        Fact(-Sum(y[k] * log(q[k]), k), "=", -log(a), {q: (a, b, c), y: (1, 0, 0)}),
        Text("For any number of classes:", zh="对任意多个类别："),
        alike.one_hot,
        Text(
            "Two outputs that are equally right, and differ in how the rest is shared among the wrong classes:",
            zh="两种输出同样正确，只是剩下的概率在错误类别之间分配不同：",
        ),
        alike.differs,
        alike.agrees,
    ),
    (
        Exercise(
            Text(
                "The outputs are $(0.7, 0.2, 0.1)$ and $(0.7, 0.3, 0)$, the truth is $(1, 0, 0)$. Compute both "
                "losses of "
                "both.",
                zh="两种输出为 $(0.7, 0.2, 0.1)$ 与 $(0.7, 0.3, 0)$，真实标签为 $(1, 0, 0)$。分别计算两种损失。",
            ),
            (
                Fact(mse.value, "=", Rational(7, 150), {q: ("0.7", "0.2", "0.1"), y: (1, 0, 0)}),
                Fact(mse.value, "=", Rational(9, 150), {q: ("0.7", "0.3", 0), y: (1, 0, 0)}),
                Fact(-log(q[t]), "=", log(Rational(10, 7)), {q: ("0.7", "0.2", "0.1"), t: 1}),
                Fact(-log(q[t]), "=", log(Rational(10, 7)), {q: ("0.7", "0.3", 0), t: 1}),
            ),
            Text(
                "Squared error takes the second output for worse, although the right class has the same probability.",
                zh="均方误差认为第二种输出更差，尽管正确类别的概率相同；交叉熵则相等。",
            ),
        ),
    ),
)

LABELS = Stop(
    (
        Text(
            "Squared error is minus the logarithm of a Gaussian density: it belongs to measurements, where the "
            "distance of "
            "two values means something.",
            zh="平方误差是高斯密度的负对数：它属于测量值，那里两个数值的距离是有意义的。",
        ),
        noise.likelihood,
        Text(
            "Cross-entropy compares distributions. Rename the classes, and it stays what it is; the distance of two "
            "labels "
            "does not.",
            zh="交叉熵比较的是分布。给类别换一套编号，它分毫不变；两个标签之间的距离却会改变。",
        ),
        noise.relabelled,
        noise.renumbered,
        Session("relabelling"),
    ),
    (
        Exercise(
            Text(
                "Two classes with the scores 0 and 0. What is the loss at the first label, and what at the second?",
                zh="两个类别的得分都是 0。标签为第一类时损失是多少？为第二类时呢？",
            ),
            (
                Fact(cross_entropy_label.value, "=", log(2), {x: (0, 0), t: 1}),
                Fact(cross_entropy_label.value, "=", log(2), {x: (0, 0), t: 2}),
            ),
            Text("The same: the number of a label is a name.", zh="一样：标签的编号只是名字。"),
        ),
    ),
)
