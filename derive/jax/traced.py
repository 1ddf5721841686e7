"""A formula as a function of JAX arrays: what was given, read and checked, and handed to its kernels."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp

from derive.jax.kernels import Kernels
from derive.loading.arguments import bound
from derive.loading.callable import help_text, signature_of
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described
from derive.loading.family import VALUE, family_of
from derive.loading.loader import where_asked
from derive.loading.troubles import LoadError

_MADE: dict[str, Kernels] = {}
"""By what they are made of: what was compiled for one function serves the next."""


def function_of_arrays(asked: Any, formulas: Any) -> Callable[..., Any]:
    """The formula as a function; see :func:`derive.jax.load`."""
    family = family_of(asked, formulas)
    if family.described(VALUE).sizes:
        told = "only formulas of one row are functions of JAX arrays; derive.load takes it"
        raise LoadError(f"{family.name} names its axes: {told}")
    made = _MADE.setdefault(family.key, Kernels(family, where_asked(asked, formulas)[1]))
    kernel = family.described(VALUE)
    whole = signature_of(kernel)
    signature = whole.replace(parameters=[one for key, one in whole.parameters.items() if key != "out"])

    def function(*args: Any, **kwargs: Any) -> Any:
        given = bound(kernel.name, signature, args, kwargs).arguments
        arrays, axis = _read(kernel, given, family.variables)
        (found,) = made.bind(VALUE, arrays)
        return jnp.moveaxis(found, -1, axis) if kernel.outputs[0].axes else found

    function.__name__ = function.__qualname__ = kernel.name
    function.__doc__ = help_text(kernel, inspect.getdoc(_stated) or "")
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _stated() -> None:
    """Arrays are JAX's, traced ones too.  Vectors are all alike in dtype, float32 or float64; after the first, one of
    the classes alone serves all rows; labels have the shape of a vector without its class axis.
    """


def _read(kernel: Described, given: Mapping[str, Any], variables: tuple[str, ...]) -> tuple[dict[str, Any], int]:
    """The inputs as the kernels take them, the classes last; and the class axis, counted from the end."""
    first = kernel.of_kind(VECTOR)[0].name
    head, axis = jnp.asarray(given[first]), given["axis"]
    if not isinstance(axis, int) or not -head.ndim <= axis < head.ndim:
        raise ValueError(f"{kernel.name}: axis {axis!r} is out of range for an array of shape {head.shape}")
    place = axis % head.ndim
    batch = head.shape[:place] + head.shape[place + 1 :]
    found = {}
    for what in kernel.inputs:
        array = jnp.asarray(given[what.name], head.dtype if what.kind == PARAMETER else None)
        for_all = what.kind == VECTOR and array.shape == (head.shape[place],) and head.ndim > 1
        wanted = {VECTOR: head.shape, LABEL: batch, PARAMETER: ()}[what.kind]
        if array.shape != wanted and not for_all:
            raise ValueError(f"{kernel.name}: {what.name} has shape {array.shape}, not {wanted}")
        if what.kind == VECTOR and (array.dtype != head.dtype or array.dtype not in (jnp.float32, jnp.float64)):
            raise TypeError(
                f"{kernel.name}: {what.name} has dtype {array.dtype}: vectors are float32 or float64, all alike"
            )
        if what.kind == LABEL:
            array = _labels(kernel.name, what.name, array)
        if for_all and what.name in variables:
            array = jnp.broadcast_to(array, (*batch, len(array)))  # whose gradient JAX sums
        elif what.kind == VECTOR and not for_all:
            array = jnp.moveaxis(array, place, -1)
        found[what.name] = array
    return found, place - head.ndim


def _labels(kernel: str, name: str, array: Any) -> Any:
    if not jnp.issubdtype(array.dtype, jnp.integer):
        raise TypeError(f"{kernel}: {name} has dtype {array.dtype}, not an integer")
    wide = array.dtype in (jnp.int64, jnp.uint64, jnp.uint32)
    return array.astype(jnp.int64 if wide and jnp.zeros(0, jnp.int64).dtype == jnp.int64 else jnp.int32)
