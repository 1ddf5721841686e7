"""Minimax polynomials: Remez's exchange on a fine grid, in many digits, and coefficients rounded one after another."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from mpmath import mp, mpf

DIGITS = 50
"""Decimal digits of the fit: twice those of its result, since the powers are nearly dependent."""

_POINTS_PER_COEFFICIENT = 32
_LEVEL = mp.mpf("1e-9")
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
    """The polynomial of the degree whose largest weighted error on the grid is least; lowest power first."""
    return _exchange(grid, _spread(grid, degree + 2))[0]


def rounded(grid: Sequence[Sample], degree: int, nearest: Function) -> list[mpf]:
    """The same with coefficients that a format holds.

    Each is rounded in its turn, the lowest first, and those after it are fitted anew: they make good what its rounding
    lost.  What is left to fit is divided by the powers that are settled, so that it is a polynomial again; the points
    nearest to 0 count the less, and one of them the next fit can do without.
    """
    settled: list[mpf] = []
    chosen = _spread(grid, degree + 2)
    while len(settled) <= degree:
        coefficients, chosen = _exchange(grid, chosen)
        constant = nearest(coefficients[0])
        settled.append(constant)
        grid = [Sample(s.at, (s.value - constant) / s.at, s.weight * abs(s.at)) for s in grid]
        chosen.remove(min(chosen, key=lambda i: abs(grid[i].at)))
    return settled


def largest_error(grid: Sequence[Sample], coefficients: Sequence[mpf]) -> mpf:
    return max(abs(polynomial(coefficients, s.at) - s.value) * s.weight for s in grid)


def fitted(
    value: Function, weight: Function, low: mpf, high: mpf, degree: int, nearest: Function
) -> tuple[list[mpf], mpf]:
    """Coefficients that the format holds, and their largest weighted error (on a grid twice as fine)."""
    with mp.workdps(DIGITS):
        count = _POINTS_PER_COEFFICIENT * (degree + 2)
        coefficients = rounded(samples(value, weight, low, high, count), degree, nearest)
        return coefficients, largest_error(samples(value, weight, low, high, 2 * count), coefficients)


def polynomial(coefficients: Sequence[mpf], at: mpf) -> mpf:
    total = mp.mpf(0)
    for coefficient in reversed(coefficients):
        total = total * at + coefficient
    return total


def _spread(grid: Sequence[Sample], count: int) -> list[int]:
    return [round(i * (len(grid) - 1) / (count - 1)) for i in range(count)]


def _exchange(grid: Sequence[Sample], chosen: list[int]) -> tuple[list[mpf], list[int]]:
    """The best polynomial, and the points at which its error is largest, with signs in turn.

    Points, one more than there are unknowns, hold errors all alike with signs in turn.  Worse points of the grid take
    their places, so that the common error grows, until none is worse.
    """
    while True:
        coefficients, level = _levelled([grid[i] for i in chosen])
        errors = [(polynomial(coefficients, s.at) - s.value) * s.weight for s in grid]
        worst = max(range(len(grid)), key=lambda i: abs(errors[i]))
        if abs(errors[worst]) <= abs(level) * (1 + _LEVEL):
            return coefficients, chosen
        peaks = _peaks(errors)
        if len(peaks) == len(chosen) and min(abs(errors[i]) for i in peaks) >= abs(level):
            chosen = peaks
        else:
            chosen = _with_one(chosen, worst, errors)


def _levelled(chosen: Sequence[Sample]) -> tuple[list[mpf], mpf]:
    """The polynomial whose weighted errors at the chosen points are all alike, with signs in turn; that error."""
    size = len(chosen)
    system, values = mp.matrix(size, size), mp.matrix(size, 1)
    for row, s in enumerate(chosen):
        power = mp.mpf(1)
        for column in range(size - 1):
            system[row, column] = power
            power *= s.at
        system[row, size - 1] = (-1) ** row / s.weight
        values[row] = s.value
    solved = list(mp.lu_solve(system, values))
    return solved[:-1], solved[-1]


def _peaks(errors: Sequence[mpf]) -> list[int]:
    """The worst point of each stretch of one sign."""
    runs = groupby(range(len(errors)), key=lambda i: errors[i] > 0)
    return [max(run, key=lambda i: abs(errors[i])) for _, run in runs]


def _with_one(chosen: list[int], worst: int, errors: Sequence[mpf]) -> list[int]:
    """The points with the worst in place of one of them, and the signs still in turn."""
    place = bisect(chosen, worst)
    for neighbour in (place - 1, place):
        if 0 <= neighbour < len(chosen) and (errors[chosen[neighbour]] > 0) == (errors[worst] > 0):
            return [*chosen[:neighbour], worst, *chosen[neighbour + 1 :]]
    return [worst, *chosen[:-1]] if place == 0 else [*chosen[1:], worst]
