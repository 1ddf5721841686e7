"""Every program is run in float32 and float64, each operation rounded once, and held to what its problem allows.

The error is told in units of ``u * condition``, with u half the distance of 1 to the next float: the error that
rounding the inputs alone would make.  What is below the smallest normal number is beyond a unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derive.language.inputs import Label
from derive.language.nodes import Vector
from derive.program.ir import Program
from derive.verify.float_machine import FloatArithmetic
from derive.verify.machine import run
from derive.verify.numbers import FORMATS, OracleError
from derive.verify.oracle import PRECISIONS
from derive.verify.rows import Row, rows
from derive.verify.samples import shown
from derive.verify.truth import Result, Truth

BOUNDS = (8, 16, 32, 64)
"""Units that a kernel may be promised to keep to: the first that holds is stated."""


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
    return tuple(_stated(program, verdict) for program, verdict in zip(programs, verdicts(programs), strict=True))


def _stated(program: Program, verdict: Verdict) -> Program:
    if verdict.miss is None:
        return replace(program, bound=verdict.bound)
    return replace(program, bound=None, caveats=(*program.caveats, _caveat(verdict.miss)))


def _caveat(miss: Miss) -> str:
    return (
        f"Digits are lost, or the result is not finite, on some rows: seen in {miss.dtype} ({miss.region}). At "
        f"{miss.at} it gives {miss.place} = {miss.got:.9g}; right is {miss.right:.9g}."
    )


def verdicts(programs: Sequence[Program]) -> list[Verdict]:
    """Of the kernels of one formula, in their order."""
    if not programs:
        return []
    formula = programs[0].formula
    inputs = list(dict.fromkeys(i for program in programs for i in program.inputs))
    extra = [i for i in inputs if isinstance(i, Vector) and i not in formula.inputs]
    truths = [_Sure(row, [Truth(formula, extra, row.point, bits) for bits in PRECISIONS[:2]])
              for row in rows(inputs, extra, formula.name)]  # fmt: skip
    return [_verdict(program, truths) for program in programs]


@dataclass(frozen=True)
class _Sure:
    """A row with the oracle at it, at one precision and at another where the first does not tell."""

    row: Row
    truths: Sequence[Truth]

    @property
    def classes(self) -> int:
        return self.row.point.classes

    def results(self, kind: str) -> list[list[Result]]:
        """Nothing where no precision tells."""
        for truth in self.truths:
            try:
                return truth.results(kind)
            except OracleError:
                continue
        return []


def _verdict(program: Program, truths: Sequence[_Sure]) -> Verdict:
    worst: dict[str, tuple[float, str]] = {}
    miss: Miss | None = None
    for group in _by_classes(truths):
        for dtype in FORMATS:
            for units, sure, place, got, right in _errors(program, group, dtype):
                if units > worst.get(dtype, (-1.0, ""))[0]:
                    worst[dtype] = units, sure.row.region
                least = miss.units if miss else BOUNDS[-1]
                if units > least and (miss is None or miss.classes == sure.classes):
                    at = shown(sure.row.point, program.inputs)
                    miss = Miss(dtype, units, sure.classes, sure.row.region, at, place, got, right)
    most = max((units for units, _ in worst.values()), default=0.0)
    return Verdict(next((b for b in BOUNDS if most <= b), None), worst, miss)


def _by_classes(truths: Sequence[_Sure]) -> Iterator[list[_Sure]]:
    for classes in sorted({t.classes for t in truths}):
        yield [t for t in truths if t.classes == classes]


def _errors(program: Program, group: Sequence[_Sure], dtype: str) -> Iterator[tuple[float, _Sure, str, float, float]]:
    """Units, the row, the component, what the program gives there and what is right."""
    classes = group[0].classes
    with np.errstate(all="ignore"):
        got = run(program, _inputs(program, group, dtype), classes, FloatArithmetic(dtype, len(group)))
    columns = {name: [np.asarray(v, np.float64).tolist() for v in _flat(values)] for name, values in got.items()}
    kind = program.name.removeprefix(program.formula.name)
    for number, sure in enumerate(group):
        for output, wanted in zip(program.outputs, sure.results(kind), strict=False):
            for place, (column, right) in enumerate(zip(columns[output.name], wanted, strict=True)):
                one, name = column[number], output.name + _index(place, output.axes, classes)
                yield _units(one, right, dtype), sure, name, one, right.near


def _units(got: float, right: Result, dtype: str) -> float:
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
    if error <= BOUNDS[0] * unit * abs(right.near):
        return error / unit / abs(right.near)
    return 2.0 ** min(1000.0, math.log2(error / unit) - right.condition)


def _inputs(program: Program, group: Sequence[_Sure], dtype: str) -> dict[str, Any]:
    points, found = [sure.row.point for sure in group], dict[str, Any]()
    for one in program.inputs:
        if isinstance(one, Vector):
            table = np.array([point.vectors[one.name] for point in points]).astype(dtype)
            found[one.name] = list(table.T)
        elif isinstance(one, Label):
            found[one.name] = np.array([point.indices[one.name] - 1 for point in points])
        else:
            found[one.name] = np.array([point.scalars[one.name] for point in points]).astype(dtype)
    return found


def _flat(values: Any) -> list[Any]:
    if not isinstance(values, list):
        return [values]
    return [value for part in values for value in _flat(part)]


def _index(place: int, axes: int, classes: int) -> str:
    return ("", f"[{place}]", f"[{place // classes}][{place % classes}]")[axes]
