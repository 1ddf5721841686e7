"""A formula as a function of JAX arrays, which calls back to its kernels: value, and gradients or products."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from derive.loading.callable import help_text, signature_of
from derive.loading.described import LABEL, PARAMETER, VECTOR, Described
from derive.loading.loader import as_function, record_of, where_asked
from derive.loading.troubles import LoadError

TARGET = "c"
BOTH, VJP = "_value_and_grad", "_vjp"


def function_of_arrays(given: Any, formulas: Any) -> Callable[..., Any]:
    """The formula as a function; see :func:`derive.jax.load`."""
    name, places = where_asked(given, formulas)
    record = record_of(name, TARGET, places)
    kernel = record.kernel
    if name != record.kin[0]:
        raise LoadError(f"{name} is a kernel of {record.kin[0]}: load {record.kin[0]!r}, whose gradients come with it")
    if kernel.sizes:
        raise LoadError(f"{name} names its axes: derive.jax takes formulas of one row; derive.load takes it")
    whole = signature_of(kernel)
    signature = whole.replace(parameters=[one for key, one in whole.parameters.items() if key != "out"])
    scalar = kernel.outputs[0].axes == 0
    tails = [BOTH] if scalar else [VJP + tail for _, tail in record.variables]
    records = [record, *(record_of(name + tail, TARGET, places) for tail in tails)]
    kernels = [_Kernel(one.kernel, as_function(one, TARGET)) for one in records]
    variables = [variable for variable, _ in record.variables]

    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{name}{signature}: {error}") from None
        bound.apply_defaults()
        arrays, axis = _read(kernel, bound.arguments)
        names = [what.name for what in kernel.inputs]
        return _differentiable(kernels, variables, names, axis, scalar)(*(arrays[key] for key in names))

    function.__name__ = function.__qualname__ = name
    function.__doc__ = help_text(kernel, inspect.getdoc(_stated) or "")
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _stated() -> None:
    """Arrays are JAX's, traced ones too.  Vectors are all alike in dtype, float32 or float64; after the first, one of
    the classes alone serves all rows; labels have the shape of a vector without its class axis.
    """


def _read(kernel: Described, given: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """The inputs as arrays, vectors in the shape of the first; the class axis counted from the end."""
    first = kernel.of_kind(VECTOR)[0].name
    head, axis = jnp.asarray(given[first]), given["axis"]
    if not isinstance(axis, int) or not -head.ndim <= axis < head.ndim:
        raise ValueError(f"{kernel.name}: axis {axis!r} is out of range for an array of shape {head.shape}")
    place = axis % head.ndim
    batch = head.shape[:place] + head.shape[place + 1 :]
    found = {}
    for what in kernel.inputs:
        array = jnp.asarray(given[what.name], head.dtype if what.kind == PARAMETER else None)
        if what.kind == VECTOR and array.shape == (head.shape[place],) and head.ndim > 1:
            array = jnp.moveaxis(jnp.broadcast_to(array, (*batch, len(array))), -1, place)
        wanted = {VECTOR: head.shape, LABEL: batch, PARAMETER: ()}[what.kind]
        if array.shape != wanted:
            raise ValueError(f"{kernel.name}: {what.name} has shape {array.shape}, not {wanted}")
        if what.kind == VECTOR and (array.dtype != head.dtype or array.dtype not in (jnp.float32, jnp.float64)):
            raise TypeError(
                f"{kernel.name}: {what.name} has dtype {array.dtype}: vectors are float32 or float64, all alike"
            )
        if what.kind == LABEL and not jnp.issubdtype(array.dtype, jnp.integer):
            raise TypeError(f"{kernel.name}: {what.name} has dtype {array.dtype}, not an integer")
        found[what.name] = array
    return found, place - head.ndim


class _Kernel:
    """A kernel as a call back."""

    def __init__(self, about: Described, called: Callable[..., Any]) -> None:
        self.about, self.called = about, called

    def __call__(self, given: Mapping[str, Any], axis: int) -> tuple[Any, ...]:
        head = given[self.about.of_kind(VECTOR)[0].name]
        place = axis % head.ndim
        batch = head.shape[:place] + head.shape[place + 1 :]
        shapes = [jax.ShapeDtypeStruct(head.shape if one.axes else batch, head.dtype) for one in self.about.outputs]
        arrays = [given[what.name] for what in self.about.inputs]
        found: tuple[Any, ...] = jax.pure_callback(
            lambda *arrays: self._run(arrays, axis), tuple(shapes), *arrays, vmap_method="broadcast_all"
        )
        return found

    def _run(self, arrays: Sequence[Any], axis: int) -> tuple[Any, ...]:
        """On as many rows as there are; of parameters that differ call by call, one after the other."""
        given = {what.name: np.asarray(array) for what, array in zip(self.about.inputs, arrays, strict=True)}
        options = [what.name for what in self.about.of_kind(PARAMETER)]
        if all((given[name] == given[name].flat[0]).all() for name in options if given[name].size):
            numbers = {name: float(given[name].flat[0]) for name in options}
            made = self.called(**{**given, **numbers}, axis=axis)
            return made if isinstance(made, tuple) else (made,)
        many = [self._run([given[what.name][k] for what in self.about.inputs], axis) for k in range(len(arrays[0]))]
        return tuple(np.stack(parts) for parts in zip(*many, strict=True))


def _differentiable(
    kernels: Sequence[_Kernel], variables: Sequence[str], names: Sequence[str], axis: int, scalar: bool
) -> Any:
    value, *derivatives = kernels

    def plain(*arrays: Any) -> Any:
        return value(dict(zip(names, arrays, strict=True)), axis)[0]

    def forward(*primals: Any) -> tuple[Any, Any]:
        for name, one in zip(names, primals, strict=True):
            if one.perturbed and name not in variables and jnp.issubdtype(one.value.dtype, jnp.floating):
                raise NotImplementedError(
                    f"{value.about.name}: a gradient by {name} is asked for, but only the derivative by "
                    f"{', '.join(variables)} is derived: give jax.lax.stop_gradient({name})"
                )
        given = {name: one.value for name, one in zip(names, primals, strict=True)}
        if not scalar:
            return value(given, axis)[0], (given, ())
        found, *slopes = derivatives[0](given, axis)
        return found, (given, slopes)

    def backward(kept: Any, upstream: Any) -> tuple[Any, ...]:
        given, slopes = kept
        if isinstance(upstream, jax.custom_derivatives.SymbolicZero):
            return tuple(_nothing(given[name]) for name in names)
        found = {}
        for place, name in enumerate(variables):
            if scalar:
                slope = slopes[place]
                found[name] = (jnp.expand_dims(upstream, axis) if slope.ndim > upstream.ndim else upstream) * slope
            else:
                kernel = derivatives[place]
                (seed,) = {what.name for what in kernel.about.inputs} - given.keys()
                (found[name],) = kernel({**given, seed: upstream}, axis)
            if given[name].ndim == 0:
                found[name] = found[name].sum()
        return tuple(found[name] if name in found else _nothing(given[name]) for name in names)

    made = jax.custom_vjp(plain)
    made.defvjp(forward, backward, symbolic_zeros=True)
    return made


def _nothing(array: Any) -> Any:
    if jnp.issubdtype(array.dtype, jnp.floating):
        return jnp.zeros_like(array)
    return np.zeros(array.shape, jax.dtypes.float0)
