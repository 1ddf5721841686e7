"""What the emitted kernels of a formula do on rows: short ones, of which the rows are many, and very long ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from derive.language.components import Labels, Vector
from derive.language.formula import Formula
from derive.language.inputs import Label, Parameter
from derive.loading.compiler import find_compiler
from derive.loading.loader import load
from derive.loading.troubles import CompilerError
from derive.loops.ir import Loop, Program, Statement
from derive.verify.asked import asked
from derive.verify.floats import Made, units_of
from derive.verify.from_saved import SavedRow, saved_rows
from derive.verify.known import KnownRow
from derive.verify.long_rows import LongRow, long_rows
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Point
from derive.verify.points import places_in
from derive.verify.rows import Row

Seen = dict[str, tuple[float, str]]
"""dtype -> the most units, and on which row."""
MOST = 2 * 10**6
"""Steps that a kernel may take on a row: where it takes more, the row is left out."""


def targets() -> tuple[str, ...]:
    """Those whose kernels can run here."""
    try:
        find_compiler()
    except CompilerError:
        return ("numpy",)
    return ("numpy", "c")


@cache
def _kernel(name: str, target: str, formula: Formula) -> Callable[..., Any]:
    return load(name, target, formulas=[formula])


def affordable(program: Program, classes: int) -> bool:
    """Whether the loops of a kernel end soon on rows of so many classes: those in loops take n^2 steps."""
    return int(classes ** nested(program.body)) <= MOST


def nested(body: Sequence[Statement]) -> int:
    """How deep loops stand in loops."""
    return max((1 + nested(s.body) for s in body if isinstance(s, Loop)), default=0)


def called(target: str, formula: Formula, program: Program, points: Sequence[Point], dtype: str) -> Made:
    """By the kernel itself, row by row: each row has its own parameters."""
    kernel = _kernel(program.name, target, formula)
    each = [_results(kernel, program, _given(program, point), dtype) for point in points]
    names = [output.name for output in program.outputs]
    return {name: np.array([one[k].reshape(-1) for one in each]).T.tolist() for k, name in enumerate(names)}


def _given(program: Program, point: Point) -> dict[str, Any]:
    """Labels count from 0."""
    found: dict[str, Any] = {}
    for one in program.inputs:
        if isinstance(one, Vector):
            found[one.name] = np.array(point.vectors[one.name]).reshape(_shape(one, point))
        elif isinstance(one, Labels):
            found[one.name] = (np.array(point.picks[one.name]) - 1).reshape(_shape(one, point))
        elif isinstance(one, Label):
            found[one.name] = point.indices[one.name] - 1
        else:
            found[one.name] = float(point.scalars[one.name])
    return found


def _shape(one: Vector | Labels, point: Point) -> list[int]:
    return [places_in((axis,), point.classes, point.sizes) for axis in one.axes]


def _results(kernel: Callable[..., Any], program: Program, given: Mapping[str, Any], dtype: str) -> list[Any]:
    """Of each output an array."""
    typed = {
        name: value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in given.items()
    }
    with np.errstate(all="ignore"):
        found = kernel(**typed)
    outputs = found if isinstance(found, tuple) else (found,)
    return [np.asarray(output, np.float64) for output in outputs]


def on_long_rows(programs: Sequence[Program], length: int) -> Iterator[tuple[str, str, Seen]]:
    """The kernel, the target, and the worst that it does on rows of so many classes; nothing of one that takes long."""
    if programs[0].formula.has_axes:
        return
    wanted = asked(programs)
    for row in long_rows(wanted, length):
        known = KnownRow(programs[0].formula, wanted.directions, Row(row.region, row.point))
        for program in (p for p in programs if affordable(p, length)):
            for given in [known] if program.saved is None else saved_rows(program.saved, [known], row.known):
                for target in targets():
                    yield program.name, target, _worst(target, program, replace(row, point=given.row.point), given)


def _worst(target: str, program: Program, row: LongRow, known: KnownRow | SavedRow) -> Seen:
    """Nothing where the oracle does not tell what is right."""
    kernel = _kernel(program.name, target, program.formula)
    given = _given(program, row.point) | {
        one.name: row.vector(one.name) if isinstance(one, Vector) else row.label(one.name)
        for one in program.inputs
        if not isinstance(one, Parameter)
    }
    right = known.results(program.kind)
    found: Seen = {}
    for dtype in FORMATS if right else ():
        outputs = zip(program.outputs, _results(kernel, program, given, dtype), right, strict=True)
        units = [_most(row, array, wanted, output.axes, dtype) for output, array, wanted in outputs]
        found[dtype] = max(units), row.region
    return found


def _most(row: LongRow, got: Any, right: Sequence[Any], axes: int, dtype: str) -> float:
    """Of classes that are alike the least and the greatest are looked at; of a matrix, those that stand alone."""
    if axes == 0:
        pairs = [(float(got), right[0])]
    elif axes == 1:
        known = [row.known(place) for place in range(row.point.classes)]
        pairs = [(one, right[k]) for end in row.ends(got) for one, k in zip(end, known, strict=True) if k is not None]
    else:
        alone = [k for k, count in enumerate(row.point.counts) if count == 1]
        where = [int(np.flatnonzero(row.places == k)[0]) for k in alone]
        block = got[np.ix_(where, where)].tolist()
        places = product(enumerate(alone), repeat=2)
        pairs = [(block[a][b], right[i * row.point.classes + j]) for (a, i), (b, j) in places]
    return max(units_of(one, result, dtype) for one, result in pairs if result is not None)
