"""The same loss from another side: the parameter under which the data are most probable."""

from derive.formulas.bce_with_logits import bce_with_logits
from derive.formulas.bernoulli_nll import k, q, y
from derive.formulas.categorical_nll import categorical_nll
from derive.formulas.cross_entropy import y as target
from derive.formulas.kl_divergence import q as model
from derive.formulas.sigmoid import sigmoid, x
from derive.formulas.theory import bce_with_logits as logits
from derive.formulas.theory import bernoulli_nll as binary
from derive.formulas.theory import categorical_nll as general
from derive.formulas.theory import sigmoid as slope
from derive.language import Exercise, Fact, Notation, Partial, Prod, Rational, Session, Stop, Text, indices, log, scalar

theta = scalar("theta", domain="unit")
j = indices("j")
THREE_TOSSES = {q: (theta, theta, theta), y: (1, 1, 0)}

BERNOULLI = Stop(
    (
        Text(
            r"A model gives the probability $q$ to a yes. One formula holds for both answers, $y = 1$ and $y = 0$:",
            zh=r"设模型判“是”的概率为 $q$。一个式子同时表示两种答案，$y = 1$ 与 $y = 0$：",
        ),
        Notation(r"P(y \mid x) = q^{y}\, (1-q)^{1-y}"),
        binary.yes,
        binary.no,
        Text(
            "The samples are independent, so the likelihood of all is a product. We look for the parameter of the "
            "model that makes it largest, which is the one that makes minus its logarithm smallest:",
            zh="各样本相互独立，全部样本的似然就是连乘。要找使它最大的参数，也就是使其负对数最小的参数：",
        ),
        Notation(
            r"\theta^{*} = \mathop{\mathrm{arg\,max}}_{\theta} \prod_{k=1}^{n} P(y_k \mid x_k; \theta) "
            r"= \mathop{\mathrm{arg\,min}}_{\theta} \Bigl(-\sum_{k=1}^{n} \log P(y_k \mid x_k; \theta)\Bigr)"
        ),
        binary.more_likely,
        Text("Minus the logarithm of the product is a sum:", zh="连乘取负对数，变成求和："),
        binary.likelihood,
        Text(
            "Where one coin with the probability $\\theta$ makes all tosses, the log-likelihood rises below the "
            "share of "
            "yeses and falls above it: that share is the best parameter.",
            zh="若所有抛掷用的是同一枚概率为 $\\theta$ 的硬币，则 $\\theta$ 小于“是”的比例时对数似然上升，大于时下降："
            "最优参数就是这个比例。",
        ),
        binary.rises,
        binary.falls,
        Text(
            "The sigmoid makes a probability of a score, with a slope that is written with its own value,",
            zh="sigmoid 把得分变成概率，它的导数可以用自身的值写出，",
        ),
        slope.slope,
        Text(
            "and with this slope the gradient in the score is a plain difference:", zh="于是对得分的梯度就是简单的差："
        ),
        logits.chain_rule,
    ),
    (
        Exercise(
            Text(
                "Two heads and one tail were seen. Which $\\theta$ makes this most probable, and how probable is it "
                "then?",
                zh="看到两次正面、一次反面。$\\theta$ 取多少时这一结果最可能？此时的概率是多少？",
            ),
            (
                Fact(Prod(binary.ONE, k), "=", theta**2 * (1 - theta), THREE_TOSSES),
                Fact(Prod(binary.ONE, k), "<=", Rational(4, 27), THREE_TOSSES),
                Fact(Prod(binary.ONE, k), "=", Rational(4, 27), {q: (Rational(2, 3),) * 3, y: (1, 1, 0)}),
            ),
            Text(
                "The share of heads, 2/3: no other $\\theta$ gives as much as 4/27.",
                zh="正面的比例 2/3：其他 $\\theta$ 都达不到 4/27。",
            ),
        ),
        Exercise(
            Text(
                "What is the slope of the binary cross-entropy in the score, where the score is 0 and the answer yes?",
                zh="得分为 0、答案为“是”时，二元交叉熵对得分的导数是多少？",
            ),
            (
                Fact(sigmoid[j], "=", Rational(1, 2), {x: (0,), j: 1}),
                Fact(Partial(bce_with_logits.value, x[j]), "=", -Rational(1, 2), {x: (0,), y: (1,), j: 1}),
            ),
            Text("Output minus target: 1/2 - 1.", zh="输出减去目标：1/2 - 1。"),
        ),
    ),
)

CATEGORICAL = Stop(
    (
        Text(
            "The general case: with $y$ the one-hot truth, the likelihood of one sample is a product over the "
            "classes, and "
            "minus its logarithm is the cross-entropy.",
            zh="一般情形：设 $y$ 为独热的真实标签，一个样本的似然是对类别的连乘，取负对数就是交叉熵。",
        ),
        categorical_nll,
        general.cross_entropy,
        general.one_hot,
        Text(
            "Over samples the product tends to 0, and a computer loses it; minus its logarithm is a sum of ordinary "
            "numbers.",
            zh="对样本连乘，结果趋于 0，计算机里很快就下溢；取负对数，则是一些普通的数之和。",
        ),
        general.over_samples,
        Session("underflow"),
    ),
    (
        Exercise(
            Text(
                "Four samples each get the probability 1/10 for what was seen. What are likelihood and loss?",
                zh="四个样本，模型对实际结果给出的概率都是 1/10。似然和损失各是多少？",
            ),
            (
                Fact(Prod(model[k], k), "=", Rational(1, 10**4), {model: (Rational(1, 10),) * 4}),
                Fact(-log(Prod(model[k], k)), "=", 4 * log(10), {model: (Rational(1, 10),) * 4}),
            ),
            Text(
                "The product loses four digits, the sum gains four times log 10.",
                zh="连乘缩小到万分之一，和只是 log 10 的四倍。",
            ),
        ),
        Exercise(
            Text(
                "Three classes, the truth is the second: $y = (0, 1, 0)$. What is left of the cross-entropy?",
                zh="三个类别，正确的是第二类：$y = (0, 1, 0)$。交叉熵还剩下什么？",
            ),
            (
                Fact(
                    categorical_nll.value,
                    "=",
                    -log(theta),
                    {model: ((1 - theta) / 2, theta, (1 - theta) / 2), target: (0, 1, 0)},
                ),
            ),
            Text("One term: minus the logarithm of the right probability.", zh="只剩一项：正确类别概率的负对数。"),
        ),
    ),
)
