"""Arrays of half precision: float16, and bfloat16 of the package ml_dtypes.  They are computed with in float32.

A result is that of the kernel in float32 on what the halves say, which is exact, rounded once: to the nearest, ties to
even.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from derive.loading.arguments import bound, plain_signature, read_out
from derive.loading.arrays import is_half
from derive.loading.described import VECTOR, Described
from derive.loading.loss_rows import options_of

Function = Callable[..., Any]


def at_the_door(kernel: Described, function: Function) -> Function:
    """A kernel of float32 and float64 that takes halves too: they are converted before, and its results after."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError:
            half = half_given(kernel, args, kwargs)
            if half is None:
                _refuse_misfit(kernel, function, args, kwargs)
                raise
        return in_float32(kernel, function, half, args, kwargs)

    return call


def half_given(kernel: Described, args: Sequence[Any], kwargs: Mapping[str, Any]) -> np.dtype[Any] | None:
    """The dtype that all vectors of a call have, where it is one of half precision.

    Raises TypeError where one of them alone has it.
    """
    given = {**dict(zip((what.name for what in kernel.inputs), args, strict=False)), **kwargs}
    vectors = {what.name: given[what.name] for what in kernel.of_kind(VECTOR) if given.get(what.name) is not None}
    plain = {name: value.dtype for name, value in vectors.items() if _is_plain(value)}
    if len(plain) < len(vectors) or not any(map(is_half, plain.values())):
        return None
    (first, head), *others = plain.items()
    for name, dtype in others:
        if dtype != head:
            raise TypeError(
                f"{kernel.name}: {name} has dtype {dtype} but {first} has {head}: convert one with astype"
            ) from None
    return head


def in_float32(
    kernel: Described, function: Function, half: np.dtype[Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Any:
    """The results of a call in float32, rounded to ``half``; written into ``out`` where that is given."""
    given = {name: _widened(value) for name, value in kwargs.items() if name != "out"}
    found = function(*map(_widened, args), **given)
    several = isinstance(found, tuple)
    with np.errstate(all="ignore"):
        results = [one.astype(half) for one in (found if several else (found,))]
    out = kwargs.get("out")
    if out is not None:
        arrays = read_out(kernel.name, out, kernel.outputs, [one.shape for one in results], half)
        for array, result in zip(arrays, results, strict=True):
            assert array is not None
            array[...] = result
        return out
    return tuple(results) if several else results[0]


def _refuse_misfit(kernel: Described, function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Raises TypeError, with all names, where a call does not fit; the options of a loss stand in no signature."""
    options = options_of(kernel) if kernel.is_loss else frozenset()
    own = {name: value for name, value in kwargs.items() if name not in options}
    bound(kernel.name, plain_signature(function), args, own)


def _is_plain(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic) and not isinstance(value, np.ma.MaskedArray)


def _widened(value: Any) -> Any:
    return value.astype(np.float32) if _is_plain(value) and is_half(value.dtype) else value
