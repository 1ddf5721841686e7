"""Regression on the numbers of labels depends on how the classes are numbered; cross-entropy does not."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.language.text import Text
from derive.loading import load
from derive.readers.exhibits.exhibit import Exhibit

CAT, DOG, BIRD = Text("cat", zh="猫"), Text("dog", zh="狗"), Text("bird", zh="鸟")
TRUTH = (CAT, DOG, BIRD)
GUESSES = (CAT, DOG, CAT)
"""One mistake: the bird is taken for a cat."""
SCORES = {
    CAT: {CAT: 2.0, DOG: 0.0, BIRD: 1.0},
    DOG: {CAT: 0.5, DOG: 2.0, BIRD: 0.0},
    BIRD: {CAT: 1.5, DOG: 0.0, BIRD: 1.0},
}
"""The logits that a classifier with the same guesses gives to the classes, for each of the three samples."""
NUMBERINGS = ((CAT, DOG, BIRD), (CAT, BIRD, DOG))
"""Two ways to number the classes 0, 1, 2."""


def squared_error(classes: tuple[Text, ...]) -> Any:
    """The mean squared difference of the numbers of guess and truth."""
    guesses, truth = (np.array([float(classes.index(c)) for c in some]) for some in (GUESSES, TRUTH))
    return load("mse")(guesses, truth)


def mean_cross_entropy(classes: tuple[Text, ...]) -> Any:
    """The mean cross-entropy of the classifier, its logits in the order of the numbering."""
    logits = np.array([[SCORES[sample][c] for c in classes] for sample in TRUTH])
    return np.mean(load("cross_entropy_label")(logits, np.array([classes.index(c) for c in TRUTH])))


def exhibit() -> Exhibit:
    rows = []
    for classes in NUMBERINGS:
        values = {f"c{number}": name for number, name in enumerate(classes)}
        numbers = NUMBERING.filled(**values)
        rows.append((numbers, f"{squared_error(classes):.6g}", f"{mean_cross_entropy(classes):.6g}"))
    return Exhibit(
        "relabelling",
        Text("Number the classes otherwise, and the squared error changes", zh="换一种编号，均方误差就变了"),
        Text(
            "Three samples, a cat, a dog and a bird, and one mistake: the bird is taken for a cat. Regression on the "
            "number of the class makes the mistake four times as bad when cat and bird happen to be numbered 0 and 2 "
            "as when they are numbered 0 and 1, although nothing else differs. The cross-entropy of the same guesses "
            "compares distributions and stays what it is.",
            zh="三个样本：猫、狗、鸟，其中只有一个错误：把鸟认成了猫。对类别编号做回归时，若猫和鸟恰好编号为 0 和 2，"
            "这个错误的代价就是编号为 0 和 1 时的四倍，尽管其他毫无变化。同样的预测，交叉熵比较的是分布，数值不变。",
        ),
        columns=(Text("numbering", zh="编号"), SQUARED, Text("cross-entropy", zh="交叉熵")),
        rows=tuple(rows),
    )


NUMBERING = Text("{c0} 0, {c1} 1, {c2} 2", zh="{c0} 0，{c1} 1，{c2} 2")
SQUARED = Text("mean squared error of the numbers", zh="编号的均方误差")
