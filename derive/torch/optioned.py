"""A loss of tensors with options at a call: the same that :mod:`derive.loading.loss_options` gives to arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from derive.loading import OPTIONS
from derive.loading.described import LABEL
from derive.loading.loss_options import OF_FORMULA, WEIGHT, is_given, read_rows
from derive.torch.family import VALUE, Family
from derive.torch.function import function_of

LossFunction = Callable[..., torch.Tensor]


def loss_of(family: Family, variant: Callable[[tuple[str, ...]], Family]) -> LossFunction:
    """The loss of a family, which takes options.

    variant: the family of the formula that some options make; it is loaded once, where it is first called or traced.
    """
    plain, kernel = function_of(family), family.described(VALUE)
    names = OPTIONS - {given.name for given in kernel.inputs}
    labels = [given.name for given in kernel.of_kind(LABEL)]
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
        options = {key: kwargs.pop(key) for key in names & kwargs.keys()}
        reduction, ignored = read_rows(kernel.name, options)
        taken = {key: options[key] for key in OF_FORMULA if is_given(key, options.get(key))}
        given = dict(zip(arrays, args, strict=False)) | kwargs
        left_out = _left_out(given, labels, ignored)
        if left_out is not None:
            given = _without(given, arrays[0], labels, left_out)
        chosen = tuple(taken)
        assert ready(chosen)
        value = loaded[chosen](**given, **taken)
        if left_out is not None:
            value = torch.where(left_out, value.new_zeros(()), value)
        if reduction == "none":
            return value
        total = value.sum()
        return total / _count(value, given, labels, taken, left_out) if reduction == "mean" else total

    loss.__name__ = loss.__qualname__ = plain.__name__
    loss.__doc__, loss.__signature__ = plain.__doc__, plain.__signature__  # type: ignore[attr-defined]
    return loss


def _left_out(given: Mapping[str, Any], labels: list[str], ignored: int) -> torch.Tensor | None:
    """The rows that do not count; ``None`` where there are no labels that could say so."""
    masks = [given[name] == ignored for name in labels if isinstance(given.get(name), torch.Tensor)]
    return torch.stack(masks).any(0) if masks else None


def _without(given: Mapping[str, Any], first: str, labels: list[str], left_out: torch.Tensor) -> dict[str, Any]:
    """Some class, and scores of 0, in rows that do not count: what is NaN there comes into no gradient."""
    head, axis = given[first], given.get("axis", -1)
    found = dict(given)
    for name in labels:
        found[name] = torch.where(left_out, torch.zeros_like(given[name]), given[name])
    if isinstance(head, torch.Tensor) and head.ndim == left_out.ndim + 1 and isinstance(axis, int):
        found[first] = torch.where(left_out.unsqueeze(axis), head.new_zeros(()), head)
    return found


def _count(
    value: torch.Tensor, given: Mapping[str, Any], labels: list[str], taken: Mapping[str, Any], left_out: Any
) -> torch.Tensor:
    """The weights of the rows that count; of probabilities as a target each row counts as one."""
    counts = torch.ones_like(value)
    if labels and WEIGHT in taken:
        counts = _at(taken[WEIGHT], given[labels[0]], given.get("axis", -1)).to(value.dtype)
    return counts.sum() if left_out is None else torch.where(left_out, counts.new_zeros(()), counts).sum()


def _at(weight: torch.Tensor, labels: torch.Tensor, axis: int) -> torch.Tensor:
    if weight.ndim == 1:
        return weight[labels]
    return weight.gather(axis, labels.unsqueeze(axis)).squeeze(axis)
