"""RMS normalisation by its parts: the root of the mean square, and the values over it."""

from derive.formulas.layer_norm import eps, x
from derive.language import Formula, Sum, Text, indices, n, sqrt

i, k = indices("i k")
SOURCE = (
    "B. Zhang, R. Sennrich (2019), Root Mean Square Layer Normalization, Advances in Neural Information Processing "
    "Systems 32"
)

root_mean_square = Formula(
    "root_mean_square",
    sqrt(Sum(x[k] ** 2, k) / n + eps),
    wrt=x,
    symbol="R",
    title=Text("Root mean square of a row", zh="一行的均方根"),
    doc=Text(
        "The size of a typical value of a row. It is measured from 0 and not from the mean, so an offset counts.",
        zh="一行中典型数值的大小。它从 0 量起，而不是从均值量起，所以整体的偏移也算作大小。",
    ),
    source=SOURCE,
)
rms_norm = Formula(
    "rms_norm",
    x[i] / root_mean_square.value,
    over=i,
    wrt=x,
    symbol="r",
    title=Text("RMS normalisation", zh="均方根归一化"),
    doc=Text(
        "Each value over the root mean square of its row: layer normalisation without the mean, which costs one sum "
        "less. The scale of a row is taken out, its offset is not.",
        zh="每个值除以本行的均方根：相当于不减均值的层归一化，少算一个和。它除去一行的尺度，但不除去整体的偏移。",
    ),
    source=SOURCE,
)
