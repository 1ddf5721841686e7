"""A formula as a function of tensors: what was given, read and checked, and handed to its operators."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from derive.loading import whole
from derive.loading.arguments import read_axis, read_parameter
from derive.loading.callable import help_text, signature_of
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described, Given
from derive.loading.family import BOTH, VALUE, Family
from derive.torch.operators import operators

HALVES = (torch.float16, torch.bfloat16)
"""Computed in float32."""


def function_of(family: Family) -> Callable[..., torch.Tensor]:
    """The formula as a function; see :func:`derive.torch.load`."""
    made, kernel = operators(family), family.described(VALUE)
    signature, read = tensor_signature(kernel), binder(kernel)
    value, both = made[VALUE], made.get(BOTH)
    first = family.inputs(VALUE)[0]
    vectors = [given.name for given in kernel.of_kind(VECTOR)[1:]]

    def function(*args: Any, **kwargs: Any) -> torch.Tensor:
        given = read(args, kwargs)
        if given is None:
            raise TypeError(misfit(kernel.name, signature, args, kwargs))
        tensors = {what.name: tensor_of(kernel.name, what, given[what.name]) for what in kernel.inputs}
        head, axis = tensors[first], given["axis"]
        if type(axis) is not int:
            axis = read_axis(kernel.name, axis, tuple(head.shape))
        tensors = {name: _for_all_rows(one, head, axis) if name in vectors else one for name, one in tensors.items()}
        wanted = _wanted(family, tensors)
        single = {name: one.float() if one.dtype in HALVES else one for name, one in tensors.items()}
        found: torch.Tensor = both(single, axis)[0] if both is not None and wanted else value(single, axis)
        return found.to(head.dtype) if head.dtype in HALVES else found

    function.__name__ = function.__qualname__ = kernel.name
    function.__doc__ = help_text(kernel, inspect.getdoc(_stated) or "")
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _stated() -> None:
    """Vectors are tensors on the CPU, all alike in dtype and shape, with any number of axes beside the class axis
    ``axis``; after the first, one that has the classes as its only axis serves all rows.  Labels have the shape of a
    vector without its class axis; parameters are numbers, or tensors of no axes.  float16 and bfloat16 are computed in
    float32.  Differentiable by what the formula's ``wrt`` names, by the first of these twice.  Errors: TypeError,
    ValueError, IndexError for a label, NotImplementedError for a derivative that is not derived.
    """


def function_along_axes(family: Family) -> Callable[..., torch.Tensor]:
    """A formula that names its axes as a function; see :func:`derive.torch.load`."""
    made, kernel = operators(family), family.described(VALUE)
    signature, read = whole.signature_of(kernel), binder(kernel)
    value, both, count = made[VALUE], made.get(BOTH), len(family.variables)

    def function(*args: Any, **kwargs: Any) -> torch.Tensor:
        given = read(args, kwargs)
        if given is None:
            raise TypeError(misfit(kernel.name, signature, args, kwargs))
        tensors = {what.name: tensor_of(kernel.name, what, given[what.name]) for what in kernel.inputs}
        half = _half_of(kernel, tensors)
        single = {name: one.float() if one.dtype in HALVES else one for name, one in tensors.items()}
        wanted = _wanted(family, tensors)
        # All gradients with the value, where all are wanted; a frozen weight matrix costs none.
        found: torch.Tensor = both(single)[0] if both is not None and len(wanted) == count else value(single)
        return found if half is None else found.to(half)

    function.__name__ = function.__qualname__ = kernel.name
    function.__doc__ = whole.help_text(kernel, inspect.getdoc(_stated_along_axes) or "")
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _stated_along_axes() -> None:
    """Arrays are tensors on the CPU, all alike in dtype; each has the axes that the formula names, last.  Axes before
    those run through many arrays at once, and an array without them serves all: its gradient is the sum over these.
    Parameters are numbers, or tensors of no axes.  float16 and bfloat16 are computed in float32.  Differentiable once
    by what the formula's ``wrt`` names.  Errors: TypeError, ValueError, IndexError for a label, NotImplementedError for
    a derivative that is not derived.
    """


def _half_of(kernel: Described, tensors: Mapping[str, torch.Tensor]) -> torch.dtype | None:
    """The dtype that all arrays have, where it is one of half precision.  Raises TypeError where one alone has it."""
    dtypes = {what.name: tensors[what.name].dtype for what in kernel.of_kind(VECTOR)}
    (first, head), *others = dtypes.items()
    for name, dtype in others:
        if dtype != head and (dtype in HALVES or head in HALVES):
            raise TypeError(f"{kernel.name}: {name} has dtype {dtype} but {first} has {head}: convert one")
    return head if head in HALVES else None


def _wanted(family: Family, tensors: Mapping[str, torch.Tensor]) -> list[str]:
    """The inputs that require a gradient.  Raises NotImplementedError for one by which nothing is derived."""
    wanted = [name for name, tensor in tensors.items() if tensor.requires_grad] if torch.is_grad_enabled() else []
    for name in wanted:
        if name not in family.variables:
            raise NotImplementedError(family.refusal(VALUE, name))
    return wanted


def tensor_signature(kernel: Described) -> inspect.Signature:
    """That of the kernel; tensors are not written into."""
    own = signature_of(kernel)
    return own.replace(parameters=[one for name, one in own.parameters.items() if name != "out"])


def binder(kernel: Described) -> Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any] | None]:
    """What gives each argument its name, in words that a graph can hold; ``None``: they do not fit the signature."""
    arrays = [given.name for given in kernel.inputs if given.kind != PARAMETER]
    axis = {} if kernel.sizes else {"axis": -1}
    usual = {**{given.name: given.default for given in kernel.of_kind(PARAMETER)}, **axis}
    total = len(arrays) + len(usual)

    def read(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
        if len(args) > min(kernel.positional, len(arrays)):
            return None
        first = dict(zip(arrays, args, strict=False))
        given = {**usual, **first, **kwargs}
        twice = [name for name in first if name in kwargs]
        return None if twice or len(given) != total else given

    return read


def misfit(name: str, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        return f"{name}{signature}: {error}"
    raise AssertionError(f"{name}{signature}: the arguments fit")


def _for_all_rows(tensor: torch.Tensor, head: torch.Tensor, axis: int) -> torch.Tensor:
    """One vector as that of every row, without a copy; anything else as it is."""
    if tensor.ndim != 1 or head.ndim < 2 or not -head.ndim <= axis < head.ndim or len(tensor) != head.shape[axis]:
        return tensor
    place = axis % head.ndim
    return tensor.reshape([-1 if k == place else 1 for k in range(head.ndim)]).expand(head.shape)


def tensor_of(kernel: str, what: Given, value: Any) -> torch.Tensor:
    """What was given for an input, as the operators take it."""
    if isinstance(value, torch.Tensor):
        if value.device.type != "cpu":
            raise TypeError(
                f"{kernel}: {what.name} is on {value.device}, and the kernels run on the CPU: give {what.name}.cpu()"
            )
        if what.kind == PARAMETER and value.ndim:
            raise TypeError(f"{kernel}: {what.name} must be a real number, not a tensor of shape {tuple(value.shape)}")
        return value
    if what.kind == LABEL and type(value) is int:
        return torch.tensor(value)
    if what.kind != PARAMETER:
        kind = "floating-point numbers" if what.kind == VECTOR else "integers"
        raise TypeError(f"{kernel}: {what.name} must be a tensor of {kind}, not {type(value).__name__}")
    if type(value) is not float:
        value = read_parameter(kernel, what, value, np.dtype(np.float64))
    return torch.tensor(value, dtype=torch.float64)
