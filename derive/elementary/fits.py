"""What polynomials approximate: each function near 0 with its weight, interval and degree, and the recorded fits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mpmath import mp, mpf

from derive.elementary.formats import FORMATS, Format
from derive.elementary.remez import DIGITS, fitted

RECORDED = "minimax.json"
"""The fits, computed once; ``python -m derive.elementary.fits`` writes it anew."""


@dataclass(frozen=True)
class Target:
    """A function to be approximated.

    value:    of a point.
    weight:   of a point: a unit of error of the polynomial there, as an error relative to the whole function.
    interval: its ends for a format, computed when the digits are set.
    degrees:  of the polynomial, by the tag of the format.
    """

    value: Callable[[mpf], mpf]
    weight: Callable[[mpf], mpf]
    interval: Callable[[Format], tuple[mpf, mpf]]
    degrees: Mapping[str, int]


@dataclass(frozen=True)
class Fit:
    """A polynomial that the format holds, lowest power first; the largest error as a power of 2 (rounded up)."""

    coefficients: tuple[mpf, ...]
    error: float


def _reduced(real: Format) -> tuple[mpf, mpf]:
    """Half of log 2 on both sides, and a little for the rounding of the quotient."""
    end = mp.log(2) / 2 * (1 + mp.ldexp(1, -11))
    return -end, end


def _square_of_ratio(real: Format) -> tuple[mpf, mpf]:
    """s^2 for s = f / (2 + f) and 1 + f between the root of a half and the root of 2."""
    return mp.mpf(0), ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2 * (1 + mp.ldexp(1, -20))


def _exp_rest(r: mpf) -> mpf:
    return (mp.expm1(r) - r) / r**2


def _exp_weight(r: mpf) -> mpf:
    """Below -1/4 the roundings leave a fit the least: r is rounded as one above 1/4 is, in units of half the size."""
    return r**2 / mp.exp(r) * (16 if r < mp.mpf("-0.25") else 1)


def _atanh_rest(z: mpf) -> mpf:
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) - 2 * s) / (s * z)


def _tanh_rest(z: mpf) -> mpf:
    x = mp.sqrt(z)
    return (mp.tanh(x) / x - 1) / z


def _erf_rest(t: mpf) -> mpf:
    x = mp.sqrt(t + 0.5)
    return mp.erf(x) / x - 1


TANH_SPLIT = "0.55"
"""Below it tanh is a polynomial, above it comes from exp: 1/2 is passed here, and results above it have one ulp."""

ERF_SPLIT, ERF_ENDS = "0.82", {"f32": "4", "f64": "6"}
"""The same for erf, where 1 - erf passes 1/4; and where erf has become 1."""

ERFC_TURN, ERFC_ENDS = "4", {"f32": "10.5", "f64": "28"}
"""Where the argument of erfc becomes 0 on its way to a finite interval; and where all that follows is 0."""


def _erfc_at(q: mpf) -> mpf:
    """The argument u with q = (u - turn) / (u + turn)."""
    return mp.mpf(ERFC_TURN) * (1 + q) / (1 - q)


def _erfc_scaled(q: mpf) -> mpf:
    """(1 + 2 u) e^(u^2) erfc(u), which goes from 1 at 0 to 2 / sqrt(pi) at infinity."""
    u = _erfc_at(q)
    return (1 + 2 * u) * mp.exp(u * u) * mp.erfc(u)


def _erfc_turned(real: Format) -> tuple[mpf, mpf]:
    turn, end = mp.mpf(ERFC_TURN), mp.mpf(ERFC_ENDS[real.tag])
    return mp.mpf(-1), (end - turn) / (end + turn)


TARGETS: Mapping[str, Target] = {
    "exp": Target(_exp_rest, _exp_weight, _reduced, {"f32": 4, "f64": 9}),
    "expm1": Target(_exp_rest, lambda r: r**2 / mp.expm1(r), _reduced, {"f32": 5, "f64": 10}),
    "log": Target(
        _atanh_rest,
        lambda z: mp.sqrt(z) * z / (2 * mp.atanh(mp.sqrt(z))),
        _square_of_ratio,
        {"f32": 2, "f64": 6},
    ),
    "tanh": Target(
        _tanh_rest,
        lambda z: mp.sqrt(z) * z / mp.tanh(mp.sqrt(z)),
        lambda real: (mp.mpf(0), mp.mpf(TANH_SPLIT) ** 2),
        {"f32": 4, "f64": 10},
    ),
    "erf": Target(
        _erf_rest,
        lambda t: mp.sqrt(t + 0.5) / mp.erf(mp.sqrt(t + 0.5)),
        lambda real: (mp.ldexp(1, -80) - 0.5, mp.mpf(ERF_SPLIT) ** 2 - 0.5),
        {"f32": 6, "f64": 12},
    ),
    "erf_tail": Target(
        lambda t: mp.log(mp.erfc(1) / mp.erfc(1 + t)) / t,
        lambda t: t / (1 / mp.erfc(1 + t) - 1),
        lambda real: (mp.mpf(ERF_SPLIT) - 1, mp.mpf(ERF_ENDS[real.tag]) - 1),
        {"f32": 6, "f64": 18},
    ),
    "erfc": Target(
        lambda q: _erfc_scaled(q) - 1,
        lambda q: 1 / _erfc_scaled(q),
        _erfc_turned,
        {"f32": 10, "f64": 22},
    ),
}


def computed(name: str, real: Format) -> Fit:
    """The fit, by Remez's exchange (seconds)."""
    target = TARGETS[name]
    with mp.workdps(DIGITS):
        low, high = target.interval(real)
        coefficients, error = fitted(target.value, target.weight, low, high, target.degrees[real.tag], real.nearest)
        return Fit(tuple(coefficients), math.ceil(mp.log(error, 2) * 10) / 10)


@cache
def recorded(name: str, real: Format) -> Fit:
    """The fit as it was computed once."""
    entry = _records()[f"{name} {real.tag}"]
    return Fit(tuple(mp.mpf(float.fromhex(c)) for c in entry["coefficients"]), float(entry["error"]))


@cache
def _records() -> Mapping[str, Mapping[str, Any]]:
    text = files("derive.elementary").joinpath(RECORDED).read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return loaded


def record() -> str:
    """What the file of the recorded fits holds when all are computed anew."""
    fits = {f"{name} {real.tag}": computed(name, real) for name in TARGETS for real in FORMATS}
    entries = {
        key: {"error": fit.error, "coefficients": [float(c).hex() for c in fit.coefficients]}
        for key, fit in fits.items()
    }
    return json.dumps(entries, indent=1) + "\n"


if __name__ == "__main__":
    from pathlib import Path

    Path(str(files("derive.elementary").joinpath(RECORDED))).write_text(record(), encoding="utf-8")
