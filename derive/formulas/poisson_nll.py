"""Poisson likelihood: counts."""

from derive.language import Formula, Sum, Text, exp, indices, vector

i = indices("i")
x = vector("x", doc=Text("logarithm of the predicted rate", zh="预测发生率的对数"))
y = vector("y", doc=Text("what was counted", zh="观测到的计数"))

poisson_nll = Formula(
    "poisson_nll",
    Sum(exp(x[i]) - y[i] * x[i], i),
    wrt=x,
    symbol="Q",
    title=Text("Poisson likelihood", zh="泊松似然"),
    doc=Text(
        "How many letters come in a day? Counts are never negative, and they scatter more where there are "
        "more of them: squared error knows neither. The model predicts the logarithm of the rate; the "
        "constant log y! is left out, for it does not depend on the model.",
        zh="一天会收到多少封信？计数不会是负数，而且数目越大，波动也越大：这两点平方误差都不知道。"
        "模型预测发生率的对数；常数 log y! 与模型无关，故略去。",
    ),
    source="P. McCullagh, J. A. Nelder (1989), Generalized Linear Models, Chapman and Hall, chapter 6",
)
