"""What `derive bench` times where nothing is asked for: formulas, and those of their kernels that every library has."""

from __future__ import annotations

from derive.formulas.bce_with_logits import bce_with_logits
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.entropy import entropy
from derive.formulas.focal import focal
from derive.formulas.kl_divergence import kl_divergence
from derive.formulas.label_smoothing import label_smoothing
from derive.formulas.layer_norm import layer_norm
from derive.formulas.log_softmax import log_softmax
from derive.formulas.logsumexp import logsumexp
from derive.formulas.rms_norm import rms_norm
from derive.formulas.softmax import softmax
from derive.language import Formula, Sum, exp, indices, label, log, parameter, tanh, vector

i, j, k = indices("i j k")
x = vector("x", doc="scores, or activations")
y = vector("y", doc="other scores")
t = label("t", doc="the right class")
cap = parameter("cap", default=30.0, domain="positive", doc="no score is larger")

_share, _other = exp(x[i]) / Sum(exp(x[j]), j), exp(y[i]) / Sum(exp(y[j]), j)

silu = Formula("silu", x[i] / (1 + exp(-x[i])), over=i, wrt=x)
jensen_shannon = Formula(
    "jensen_shannon",
    Sum(_share * log(2 * _share / (_share + _other)) + _other * log(2 * _other / (_share + _other)), i) / 2,
    wrt=x,
)
softcapped = Formula("softcapped", log(Sum(exp(cap * tanh(x[j] / cap)), j)) - cap * tanh(x[t] / cap), wrt=x)

OPERATIONS = {
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "softmax_vjp": softmax,
    "cross_entropy_label": cross_entropy_label,
    "cross_entropy_label_value_and_grad": cross_entropy_label,
}
"""Kernel -> its formula."""

OTHERS = (
    focal, kl_divergence, bce_with_logits, label_smoothing, layer_norm, rms_norm, entropy, silu,
    jensen_shannon, softcapped
)  # fmt: skip
"""Few libraries have these."""
