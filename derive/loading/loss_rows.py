"""What goes over the rows of a loss, for arrays and tensors alike: the rows that do not count, and the reduction.

    sum:  sum_r f_r             mean:  sum_r f_r / sum_r c_r,  c_r = the weight of the row's class, 0 where ignored

Of a target with a number for each class every row counts as one.  Where the c_r sum to 0 the mean is NaN, as 0/0 is,
and no score has a slope.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from derive.loading.described import LABEL, Described

WEIGHT, SMOOTHING, POS_WEIGHT = "weight", "label_smoothing", "pos_weight"
OF_FORMULA = (WEIGHT, POS_WEIGHT, SMOOTHING)
"""Those that make another formula, in the order in which they are taken."""
IGNORE, REDUCTION = "ignore_index", "reduction"
OPTIONS = frozenset((*OF_FORMULA, IGNORE, REDUCTION))
NONE, MEAN, SUM = REDUCTIONS = ("none", "mean", "sum")
IGNORED = -100
"""The label of a row that does not count, where no other is named."""


class Library(NamedTuple):
    """What is asked of a library of arrays."""

    where: Callable[..., Any]
    moveaxis: Callable[..., Any]
    broadcast_to: Callable[..., Any]
    along: Callable[..., Any]
    """What lies along the last axis at some indices."""


class LossOptions(NamedTuple):
    """The options of a call.

    taken:   those that make another formula, with what was given for them.
    labels:  the inputs that are labels.
    ignored: the label of a row that does not count.
    """

    taken: Mapping[str, Any]
    labels: tuple[str, ...]
    ignored: int
    reduction: str

    def left_out(self, given: Mapping[str, Any], batch: tuple[int, ...]) -> Any:
        """Which rows do not count; ``None`` where no label could say so."""
        labels = [given[name] for name in self.labels if tuple(given[name].shape) == batch]
        return functools.reduce(operator.or_, (label == self.ignored for label in labels)) if labels else None

    def with_classes(self, library: Library, given: Mapping[str, Any], left_out: Any) -> dict[str, Any]:
        """The labels with some class in rows that do not count."""
        labels = {name: given[name] for name in self.labels}
        return {k: library.where(left_out, 0, v) if v.shape == left_out.shape else v for k, v in labels.items()}


def counted(library: Library, weight: Any, label: Any, axis: int) -> Any:
    """What each row counts for: the weight of its class.  ``label`` holds classes alone."""
    rows = library.moveaxis(weight, axis, -1) if weight.ndim > 1 else weight
    rows = library.broadcast_to(rows, (*label.shape, rows.shape[-1]))
    return library.along(rows, label[..., None], -1)[..., 0]


def options_of(kernel: Described) -> frozenset[str]:
    """The options of a kernel: those that are not inputs of its own."""
    return OPTIONS - {given.name for given in kernel.inputs}


def read_options(kernel: Described, options: Mapping[str, Any]) -> LossOptions:
    """What the options of a call say.  Raises ValueError and TypeError."""
    taken = {key: options[key] for key in OF_FORMULA if _makes_another(key, options.get(key))}
    amount = taken.get(SMOOTHING, 0)
    if isinstance(amount, int | float) and not 0 <= amount <= 1:
        raise ValueError(f"{kernel.name}: label_smoothing is a part of the target, from 0 to 1, not {amount!r}")
    reduction, ignored = options.get(REDUCTION, NONE), options.get(IGNORE, IGNORED)
    if reduction not in REDUCTIONS:
        raise ValueError(f"{kernel.name}: reduction must be 'none', 'mean' or 'sum', not {reduction!r}")
    if isinstance(ignored, bool) or not isinstance(ignored, int | np.integer):
        raise TypeError(f"{kernel.name}: ignore_index must be an integer, not {type(ignored).__name__}")
    labels = tuple(given.name for given in kernel.of_kind(LABEL))
    if ignored >= 0 and not labels:
        raise ValueError(f"{kernel.name}: ignore_index is {ignored}, but no input is a label: leave it out")
    return LossOptions(taken, labels, int(ignored), reduction)


def _makes_another(name: str, value: Any) -> bool:
    """No weight is ``None``, no smoothing 0."""
    return value is not None and not (name == SMOOTHING and isinstance(value, int | float) and value == 0)
