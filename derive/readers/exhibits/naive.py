"""The naive function of many a tutorial, and how it fails."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import derive
from derive.language.text import Text
from derive.readers.exhibits.exhibit import Exhibit, ran

Array = NDArray[Any]


def naive_softmax(x: Array) -> Array:
    return np.exp(x) / np.sum(np.exp(x))


def stable_softmax(x: Array) -> Array:
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def _session() -> None:
    softmax = derive.load("softmax")
    for x in np.array([1.0, 2.0, 3.0]), np.array([1001.0, 1002.0, 1003.0]):
        print("naive     ", naive_softmax(x))
        print("stable    ", stable_softmax(x))
        print("generated ", softmax(x))


def exhibit() -> Exhibit:
    code, output = ran(_session, naive_softmax, stable_softmax)
    return Exhibit(
        "naive_softmax",
        Text("The naive function fails at logits of 1000", zh="朴素实现在 logits 为 1000 时失效"),
        Text(
            "At small logits all agree. With 1000 added to each logit the probabilities should not change; the naive "
            "function computes infinity divided by infinity, which is not a number, and NumPy warns. With the largest "
            "logit taken off first, by hand or in the generated kernel, they are the same as before.",
            zh="logits 较小时三者一致。给每个 logit 加上 1000，概率本不应改变；但朴素实现算出的是无穷除以无穷，得到 "
            "NaN，NumPy 也发出警告。先减去最大的 logit（手写的稳定版本，或生成的代码），概率与之前相同。",
        ),
        code,
        output,
    )
