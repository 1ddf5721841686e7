"""From the information of one event to the cross-entropy of two distributions."""

from derive.formulas.cross_entropy_of_distributions import cross_entropy_of_distributions as cross_entropy
from derive.formulas.entropy import entropy, p
from derive.formulas.information import i, information, j
from derive.formulas.information import p as event
from derive.formulas.kl_divergence import kl_divergence, q
from derive.formulas.theory import cross_entropy_of_distributions as parts
from derive.formulas.theory import entropy as bounds
from derive.formulas.theory import information as wishes
from derive.formulas.theory import kl_divergence as distance
from derive.language import Exercise, Fact, Partial, Rational, Stop, Text, log, scalar

a, b = scalar("a"), scalar("b")
HALF, QUARTER = Rational(1, 2), Rational(1, 4)
FAIR_AND_NOT = {p: (HALF, HALF), q: (QUARTER, 3 * QUARTER)}
"""A fair coin, and a model of it that is none."""

INFORMATION = Stop(
    (
        Text(
            "Snow in Xishuangbanna, in the tropics, is news; that somebody eats three meals a day is none. The rarer "
            "an "
            "event, the more its message tells. With $p$ the probability of the event:",
            zh="西双版纳下雪是大新闻，某人一天吃三顿饭不算新闻：事件越罕见，消息的信息量越大。设事件的概率为 $p$：",
        ),
        information,
        Text(
            "Two independent events together tell what both tell, and of two events the rarer tells more:",
            zh="两个独立事件的信息量相加；两个事件中，较罕见者信息量较大：",
        ),
        wishes.additivity,
        wishes.rarer,
    ),
    (
        Exercise(
            Text(
                "One of eight equally likely cards is drawn. How much information does it give to say which one?",
                zh="从八张等可能的牌中抽出一张。得知抽到哪一张，信息量是多少？",
            ),
            (Fact(information[i], "=", 3 * log(2), {event: (Rational(1, 8),), i: 1}),),
            Text(
                "Three questions with yes or no find the card: three times the information of a fair coin.",
                zh="问三次“是或否”就能确定是哪张牌：恰为一枚均匀硬币信息量的三倍。",
            ),
        ),
        Exercise(
            Text(
                "How fast does the information change with the probability?",
                zh="信息量随概率变化有多快？",
            ),
            (Fact(Partial(information[i], event[i]), "=", -1 / event[i]),),
            Text(
                "The derivative of the logarithm, with the sign turned: negative everywhere.",
                zh="对数的导数取相反数：处处为负。",
            ),
        ),
        Exercise(
            Text(
                "A coin shows heads (probability 1/2), and a die of four faces its 1 (probability 1/4). Both at once?",
                zh="一枚硬币正面朝上（概率 1/2），同时一个四面骰子掷出 1（概率 1/4）。二者同时发生的信息量？",
            ),
            (Fact(information[i] + information[j], "=", 3 * log(2), {event: (HALF, QUARTER), i: 1, j: 2}),),
            Text("log 2 and 2 log 2 add up.", zh="log 2 与 2 log 2 相加。"),
        ),
    ),
)

ENTROPY = Stop(
    (
        Text(
            "An event has information; a distribution has the mean of it. This mean is the entropy:",
            zh="单个事件有信息量；对所有可能事件求信息量的期望，就是熵：",
        ),
        entropy,
        Text("It is largest where all outcomes are equally likely:", zh="各结果等可能时，熵最大："),
        bounds.maximum,
    ),
    (
        Exercise(
            Text(
                "What is the entropy of the distribution $(1/2, 1/4, 1/4)$?",
                zh="分布 $(1/2, 1/4, 1/4)$ 的熵是多少？",
            ),
            (Fact(entropy.value, "=", Rational(3, 2) * log(2), {p: (HALF, QUARTER, QUARTER)}),),
            Text("Half of log 2 and twice a quarter of 2 log 2.", zh="log 2 的一半，加上两个“2 log 2 的四分之一”。"),
        ),
        Exercise(
            Text(
                "Which is more uncertain: a fair coin, or one that shows heads nine times in ten?",
                zh="哪个更不确定：均匀的硬币，还是十次有九次正面朝上的硬币？",
            ),
            (
                Fact(entropy.value, "=", log(2), {p: (HALF, HALF)}),
                Fact(entropy.value, "<", log(2), {p: (Rational(9, 10), Rational(1, 10))}),
            ),
            Text(
                "The fair one: its entropy is the largest that two outcomes can have.",
                zh="均匀的：两种结果的熵最大就是 log 2。",
            ),
        ),
    ),
)

DIVERGENCE = Stop(
    (
        Text(
            "How far is a model $q$ from the truth $p$? The information that it assigns in excess, on average:",
            zh="模型 $q$ 离真实分布 $p$ 有多远？看它平均多用了多少信息：",
        ),
        kl_divergence,
        Text("It is never negative, and the smaller, the closer:", zh="它绝不为负；越小，两个分布越接近："),
        distance.gibbs,
        Text(
            "It is no distance: exchange the two, and it is another number.",
            zh="它不是距离：交换两个分布，数值就变了。",
        ),
        distance.not_symmetric,
    ),
    (
        Exercise(
            Text(
                "The truth is a fair coin, the model says 1/4 and 3/4. What is the divergence?",
                zh="真实分布是均匀硬币，模型说是 1/4 和 3/4。KL 散度是多少？",
            ),
            (Fact(kl_divergence.value, "=", log(Rational(4, 3)) / 2, FAIR_AND_NOT),),
            Text(
                "Half of log 2 plus half of log(2/3): the product of 2 and 2/3 is 4/3.",
                zh="log 2 的一半加上 log(2/3) 的一半；2 与 2/3 之积为 4/3。",
            ),
        ),
        Exercise(
            Text("And where the model is the truth?", zh="模型就是真实分布时呢？"),
            (Fact(kl_divergence.value, "=", 0, {p: (a, 1 - a), q: (a, 1 - a)}),),
            Text("Every logarithm is log 1.", zh="每个对数都是 log 1。"),
        ),
    ),
)

SPLIT = Stop(
    (
        Text(
            "The logarithm of the quotient is a difference. It splits the divergence in two:",
            zh="商的对数等于对数之差。KL 散度就此变形，拆成两部分：",
        ),
        parts.split,
        Text(
            "The entropy of the truth does not depend on the model. What is left to minimise is the cross-entropy:",
            zh="真实分布的熵与模型无关。要最小化的只剩下交叉熵：",
        ),
        cross_entropy,
        parts.same_gradient,
    ),
    (
        Exercise(
            Text(
                "The fair coin again, and the model that says 1/4 and 3/4. What is the cross-entropy? Is it the "
                "entropy "
                "plus the divergence?",
                zh="仍是均匀硬币，模型说是 1/4 和 3/4。交叉熵是多少？它等于熵加上 KL 散度吗？",
            ),
            (
                Fact(cross_entropy.value, "=", log(Rational(16, 3)) / 2, FAIR_AND_NOT),
                Fact(entropy.value + kl_divergence.value, "=", log(Rational(16, 3)) / 2, FAIR_AND_NOT),
            ),
            Text(
                "The divergence was half of log(4/3), the entropy is log 2: half of $\\log(4 \\cdot 4/3)$.",
                zh="KL 散度是 log(4/3) 的一半，熵是 log 2，合起来是 $\\log(4 \\cdot 4/3)$ 的一半。",
            ),
        ),
        Exercise(
            Text(
                "The truth is certain: $p = (1, 0, 0)$. A model gives the three outcomes $a$, $b$ and $1 - a - b$. "
                "What is the "
                "cross-entropy?",
                zh="真实结果是确定的：$p = (1, 0, 0)$。模型给三个结果的概率为 $a$、$b$、$1 - a - b$。交叉熵是多少？",
            ),
            (Fact(cross_entropy.value, "=", -log(a), {p: (1, 0, 0), q: (a, b, 1 - a - b)}),),
            Text(
                "With a one-hot truth it is the information that the model gives to what happened.",
                zh="真实分布为独热向量时，它就是模型赋予实际结果的信息量。",
            ),
        ),
    ),
)
