"""A formula of tensors whose classes are shared out among processes: each has a slice of every vector.

Every process calls the function with its slice, the same labels and parameters, and gets the same value for each row,
bit by bit; autograd gives each the gradient by its own slice.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from derive.loading.callable import help_text
from derive.loading.loss_rows import MEAN, NONE, WEIGHT, LossOptions, options_of, read_options
from derive.loading.shards import Message, finished, merge_messages, message
from derive.loading.shared_out import Rows, SharedFormula, SharedKernel, rows_of
from derive.torch.exchange import Exchange, in_one_array, merges_by_adding, packed, parted, unpacked
from derive.torch.function import HALVES, binder, misfit, tensor_of, tensor_signature
from derive.torch.optioned import TENSORS, left_out_of

Tensors = dict[str, torch.Tensor]


def function_of_slices(shared: SharedFormula, exchange: Exchange) -> Callable[..., torch.Tensor]:
    """The formula as a function of slices; see :func:`derive.torch.load_sharded`."""
    kernel = shared.value.described
    signature, read = tensor_signature(kernel), binder(kernel)
    first = kernel.inputs[0].name
    variables = [name for name, _ in shared.value.variables]

    def function(*args: Any, **kwargs: Any) -> torch.Tensor:
        given = read(args, kwargs)
        if given is None:
            raise TypeError(misfit(kernel.name, signature, args, kwargs))
        tensors = {what.name: tensor_of(kernel.name, what, given[what.name]) for what in kernel.inputs}
        _check_slice(kernel.name, tensors[first], given["axis"], exchange)
        wanted = [name for name, one in tensors.items() if one.requires_grad] if torch.is_grad_enabled() else []
        for name in wanted:
            if name not in variables:
                raise NotImplementedError(
                    f"{kernel.name}: {name} requires a gradient, but only the derivative by {', '.join(variables)} is "
                    f"derived: give {name}.detach()"
                )
        single = {name: one.float() if one.dtype in HALVES else one for name, one in tensors.items()}
        call = _Call(shared, exchange, given["axis"], tuple(single))
        found: torch.Tensor = _Function.apply(call, bool(wanted), *single.values())
        return found.to(tensors[first].dtype) if tensors[first].dtype in HALVES else found

    function.__name__ = function.__qualname__ = kernel.name
    function.__doc__ = help_text(kernel, inspect.getdoc(_stated) or "")
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _stated() -> None:
    """Vectors are this process's slice of the classes, labels count from 0 in all classes together.  Every process of
    the group calls it, with the same labels and parameters; the value of a row is the same in all of them.
    """


def _check_slice(name: str, head: torch.Tensor, axis: Any, exchange: Exchange) -> None:
    here = exchange.classes[exchange.place]
    if isinstance(axis, int) and -head.ndim <= axis < head.ndim and head.shape[axis] != here:
        raise ValueError(
            f"{name}: this process said that it has {here} classes, but was given {head.shape[axis]}: load it again "
            f"in every process where the slices change"
        )


class _Call:
    """One call of the formula in this process: which kernels it takes, and among whom their rounds go."""

    def __init__(self, shared: SharedFormula, exchange: Exchange, axis: int, names: Sequence[str]) -> None:
        self.shared, self.exchange, self.axis, self.names = shared, exchange, axis, names

    def run(self, kernel: SharedKernel, given: Mapping[str, torch.Tensor]) -> list[torch.Tensor]:
        """The outputs of a kernel, in order, after its rounds."""
        kinds = {what.name: what.kind for what in kernel.described.inputs}
        arrays = {name: given[name].detach().numpy() for name in kinds}
        before = sum(self.exchange.classes[: self.exchange.place])
        rows = rows_of(kernel, arrays, self.axis, before, sum(self.exchange.classes))
        made = self._rounds(kernel, rows)
        described = kernel.described.outputs
        return [torch.from_numpy(np.ascontiguousarray(rows.as_given(one, made[one.name]))) for one in described]

    def _rounds(self, kernel: SharedKernel, rows: Rows) -> dict[str, np.ndarray[Any, Any]]:
        merged: list[Message] = []
        for number in range(len(kernel.split.rounds)):
            own = message(kernel.split, number, rows.shard, merged)
            if merges_by_adding(kernel.split.rounds[number]):
                merged.append(self._total(kernel.described.name, own, rows))
                continue
            sent = self.exchange.gather(packed(own, rows.wrong is not None))
            found = [unpacked(one, own) for one in sent]
            if rows.wrong is not None:
                raise rows.wrong
            if None in found:
                raise ValueError(
                    f"{kernel.described.name}: process {found.index(None)} was given values outside a domain"
                )
            merged.append(merge_messages(kernel.split, number, [one for one in found if one is not None], rows.shard))
        if rows.wrong is not None:
            raise rows.wrong
        return finished(kernel.split, rows.shard, merged)

    def _total(self, name: str, own: Message, rows: Rows) -> Message:
        """What a round of sums merges to."""
        wrong = rows.wrong is not None
        total = self.exchange.total(in_one_array(own, self.exchange.place, wrong))
        if rows.wrong is not None:
            raise rows.wrong
        if total[0] > 0:
            told = f"process {int(total[1])} was" if total[0] == 1 else f"{int(total[0])} processes were"
            raise ValueError(f"{name}: {told} given values outside a domain")
        return parted(total, own)


class _Function(torch.autograd.Function):
    """The value, and the gradients that come with it or are made when they are asked for."""

    @staticmethod
    def forward(ctx: Any, call: _Call, differentiate: bool, *tensors: torch.Tensor) -> torch.Tensor:
        given, scalar = dict(zip(call.names, tensors, strict=True)), call.shared.is_scalar
        value, *slopes = call.run(call.shared.both if differentiate and scalar else call.shared.value, given)
        ctx.call = call
        ctx.save_for_backward(*tensors, *slopes)
        return value

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        call, count = ctx.call, len(ctx.call.names)
        if torch.is_grad_enabled():  # a graph of the derivative is wanted, in which this one would count as constant
            raise NotImplementedError(f"{call.shared.name}: in slices first derivatives alone: leave out create_graph")
        given = dict(zip(call.names, ctx.saved_tensors, strict=False))
        needed = [name for name, asked in zip(call.names, ctx.needs_input_grad[2:], strict=True) if asked]
        of = _of_scalar if call.shared.is_scalar else _of_vector
        found = of(call, given, ctx.saved_tensors[count:], upstream, needed)
        return None, None, *(found.get(name) for name in call.names)


def _of_scalar(
    call: _Call, given: Tensors, slopes: Sequence[torch.Tensor], upstream: torch.Tensor, needed: Sequence[str]
) -> Tensors:
    found = {}
    for (name, _), slope in zip(call.shared.value.variables, slopes, strict=True):
        if name in needed:
            whole = upstream.unsqueeze(call.axis) * slope if slope.ndim > upstream.ndim else upstream * slope
            found[name] = _summed(whole, given[name], call.axis)
    return found


def _of_vector(call: _Call, given: Tensors, _: Any, upstream: torch.Tensor, needed: Sequence[str]) -> Tensors:
    found = {}
    for name, tail in call.shared.value.variables:
        if name in needed:
            kernel = call.shared.vjp(tail)
            (seed,) = {what.name for what in kernel.described.inputs} - given.keys()
            found[name] = _summed(call.run(kernel, {**given, seed: upstream})[0], given[name], call.axis)
    return found


def _summed(slope: torch.Tensor, by: torch.Tensor, axis: int) -> torch.Tensor:
    """Over the rows, where one number or one vector serves all."""
    if by.ndim == 0 and slope.ndim:
        return slope.sum(dtype=torch.float64).to(by.dtype)
    if by.ndim == 1 and slope.ndim > 1:
        return slope.movedim(axis, -1).reshape(-1, len(by)).sum(0, dtype=torch.float64).to(by.dtype)
    return slope.to(by.dtype)


# --- options of a loss -------------------------------------------------------------------------------------------


def loss_of_slices(shared: SharedFormula, exchange: Exchange) -> Callable[..., torch.Tensor]:
    """The loss of a formula, which takes options."""
    plain, kernel = function_of_slices(shared, exchange), shared.value.described
    names, arrays = options_of(kernel), [given.name for given in kernel.inputs]
    loaded: dict[tuple[str, ...], Callable[..., torch.Tensor]] = {(): plain}

    def loss(*args: Any, **kwargs: Any) -> torch.Tensor:
        if names.isdisjoint(kwargs):
            return plain(*args, **kwargs)
        wanted = read_options(kernel, {key: kwargs.pop(key) for key in names & kwargs.keys()})
        given = dict(zip(arrays, args, strict=False)) | kwargs
        left_out = left_out_of(wanted, given, arrays[0])
        if left_out is not None:
            given = given | wanted.with_classes(TENSORS, given, left_out)
            given[arrays[0]] = torch.where(left_out.unsqueeze(given.get("axis", -1)), 0, given[arrays[0]])
        chosen = tuple(wanted.taken)
        if chosen not in loaded:
            loaded[chosen] = function_of_slices(shared.with_options(chosen), exchange)
        value = loaded[chosen](**given, **wanted.taken)
        if left_out is not None:
            value = torch.where(left_out, 0, value)
        if wanted.reduction == NONE:
            return value
        total = value.sum(dtype=torch.float64)
        return (_mean(total, value, wanted, given, left_out, exchange) if wanted.reduction == MEAN else total).to(
            value.dtype
        )

    loss.__name__ = loss.__qualname__ = plain.__name__
    loss.__doc__, loss.__signature__ = plain.__doc__, plain.__signature__  # type: ignore[attr-defined]
    return loss


def _mean(
    total: torch.Tensor,
    value: torch.Tensor,
    wanted: LossOptions,
    given: Mapping[str, Any],
    left_out: Any,
    exchange: Exchange,
) -> torch.Tensor:
    counts = torch.ones_like(value, dtype=torch.float64)
    if WEIGHT in wanted.taken and wanted.labels:
        counts = _weights(wanted.taken[WEIGHT], given[wanted.labels[0]], given.get("axis", -1), exchange)
    count = (counts if left_out is None else torch.where(left_out, 0, counts)).sum()
    return torch.where(count == 0, math.nan, total / torch.where(count == 0, 1, count))


def _weights(weight: torch.Tensor, label: torch.Tensor, axis: int, exchange: Exchange) -> torch.Tensor:
    """What each row counts for: the weight of its class, sent by the process that has it."""
    first, here = sum(exchange.classes[: exchange.place]), exchange.classes[exchange.place]
    rows = weight.detach().movedim(axis, -1) if weight.ndim > 1 else weight.detach()
    mine = (label >= first) & (label < first + here)
    found = torch.zeros(label.shape, dtype=torch.float64)
    if here:
        rows = rows.expand(*label.shape, here)
        at = torch.take_along_dim(rows, torch.where(mine, label - first, 0)[..., None], -1)[..., 0]
        found = torch.where(mine, at.double(), 0.0)
    return torch.from_numpy(exchange.total(found.reshape(-1).numpy())).reshape(label.shape)
