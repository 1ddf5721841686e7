"""The gradient of the Poisson likelihood is a plain difference."""

from derive.formulas.poisson_nll import poisson_nll, x, y
from derive.language import Claim, Partial, Text, by, exp, indices

j = indices("j")

gradient = Claim(
    "gradient", poisson_nll, Partial(poisson_nll.value, x[j]), "=", exp(x[j]) - y[j],
    (by("differentiate"),),
    Text("The gradient: predicted rate minus count", zh="梯度：预测的发生率减去计数"),
    Text(
        "As with the softmax and its cross-entropy, the exponential and the likelihood fit together: what is left is "
        "the prediction minus what was seen.",
        zh="与 softmax 及其交叉熵一样，指数函数与似然配合得恰到好处：剩下的正是预测值减去观测值。",
    ),
)  # fmt: skip
