"""Whether a function is a kernel of a formula: row by row against the oracle, then in a batch.

Two questions are asked apart.  Is it the formula: on ordinary rows any error beyond what rounding explains says no.
Does it keep its digits: on rows far from 0, with one class above all, tied, huge and masked, an error is held to the
largest condition in its row, as a textbook's stable form keeps it; inf or NaN where the truth is a number is a miss.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from derive.audit.changes import reason
from derive.audit.theirs import AuditError, Theirs
from derive.language.components import Labels, Vector
from derive.language.domains import domain_of
from derive.language.inputs import Label
from derive.loops.ir import Output, Program
from derive.verify.asked import asked
from derive.verify.known import KnownRow
from derive.verify.oracle import Point
from derive.verify.rows import Row, rows
from derive.verify.samples import samples, shown, simpler
from derive.verify.truth import Result

UNIT = 2.0**-53
ORDINARY, EXTREME = 2.0**14, 2.0**20
"""Units of the row's condition that are explained by rounding: on ordinary rows, and on those that are not."""
BATCH = 3


@dataclass(frozen=True)
class Mismatch:
    """A result that is not what it should be: at which input, which of the outputs, what was given, what is right."""

    at: str
    what: str
    got: float
    right: float
    region: str = ""

    def __str__(self) -> str:
        where = f" ({self.region})" if self.region else ""
        return f"at {self.at}{where} it gives {self.what} = {self.got:.12g}, right is {self.right:.12g}"


@dataclass(frozen=True)
class Audit:
    """What was found.

    rows:      how many were tried.
    wrong:     where it is not the formula; ``why``: what is missing in it, where that was found.
    off_total: as ``wrong``, but only where a target does not sum to 1.
    digits:    where it loses its digits, or gives no number.
    reduction: what it makes of a batch: ``"none"``, ``"sum"`` or ``"mean"``; "" where none of them.
    """

    rows: int
    wrong: Mismatch | None = None
    why: str = ""
    off_total: Mismatch | None = None
    digits: Mismatch | None = None
    reduction: str = "none"

    @property
    def is_right(self) -> bool:
        return not (self.wrong or self.off_total or self.digits or not self.reduction)


def judge(theirs: Theirs, program: Program) -> Audit:
    """A function against a program's formula.  Raises AuditError where it cannot be called."""
    count, none_there = 0, None
    for point in map(_floats, samples(program.origins, program.formula.name)):
        count += 1
        miss = _mismatch(theirs, program, Row("", point), ORDINARY)
        if miss is not None and math.isfinite(miss.got):
            return _wrong(theirs, program, point, miss, count)
        none_there = none_there or miss
    found = Audit(count, digits=none_there)
    for row in _unnormalised(program):
        if (miss := _mismatch(theirs, program, row, ORDINARY)) is not None:
            why = reason(program, [(row.point, _given(theirs, program, row.point))])
            return replace(found, off_total=miss, why=why)
    in_rows = not program.formula.has_axes  # what has is called with whole arrays, and no row beside others
    found = replace(found, reduction=_reduction(theirs, program)) if in_rows else found
    if found.digits is not None:
        return found
    if in_rows and found.reduction == "none" and (miss := _row_beside_others(theirs, program)) is not None:
        return replace(found, digits=miss)
    for row in (one for one in rows(asked([program])) if not _is_masked(one)):
        count += 1
        if (miss := _mismatch(theirs, program, row, EXTREME)) is not None:
            return replace(found, rows=count, digits=miss)
    return replace(found, rows=count)


def _is_masked(row: Row) -> bool:
    """What a masked class gives is a convention, and others may have another."""
    return any(math.isinf(v) for values in row.point.vectors.values() for v in values)


def _wrong(theirs: Theirs, program: Program, point: Point, miss: Mismatch, count: int) -> Audit:
    """The smallest input that was found at which it is wrong, and what is missing."""
    point, miss = _smallest(theirs, program, point, miss)
    tried = [_floats(one) for one in list(samples(program.origins, program.formula.name))[2:8]]
    seen = [(one, _given(theirs, program, one)) for one in tried]
    return Audit(count, miss, reason(program, seen))


def _smallest(theirs: Theirs, program: Program, point: Point, miss: Mismatch) -> tuple[Point, Mismatch]:
    going = True
    while going:
        going = False
        for candidate in map(_floats, simpler(point, program.origins)):
            found = _mismatch(theirs, program, Row("", candidate), ORDINARY)
            if found is not None and math.isfinite(found.got):
                point, miss, going = candidate, found, True
                break
    return point, miss


def _floats(point: Point) -> Point:
    """What a float64 holds of it."""
    vectors = {name: [float(v) for v in values] for name, values in point.vectors.items()}
    return replace(point, vectors=vectors, scalars={name: float(v) for name, v in point.scalars.items()})


def _unnormalised(program: Program) -> Iterator[Row]:
    """Targets that sum to a half: what holds only for a sum of 1 shows there."""
    totals = [one.name for one in program.origins if isinstance(one, Vector) and domain_of(one).total is not None]
    for point in [_floats(one) for one in samples(program.origins, program.formula.name)][2:4] if totals else ():
        halves = {name: [v / 2 for v in point.vectors[name]] for name in totals}
        yield Row(f"{', '.join(totals)} does not sum to 1", replace(point, vectors={**point.vectors, **halves}))


def _mismatch(theirs: Theirs, program: Program, row: Row, units: float) -> Mismatch | None:
    """The worst of the results at one row; nothing where the oracle has none."""
    right = KnownRow(program.formula, program.directions, row).results(program.kind)
    if not right:
        return None
    worst: tuple[float, Mismatch] | None = None
    given = _given(theirs, program, row.point)
    for output, got, wanted in zip(program.outputs, given, right, strict=True):
        scale = max((r.condition for r in wanted if r is not None), default=-math.inf)
        for place, (one, truth) in enumerate(zip(got, wanted, strict=True)):
            error = math.inf if truth is None else _error(one, truth, scale)
            if truth is not None and error > units and (worst is None or error > worst[0]):
                name = f"{output.name}{_place(place, _shape_at(output, row.point))}"
                at = shown(row.point, program.origins)
                worst = error, Mismatch(at, name, one, truth.near, row.region)
    return None if worst is None else worst[1]


def _error(got: float, truth: Result, condition: float) -> float:
    """In units of the condition, or of 1 where that is less: numbers near 1 are rounded on the way."""
    if got == truth.near:
        return 0.0
    if not math.isfinite(got) or not math.isfinite(truth.near):
        return math.inf
    allowed = UNIT * 2.0 ** min(max(condition, 0.0), 1020.0)
    return abs((got - truth.near) - truth.rest) / allowed


def _shape_at(output: Output, point: Point) -> tuple[int, ...]:
    """The sizes of the axes of an output at a point."""
    return tuple(point.sizes.get(letter, point.classes) for letter in output.shape)


def _place(place: int, shape: tuple[int, ...]) -> str:
    return "".join(f"[{k}]" for k in np.unravel_index(place, shape)) if shape else ""


def _given(theirs: Theirs, program: Program, point: Point) -> list[list[float]]:
    """What it gives for one row, each output flat."""
    found = theirs.call(_whole(program, point) if program.formula.has_axes else _arguments(program, [point]))
    sizes = [math.prod(_shape_at(output, point)) for output in program.outputs]
    if len(found) != len(sizes):
        raise AuditError(f"{theirs.name}: it gives {len(found)} results, not {len(sizes)}: {_named(program)}")
    for array, size in zip(found, sizes, strict=True):
        if array.size != size:
            told = f"{_called(program, point)} it gives the shape {array.shape}"
            raise AuditError(f"{theirs.name}: {told}, not {size} number(s)")
    return [array.reshape(-1).tolist() for array in found]


def _called(program: Program, point: Point) -> str:
    if not program.formula.has_axes:
        return f"for one row of {point.classes} classes"
    sizes = ", ".join(f"{letter} = {point.sizes.get(letter, point.classes)}" for letter in program.sizes)
    return f"for {sizes}"


def _named(program: Program) -> str:
    return ", ".join(output.name for output in program.outputs)


def _arguments(program: Program, points: Sequence[Point]) -> Mapping[str, Any]:
    """Rows first; labels count from 0; parameters are those of the first."""
    found: dict[str, Any] = {}
    for one in program.inputs:
        if isinstance(one, Vector):
            found[one.name] = np.array([point.vectors[one.name] for point in points], np.float64)
        elif isinstance(one, Label):
            found[one.name] = np.array([point.indices[one.name] - 1 for point in points], np.int64)
        else:
            found[one.name] = float(points[0].scalars[one.name])
    return found


def _whole(program: Program, point: Point) -> Mapping[str, Any]:
    """Arrays with the axes that they name, and no others; labels count from 0."""
    found: dict[str, Any] = {}
    for one in program.inputs:
        if isinstance(one, Vector | Labels):
            values = point.vectors[one.name] if isinstance(one, Vector) else [k - 1 for k in point.picks[one.name]]
            shape = [point.sizes.get(axis.size.name, point.classes) for axis in one.axes]
            found[one.name] = np.array(values, np.float64 if isinstance(one, Vector) else np.int64).reshape(shape)
        elif isinstance(one, Label):
            found[one.name] = point.indices[one.name] - 1
        else:
            found[one.name] = float(point.scalars[one.name])
    return found


def _reduction(theirs: Theirs, program: Program) -> str:
    """What it makes of several rows: its own results, one by one, are what it is compared with."""
    points = [_floats(p) for p in samples(program.origins, program.formula.name) if p.classes == BATCH]
    points = [replace(p, scalars=points[0].scalars) for p in points[:BATCH]]
    single = _one_by_one(theirs, program, points)
    batch = theirs.call(_arguments(program, points))
    made = {"none": single, "sum": _summed(program, single, 1), "mean": _summed(program, single, BATCH)}
    return next((name for name, wanted in made.items() if all(map(_alike, batch, wanted))), "")


def _row_beside_others(theirs: Theirs, program: Program) -> Mismatch | None:
    """A row whose result is another beside rows far from it."""
    scalars = next(samples(program.origins, program.formula.name)).scalars
    far = [replace(row.point, scalars={name: float(v) for name, v in scalars.items()}) for row in _apart(program)]
    single, batch = _one_by_one(theirs, program, far), theirs.call(_arguments(program, far))
    for output, one, other in zip(program.outputs, single, batch, strict=True):
        for k, point in enumerate(far):
            alone, beside = np.ravel(one[k]), np.ravel(other[k])
            if np.isfinite(alone).all() and not _alike(alone, beside):
                place = int(np.argmax(~np.isclose(alone, beside, rtol=1e-9, atol=1e-12)))
                what = f"{output.name}{_place(place, _shape_at(output, point))}"
                at = shown(point, program.origins)
                return Mismatch(at, what, float(beside[place]), float(alone[place]), "beside rows far from it")
    return None


def _apart(program: Program) -> list[Row]:
    """Rows of one length around offsets that are far apart."""
    wanted = asked([program])
    return [row for row in rows(wanted) if row.region.startswith((f"spread 1, n = {BATCH}", "offset 1000, spread 1,"))]


def _one_by_one(theirs: Theirs, program: Program, points: Sequence[Point]) -> list[Any]:
    each = [_given(theirs, program, point) for point in points]
    return [np.array([one[k] for one in each]) for k in range(len(program.outputs))]


def _summed(program: Program, single: Sequence[Any], divisor: int) -> list[Any]:
    """A number of a row is summed up over the rows, a derivative by what each row has of its own is not."""
    outputs = zip(program.outputs, single, strict=True)
    return [(array.sum() if output.axes == 0 else array) / divisor for output, array in outputs]


def _alike(one: Any, other: Any) -> bool:
    a, b = np.reshape(one, -1), np.reshape(other, -1)
    return a.size == b.size and bool(np.allclose(a, b, rtol=1e-9, atol=1e-12, equal_nan=True))
