"""Every program is run in float32 and float64, each operation rounded once, and held to what its problem allows.

The error is told in units of ``u * condition``, with u half the distance of 1 to the next float: the error that
rounding the inputs alone would make.  What is below the smallest normal number is beyond a unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derive.language.axes import Axis
from derive.language.components import Labels, Vector
from derive.language.inputs import Label
from derive.loops.ir import Program
from derive.verify.asked import Asked, asked
from derive.verify.float_machine import FloatArithmetic
from derive.verify.from_saved import AnyRow, RowOfOrigin, asked_of, saved_rows
from derive.verify.known import KnownRow
from derive.verify.machine import run
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Point
from derive.verify.points import places_in
from derive.verify.programs import unflattened
from derive.verify.rows import Row, rows
from derive.verify.samples import shown
from derive.verify.truth import Result

BOUNDS = (8, 16, 32, 64)
"""Units that a kernel may be promised to keep to: the first that holds is stated."""
HEADROOM = 1.5
"""What is promised has room for the functions of libraries, which are not rounded right, and for rows not tried."""


@dataclass(frozen=True)
class Miss:
    """A result beyond the largest bound: infinite units where it is not finite."""

    dtype: str
    units: float
    classes: int
    region: str
    at: str
    place: str
    got: float
    right: float


@dataclass(frozen=True)
class Verdict:
    """What the rows show of one program.

    worst: dtype -> the most units seen beyond the result's own size, and in which region; a result within the least
           bound of its own size is not looked at more closely.
    miss:  the worst result beyond the largest bound, of the rows with the fewest classes that have one.
    """

    bound: int | None
    worst: dict[str, tuple[float, str]]
    miss: Miss | None = None


def held(programs: Sequence[Program]) -> tuple[Program, ...]:
    """The kernels of a formula with the bound that each keeps, or the caveat that says where it does not."""
    known = _known(programs, rows)
    return tuple(_stated(p, _verdict(p, asked_of(p, known)), _lost_by_saving(p, known)) for p in programs)


def _stated(program: Program, verdict: Verdict, lost: Miss | None) -> Program:
    caveats = [_caveat(verdict.miss)] if verdict.miss else [_rounded_before(program, lost)] if lost else []
    bound = None if verdict.miss else verdict.bound
    return replace(program, bound=bound, caveats=(*program.caveats, *caveats))


def _caveat(miss: Miss) -> str:
    return f"Digits are lost, or the result is not finite, on some rows: seen in {miss.dtype} {_example(miss)}"


def _rounded_before(program: Program, miss: Miss) -> str:
    assert program.saved is not None
    name, whole = program.saved.value.name, f"{program.formula.name}_{program.kind}"
    return (
        f"{name} is rounded before it is given here. On some rows that costs digits which {whole} keeps: seen in "
        f"{miss.dtype} {_example(miss)}"
    )


def _example(miss: Miss) -> str:
    return f"({miss.region}). At {miss.at} it gives {miss.place} = {miss.got:.9g}; right is {miss.right:.9g}."


Made = dict[str, list[list[float]]]
"""Output name -> the values of each component, a matrix row by row, on all rows."""
Make = Callable[[Program, Sequence[Point], str], Made]
"""What makes the results of a kernel at points with one number of classes, in a dtype."""


def carried_out(program: Program, points: Sequence[Point], dtype: str) -> Made:
    """By the program itself, each operation rounded once."""
    first, arithmetic = points[0], FloatArithmetic(dtype, len(points))
    with np.errstate(all="ignore"):
        got = run(program, _inputs(program, points, dtype), first.classes, arithmetic, first.sizes)
    return {name: [np.asarray(v, np.float64).tolist() for v in _flat(values)] for name, values in got.items()}


Choose = Callable[[Asked], Iterable[Row]]


def verdicts(
    programs: Sequence[Program], makers: Sequence[Make] = (carried_out,), choose: Choose = rows
) -> list[list[Verdict]]:
    """Of the kernels of one formula, in their order, for each of the makers of their results."""
    known = _known(programs, choose)
    return [[_verdict(program, asked_of(program, known), make) for make in makers] for program in programs]


def _known(programs: Sequence[Program], choose: Choose) -> list[KnownRow]:
    """Rows for the kernels of a formula, with what is right at each."""
    if not programs:
        return []
    formula, wanted = programs[0].formula, asked(programs)
    return [KnownRow(formula, wanted.directions, row) for row in choose(wanted)]


def _lost_by_saving(program: Program, known: Sequence[KnownRow]) -> Miss | None:
    """Where a saved value, rounded, no longer tells what the inputs that it came from tell."""
    if program.saved is None:
        return None
    return _verdict(program, [RowOfOrigin(row) for row in saved_rows(program.saved, known)]).miss


def _verdict(program: Program, truths: Sequence[AnyRow], make: Make = carried_out) -> Verdict:
    worst: dict[str, tuple[float, str]] = {}
    miss: Miss | None = None
    for group in _by_classes(truths):
        for dtype in FORMATS:
            for units, sure, place, got, right in _errors(program, group, dtype, make):
                if units > worst.get(dtype, (-1.0, ""))[0]:
                    worst[dtype] = units, sure.row.region
                least = miss.units if miss else BOUNDS[-1]
                if units > least and (miss is None or miss.classes == sure.classes):
                    at = shown(sure.row.point, program.origins)
                    miss = Miss(dtype, units, sure.classes, sure.row.region, at, place, got, right)
    most = max((units for units, _ in worst.values()), default=0.0)
    ample = next((bound for bound in BOUNDS if HEADROOM * most <= bound), BOUNDS[-1])
    return Verdict(ample if most <= BOUNDS[-1] else None, worst, miss)


def _by_classes(truths: Sequence[AnyRow]) -> Iterator[list[AnyRow]]:
    for classes, sizes in sorted({_lengths(t) for t in truths}):
        yield [t for t in truths if _lengths(t) == (classes, sizes)]


def _lengths(truth: AnyRow) -> tuple[int, tuple[tuple[str, int], ...]]:
    return truth.classes, tuple(sorted(truth.row.point.sizes.items()))


def _errors(
    program: Program, group: Sequence[AnyRow], dtype: str, make: Make
) -> Iterator[tuple[float, AnyRow, str, float, float]]:
    """Units, the row, the component, what the program gives there and what is right."""
    lengths = {"n": group[0].classes, **group[0].row.point.sizes}
    columns = make(program, [sure.row.point for sure in group], dtype)
    for number, sure in enumerate(group):
        for output, wanted in zip(program.outputs, sure.results(program.kind), strict=False):
            for place, (column, right) in enumerate(zip(columns[output.name], wanted, strict=True)):
                if right is not None:
                    one, name = column[number], output.name + _index(place, [lengths[size] for size in output.shape])
                    yield units_of(one, right, dtype), sure, name, one, right.near


def units_of(got: float, right: Result, dtype: str) -> float:
    """Where the right result is too large for the dtype, infinity is no error."""
    wanted = FORMATS[dtype]
    largest = 2.0**wanted.highest * (2 - 2.0**-wanted.bits)
    if abs(right.near) >= largest:
        return 0.0 if abs(got) >= largest and (got > 0) == (right.near > 0) else math.inf
    if not math.isfinite(got):
        return math.inf
    error, unit = abs((got - right.near) - right.rest) - 2.0**wanted.lowest, 2.0**-wanted.bits
    if error <= 0:
        return 0.0
    if HEADROOM * error <= BOUNDS[0] * unit * abs(right.near):  # the condition can only make it less
        return error / unit / abs(right.near)
    return 2.0 ** min(1000.0, math.log2(error / unit) - right.condition)


def _inputs(program: Program, points: Sequence[Point], dtype: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in program.inputs:
        if isinstance(one, Vector):
            table = np.array([point.vectors[one.name] for point in points]).astype(dtype)
            found[one.name] = unflattened(list(table.T), _shape(one.axes, points[0]))
        elif isinstance(one, Labels):
            places = np.array([point.picks[one.name] for point in points]) - 1
            found[one.name] = unflattened(list(places.T), _shape(one.axes, points[0]))
        elif isinstance(one, Label):
            found[one.name] = np.array([point.indices[one.name] - 1 for point in points])
        else:
            found[one.name] = np.array([point.scalars[one.name] for point in points]).astype(dtype)
    return found


def _flat(values: Any) -> list[Any]:
    if not isinstance(values, list):
        return [values]
    return [value for part in values for value in _flat(part)]


def _shape(axes: Sequence[Axis], point: Point) -> list[int]:
    return [places_in((axis,), point.classes, point.sizes) for axis in axes]


def _index(place: int, shape: Sequence[int]) -> str:
    return "".join(f"[{index}]" for index in np.unravel_index(place, shape)) if shape else ""
