"""A kernel of rows whose classes are shared out unevenly, some shards without any: results as the oracle takes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from derive.language.components import Vector
from derive.language.inputs import Label
from derive.loading.shards import Shard, cut, run_shards
from derive.loops.ir import Program
from derive.splits import Split, split
from derive.verify.floats import Made
from derive.verify.oracle import Point

split_of = cache(split)


def uneven(classes: int, seed: int) -> list[int]:
    """Where four shards end: of few classes some have none."""
    return [*np.sort(np.random.default_rng(seed).integers(0, classes + 1, 3)).tolist(), classes]


def shared_out(program: Program, points: Sequence[Point], dtype: str) -> Made:
    return _made(program, points, dtype, alone=False)


def in_one(program: Program, points: Sequence[Point], dtype: str) -> Made:
    return _made(program, points, dtype, alone=True)


def _made(program: Program, points: Sequence[Point], dtype: str, alone: bool) -> Made:
    found: list[list[float]] = []
    for seed, point in enumerate(points):
        ends = [point.classes] if alone else uneven(point.classes, seed)
        found.append(_row(split_of(program), program, cut(_whole(program, point, dtype), ends)))
    lengths = [points[0].classes if output.axes else 1 for output in program.outputs]
    ends = np.cumsum([0, *lengths])
    return {
        output.name: np.array(found).T[begin:end].tolist()
        for output, begin, end in zip(program.outputs, ends, ends[1:], strict=False)
    }


def _row(how: Split, program: Program, shards: Sequence[Shard]) -> list[float]:
    """The outputs one after the other; what is one number of the row is the same in all shards."""
    made = run_shards(how, shards)
    row: list[float] = []
    for output in program.outputs:
        if output.axes:
            row += np.concatenate([one[output.name] for one in made], axis=1)[0].astype(float).tolist()
        else:
            np.testing.assert_array_equal(
                *np.broadcast_arrays(made[0][output.name], *[m[output.name] for m in made])[:2]
            )
            row += made[-1][output.name].astype(float).tolist()
    return row


def _whole(program: Program, point: Point, dtype: str) -> Shard:
    vectors, labels, parameters = {}, {}, {}
    for one in program.inputs:
        if isinstance(one, Vector):
            vectors[one.name] = np.array([point.vectors[one.name]], dtype)
        elif isinstance(one, Label):
            labels[one.name] = np.array([point.indices[one.name] - 1])
        else:
            parameters[one.name] = float(np.dtype(dtype).type(float(point.scalars[one.name])))
    return Shard(vectors, labels, parameters, 0, point.classes)
