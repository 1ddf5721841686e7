"""What the checks of a formula show, and what its emitted kernels do on rows near, far and long: ``derive verify``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from derive.language.formula import Formula
from derive.loading.emitted import Seen, affordable, called, nested, on_long_rows, targets
from derive.loops.ir import Program
from derive.pipeline import build_formula
from derive.verify import check_derived, check_programs
from derive.verify.floats import BOUNDS, Make, carried_out, verdicts
from derive.verify.long_rows import LENGTHS
from derive.verify.numbers import FORMATS
from derive.verify.random_rows import FEW, MORE, random_rows

PROGRAM = "program"
"""Who carries out the program itself, each operation rounded once."""
STAGES = 7
"""So many are told of for each formula, if all lengths are tried."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Measured:
    """One kernel.

    bound:    what it states; ``None``: it has a caveat.
    seen:     the program, and each target -> the worst in each dtype, and where.
    left_out: the lengths that its loops take too long for; ``depth``: how deep they stand in each other.
    """

    name: str
    bound: int | None
    seen: dict[str, Seen]
    left_out: tuple[int, ...] = ()
    depth: int = 1

    @property
    def outside(self) -> bool:
        """Whether an emitted kernel goes beyond what is stated; one with a caveat has said so."""
        worst = [units for seen in self.seen.values() for units, _ in seen.values()]
        return self.bound is not None and max(worst, default=0.0) > self.bound


@dataclass(frozen=True)
class Report:
    """One formula, checked."""

    formula: Formula
    steps: int
    theorems: int
    kernels: tuple[Measured, ...]


def measure(
    formula: Formula, lengths: Sequence[int] = LENGTHS, seed: str = "", tell: Tell = lambda stage: None
) -> Report:
    """Everything about a formula is checked anew.  Raises DeriveError where a step or a program is wrong.

    lengths: of the long rows; ``seed``: of the random ones; ``tell``: is told of what begins.
    """
    tell("derive")
    built = build_formula(formula)
    tell("steps")
    check_derived(built.derived)
    tell("programs")
    check_programs(built.programs)
    kernels = tuple(_measured(built.programs, lengths, seed, tell))
    chains = [*built.derived.derivations, *(theorem.proof for theorem in built.derived.theorems)]
    return Report(formula, sum(len(c.steps) for c in chains), len(built.derived.theorems), kernels)


def _measured(programs: Sequence[Program], lengths: Sequence[int], seed: str, tell: Tell) -> Iterator[Measured]:
    emitted: dict[str, Make] = {name: partial(called, name, programs[0].formula) for name in targets()}
    makers = {PROGRAM: carried_out} | emitted
    tell("rows")
    stated = verdicts(programs, list(makers.values()))
    seen = {program.name: dict(zip(makers, [dict(v.worst) for v in found], strict=True))
            for program, found in zip(programs, stated, strict=True)}  # fmt: skip
    tell("random rows")
    for some in (FEW, MORE):
        able = [program for program in programs if some is FEW or nested(program.body) == 1]
        if not able:
            continue
        found = verdicts(able, list(emitted.values()), partial(random_rows, seed=seed, lengths=some))
        for program, each in zip(able, found, strict=True):
            for target, verdict in zip(emitted, each, strict=True):
                _take(seen[program.name][target], verdict.worst)
    for length in lengths:
        tell(f"rows of {length}")
        for name, target, worst in on_long_rows(programs, length):
            _take(seen[name][target], worst)
    for program, (verdict, *_) in zip(programs, stated, strict=True):
        left_out = tuple(length for length in lengths if not affordable(program, length))
        yield Measured(program.name, verdict.bound, seen[program.name], left_out, nested(program.body))


def _take(seen: Seen, worst: Seen) -> None:
    for dtype, (units, where) in worst.items():
        if units > seen.get(dtype, (-1.0, ""))[0]:
            seen[dtype] = units, where


def told(seen: Seen) -> list[str]:
    """Of each dtype the worst and where, in a few words."""
    return [f"{dtype} {_few(seen[dtype][0])} ({seen[dtype][1]})" for dtype in FORMATS if dtype in seen]


def _few(units: float) -> str:
    return f"{units:.1f}" if units <= BOUNDS[-1] else f"{units:.0e}" if units < 1e300 else "inf"
