"""Values rounded once to a floating-point format: nearest, ties to even, subnormals, overflow."""

from __future__ import annotations

import math
import random
import struct
from fractions import Fraction
from typing import Any

import pytest
from sympy import Symbol

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.log_softmax import log_softmax
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax
from derive.language import Sum, exp, indices, label, log, vector
from derive.verify import oracle as oracle_module
from derive.verify.numbers import FORMATS, Dyadic, OracleError
from derive.verify.oracle import Point, evaluate_float, reals
from tests.verify.backends import BACKENDS

i, j, k = indices("i j k")
x = vector("x")
h = Symbol("h", real=True)
t = label("t", doc="the right class")
DTYPES = ("float32", "float64")


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every rounding in the test with one number type."""
    chosen = str(request.param)
    monkeypatch.setattr(oracle_module, "reals", lambda name="", precision=256: reals(chosen, precision))
    return chosen


def at(*values: Any, **classes: int) -> Point:
    return Point(len(values), {"x": list(values)}, {"i": 1, **classes})


def hardware(value: Fraction, dtype: str) -> float:
    """Python's own rounding of a fraction: correct for float64; to float32 from a fraction that float64 holds."""
    if dtype == "float64":
        return float(value)
    try:
        return float(struct.unpack("f", struct.pack("f", float(value)))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


# --- the formats ---------------------------------------------------------------------------------------------------

EDGES = {
    "float32": (24, -149, -126, 127),
    "float64": (53, -1074, -1022, 1023),
}


@pytest.mark.parametrize("dtype", DTYPES)
def test_random_numbers_of_every_size_round_as_the_hardware_does(dtype: str) -> None:
    dice = random.Random(dtype)
    lowest, highest = EDGES[dtype][1] - 3, EDGES[dtype][3] + 1
    for _ in range(2000):
        # 50 bits: float64 holds them exactly wherever float32 has numbers, so that nothing is rounded twice
        value = dice.choice((-1, 1)) * dice.getrandbits(50) * Fraction(2) ** (dice.randint(lowest, highest) - 50)
        assert FORMATS[dtype].nearest(value) == hardware(value, dtype), value


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_edges(dtype: str) -> None:
    bits, least, normal, highest = EDGES[dtype]
    two = Fraction(2)
    round_to = FORMATS[dtype].nearest
    unit = two ** (1 - bits)
    assert round_to(1 + unit / 2) == 1.0, "a tie goes to the even neighbour, below"
    assert round_to(1 + 3 * unit / 2) == float(1 + 2 * unit), "a tie goes to the even neighbour, above"
    assert round_to(1 + unit / 2 + two**-300) == float(1 + unit), "more than a tie"
    assert round_to(-(1 + unit / 2) + two**-300) == -1.0, "less than a tie, of a negative number"
    largest = (2 - unit) * two**highest
    assert round_to(largest) == float(largest)
    assert round_to(largest + unit / 2 * two**highest - 1) == float(largest), "under half a unit above the largest"
    assert round_to(largest + unit / 2 * two**highest) == math.inf
    assert round_to(-largest * 2) == -math.inf
    assert round_to(two**least) == float(two**least), "the smallest subnormal number"
    assert round_to(two**least / 2) == 0.0, "half of it: a tie with 0, which is even"
    assert round_to(two**least / 2 + two**-2000) == float(two**least)
    assert round_to(3 * two**least / 2) == float(2 * two**least)
    assert round_to(two**normal - two**least / 2) == float(two**normal), "between the subnormal and the normal numbers"
    assert round_to(Fraction(0)) == 0.0
    assert math.copysign(1, round_to(-(two**-5000))) == -1.0


def test_numbers_far_outside_every_format() -> None:
    huge, tiny = Dyadic(-3, 10**40), Dyadic(3, -(10**40))
    for dtype in DTYPES:
        assert FORMATS[dtype].nearest(huge.fraction) == -math.inf
        assert FORMATS[dtype].nearest(tiny.fraction) == 0.0
    assert (Dyadic(5, -3).fraction, Dyadic(0, 7).fraction) == (Fraction(5, 8), 0)
    assert (Dyadic(-8, 2).log2, Dyadic(0, 0).log2) == (5.0, -math.inf)


# --- values ----------------------------------------------------------------------------------------------------------


def test_ties_to_even(backend: str) -> None:
    for dtype, (bits, *_) in EDGES.items():
        unit = Fraction(1, 2 ** (bits - 1))
        for steps, even in ((1, 0), (3, 4), (-1, 0), (5, 4)):
            value = 2 + steps * unit  # half-way between two neighbours above 2; below 2 exact
            expected = float(2 + even * unit) if steps > 0 else float(value)
            assert evaluate_float(x[i], at(value), dtype) == expected


def test_a_tie_that_no_precision_proves(backend: str) -> None:
    """sum of softmax is 1, but only as a ball around it: what cannot be told from a tie is taken for one."""
    total = Sum(softmax[k], k)
    for dtype, (bits, *_) in EDGES.items():
        half = Fraction(1, 2**bits)
        point = Point(3, {"x": [Fraction(1, 3), 1, 2]}, {}, {"h": half})
        assert evaluate_float(total, point, dtype) == 1.0
        assert evaluate_float(total + h, point, dtype) == 1.0
        assert evaluate_float(total + 3 * h, point, dtype) == float(1 + 4 * half)
        assert evaluate_float(total + h + h**20, point, dtype) == float(1 + 2 * half)
        assert evaluate_float(-total - h + h**20, point, dtype) == -1.0


def test_a_value_that_may_be_0_and_is(backend: str) -> None:
    """Nothing tells 0 from the tiniest number; to a float they are the same."""
    found = evaluate_float(Sum(softmax[k], k) - 1, at(Fraction(1, 3), 1, 2), "float64")
    assert found == 0.0


@pytest.mark.parametrize("dtype", DTYPES)
def test_subnormals_and_underflow(dtype: str, backend: str) -> None:
    _, least, normal, _ = EDGES[dtype]
    for power in (normal + 1, normal, normal - 1, least + 2, least, least - 1, least - 2):
        expected = hardware(Fraction(2) ** power, dtype)
        assert evaluate_float(2 ** x[i], at(power), dtype) == expected
    assert evaluate_float(2 ** x[i], at(least - Fraction(9, 10)), dtype) == math.ldexp(1, least)
    assert evaluate_float(exp(x[i]), at(-1e30), dtype) == 0.0
    assert evaluate_float(exp(x[i]), at(-1e308), dtype) == 0.0


@pytest.mark.parametrize("dtype", DTYPES)
def test_overflow(dtype: str, backend: str) -> None:
    *_, highest = EDGES[dtype]
    assert evaluate_float(2 ** x[i], at(highest), dtype) == 2.0**highest
    assert evaluate_float(2 ** x[i], at(highest + 1), dtype) == math.inf
    assert evaluate_float(-exp(x[i]), at(1000), dtype) == -math.inf
    for huge in (1e30, 1e308):
        assert evaluate_float(exp(x[i]), at(huge), dtype) == math.inf
        assert evaluate_float(Sum(exp(x[k]), k), at(huge, -huge), dtype) == math.inf


def test_huge_offsets(backend: str) -> None:
    """The common offset of 1e30 takes 100 bits, that of 1e300 takes 1000: the gaps between the logits stay."""
    for offset in (Fraction(10) ** 30, -(Fraction(10) ** 30), Fraction(2) ** 1000, Fraction(10**300)):
        near, far = at(Fraction(1, 2), -1, 3, t=3), at(*(offset + v for v in (Fraction(1, 2), -1, 3)), t=3)
        for expression in (softmax[i], log_softmax[i], cross_entropy_label.value):
            assert evaluate_float(expression, far, "float64") == evaluate_float(expression, near, "float64")
        assert evaluate_float(logsumexp.value, far, "float64") == float(offset)


def test_extreme_gaps(backend: str) -> None:
    assert evaluate_float(log_softmax[i], at(-1e30, 1e30), "float64") == -2e30
    assert evaluate_float(log_softmax[i], at(1e4, -1e4), "float64") == 0.0
    assert evaluate_float(log_softmax[i], at(0.0, -740.0), "float64") == -math.exp(-740)
    assert evaluate_float(log_softmax[i], at(0.0, -745.0), "float64") == -5e-324
    assert (
        evaluate_float(softmax[i], at(-100.0, 0.0), "float32")
        == struct.unpack("f", struct.pack("f", math.exp(-100)))[0]
    )


def test_each_format_by_itself(backend: str) -> None:
    """float32 is not float64 rounded again: this value lies just above a tie of float32, and float64 cannot tell."""
    value = 1 + Fraction(1, 2**24) + Fraction(1, 2**70)
    assert evaluate_float(x[i], at(value), "float64") == 1 + 2.0**-24
    assert evaluate_float(x[i], at(value), "float32") == 1 + 2.0**-23


def test_cancellation_takes_more_bits(backend: str) -> None:
    """log(1 + e) - e is about -e^2 / 2: for e = exp(-400) that is 1150 bits below 1, for exp(-5000) 14400."""
    expression = (exp(log(1 + exp(x[i])) - exp(x[i])) - 1) * exp(-2 * x[i])
    assert evaluate_float(expression, at(-400), "float64") == pytest.approx(-0.5, rel=1e-15)
    with pytest.raises(OracleError, match="is not determined with 4096 bits"):
        evaluate_float(expression, at(-5000), "float64")


def test_refusals_are_passed_on(backend: str) -> None:
    with pytest.raises(OracleError, match="log of -1, outside its domain"):
        evaluate_float(log(x[i]), at(-1), "float64")
    with pytest.raises(OracleError, match="division by what may be 0"):
        evaluate_float(1 / (Sum(softmax[k], k) - 1), at(1, Fraction(1, 3)), "float64")
