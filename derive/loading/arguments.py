"""What a caller gave, read and checked: one line says what is wrong and how to mend it."""

from __future__ import annotations

import inspect
import math
import numbers
import operator
from collections.abc import Callable, Mapping, Sequence
from inspect import BoundArguments, Parameter, Signature
from typing import Any

import numpy as np

from derive.loading.arrays import REALS, Array, is_half
from derive.loading.described import Given, Made


def bound(kernel: str, signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any]) -> BoundArguments:
    """What was given by the names of the parameters, defaults included.  Raises TypeError where it does not fit."""
    try:
        found = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{kernel}{signature}: {error}") from None
    found.apply_defaults()
    return found


def plain_signature(function: Callable[..., Any]) -> Signature:
    """The parameters of a function as errors show them: without annotations."""
    told = inspect.signature(function)
    return Signature([p.replace(annotation=Parameter.empty) for p in told.parameters.values()])


def read_array(kernel: str, name: str, given: Any) -> Array:
    """What was given as an array; a mask would be lost on the way."""
    if isinstance(given, np.ma.MaskedArray):
        raise TypeError(
            f"{kernel}: {name} is a masked array, and masks are not looked at: give {name}.filled(value), "
            f"with -np.inf as the value of scores that are to be left out"
        )
    return np.asarray(given)


def read_vectors(
    kernel: str, given: dict[str, Any], axis: Any = -1, halves: bool = False
) -> tuple[dict[str, Array], int]:
    """The vectors as arrays of one shape and one dtype, float32 or float64; the class axis counted from the front.

    halves: whether they may be of half precision.
    After the first, one of a single axis, the classes, serves all rows.
    """
    arrays = {name: read_array(kernel, name, value) for name, value in given.items()}
    for name, array in arrays.items():
        if array.dtype not in REALS and not (halves and is_half(array.dtype)):
            raise TypeError(
                f"{kernel}: {name} has dtype {array.dtype}, not float32 or float64: convert it, "
                f"as in {name}.astype(np.float32)"
            )
        if array.ndim == 0:
            raise ValueError(f"{kernel}: {name} is a scalar: it needs an axis of classes")
    (first, head), *others = arrays.items()
    for name, array in others:
        if array.dtype != head.dtype:
            raise TypeError(
                f"{kernel}: {name} has dtype {array.dtype} but {first} has {head.dtype}: convert one with astype"
            )
    position = read_axis(kernel, axis, head.shape)
    shaped = {name: _as_many_rows(array, head.shape, position) for name, array in arrays.items()}
    for name, rows in shaped.items():
        if rows.shape != head.shape:
            raise ValueError(
                f"{kernel}: {name} has shape {rows.shape} but {first} has {head.shape}: they must be equal, "
                f"or {name} one vector of {head.shape[position]} for all rows"
            )
    return shaped, position


def _as_many_rows(array: Array, shape: tuple[int, ...], axis: int) -> Array:
    """One vector as the rows of an array of this shape, without a copy; anything else as it is."""
    if array.ndim != 1 or len(shape) == 1 or array.shape[0] != shape[axis]:
        return array
    return np.moveaxis(np.broadcast_to(array, (*shape[:axis], *shape[axis + 1 :], shape[axis])), -1, axis)


def read_axis(kernel: str, axis: Any, shape: tuple[int, ...]) -> int:
    """The class axis, counted from the front."""
    try:
        position = operator.index(axis)
    except TypeError:
        raise TypeError(f"{kernel}: axis must be an integer, not {axis!r}") from None
    if not -len(shape) <= position < len(shape):
        raise ValueError(f"{kernel}: axis {position} is out of range for an array of shape {shape}")
    position %= len(shape)
    if shape[position] == 0:
        raise ValueError(f"{kernel}: there are no classes: axis {axis} of shape {shape} is empty")
    return position


def read_labels(kernel: str, name: str, value: Any, batch: tuple[int, ...]) -> Array:
    """Labels as contiguous int64, one for each row.  (A uint64 beyond int64 turns negative: it is refused later.)"""
    labels = read_array(kernel, name, value)
    if labels.dtype.kind not in "iu" and labels.size:
        raise TypeError(
            f"{kernel}: {name} has dtype {labels.dtype}, not an integer: convert it, as in {name}.astype(np.int64)"
        )
    if labels.shape != batch:
        raise ValueError(f"{kernel}: {name} has shape {labels.shape}, not {batch}: one label for each row")
    return np.require(labels, np.int64, ["C", "A"]).reshape(-1)


def refuse_label(kernel: str, labels: dict[str, Array], classes: int) -> IndexError:
    """The error for the first label that names no class."""
    for name, array in labels.items():
        outside = np.flatnonzero((array < 0) | (array >= classes))
        if outside.size:
            row = int(outside[0])
            return IndexError(
                f"{kernel}: {name} holds the label {array[row]} (row {row}), but labels go from 0 to {classes - 1}"
            )
    return IndexError(f"{kernel}: a label names no class")


def refuse_value(kernel: str, vectors: dict[str, Array], inputs: Sequence[Given]) -> ValueError:
    """The error for the first value that is outside the domain of its vector."""
    for what in (given for given in inputs if given.told and given.low is not None):
        array = vectors[what.name]
        outside = (array < what.low) | (array > (math.inf if what.high is None else what.high))
        if outside.any():
            return ValueError(f"{kernel}: {what.name} holds {array[outside][0]}, but its values are {what.told}")
    return ValueError(f"{kernel}: a value of a vector is outside its domain")


def read_parameter(kernel: str, what: Given, value: Any, dtype: np.dtype[Any]) -> float:
    """A parameter as the number that the kernel gets: rounded to the dtype, and inside its domain there."""
    name = what.name
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, numbers.Real):
        raise TypeError(f"{kernel}: {name} must be a real number, not {type(value).__name__}")
    with np.errstate(over="ignore", under="ignore"):
        rounded = float(dtype.type(float(value)))
    if what.positive and not (rounded > 0 and math.isfinite(rounded)):
        raise ValueError(f"{kernel}: {name} must be positive and finite in {dtype}, not {value!r}")
    if math.isnan(rounded):
        raise ValueError(f"{kernel}: {name} must be a number, not NaN")
    return rounded


def read_out(
    kernel: str, out: Any, outputs: Sequence[Made], shapes: Sequence[tuple[int, ...]], dtype: np.dtype[Any]
) -> list[Array | None]:
    """The arrays to write into, one for each output; ``None`` where a new one is to be made."""
    if out is None:
        return [None] * len(outputs)
    given = out if isinstance(out, tuple) else (out,)
    if len(given) != len(outputs):
        raise ValueError(f"{kernel}: out must hold {len(outputs)} array(s), not {len(given)}: {_names(outputs)}")
    for array, output, shape in zip(given, outputs, shapes, strict=True):
        if not isinstance(array, np.ndarray) or isinstance(array, np.ma.MaskedArray):
            raise TypeError(f"{kernel}: out for {output.name} must be a NumPy array, not {type(array).__name__}")
        if array.dtype != dtype:
            raise TypeError(f"{kernel}: out for {output.name} has dtype {array.dtype}, not {dtype} as the input")
        if array.shape != shape:
            raise ValueError(f"{kernel}: out for {output.name} has shape {array.shape}, not {shape}")
        if not array.flags.writeable:
            raise ValueError(f"{kernel}: out for {output.name} is read-only")
    _refuse_overlap(kernel, given)
    return list(given)


_EFFORT: Any = 100_000
"""How hard to look for an overlap; where that does not tell, it counts as one."""


def _refuse_overlap(kernel: str, arrays: tuple[Array, ...]) -> None:
    for place, one in enumerate(arrays):
        for other in arrays[:place]:
            try:
                shared = np.shares_memory(one, other, max_work=_EFFORT)
            except np.exceptions.TooHardError:
                shared = True
            if shared:
                raise ValueError(f"{kernel}: two arrays of out overlap: give each output memory of its own")


def _names(outputs: Sequence[Made]) -> str:
    return ", ".join(output.name for output in outputs)
