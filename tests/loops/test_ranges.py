"""Ranges are sound: what the interpreter computes lies in them, whatever the formula and the row."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import pytest

from derive.formulas.confidence_penalty import confidence_penalty
from derive.formulas.focal import focal
from derive.formulas.softmax import softmax
from derive.language import Formula, Sum, exp, indices, vector
from derive.language.components import Vector
from derive.language.formula import unfold
from derive.language.inputs import Label, Parameter
from derive.loops.intervals import OPERATIONS, Range
from derive.loops.ir import ARITY, Element, Program, Value, values_of, walk
from derive.loops.ranges import Ranges
from derive.loops.scores import in_exponents
from tests import interpret, once
from tests.loops.conventions import FORMULAS

CLASSES = 4
NUMBERS = (-math.inf, -700.0, -1.5, -1.0, -0.0, 0.0, 1e-30, 0.25, 1.0, 3.0, 90.0, math.inf)
KNOWN = sorted(set(OPERATIONS) & set(ARITY))
i = indices("i")
x, y, z = (vector(name, doc="scores") for name in "xyz")
SQUARES = (
    Formula("bell", Sum(exp(-((x[i] - y[i]) ** 2) / 2), i), wrt=x),
    Formula("rising", Sum(exp((x[i] - y[i]) * (z[i] - y[i])), i), wrt=x),
)
CHECKED = (*FORMULAS, softmax, focal, confidence_penalty)


def test_every_operation_has_a_range() -> None:
    assert set(ARITY) == set(OPERATIONS)


def around(numbers: list[float]) -> Range:
    """The smallest range of some numbers."""
    finite = [x for x in numbers if math.isfinite(x)] or [1.0]
    return Range(
        min(finite),
        max(finite),
        zero=0.0 in numbers,
        down=-math.inf in numbers,
        up=math.inf in numbers,
        minus_zero=any(x == 0 and math.copysign(1, x) < 0 for x in numbers),
    )


def rounded(found: Range) -> Range:
    """With bounds that a last digit may cross."""
    return replace(found, low=found.low - 1e-14 * abs(found.low), high=found.high + 1e-14 * abs(found.high))


@pytest.mark.parametrize("op", KNOWN)
def test_an_operation_stays_in_its_range(op: str) -> None:
    chance = random.Random(op)
    for _ in range(300):
        choices = [chance.sample(NUMBERS, chance.randint(1, 3)) for _ in range(ARITY[op])]
        found = OPERATIONS[op](*map(around, choices))
        for _ in range(5):
            args = [chance.choice(some) for some in choices]
            result = interpret.OPERATIONS[op](*args)
            overflows = math.isinf(result) and all(map(math.isfinite, args))
            assert result in rounded(found) or (overflows and op not in ("log", "div")), (op, args, result, found)


@pytest.mark.parametrize("formula", CHECKED, ids=lambda f: f.name)
def test_values_stay_in_their_ranges(formula: Formula) -> None:
    chance = random.Random(formula.name)
    for program in once.built(formula).programs:
        ranges = Ranges(formula, program.inputs)
        for statement in program.body:
            ranges.take(statement)
        outputs = {o.name for o in program.outputs}
        for _ in range(20):
            seen = _values(program, _row(program, chance))
            for value, got in seen:
                if not any(isinstance(part, Element) and part.array in outputs for part in walk(value)):
                    assert got in rounded(ranges.of(value)), (program.name, value, got, ranges.of(value))


def test_a_square_is_never_below_0_whichever_way_its_differences_stand() -> None:
    """And it needs no guard: where one of its factors is 0 the other is."""
    bell, rising = (once.built(formula).programs[0] for formula in SQUARES)
    exponents = {
        program.name: [c.args[0] for v in values_of(program.body) for c in walk(v) if getattr(c, "op", "") == "exp"]
        for program in (bell, rising)
    }
    (square,) = exponents["bell"]
    assert Ranges(bell.formula, bell.inputs).of(square).high == 0
    assert "weighted" not in repr(bell.body)
    assert "weighted" in repr(rising.body)
    assert all(Ranges(rising.formula, rising.inputs).of(e).high > 0 for e in exponents["rising"][:1])


def _row(program: Program, chance: random.Random) -> dict[str, Any]:
    """A row of the domains: zeros, ones, masks (not all) and large scores."""
    scores = in_exponents(unfold(program.formula.expression))
    return {given.name: _given(given, given in scores, chance) for given in program.inputs}


def _given(given: Any, is_score: bool, chance: random.Random) -> Any:
    if isinstance(given, Label):
        return chance.randrange(CLASSES)
    if isinstance(given, Parameter):
        return chance.choice((0.25, 1.0, 2.5) if given.domain == "positive" else (-0.5, 0.0, 0.5, 1.0, 3.0))
    assert isinstance(given, Vector)
    usual = {"real": (-3.0, -0.0, 0.0, 0.5, 1.0), "positive": (0.0, 1e-30, 0.5, 4.0)}.get(
        given.domain, (0.0, 0.25, 1.0)
    )
    row = [chance.choice(usual) for _ in range(CLASSES)]
    if is_score and given.domain == "real":
        row = [chance.choice((-math.inf, -800.0, -40.0, 0.0, 1.0, 30.0)) for _ in range(CLASSES)]
        row[chance.randrange(CLASSES)] = chance.choice((-2.0, 0.0, 35.0))
    return row if any(row) or given.domain == "real" else [*row[1:], 1.0]


def _values(program: Program, row: dict[str, Any]) -> list[tuple[Value, float]]:
    """Every value that the interpreter computes, those inside others too."""
    seen: list[tuple[Value, float]] = []
    value = interpret.value

    def spy(node: Value, state: Any) -> float:
        got = value(node, state)
        seen.append((node, got))
        return got

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interpret, "value", spy)
        interpret.run(program, row)
    assert len(seen) >= len(values_of(program.body))
    return seen
