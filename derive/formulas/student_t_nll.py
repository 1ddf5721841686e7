"""Student-t likelihood: noise with heavy tails."""

from derive.language import Formula, Sum, Text, indices, log, n, parameter, vector

i = indices("i")
x = vector("x", doc=Text("what the model predicts", zh="模型的预测值"))
y = vector("y", doc=Text("what was measured", zh="观测值"))
nu = parameter(
    "nu",
    default=4.0,
    domain="positive",
    doc=Text("degrees of freedom: the fewer, the heavier the tails", zh="自由度：越小，尾部越重"),
)
sigma = parameter("sigma", default=1.0, domain="positive", doc=Text("scale of the noise", zh="噪声的尺度"))

student_t_nll = Formula(
    "student_t_nll",
    (nu + 1) / 2 * Sum(log(1 + ((x[i] - y[i]) / sigma) ** 2 / nu), i) + n * log(sigma),
    wrt=x,
    symbol="D",
    title=Text("Student-t likelihood", zh="Student t 似然"),
    doc=Text(
        "If now and then a measurement is far off, the noise has heavier tails than a Gaussian. Under a "
        "Student-t distribution the loss grows like a logarithm far away: beyond a certain distance an "
        "outlier pulls less, the farther it is. What depends on nu alone is left out.",
        zh="如果偶尔会有离谱的观测值，噪声的尾部就比高斯分布更重。在 Student t 分布下，"
        "损失在远处只像对数那样增长：超过一定距离之后，离群点越远，拉力反而越小。只与 ν 有关的项略去。",
    ),
    source="K. L. Lange, R. J. A. Little, J. M. G. Taylor (1989), Robust Statistical Modeling Using the t "
    "Distribution, Journal of the American Statistical Association 84(408), 881-896",
)
