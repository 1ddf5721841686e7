"""Minimax polynomials: those that are known in closed form are found, and a recorded fit is what a new one would be."""

from __future__ import annotations

import pytest
from mpmath import mp, mpf

from derive.elementary.fits import TARGETS, computed, recorded
from derive.elementary.formats import DOUBLE, FLOAT, FORMATS, Format
from derive.elementary.remez import fitted, largest_error, minimax, rounded, samples


def one(x: mpf) -> mpf:
    return mp.mpf(1)


@pytest.mark.parametrize("degree", [1, 3, 6])
def test_the_best_of_a_lower_degree_for_a_power_leaves_a_chebyshev_polynomial(degree: int) -> None:
    with mp.workdps(40):
        grid = samples(lambda x: x ** (degree + 1), one, mp.mpf(-1), mp.mpf(1), 801)
        error = largest_error(grid, minimax(grid, degree))
        assert abs(error / mp.mpf(2) ** -degree - 1) < 1e-3


def test_the_best_line_for_exp() -> None:
    """Its slope is that of the chord, and it errs alike at the ends and where the slopes agree."""
    with mp.workdps(40):
        grid = samples(mp.exp, one, mp.mpf(0), mp.mpf(1), 2001)
        constant, slope = minimax(grid, 1)
        assert abs(slope - (mp.e - 1)) < 1e-5
        assert abs(constant - (mp.e - (mp.e - 1) * mp.log(mp.e - 1)) / 2) < 1e-5


def test_a_weight_makes_the_relative_error_level() -> None:
    with mp.workdps(40):
        grid = samples(mp.exp, lambda x: mp.exp(-x), mp.mpf(0), mp.mpf(3), 601)
        found = minimax(grid, 4)
        relative = [(sum(c * s.at**k for k, c in enumerate(found)) / s.value - 1) for s in (grid[0], grid[-1])]
        assert abs(abs(relative[0] / relative[1]) - 1) < 1e-3


def test_rounding_in_turn_loses_less_than_rounding_all_at_once() -> None:
    target = TARGETS["exp"]
    with mp.workdps(40):
        low, high = target.interval(FLOAT)
        grid = samples(target.value, target.weight, low, high, 200)
        best = minimax(grid, 4)
        at_once = largest_error(grid, [FLOAT.nearest(c) for c in best])
        in_turn = largest_error(grid, rounded(grid, 4, FLOAT.nearest))
        assert largest_error(grid, best) <= in_turn < at_once


def test_another_degree_or_interval_is_fitted_anew() -> None:
    target = TARGETS["log"]
    with mp.workdps(40):
        low, high = target.interval(FLOAT)
        errors = {
            (degree, part): fitted(target.value, target.weight, low, high / part, degree, DOUBLE.nearest)[1]
            for degree, part in ((3, 1), (4, 1), (3, 2))
        }
    assert errors[4, 1] < errors[3, 1] / 50
    assert errors[3, 2] < errors[3, 1] / 8


LONG = ("erf_tail", "f64")
"""The fit of the highest degree, in which the exchange takes as long as in all others."""

FITS = [
    pytest.param(name, real, id=f"{name}-{real.tag}", marks=[pytest.mark.slow] if (name, real.tag) == LONG else [])
    for name in TARGETS
    for real in FORMATS
]


@pytest.mark.parametrize(("name", "real"), FITS)
def test_the_recorded_fits_are_what_the_exchange_finds(name: str, real: Format) -> None:
    assert computed(name, real) == recorded(name, real)
