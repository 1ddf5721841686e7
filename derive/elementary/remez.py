"""Minimax polynomials: Remez's exchange on a fine grid, in many digits, and coefficients rounded one after another."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mpmath import mp, mpf

DIGITS = 50
"""Decimal digits of the fit: twice those of its result, since the powers are nearly dependent."""

_POINTS_PER_COEFFICIENT = 32
_LEVEL = mp.mpf("1e-4")
"""An exchange ends when no error stands out by more than this share of the common one."""


@dataclass(frozen=True)
class Sample:
    """A point, what is to be approximated there, and what an error there counts."""

    at: mpf
    value: mpf
    weight: mpf


Function = Callable[[mpf], mpf]


def samples(value: Function, weight: Function, low: mpf, high: mpf, count: int) -> list[Sample]:
    """Points denser towards the ends, as the extrema of an error are; 0 is none of them.

    value, weight: of a point; they may be quotients that have no value at 0 itself.
    """
    middle, half = (low + high) / 2, (high - low) / 2
    points = (middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count))
    return [Sample(x, value(x), abs(weight(x))) for x in points if abs(x) > half * mp.mpf("1e-6")]


def minimax(grid: Sequence[Sample], degree: int) -> list[mpf]:
    """The polynomial of the degree whose largest weighted error on the grid is least; lowest power first.

    Some of the points, one more than there are unknowns, hold errors all alike with signs in turn.  The worst point of
    the grid takes the place of one of them, so that the common error grows, until no point is worse.
    """
    count = degree + 2
    chosen = [round(i * (len(grid) - 1) / (count - 1)) for i in range(count)]
    while True:
        coefficients, level = _levelled([grid[i] for i in chosen], degree)
        errors = [(polynomial(coefficients, s.at) - s.value) * s.weight for s in grid]
        worst = max(range(len(grid)), key=lambda i: abs(errors[i]))
        if abs(errors[worst]) <= abs(level) * (1 + _LEVEL):
            return coefficients
        chosen = _exchanged(chosen, worst, errors)


def rounded(grid: Sequence[Sample], degree: int, nearest: Function) -> list[mpf]:
    """The same with coefficients that a format holds.

    Each is rounded in its turn, the lowest first, and those after it are fitted anew: they make good what its rounding
    lost.  What is left to fit is divided by the powers that are settled, so that it is a polynomial again.
    """
    settled: list[mpf] = []
    while len(settled) <= degree:
        coefficients = minimax(grid, degree - len(settled))
        constant = nearest(coefficients[0])
        settled.append(constant)
        grid = [Sample(s.at, (s.value - constant) / s.at, s.weight * abs(s.at)) for s in grid]
    return settled


def largest_error(grid: Sequence[Sample], coefficients: Sequence[mpf]) -> mpf:
    return max(abs(polynomial(coefficients, s.at) - s.value) * s.weight for s in grid)


def fitted(
    value: Function, weight: Function, low: mpf, high: mpf, degree: int, nearest: Function
) -> tuple[list[mpf], mpf]:
    """Coefficients that the format holds, and their largest weighted error (on a grid four times as fine)."""
    with mp.workdps(DIGITS):
        count = _POINTS_PER_COEFFICIENT * (degree + 2)
        coefficients = rounded(samples(value, weight, low, high, count), degree, nearest)
        return coefficients, largest_error(samples(value, weight, low, high, 4 * count), coefficients)


def polynomial(coefficients: Sequence[mpf], at: mpf) -> mpf:
    total = mp.mpf(0)
    for coefficient in reversed(coefficients):
        total = total * at + coefficient
    return total


def _levelled(chosen: Sequence[Sample], degree: int) -> tuple[list[mpf], mpf]:
    """The polynomial whose weighted errors at the chosen points are all alike, with signs in turn; that error."""
    size = degree + 2
    system, values = mp.matrix(size, size), mp.matrix(size, 1)
    for row, s in enumerate(chosen):
        power = mp.mpf(1)
        for column in range(degree + 1):
            system[row, column] = power
            power *= s.at
        system[row, degree + 1] = (-1) ** row / s.weight
        values[row] = s.value
    solved = list(mp.lu_solve(system, values))
    return solved[:-1], solved[-1]


def _exchanged(chosen: list[int], worst: int, errors: Sequence[mpf]) -> list[int]:
    """The points with the worst among them, and the signs still in turn."""
    positive = [error > 0 for error in errors]
    place = bisect(chosen, worst)
    for neighbour in (place - 1, place):
        if 0 <= neighbour < len(chosen) and positive[chosen[neighbour]] == positive[worst]:
            return [*chosen[:neighbour], worst, *chosen[neighbour + 1 :]]
    return [worst, *chosen[:-1]] if place == 0 else [*chosen[1:], worst]
