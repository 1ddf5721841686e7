"""The kernels of a family as primitives of JAX: their shapes, batches, tangents and transposes.

A primitive takes the inputs of its kernel in order, the classes as the last axis.  Batches put axes in front, of all
inputs alike; a parameter, or a vector that serves all rows, lacks the last axes of the rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from derive.jax.callback import called_back
from derive.jax.foreign import Unavailable, foreign, results
from derive.jax.sharded import lowered_for_devices, over_rows
from derive.loading import CompilerError
from derive.loading.described import Record
from derive.loading.family import BOTH, HVP, JVP, TARGET, VALUE, VJP, Family
from derive.loading.loader import as_function, record_of

Operands = Mapping[str, Any]
"""The inputs of a kernel by their names."""

GRAD = "_grad"
"""A gradient alone; of a formula that is differentiated by several inputs, each has its own."""


class Ahead(NamedTuple):
    """The tangent of a kernel's output along an input: another kernel, and the input of it that takes the tangent."""

    kernel: str
    seed: str


class Kernels:
    """The kernels of one formula, each compiled when it is first called.  Two are equal only if they are the same."""

    def __init__(self, family: Family, places: Sequence[Any] | None) -> None:
        self.family, self._places = family, places
        self.ahead = _tangents(family)
        self._records = dict(family.records)
        self._functions: dict[str, Callable[..., Sequence[jax.Array]]] = {}

    def bind(self, kernel: str, given: Operands) -> list[Any]:
        found: list[Any] = kernel_p.bind(*(given[name] for name in self.names(kernel)), made=self, kernel=kernel)
        return found

    def record(self, kernel: str) -> Record:
        """Of a kernel by what its name has behind that of the formula."""
        if kernel not in self._records:
            self._records[kernel] = record_of(self.family.name + kernel, TARGET, self._places)
        return self._records[kernel]

    def names(self, kernel: str) -> tuple[str, ...]:
        return tuple(given.name for given in self.record(kernel).kernel.inputs)

    def function(self, kernel: str) -> Callable[..., Sequence[jax.Array]]:
        if kernel not in self._functions:
            self._functions[kernel] = _function(self.record(kernel), self._places)
        return self._functions[kernel]

    def refused(self, kernel: str, name: str) -> NotImplementedError:
        """What is said where the tangent or the gradient of a kernel by an input is asked for, and none is derived."""
        by = ", ".join(self.family.variables)
        formula = self.family.name
        if name in self.family.inputs(VALUE) and name not in self.family.variables:
            told = f"a gradient by {name} is asked for, but only the derivative by {by} is derived: "
            return NotImplementedError(f"{formula}: {told}give jax.lax.stop_gradient({name})")
        if kernel == HVP:
            return NotImplementedError(f"{formula}: third derivatives are not derived: differentiate it twice at most")
        if kernel == VALUE:
            told = f"the derivative by {name} goes backward alone: use jax.grad or jax.vjp, not jax.jvp"
            return NotImplementedError(f"{formula}: {told}")
        if HVP not in self.family.records:
            return NotImplementedError(f"{formula}: second derivatives are not derived: differentiate it once")
        told = (
            f"the second derivative by {self.family.variables[0]} alone is derived, and backward over what goes forward"
        )
        return NotImplementedError(f"{formula}: {told}: differentiate by it alone")


def _tangents(family: Family) -> dict[tuple[str, str], Ahead]:
    """kernel, input -> the tangent along it.  Of a scalar formula the first gradient alone has one."""
    found: dict[tuple[str, str], Ahead] = {}
    seeds = {kernel: _seeds(family, kernel) for kernel in family.records}
    for kernel, names in seeds.items():
        found |= {(kernel, name): Ahead(kernel, name) for name in names}
    x = family.variables[0]
    if JVP in seeds:
        found[VALUE, x] = Ahead(JVP, seeds[JVP][0])
    if HVP in seeds:
        found |= {(kernel, x): Ahead(HVP, seeds[HVP][-1]) for kernel in ((BOTH, GRAD) if family.scalar else (VJP,))}
    return found


def _seeds(family: Family, kernel: str) -> list[str]:
    """What a kernel is a product with: the inputs that the formula itself lacks; last the direction of a Hessian."""
    own = set(family.inputs(VALUE))
    return [name for name in family.inputs(kernel) if name not in own]


def _function(record: Record, places: Sequence[Any] | None) -> Callable[..., Sequence[jax.Array]]:
    """By the interface of XLA where that can be, else by a call back, which is said once for each reason."""
    try:
        return foreign(record)
    except (Unavailable, CompilerError) as error:
        _warn(str(error))
    about = record.kernel
    try:
        return called_back(about, as_function(record, TARGET))
    except CompilerError:
        return called_back(about, as_function(record_of(about.name, "numpy", places), "numpy"))


@cache
def _warn(reason: str) -> None:
    warnings.warn(f"derive.jax calls back to Python for each kernel: {reason}", RuntimeWarning, stacklevel=2)


# --- a kernel ------------------------------------------------------------------------------------------------------

kernel_p = Primitive("derive_kernel")
kernel_p.multiple_results = True


@cache
def _compiled(made: Kernels, kernel: str) -> Any:
    return jax.jit(partial(kernel_p.bind, made=made, kernel=kernel))


def _at_once(*arrays: Any, made: Kernels, kernel: str) -> Any:
    return _compiled(made, kernel)(*arrays)


def _shapes(*arrays: Any, made: Kernels, kernel: str) -> list[Any]:
    found = results(made.record(kernel).kernel, arrays)
    return [jax.core.ShapedArray(one.shape, one.dtype) for one in found]


def _run(context: Any, *values: Any, made: Kernels, kernel: str) -> Any:
    """On one device as it is, on several each with its rows."""
    function = made.function(kernel)
    if len(getattr(context.module_context.axis_context, "device_assignment", None) or ()) > 1:
        function = over_rows(made.record(kernel).kernel, function)
    return mlir.lower_fun(function, multiple_results=True)(context, *values)


def _elsewhere(*arrays: Any, made: Kernels, kernel: str) -> Any:
    del arrays, kernel
    raise NotImplementedError(
        f"{made.family.name}: the kernels run on the CPU: give jax.device_put(x, jax.devices('cpu')[0])"
    )


kernel_p.def_impl(_at_once)
kernel_p.def_abstract_eval(_shapes)
mlir.register_lowering(kernel_p, mlir.lower_fun(_elsewhere, multiple_results=True))
mlir.register_lowering(kernel_p, _run, platform="cpu")
lowered_for_devices(kernel_p)


def _batched(primitive: Any, arrays: Sequence[Any], dims: Sequence[Any], **how: Any) -> tuple[list[Any], list[int]]:
    """One more axis in front of all."""
    size = next(array.shape[dim] for array, dim in zip(arrays, dims, strict=True) if dim is not None)
    moved = [
        jnp.broadcast_to(array, (size, *array.shape)) if dim is None else jnp.moveaxis(array, dim, 0)
        for array, dim in zip(arrays, dims, strict=True)
    ]
    found = primitive.bind(*moved, **how)
    return found, [0] * len(found)


batching.primitive_batchers[kernel_p] = partial(_batched, kernel_p)


def _pushed(primals: Sequence[Any], tangents: Sequence[Any], *, made: Kernels, kernel: str) -> tuple[list[Any], Any]:
    names = made.names(kernel)
    given = dict(zip(names, primals, strict=True))
    moved = {name: one for name, one in zip(names, tangents, strict=True) if type(one) is not ad.Zero}
    for name in moved:
        if name in made.family.inputs(VALUE) and name not in made.family.variables:
            raise made.refused(kernel, name)
    if made.family.scalar and kernel in (VALUE, BOTH):
        return _of_scalar(made, kernel, given, moved)
    found = made.bind(kernel, given)
    return found, [_sum([_along(made, kernel, given, name, one) for name, one in moved.items()])]


ad.primitive_jvps[kernel_p] = _pushed


def _of_scalar(made: Kernels, kernel: str, given: Operands, moved: Operands) -> tuple[list[Any], list[Any]]:
    """The value moves by its gradients; that by the one variable comes with it, and moves by the Hessian."""
    variables = dict(made.family.records[VALUE].variables)
    if len(variables) > 1:
        (value,) = made.bind(VALUE, given)
        ways = {name: made.bind(GRAD + variables[name], given)[0] for name in moved}
        return [value], [_sum([_dot(ways[name], one, value) for name, one in moved.items()])]
    value, slope = made.bind(BOTH, given)
    ((name, tangent),) = moved.items()
    moves = _dot(slope, tangent, value)
    return (
        ([value], [moves]) if kernel == VALUE else ([value, slope], [moves, _along(made, BOTH, given, name, tangent)])
    )


def _dot(slope: Any, tangent: Any, value: Any) -> Any:
    """Of each row: over the classes, or of a parameter, which has fewer axes than there are of rows."""
    if slope.ndim > value.ndim:
        return (slope * tangent).sum(-1)
    return slope * tangent.reshape(tangent.shape + (1,) * (value.ndim - tangent.ndim))


def _along(made: Kernels, kernel: str, given: Operands, name: str, tangent: Any) -> Any:
    """The tangent of a kernel's first vector along that of an input."""
    way = made.ahead.get((kernel, name))
    if way is not None:
        (found,) = made.bind(way.kernel, {**given, way.seed: tangent})
        return found
    if name not in made.family.products.get(kernel, {}):
        raise made.refused(kernel, name)
    names = made.names(kernel)
    (found,) = backward_p.bind(tangent, *(given[one] for one in names), made=made, kernel=kernel, name=name)
    return found


def _sum(parts: Sequence[Any]) -> Any:
    total, *others = parts
    for one in others:
        total = total + one
    return total


def _transposed(cotangents: Sequence[Any], *arrays: Any, made: Kernels, kernel: str) -> list[Any]:
    """A kernel is linear in what it is a product with."""
    names = made.names(kernel)
    (name,) = [one for one, array in zip(names, arrays, strict=True) if ad.is_undefined_primal(array)]
    given = {one: array for one, array in zip(names, arrays, strict=True) if one != name}
    way = _back(made, kernel, name)
    if way is None:
        raise made.refused(HVP, name)
    (found,) = made.bind(way.kernel, {**given, way.seed: ad.instantiate_zeros(cotangents[0])})
    return [found if one == name else None for one in names]


ad.primitive_transposes[kernel_p] = _transposed


def _back(made: Kernels, kernel: str, name: str) -> Ahead | None:
    """The transpose of a product; the Hessian is its own."""
    if kernel == HVP and _seeds(made.family, HVP)[-1] == name:
        return Ahead(HVP, name)
    found = made.family.products.get(kernel, {}).get(name)
    return None if found is None else Ahead(found.kernel, found.seed)


# --- a derivative that is known backward alone ----------------------------------------------------------------------

backward_p = Primitive("derive_backward")
"""The tangent of a kernel's output along an input, of which only the transpose can be computed: tangent, inputs."""
backward_p.multiple_results = True


def _tangent_shapes(tangent: Any, *arrays: Any, made: Kernels, kernel: str, name: str) -> list[Any]:
    del tangent, name
    return _shapes(*arrays, made=made, kernel=kernel)


def _not_forward(*arrays: Any, made: Kernels, kernel: str, name: str) -> Any:
    del arrays
    raise made.refused(kernel, name)


def _backward(
    cotangents: Sequence[Any], tangent: Any, *arrays: Any, made: Kernels, kernel: str, name: str
) -> list[Any]:
    way = made.family.products[kernel][name]
    given = dict(zip(made.names(kernel), arrays, strict=True))
    (found,) = made.bind(way.kernel, {**given, way.seed: ad.instantiate_zeros(cotangents[0])})
    axes = tangent.aval.ndim
    return [found.sum(tuple(range(axes, found.ndim))), *(None for _ in arrays)]


def _forward_again(primals: Sequence[Any], tangents: Sequence[Any], **how: Any) -> tuple[Any, Any]:
    """Linear in the tangent; by the point, it is a derivative that is not there."""
    first, *others = tangents
    if any(type(one) is not ad.Zero for one in others):
        raise how["made"].refused(HVP, how["name"])
    return backward_p.bind(*primals, **how), backward_p.bind(first, *primals[1:], **how)


backward_p.def_abstract_eval(_tangent_shapes)
backward_p.def_impl(_not_forward)
mlir.register_lowering(backward_p, mlir.lower_fun(_not_forward, multiple_results=True))
batching.primitive_batchers[backward_p] = partial(_batched, backward_p)
ad.primitive_transposes[backward_p] = _backward
ad.primitive_jvps[backward_p] = _forward_again
