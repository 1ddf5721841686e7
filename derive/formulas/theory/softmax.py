"""Softmax gives probabilities; the rows and columns of its Jacobian sum to 0, and the Jacobian is symmetric."""

from derive.formulas.softmax import i, j, softmax, x
from derive.language import Claim, KroneckerDelta, Partial, Sum, Text, by, equal, indices, more

k = indices("k")

is_positive = Claim(
    "is_positive", softmax, softmax[i], ">", 0,
    (by("definition"), more(0, "sign")),
    Text("Each output is positive", zh="每个输出都是正数"),
    Text("A quotient of positive numbers.", zh="正数之商。"),
)  # fmt: skip

sums_to_one = Claim(
    "sums_to_one", softmax, Sum(softmax[i], i), "=", 1,
    (by("definition"), equal(1, "common factor of a sum")),
    Text("The outputs sum to 1", zh="输出之和为 1"),
    Text(
        "The denominator is the same for all classes; taken out of the sum, it meets itself.",
        zh="各类别的分母相同，提到求和号外面，恰好与分子之和约去。",
    ),
)  # fmt: skip

columns = Claim(
    "columns", softmax, Sum(Partial(softmax[i], x[j]), i), "=", 0,
    (by("differentiate"),),
    Text("Every column of the Jacobian sums to 0", zh="雅可比矩阵每一列之和为零"),
    Text(
        "What one class gains when a score moves, the others lose: the total stays 1.",
        zh="某个得分变动时，某一类增加多少，其余各类就减少多少，总和始终为 1。",
    ),
)  # fmt: skip

rows = Claim(
    "rows", softmax, Sum(Partial(softmax[i], x[j]), j), "=", 0,
    (by("differentiate"),),
    Text("Every row of the Jacobian sums to 0", zh="雅可比矩阵每一行之和为零"),
    Text(
        "If all scores move together, no output moves.",
        zh="所有得分一起移动时，每个输出都不动。",
    ),
)  # fmt: skip

matrix = Claim(
    "matrix", softmax, Partial(softmax[i], x[j]), "=", softmax[i] * KroneckerDelta(i, j) - softmax[i] * softmax[j],
    (by("differentiate"), by("algebra")),
    Text("The entries of the Jacobian", zh="雅可比矩阵的各个元素"),
    Text(
        "As a matrix, with the vector s of the outputs, they are the outputs on the diagonal minus the products of any "
        "two outputs: diag(s) - s s^T.",
        zh="记输出向量为 s，写成矩阵就是：对角线上是各个输出，再减去输出两两之积，即 diag(s) - s s^T。",
    ),
)  # fmt: skip

symmetric = Claim(
    "symmetric", softmax, Partial(softmax[i], x[j]), "=", Partial(softmax[j], x[i]),
    (
        by("differentiate"),
        equal(softmax[j] * (KroneckerDelta(j, i) - softmax[i]), "algebra"),
        equal(Partial(softmax[j], x[i]), "differentiate"),
    ),
    Text("The Jacobian is symmetric", zh="雅可比矩阵是对称矩阵"),
    Text(
        "It is the Hessian of log-sum-exp.",
        zh="它就是 log-sum-exp 的黑塞矩阵。",
    ),
)  # fmt: skip
