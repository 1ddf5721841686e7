"""<< about[0] >>
<% for line in about[1:] %>
<< line >>
<% endfor %>
"""

from __future__ import annotations

<% if has_parameters %>
import math
import numbers
<% endif %>
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
<% for name in names %>
    "<< name >>",
<% endfor %>
]

Array = NDArray[Any]
<% for f in functions %>


def << f.name >>(
<% for argument in f.arguments %>
    << argument >>,
<% endfor %>
) -> << f.returns >>:
    """<< f.doc[0] >>
<% for line in f.doc[1:] %>
<% if line %>
    << line >>
<% else %>

<% endif %>
<% endfor %>
    """
    axis, (<< f.vectors | join(", ") >>,) = _vectors("<< f.name >>", axis, {<% for v in f.vectors %>"<< v >>": << v >><< "" if loop.last else ", " >><% endfor %>})
<% for t in f.labels %>
    << t >> = _labels("<< f.name >>", "<< t >>", << t >>, << f.vectors[0] >>)
<% endfor %>
<% for p, domain in f.parameters %>
    << p >> = _parameter("<< f.name >>", "<< p >>", << p >>, "<< domain >>", << f.vectors[0] >>.dtype)
<% endfor %>
    _check_out("<< f.name >>", out, axis, << f.vectors[0] >>, {<% for name, result, axes in f.outputs %>"<< name >>": << axes >><< "" if loop.last else ", " >><% endfor %>})
    with np.errstate(all="ignore"):
<% for line in f.body %>
        << line >>
<% endfor %>
    placed = _placed(out, axis, << f.vectors[0] >>, [<% for name, result, axes in f.outputs %>(<< result >>, << axes >>)<< "" if loop.last else ", " >><% endfor %>])
    return <% for output in f.outputs %>placed[<< loop.index0 >>]<< "" if loop.last else ", " >><% endfor %>

<% endfor %>
<% if "_at" in helpers %>


def _at(values: Array, index: Array) -> Array:
    """The value of each row at one class."""
    return np.take_along_axis(values, index, axis=-1)
<% endif %>
<% if "_largest" in helpers %>


def _largest(values: Array) -> tuple[Array, Array]:
    """The largest value of each row, and the first class that has it; a NaN is never the largest."""
    comparable = np.where(np.isnan(values), -np.inf, values)
    where = np.argmax(comparable, axis=-1, keepdims=True)
    return np.take_along_axis(comparable, where, axis=-1), where
<% endif %>
<% if "_without" in helpers %>


def _without(values: Array, index: Array) -> Array:
    """The values with 0 at one class of each row."""
    return np.where(np.arange(values.shape[-1]) == index, 0.0, values)
<% endif %>
<% if "_diagonal" in helpers %>


def _diagonal(matrices: Array) -> Array:
    """The diagonal of each matrix, as a view that can be written."""
    return np.einsum("...ii->...i", matrices)
<% endif %>
<% if "_finite_or_zero" in helpers %>


def _finite_or_zero(values: Array) -> Array:
    """The values, with 0 for infinities and NaN."""
    return np.where(np.isfinite(values), values, 0.0)
<% endif %>
<% if "_weighted" in helpers %>


def _weighted(weights: Array, values: Array) -> Array:
    """The values times their weights; a weight of 0 gives 0, whatever the value."""
    return np.where(weights == 0.0, 0.0, np.multiply(weights, values))
<% endif %>


def _vectors(kernel: str, axis: int, given: dict[str, Array]) -> tuple[int, list[Array]]:
    """The class axis counted from the front, and the vectors with it last, each row contiguous."""
    arrays = {name: np.asarray(value) for name, value in given.items()}
    first, head = next(iter(arrays.items()))
    for name, array in arrays.items():
        if array.dtype not in (np.float32, np.float64):
            raise TypeError(
                f"{kernel}: {name} has dtype {array.dtype}, not float32 or float64: convert it, "
                f"as in {name}.astype(np.float32)"
            )
        if array.ndim == 0:
            raise ValueError(f"{kernel}: {name} is a scalar: it needs an axis of classes")
        if array.dtype != head.dtype:
            raise TypeError(
                f"{kernel}: {name} has dtype {array.dtype} but {first} has {head.dtype}: convert one with astype"
            )
        if array.shape != head.shape:
            raise ValueError(
                f"{kernel}: {name} has shape {array.shape} but {first} has {head.shape}: they must be equal "
                f"(np.broadcast_to makes them so without a copy)"
            )
    if not isinstance(axis, (int, np.integer)):
        raise TypeError(f"{kernel}: axis must be an integer, not {axis!r}")
    if not -head.ndim <= axis < head.ndim:
        raise ValueError(f"{kernel}: axis {axis} is out of range for an array of shape {head.shape}")
    if head.shape[axis] == 0:
        raise ValueError(f"{kernel}: there are no classes: axis {axis} of shape {head.shape} is empty")
    position = int(axis) % head.ndim
    return position, [np.ascontiguousarray(np.moveaxis(array, position, -1)) for array in arrays.values()]
<% if has_labels %>


def _labels(kernel: str, name: str, given: Array, head: Array) -> Array:
    """One label for each row, with a last axis of length 1."""
    labels = np.asarray(given)
    if labels.dtype.kind not in "iu" and labels.size:
        raise TypeError(
            f"{kernel}: {name} has dtype {labels.dtype}, not an integer: convert it, as in {name}.astype(np.int64)"
        )
    if labels.shape != head.shape[:-1]:
        raise ValueError(f"{kernel}: {name} has shape {labels.shape}, not {head.shape[:-1]}: one label for each row")
    outside = np.flatnonzero((labels < 0) | (labels >= head.shape[-1]))
    if outside.size:
        row = int(outside[0])
        raise IndexError(
            f"{kernel}: {name} holds the label {labels.reshape(-1)[row]} (row {row}), "
            f"but labels go from 0 to {head.shape[-1] - 1}"
        )
    return labels.astype(np.intp)[..., None]
<% endif %>
<% if has_parameters %>


def _parameter(kernel: str, name: str, given: float, domain: str, dtype: np.dtype[Any]) -> Any:
    """A parameter in the dtype of the vectors, inside its domain there."""
    if isinstance(given, np.ndarray) and given.ndim == 0:
        given = given.item()
    if not isinstance(given, numbers.Real):
        raise TypeError(f"{kernel}: {name} must be a real number, not {type(given).__name__}")
    with np.errstate(all="ignore"):
        value = dtype.type(float(given))
    if domain == "positive" and not (value > 0 and math.isfinite(value)):
        raise ValueError(f"{kernel}: {name} must be positive and finite in {dtype}, not {given!r}")
    if math.isnan(value):
        raise ValueError(f"{kernel}: {name} must be a number, not NaN")
    return value
<% endif %>


def _shape(axis: int, head: Array, axes: int) -> tuple[int, ...]:
    """The shape of a result with ``axes`` class axes, the first of them at ``axis``."""
    batch = head.shape[:-1]
    return batch[:axis] + (head.shape[-1],) * axes + batch[axis:]


def _check_out(kernel: str, out: Any, axis: int, head: Array, axes: dict[str, int]) -> None:
    """That what is given as ``out`` can hold the results."""
    if out is None:
        return
    given = out if isinstance(out, tuple) else (out,)
    if len(given) != len(axes):
        raise ValueError(f"{kernel}: out must hold {len(axes)} array(s), not {len(given)}: {', '.join(axes)}")
    for array, (name, count) in zip(given, axes.items()):
        shape = _shape(axis, head, count)
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{kernel}: out for {name} must be a NumPy array, not {type(array).__name__}")
        if array.dtype != head.dtype:
            raise TypeError(f"{kernel}: out for {name} has dtype {array.dtype}, not {head.dtype} as the input")
        if array.shape != shape:
            raise ValueError(f"{kernel}: out for {name} has shape {array.shape}, not {shape}")
        if not array.flags.writeable:
            raise ValueError(f"{kernel}: out for {name} is read-only")
    if any(np.may_share_memory(a, b) for i, a in enumerate(given) for b in given[:i]):
        raise ValueError(f"{kernel}: two arrays of out overlap: give each output memory of its own")


def _placed(out: Any, axis: int, head: Array, results: list[tuple[Array, int]]) -> list[Array]:
    """The results with their class axes at ``axis``; in ``out`` where that is given."""
    placed = []
    for number, (result, axes) in enumerate(results):
        rows = result if axes else np.broadcast_to(result, (*head.shape[:-1], 1))[..., 0]
        front = np.moveaxis(rows, range(-axes, 0), range(axis, axis + axes)) if axes else np.asarray(rows)
        if out is None:
            placed.append(front.astype(head.dtype, copy=False))
        else:
            target = out[number] if isinstance(out, tuple) else out
            target[...] = front
            placed.append(target)
    return placed
