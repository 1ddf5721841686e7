"""How many samples a likelihood survives as a product."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.exhibits.exhibit import Exhibit

PROBABILITIES = (0.9, 0.5, 0.1, 0.01)
DTYPES = ("float16", "float32", "float64")


def product_stops(q: float, dtype: str) -> tuple[int, Any]:
    """The product of 1, 2, ... factors q, each rounded to the dtype, stops changing: from which factor on, and at what.

    It stops at 0, or where the next smaller number is so far away that rounding brings the product back.
    """
    kind = np.dtype(dtype).type
    factor, product, count = kind(q), kind(1), 0
    while (following := product * factor) != product:
        product, count = following, count + 1
    return count, product


def nll(q: float, samples: int) -> Any:
    """The negative log-likelihood of that many samples: their information, by the generated kernel, in float32."""
    return np.sum(load("information")(np.full(samples, q, dtype=np.float32)))


def exhibit() -> Exhibit:
    rows = []
    for q in PROBABILITIES:
        stops = [product_stops(q, dtype) for dtype in DTYPES]
        last = stops[-1][0]
        rows.append((f"{q:g}", *(_cell(*stop) for stop in stops), SUM.filled(value=f"{nll(q, last):.1f}", count=last)))
    return Exhibit(
        "underflow",
        Text("How many samples until a product of probabilities is 0", zh="多少个样本之后概率的连乘变为 0"),
        Text(
            "Each sample has probability q, and the likelihood of all samples is multiplied up, rounded to the dtype "
            "after each factor. The table gives the first sample at which the product is 0. Where q is above 1/2 it "
            "never is: it stays at a subnormal number, because each further product rounds back to it, which is just "
            "as wrong. The negative log-likelihood of as many samples as float64 survives is an ordinary number.",
            zh="每个样本的概率为 q，把所有样本的似然连乘，每乘一次舍入到相应的类型。表中给出连乘首次为 0 的样本序号。"
            "q 大于 1/2 时连乘永远不为 0：它停在一个非规格化数上，因为再乘下去，舍入后又回到它自己，这同样是错的。"
            "样本多到 float64 所能承受的极限时，负对数似然却仍是一个普普通通的数。",
        ),
        columns=(Text("q"), *(Text(dtype) for dtype in DTYPES), Text("negative log-likelihood", zh="负对数似然")),
        rows=tuple(rows),
    )


def _cell(count: int, product: Any) -> str:
    return str(count) if product == 0 else STAYS.filled(count=count, value=f"{product:.2g}")


STAYS = Text("never: stays at {value} from {count} on", zh="不为 0：自第 {count} 个起停在 {value}")
SUM = Text("{value} after {count}", zh="{count} 个样本后为 {value}")
