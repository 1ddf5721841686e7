"""How a kernel is shared out where its arrays are sharded: each device does the rows that it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import jax
from jax.experimental.custom_partitioning import ArrayMapping, SdyShardingRule, custom_partitioning
from jax.sharding import NamedSharding, PartitionSpec

from derive.loading.described import VECTOR, Described

Function = Callable[..., Sequence[jax.Array]]
Axes = list[tuple[int, int]]
"""Of each array how many axes of rows it has, and how many of classes."""


def over_rows(about: Described, function: Function) -> Function:
    """The same function, of arrays that may be sharded along the axes of their rows; classes are brought together."""
    first = [what.kind for what in about.inputs].index(VECTOR)

    def called(*arrays: Any) -> Sequence[jax.Array]:
        rows = arrays[first].ndim - 1
        own = [int(what.kind == VECTOR) for what in about.inputs]
        inputs = [(array.ndim - classes, classes) for array, classes in zip(arrays, own, strict=True)]
        outputs = [(rows, made.axes) for made in about.outputs]

        def partition(mesh: Any, given: Any, made: Any) -> Any:
            del made
            spec = [*given[first].sharding.spec, *(None,) * rows]

            def sharded(axes: Axes) -> list[NamedSharding]:
                return [NamedSharding(mesh, PartitionSpec(*spec[:many], *(None,) * classes)) for many, classes in axes]

            return mesh, function, sharded(outputs), tuple(sharded(inputs))

        shared = custom_partitioning(function)
        shared.def_partition(partition=partition, sharding_rule=_rule(inputs, outputs))
        found: Sequence[jax.Array] = shared(*arrays)
        return found

    return called


def lowered_for_devices(primitive: Any) -> None:
    """Have JAX say, where it lowers a primitive, on which devices it will run, as it does for custom partitioning.

    There is no public way to ask.  Where this one is gone, sharded arrays are brought together for a call.
    """
    with suppress(ImportError, AttributeError):
        from jax._src import dispatch

        dispatch.prim_requires_devices_during_lowering.add(primitive)


def _rule(inputs: Axes, outputs: Axes) -> SdyShardingRule:
    """The axes of rows are the same in all; those of classes are whole on every device."""

    def mapping(rows: int, classes: int) -> ArrayMapping:
        return ArrayMapping(*(f"r{k}" for k in range(rows)), *(f"c{k}" for k in range(classes)))

    whole = tuple(f"c{k}" for k in range(max(classes for _, classes in (*inputs, *outputs))))
    taken, made = (tuple(mapping(*axes) for axes in some) for some in (inputs, outputs))
    return SdyShardingRule(taken, made, need_replication_factors=whole)
