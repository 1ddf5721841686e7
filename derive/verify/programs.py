"""Every program is the formula: its loops, carried out in the oracle's numbers, against the formula as it was written.

Nothing derived is believed here.  The value is the oracle's of the formula's own expression, and a derivative is the
oracle's own, by dual numbers, of that same expression: a wrong derivation, a wrong pass and a kernel that claims to be
another are all refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from derive.language.axes import axis_of
from derive.language.components import Labels, Vector
from derive.language.errors import MISTAKE, DeriveError
from derive.language.inputs import Label
from derive.loops.ir import Number, Program, values_of
from derive.verify.machine import MachineError, run
from derive.verify.meanings import Meaning, meanings
from derive.verify.numbers import FORMATS, OracleError, Reals, UndeterminedError
from derive.verify.oracle import PRECISIONS, Oracle, Point, key_of, reals
from derive.verify.real_machine import RealArithmetic, Undefined
from derive.verify.samples import AT_LEAST, samples, shown, simpler

EXACT, ROUNDED = -100.0, -36.0
"""log2 of how closely the two values have to be known, for their size; where a program has rounded constants: these."""


ENOUGH = 2
"""A program has to be tried at so many classes or more."""


class ProgramError(DeriveError):
    """A program that does not compute what its formula says."""


@dataclass(frozen=True)
class Gap:
    """A component of an output at which a program is wrong."""

    output: str
    classes: tuple[int, ...]
    got: str
    right: str


def check_programs(programs: Sequence[Program], numbers: Reals | None = None) -> None:
    """Every kernel of a formula.  Raises ProgramError, in one line, at the first that is wrong.

    The line names the smallest input that was found at which it is.
    """
    if not programs:
        return
    inputs = list(dict.fromkeys(i for program in programs for i in program.origins))
    tried: set[str] = set()
    for attempt, point in enumerate(samples(inputs, programs[0].formula.name)):
        if attempt >= AT_LEAST and len(tried) == len(programs):
            return
        oracles: dict[int, Oracle] = {}
        for program in programs:
            found = gap_at(program, point, numbers, oracles)
            if isinstance(found, Gap):
                raise ProgramError(_told(program, *_smallest(program, point, found, numbers)))
            if found is None and point.classes >= ENOUGH:
                tried.add(program.name)
    left = next(program for program in programs if program.name not in tried)
    raise ProgramError(
        f"{left.formula.where}: kernel {left.name} cannot be checked: its formula has a value at none of the points "
        "that are tried: state the domains of its inputs (domain='positive')"
    )


def gap_at(
    program: Program, point: Point, numbers: Reals | None = None, known: dict[int, Oracle] | None = None
) -> Gap | OracleError | None:
    """Where a program is wrong at a point; ``None``: it is right; an error: the formula has no value there.

    known: oracles at this point, by precision, to be used again for other programs of the formula.
    """
    oracles = {} if known is None else known
    for precision in PRECISIONS:
        oracle = oracles.setdefault(precision, Oracle(point, numbers or reals(precision=precision)))
        try:
            return _gap(program, oracle)
        except UndeterminedError as error:
            last: OracleError = error
        except OracleError as error:
            return error
        if numbers is not None:
            break
    return last


def _gap(program: Program, oracle: Oracle) -> Gap | None:
    wanted = {name: dict(_wanted(meaning, oracle)) for name, meaning in meanings(program).items()}
    with oracle.numbers.working():
        got = _run(program, oracle)
        close = ROUNDED if _has_rounded(program) else EXACT
        for name, values in wanted.items():
            for places, right in values.items():
                found = got[name]
                for place in places:
                    found = found[place]
                if not _same(found, right, oracle.numbers, close):
                    return Gap(name, places, _text(found, oracle.numbers), _text(right, oracle.numbers))
    return None


def _run(program: Program, oracle: Oracle) -> dict[str, Any]:
    try:
        arithmetic = RealArithmetic(oracle.numbers)
        return run(program, _inputs(program, oracle), oracle.classes, arithmetic, oracle.sizes)
    except MachineError as error:
        raise ProgramError(f"{program.formula.where}: kernel {program.name}: {error}") from error


def _wanted(meaning: Meaning, oracle: Oracle) -> Iterator[tuple[tuple[int, ...], Any]]:
    expression, indices = meaning
    for places in product(*(range(oracle.size(axis_of(index))) for index in indices)):
        classes = {key_of(index): place + 1 for index, place in zip(indices, places, strict=True)}
        yield places, oracle.value(expression, classes)


def _inputs(program: Program, oracle: Oracle) -> dict[str, Any]:
    """Labels count from 0 in a program; a saved value is what the oracle makes of the formula."""
    found: dict[str, Any] = {}
    for one in program.inputs:
        if program.saved is not None and one == program.saved.value:
            found[one.name] = _values(program, oracle)
        elif isinstance(one, Vector):
            found[one.name] = unflattened(oracle.vectors[one.name], [oracle.size(axis) for axis in one.axes])
        elif isinstance(one, Labels):
            places = [place - 1 for place in oracle.picks[one.name]]
            found[one.name] = unflattened(places, [oracle.size(axis) for axis in one.axes])
        elif isinstance(one, Label):
            found[one.name] = oracle.indices[one.name] - 1
        else:
            found[one.name] = oracle.scalars[one.name]
    return found


def unflattened(flat: Sequence[Any], shape: Sequence[int]) -> list[Any]:
    """A flat array, the last axis fastest, as lists of lists."""
    if len(shape) <= 1:
        return list(flat)
    step = prod(shape[1:])
    return [unflattened(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]


def _values(program: Program, oracle: Oracle) -> list[Any]:
    """Of the formula, at each class."""
    over = key_of(program.formula.over)
    return [oracle.value(program.formula.expression, {over: k + 1}) for k in range(oracle.classes)]


def _has_rounded(program: Program) -> bool:
    return any(isinstance(v, Number) and isinstance(v.value, float) for v in values_of(program.body))


def _same(found: Any, right: Any, numbers: Reals, close: float) -> bool:
    """Raises UndeterminedError where the precision does not tell."""
    if isinstance(found, Undefined):
        return False
    gap = found + -right
    if numbers.sign(gap) in (1, -1):
        return False
    size = max(numbers.size(found), numbers.size(right), 0.0)
    if numbers.size(gap) > size + close:
        raise UndeterminedError("whether a program is right is not determined")
    return True


def _text(value: Any, numbers: Reals) -> str:
    if isinstance(value, Undefined):
        return f"no number ({value.why})"
    low, high = numbers.bounds(value)
    return f"{FORMATS['float64'].nearest((low.fraction + high.fraction) / 2):.12g}"


def _smallest(program: Program, point: Point, gap: Gap, numbers: Reals | None) -> tuple[Point, Gap]:
    """Fewer classes and simpler numbers, as long as the program is wrong there too."""
    going = True
    while going:
        going = False
        for candidate in simpler(point, program.origins):
            found = gap_at(program, candidate, numbers)
            if isinstance(found, Gap):
                point, gap, going = candidate, found, True
                break
    return point, gap


def _told(program: Program, point: Point, gap: Gap) -> str:
    place = "".join(f"[{k}]" for k in gap.classes)
    return (
        f"{program.formula.where}: kernel {program.name} is not its formula: at {shown(point, program.origins)} it "
        f"gives {gap.output}{place} = {gap.got}, right is {gap.right}; {MISTAKE}"
    )
