"""Formulas of people outside: each builds today; what goes wrong with it is in values.json and README.md."""

from derive.language import (
    Abs,
    Formula,
    KroneckerDelta,
    Sum,
    exp,
    indices,
    label,
    log,
    n,
    parameter,
    sqrt,
    tanh,
    vector,
)

i, j, k = indices("i j k")
x = vector("x", doc="scores")
y = vector("y", doc="other scores")
b = vector("b", doc="a bias for each class")
w = vector("w", doc="a scale for each class, of either sign")
q = vector("q", domain="positive", doc="prior weights")
grad = vector("grad", doc="an input that is called as outputs are")
t = label("t", doc="the right class")
s = parameter("s", default=30.0, domain="positive", doc="scale")
margin = parameter("margin", default=0.35, domain="positive", doc="margin at the label")
c = parameter("c", default=30.0, domain="positive", doc="cap of the logits")
eps = parameter("eps", default=1e-5, domain="positive", doc="keeps the root away from 0")

mean = Sum(x[j], j) / n
centred_square = Sum((x[k] - mean) ** 2, k) / n


def softmax_of(v, index):
    return exp(v[index]) / Sum(exp(v[j]), j)


log_cosh = Formula("log_cosh", Sum(log((exp(x[i]) + exp(-x[i])) / 2), i), wrt=x)
biased_logsumexp = Formula("biased_logsumexp", log(Sum(exp(x[i] + b[i]), i)), wrt=x)
scaled_softmax = Formula("scaled_softmax", exp(w[i] * x[i] + b[i]) / Sum(exp(w[j] * x[j] + b[j]), j), over=i, wrt=x)
softmax_one = Formula("softmax_one", exp(x[i]) / (1 + Sum(exp(x[j]), j)), over=i, wrt=x)
rbf_softmax = Formula("rbf_softmax", exp(-((x[i] - b[i]) ** 2)) / Sum(exp(-((x[j] - b[j]) ** 2)), j), over=i, wrt=x)
margin_softmax = Formula(
    "margin_softmax",
    -log(exp(s * (x[t] - margin)) / Sum(exp(s * (x[j] - margin * KroneckerDelta(j, t))), j)),
    wrt=x,
)
logit_adjusted = Formula("logit_adjusted", -log(exp(x[t] + log(q[t])) / Sum(exp(x[j] + log(q[j])), j)), wrt=x)
unlikelihood = Formula("unlikelihood", -log(1 - softmax_of(x, t)), wrt=x)
jensen_shannon = Formula(
    "jensen_shannon",
    Sum(softmax_of(x, i) * log(2 * softmax_of(x, i) / (softmax_of(x, i) + softmax_of(y, i))), i) / 2
    + Sum(softmax_of(y, i) * log(2 * softmax_of(y, i) / (softmax_of(x, i) + softmax_of(y, i))), i) / 2,
    wrt=x,
)
softcapped = Formula("softcapped", log(Sum(exp(c * tanh(x[j] / c)), j)) - c * tanh(x[t] / c), wrt=x)
two_sums = Formula("two_sums", log(1 + Sum(exp(x[i]), i) * Sum(exp(-x[j]), j)), wrt=x)
layer_norm = Formula("layer_norm", (x[i] - mean) / sqrt(centred_square + eps), over=i, wrt=x)
variation = Formula("variation", sqrt(centred_square) / mean, wrt=x)
cubes = Formula("cubes", Sum(Abs(x[i]) ** 3, i), wrt=x)
named_grad = Formula("named_grad", log(Sum(exp(grad[j]), j)) + Sum(grad[i] ** 2, i), wrt=grad)
slow_to_lower = Formula(
    "slow_to_lower", Sum(log(2 + exp(2 * x[i]) + exp(-2 * x[i])), i) / (1 + Sum(exp(x[j]), j)), wrt=x
)
half_square = Formula("half_square", Sum(0.5 * x[i] ** 2, i), wrt=x)
order = parameter("q", default=0.7, domain="positive", doc="order")
alpha = parameter("alpha", default=0.25, doc="weight of a yes")
gamma = parameter("gamma", default=2.0, domain="positive", doc="focus")
answers = vector("y", domain="closed_unit", doc="answers")
yes = 1 / (1 + exp(-x[i]))
one_hot_square = Formula("one_hot_square", Sum((softmax_of(x, k) - KroneckerDelta(k, t)) ** 2, k), wrt=x)
gini = Formula("gini", Sum(softmax_of(x, k) * (1 - softmax_of(x, k)), k), wrt=x)
generalised = Formula("generalised", (1 - softmax_of(x, t) ** order) / order, wrt=x)
renyi = Formula("renyi", log(Sum(softmax_of(x, k) ** order, k)) / (1 - order), wrt=x)
collision_less = Formula("collision_less", log(Sum(exp(2 * x[i]), i)) / 2 - log(Sum(exp(x[j]), j)), wrt=x)
sigmoid_focal = Formula(
    "sigmoid_focal",
    -Sum(
        alpha * answers[i] * (1 - yes) ** gamma * log(yes) + (1 - alpha) * (1 - answers[i]) * yes**gamma * log(1 - yes),
        i,
    ),
    wrt=x,
)
