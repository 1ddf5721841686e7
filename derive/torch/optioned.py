"""A loss of tensors with options at a call: the same that :mod:`derive.loading.loss_options` gives to arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch

from derive.loading.family import VALUE, Family
from derive.loading.loss_rows import MEAN, NONE, WEIGHT, Library, LossOptions, counted, options_of, read_options
from derive.torch.function import function_of

LossFunction = Callable[..., torch.Tensor]
TENSORS = Library(torch.where, torch.moveaxis, torch.broadcast_to, torch.take_along_dim)


def loss_of(family: Family, variant: Callable[[tuple[str, ...]], Family]) -> LossFunction:
    """The loss of a family, which takes options.

    variant: the family of the formula that some options make; it is loaded once, where it is first called or traced.
    """
    plain, kernel = function_of(family), family.described(VALUE)
    names = options_of(kernel)
    arrays = [given.name for given in kernel.inputs]
    loaded: dict[tuple[str, ...], LossFunction] = {(): plain}

    @torch.compiler.assume_constant_result  # type: ignore[untyped-decorator]
    def ready(options: tuple[str, ...]) -> bool:
        """Loads what they make, while a graph is traced too, which then finds it there."""
        if options not in loaded:
            loaded[options] = function_of(variant(options))
        return True

    def loss(*args: Any, **kwargs: Any) -> torch.Tensor:
        if names.isdisjoint(kwargs):
            return plain(*args, **kwargs)
        wanted = read_options(kernel, {key: kwargs.pop(key) for key in names & kwargs.keys()})
        given = dict(zip(arrays, args, strict=False)) | kwargs
        left_out = left_out_of(wanted, given, arrays[0])
        if left_out is not None:
            given = given | wanted.with_classes(TENSORS, given, left_out)
            # Scores of 0 in a row that does not count: what is NaN there comes into no gradient.
            given[arrays[0]] = torch.where(left_out.unsqueeze(given.get("axis", -1)), 0, given[arrays[0]])
        chosen = tuple(wanted.taken)
        assert ready(chosen)
        value = loaded[chosen](**given, **wanted.taken)
        if left_out is not None:
            value = torch.where(left_out, 0, value)
        if wanted.reduction == NONE:
            return value
        total = value.sum(dtype=torch.float64)
        return (_mean(total, value, wanted, given, left_out) if wanted.reduction == MEAN else total).to(value.dtype)

    loss.__name__ = loss.__qualname__ = plain.__name__
    loss.__doc__, loss.__signature__ = plain.__doc__, plain.__signature__  # type: ignore[attr-defined]
    return loss


def left_out_of(wanted: LossOptions, given: Mapping[str, Any], first: str) -> torch.Tensor | None:
    """The rows that do not count; ``None`` also where the kernel refuses what was given."""
    head, axis = given.get(first), given.get("axis", -1)
    if not isinstance(head, torch.Tensor) or not isinstance(axis, int) or not -head.ndim <= axis < head.ndim:
        return None
    if not all(isinstance(given.get(name), torch.Tensor) for name in wanted.labels):
        return None
    place = axis % head.ndim
    found: torch.Tensor | None = wanted.left_out(given, (*head.shape[:place], *head.shape[place + 1 :]))
    return found


def _mean(
    total: torch.Tensor, value: torch.Tensor, wanted: LossOptions, given: Mapping[str, Any], left_out: Any
) -> torch.Tensor:
    counts = torch.ones_like(value)
    if WEIGHT in wanted.taken and wanted.labels:
        counts = counted(TENSORS, wanted.taken[WEIGHT], given[wanted.labels[0]], given.get("axis", -1))
    count = (counts if left_out is None else torch.where(left_out, 0, counts)).sum(dtype=torch.float64)
    return torch.where(count == 0, math.nan, total / torch.where(count == 0, 1, count))
