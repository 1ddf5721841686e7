"""Log-cosh: a square near 0, an absolute value far away, smooth throughout."""

from derive.language import Formula, Sum, Text, exp, indices, log, n, vector

i = indices("i")
x = vector("x", doc=Text("what the model predicts", zh="模型的预测值"))
y = vector("y", doc=Text("what was measured", zh="观测值"))

log_cosh = Formula(
    "log_cosh",
    Sum(log((exp(x[i] - y[i]) + exp(y[i] - x[i])) / 2), i) / n,
    wrt=x,
    symbol="L",
    title=Text("Log-cosh loss", zh="log-cosh 损失"),
    doc=Text(
        "Squared error lets one wild measurement pull the whole fit. The logarithm of the hyperbolic "
        "cosine of the error is half its square near 0 and its absolute value, less log 2, far away: "
        "outliers pull with a force of at most 1, and there is no corner anywhere.",
        zh="平方误差会让一个离谱的观测值牵动整个拟合。误差的双曲余弦取对数，在 0 附近近似为平方的一半，"
        "远处近似为绝对值减 log 2：离群点的拉力最多为 1，而且处处光滑，没有尖角。",
    ),
    source="P. J. Green (1990), Bayesian Reconstructions from Emission Tomography Data Using a Modified EM "
    "Algorithm, IEEE Transactions on Medical Imaging 9(1), 84-93",
)
