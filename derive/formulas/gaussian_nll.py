"""Gaussian likelihood: where the squared error comes from, and what it presupposes."""

from derive.language import Formula, Sum, Text, indices, log, n, parameter, pi, vector

i, j, k = indices("i j k")
mu = vector("mu", doc=Text("what the model predicts, one number per sample", zh="模型对各样本的预测值"))
y = vector("y", doc=Text("what was measured, one number per sample", zh="各样本的观测值"))
sigma = parameter(
    "sigma", default=1.0, domain="positive", doc=Text("standard deviation of the noise", zh="噪声的标准差")
)

gaussian_nll = Formula(
    "gaussian_nll",
    Sum((y[i] - mu[i]) ** 2, i) / (2 * sigma**2) + n / 2 * log(2 * pi * sigma**2),
    wrt=mu,
    symbol="G",
    title=Text("Gaussian likelihood and squared error", zh="高斯似然与平方误差"),
    doc=Text(
        "Squared error has its place: suppose each measured number is the prediction plus Gaussian noise; then minus "
        "the logarithm of the likelihood is the squared error, but for a factor and a constant. So it presupposes "
        "numbers whose differences mean something. The number of a class means nothing: cat = 1, dog = 2 and bird = 3 "
        "does not make a cat nearer to a dog than to a bird.",
        zh="平方误差自有用武之地：假设每个观测值等于预测值加上高斯噪声，那么负对数似然就是平方误差，"
        "只差一个因子和一个常数。"
        "可见它的前提是：数与数之差有意义。类别的编号却没有这种意义：猫 = 1、狗 = 2、鸟 = 3，"
        "并不表示猫离狗比离鸟更近。",
    ),
    source="C. M. Bishop (2006), Pattern Recognition and Machine Learning, Springer, section 1.2.5",
)
