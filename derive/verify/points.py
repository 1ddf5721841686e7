"""Random points at which an identity is tried: the same ones every time, inside the domains of all inputs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from sympy import Basic, Symbol

from derive.calculus.records import Condition
from derive.language.formula import unfold
from derive.language.inputs import Label, Parameter
from derive.language.nodes import BoundIndex, Component, Vector, n
from derive.verify.oracle import Point, key_of

SIZES = ((1, 1), (2, 2), (3, 2), (5, 1))
"""How many classes, and how many random points for each."""
MOST_ASSIGNMENTS = 9
"""How many ways to put classes for the free indices are tried at one point."""


def inputs_of(expressions: Iterable[Any]) -> set[Any]:
    """Vectors, labels, parameters, constants and free indices of expressions, definitions included."""
    found: set[Any] = set()
    for expression in expressions:
        unfolded = unfold(expression)
        found |= {c.vector for c in unfolded.atoms(Component)}
        found |= {s for s in unfolded.free_symbols if isinstance(s, Symbol)}
    return {s for s in found if s != n and not isinstance(s, BoundIndex)}


def points(inputs: set[Any], assumptions: Iterable[Condition], seed: str) -> Iterator[Point]:
    """Points for these inputs; free indices and labels run through the classes as the assumptions allow."""
    dice = random.Random(seed)
    vectors = sorted((i for i in inputs if isinstance(i, Vector)), key=lambda v: v.name)
    indices = sorted((i for i in inputs if isinstance(i, Symbol) and i.is_integer), key=key_of)
    scalars = sorted((i for i in inputs if isinstance(i, Symbol) and not i.is_integer), key=lambda s: s.name)
    for classes, count in SIZES:
        for _ in range(count):
            values = {v.name: _vector(v, classes, dice) for v in vectors}
            numbers = {s.name: _scalar(s, dice) for s in scalars}
            for chosen in _assignments(indices, classes, tuple(assumptions), dice):
                yield Point(classes, values, chosen, numbers)


def _assignments(
    indices: list[Symbol], classes: int, assumptions: tuple[Condition, ...], dice: random.Random
) -> list[dict[str, int]]:
    ways = [
        dict(zip(map(key_of, indices), way, strict=True)) for way in product(range(1, classes + 1), repeat=len(indices))
    ]
    allowed = [way for way in ways if all(_allows(a, way) for a in assumptions)]
    return allowed if len(allowed) <= MOST_ASSIGNMENTS else dice.sample(allowed, MOST_ASSIGNMENTS)


def _allows(assumption: Condition, way: dict[str, int]) -> bool:
    if assumption.kind not in ("equal", "distinct"):
        return True
    one, other = (_known(s, way) for s in assumption.subject)
    return one is None or other is None or (one == other) == (assumption.kind == "equal")


def _known(index: Basic, way: dict[str, int]) -> int | None:
    return way.get(key_of(index))  # type: ignore[arg-type]


def _vector(vector: Vector, classes: int, dice: random.Random) -> list[Fraction]:
    if vector.domain == "probability":
        cuts = sorted(dice.sample(range(1, 1024), classes - 1))
        return [Fraction(b - a, 1024) for a, b in zip([0, *cuts], [*cuts, 1024], strict=True)]
    if vector.domain == "positive":
        return [Fraction(dice.randint(8, 256), 64) for _ in range(classes)]
    return [Fraction(dice.randint(-200, 200), 64) for _ in range(classes)]


def _scalar(symbol: Symbol, dice: random.Random) -> Fraction:
    positive = symbol.is_positive or (isinstance(symbol, Parameter) and symbol.domain == "positive")
    return Fraction(dice.randint(16, 192) if positive else dice.choice((-1, 1)) * dice.randint(8, 160), 64)


__all__ = ["Label", "inputs_of", "points"]
