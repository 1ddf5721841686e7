"""Why the exponential, the derivative of softmax, the gradient of the loss, and how a computer gets them right."""

from derive.formulas.cross_entropy import cross_entropy, y
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import i, j, softmax, x
from derive.formulas.tempered_softmax import T, tempered_softmax
from derive.formulas.theory import cross_entropy as loss
from derive.formulas.theory import logsumexp as bounds
from derive.formulas.theory import shifted_softmax as shift
from derive.formulas.theory import softmax as shares
from derive.formulas.theory import tempered_softmax as temperature
from derive.language import (
    Exercise,
    Fact,
    Law,
    Max,
    Partial,
    Rational,
    Session,
    Steps,
    Stop,
    Text,
    exp,
    indices,
    log,
    scalar,
)

a = scalar("a")
k = indices("k")
THIRD = Rational(1, 3)
EVEN = (0, 0, 0)

EXPONENTIAL = Stop(
    (
        Text(
            "To take the largest score classifies perfectly, but has no derivative where it matters. The exponential "
            "spreads the scores, and a temperature $T$ leads from the hard choice to none:",
            zh="直接取最大值，分类再好不过，可惜在要紧处不可导。指数函数拉开得分的差距，温度 $T$ 则从“取最大”一路过渡"
            "到不偏不倚：",
        ),
        tempered_softmax,
        temperature.cold,
        temperature.hot,
        Text(
            "The logarithm of the sum of the exponentials is a smooth maximum, and its gradient is softmax itself:",
            zh="指数和的对数是光滑的最大值，它的梯度正是 softmax：",
        ),
        bounds.upper_bound,
        bounds.gradient_is_softmax,
    ),
    (
        Exercise(
            Text(
                "Three equal scores: what does softmax give, at any temperature?",
                zh="三个得分相等：无论温度如何，softmax 给出什么？",
            ),
            (Fact(tempered_softmax[i], "=", THIRD, {x: (a, a, a), T: 2, i: 1}),),
            Text("The exponentials are equal and cancel.", zh="各指数相等，约去。"),
        ),
        Exercise(
            Text("And what is the log-sum-exp of two equal scores $a$?", zh="两个得分都是 $a$，log-sum-exp 是多少？"),
            (Fact(logsumexp.value, "=", a + log(2), {x: (a, a)}),),
            Text("The upper bound is reached: the maximum plus log n.", zh="恰好达到上界：最大值加 log n。"),
        ),
    ),
)

DERIVATIVE = Stop(
    (
        softmax,
        Text(
            "Softmax is a quotient $u/v$. The quotient rule from school, for any numerator and denominator:",
            zh="softmax 是一个商 $u/v$。中学里学过的商的求导法则，对任意分子、分母成立：",
        ),
        Law("quotient rule"),
        Text(
            "The numerator is the exponential of one score. Differentiated by that score it is itself, by another "
            "one 0:",
            zh="分子是某一个得分的指数。对这个得分求导是它自身，对别的得分求导是 0：",
        ),
        Steps(softmax, "numerator_diagonal"),
        Steps(softmax, "numerator_off_diagonal"),
        Text("Every score stands in the denominator once:", zh="每个得分在分母中恰好出现一次："),
        Steps(softmax, "denominator"),
        Text("The quotient rule puts the pieces together, where $i = j$", zh="代入商的求导法则，$i = j$ 时"),
        Steps(softmax, "jacobian_diagonal"),
        Text("and where $i \\ne j$:", zh="$i \\ne j$ 时："),
        Steps(softmax, "jacobian_off_diagonal"),
        Text("Both in one formula:", zh="合并成一个式子："),
        shares.matrix,
    ),
    (
        Exercise(
            Text(
                "Three scores are 0. What are the entries of the Jacobian on the diagonal, and beside it?",
                zh="三个得分都是 0。雅可比矩阵对角线上的元素是多少？其余元素是多少？",
            ),
            (
                Fact(Partial(softmax[i], x[j]), "=", Rational(2, 9), {x: EVEN, i: 1, j: 1}),
                Fact(Partial(softmax[i], x[j]), "=", -Rational(1, 9), {x: EVEN, i: 1, j: 2}),
            ),
            Text(
                "1/3 times 2/3, and minus 1/3 times 1/3: a row sums to 0.",
                zh="1/3 乘 2/3，以及负的 1/3 乘 1/3：每一行之和为 0。",
            ),
        ),
        Exercise(
            Text("Can an entry on the diagonal be larger than 1/4?", zh="对角线上的元素能大于 1/4 吗？"),
            (Fact(Partial(softmax[i], x[i]), "<=", Rational(1, 4)),),
            Text(
                "No: $s(1 - s)$ is largest where s is 1/2.",
                zh="不能：$s(1 - s)$ 在 s = 1/2 时最大。",
            ),
        ),
    ),
)

GRADIENT = Stop(
    (
        cross_entropy,
        Text(
            "The chain rule leads through every output. That the target sums to 1 is a step of its own:",
            zh="链式法则要经过每一个输出。目标各分量之和为 1，单独写成一步：",
        ),
        Steps(cross_entropy, "gradient"),
        loss.output_minus_target,
    ),
    (
        Exercise(
            Text(
                "Three scores are 0, the first class is right. What is the gradient?",
                zh="三个得分都是 0，第一类是正确的。梯度是多少？",
            ),
            (
                Fact(Partial(cross_entropy.value, x[j]), "=", -Rational(2, 3), {x: EVEN, y: (1, 0, 0), j: 1}),
                Fact(Partial(cross_entropy.value, x[j]), "=", THIRD, {x: EVEN, y: (1, 0, 0), j: 2}),
                Fact(Partial(cross_entropy.value, x[j]), "=", THIRD, {x: EVEN, y: (1, 0, 0), j: 3}),
            ),
            Text(
                "1/3 minus 1, and 1/3 minus 0 twice: the right score rises, the others fall.",
                zh="1/3 减 1，以及两个 1/3 减 0：正确类别的得分上升，其余下降。",
            ),
        ),
    ),
)

STABILITY = Stop(
    (
        Text(
            "The naive function overflows: infinity divided by infinity is not a number. Beside it the stable one:",
            zh="朴素实现会上溢：无穷除以无穷得到 NaN。旁边是稳定的写法：",
        ),
        Session("naive_softmax"),
        Text(
            "Why it is the same function: multiply above and below by a constant,",
            zh="为什么二者是同一个函数？分子分母同乘一个常数，",
        ),
        shift.multiplied,
        Text("draw it into the exponent,", zh="把它并入指数，"),
        shift.invariance,
        Text("and choose it so that the largest exponent is 0:", zh="再选它使最大的指数为 0："),
        shift.largest_score,
        Text("Then nothing overflows, and nothing is divided by 0:", zh="于是不会上溢，也不会除以 0："),
        shift.exponents,
        shift.at_most_n,
        shift.at_least_one,
    ),
    (
        Exercise(
            Text(
                "The scores are 1000 and 1001. What are the two exponents after the shift, and what is the first "
                "output?",
                zh="得分为 1000 与 1001。平移之后两个指数各是多少？第一个输出是多少？",
            ),
            (
                Fact(x[i] - Max(x[k], k), "=", -1, {x: (1000, 1001), i: 1}),
                Fact(x[i] - Max(x[k], k), "=", 0, {x: (1000, 1001), i: 2}),
                Fact(softmax[i], "=", 1 / (1 + exp(1)), {x: (1000, 1001), i: 1}),
            ),
            Text(
                "The same as for the scores 0 and 1: only differences count.",
                zh="与得分为 0 和 1 时相同：只有差值起作用。",
            ),
        ),
    ),
)
