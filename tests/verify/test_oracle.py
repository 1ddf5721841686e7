"""The oracle against the same values computed by hand, in plain mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from mpmath import MPContext
from sympy import Dummy, Expr, Float, Function, Symbol, oo, sinh

from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax
from derive.language import (
    Abs,
    E,
    KroneckerDelta,
    Max,
    Rational,
    Sum,
    distribution,
    exp,
    indices,
    label,
    log,
    n,
    parameter,
    pi,
    sqrt,
    tanh,
    vector,
)
from derive.language.components import Component
from derive.language.nodes import Partial
from derive.verify.numbers import Dyadic, OracleError, UndeterminedError
from derive.verify.oracle import Oracle, Point, reals
from tests.verify.backends import BACKENDS

i, j, k = indices("i j k")
x, y, z = vector("x"), distribution("y"), vector("z")
t = label("t", doc="the right class")
T, b = parameter("T", default=1, domain="positive"), parameter("b", default=1)

X = [Fraction(3, 8), Fraction(-7, 5), Fraction(11, 4)]
Y = [Fraction(1, 2), Fraction(1, 8), Fraction(3, 8)]
Z = [Fraction(-2), Fraction(5, 3), Fraction(1, 7)]
POINT = Point(3, {"x": X, "y": Y, "z": Z}, {"i": 2, "j": 3, "t": 1}, {"T": Fraction(3, 2), "b": Fraction(-7, 10)})

mp = MPContext()
mp.prec = 400


def real(value: Any) -> Any:
    """An exact number in mpmath."""
    return mp.mpf(Fraction(value).numerator) / Fraction(value).denominator


xs, ys, zs, temperature, offset = [[real(v) for v in values] for values in (X, Y, Z)] + [real("3/2"), real("-7/10")]  # type: ignore[operator]
total = mp.fsum(mp.exp(v) for v in xs)
p = [mp.exp(v) / total for v in xs]


def middle(value: Any, backend: str) -> Any:
    """A value of the oracle, whose error has to be tiny, as a number of mpmath."""
    low, high = (bound.fraction for bound in reals(backend).bounds(value))
    assert abs(high - low) <= Fraction(1, 2**200) * max(1, abs(low))
    return real((low + high) / 2)


def close(one: Any, other: Any, error: float = 1e-55) -> bool:
    return bool(abs(one - other) <= error * max(1, abs(other)))


VALUES = {
    "component": (x[i], xs[1]),
    "number": (Rational(22, 7) + 0 * x[i], real("22/7")),
    "float taken exactly": (Float(0.1) + x[i], mp.mpf(0.1) + xs[1]),
    "classes": (n * x[j], 3 * xs[2]),
    "constants": (pi + E, mp.pi + mp.e),
    "sum": (Sum(exp(x[k]), k), total),
    "sum of a constant": (Sum(T, k), 3 * temperature),
    "sum with its own letter outside": (x[i] * Sum(z[i], i), xs[1] * mp.fsum(zs)),
    "nested sums": (Sum(x[i] * Sum(z[j] * x[i], j), i), mp.fsum(v * v for v in xs) * mp.fsum(zs)),
    "nested sums of equal letters": (Sum(Sum(x[k], k) * z[k], k), mp.fsum(xs) * mp.fsum(zs)),
    "sum over both": (Sum(Sum(x[i] ** 2 * z[j], j), i), mp.fsum(u * u * v for u in xs for v in zs)),
    "maximum": (Max(-x[k] + z[i], k), real("7/5") + zs[1]),
    "nested maxima": (Max(Max(x[i] * z[j], j), i), max(u * v for u in xs for v in zs)),
    "delta of equals": (KroneckerDelta(i, i) + KroneckerDelta(i, j), 1),
    "delta in a sum": (Sum(KroneckerDelta(k, j) * exp(x[k]), k), mp.exp(xs[2])),
    "delta with a label": (Sum(KroneckerDelta(k, t) * z[k], k), zs[0]),
    "label": (x[t] - y[t], xs[0] - ys[0]),
    "named value": (softmax[i], p[1]),
    "named value at a label": (log(softmax[t]), mp.log(p[0])),
    "named value under a sum": (Sum(z[i] * softmax[i], i), mp.fsum(u * v for u, v in zip(zs, p, strict=True))),
    "named scalar": (logsumexp.value, mp.log(total)),
    "named in named": (cross_entropy.value, -mp.fsum(u * mp.log(v) for u, v in zip(ys, p, strict=True))),
    "named in named at a label": (cross_entropy_label.value, -mp.log(p[0])),
    "base 2": (2 ** x[i] / Sum(2 ** x[k], k), 2 ** xs[1] / mp.fsum(2**v for v in xs)),
    "tempered": (log(Sum(exp(x[k] / T), k)), mp.log(mp.fsum(mp.exp(v / temperature) for v in xs))),
    "parameter as exponent": (Abs(x[i]) ** T * b, abs(xs[1]) ** temperature * offset),
    "whole powers of what is negative": (x[i] ** 3 + x[i] ** -2, xs[1] ** 3 + xs[1] ** -2),
    "high power": (x[i] ** 37, xs[1] ** 37),
    "roots": (sqrt(x[j]) + x[j] ** Rational(-3, 2), mp.sqrt(xs[2]) + xs[2] ** -1.5),
    "cube root": (x[j] ** Rational(1, 3), mp.cbrt(xs[2])),
    "root of 0": (sqrt(KroneckerDelta(i, j)), 0),
    "hyperbolic tangent": (tanh(x[i]) + tanh(10**6 * x[j]), mp.tanh(xs[1]) + 1),
    "absolute value": (Abs(x[i]) + Abs(x[j]), abs(xs[1]) + xs[2]),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", VALUES)
def test_value(name: str, backend: str) -> None:
    expression, expected = VALUES[name]
    assert close(middle(Oracle(POINT, reals(backend)).value(expression), backend), expected)


@pytest.mark.parametrize("backend", BACKENDS)
def test_indices_are_given_with_the_point_or_with_the_question(backend: str) -> None:
    oracle = Oracle(POINT, reals(backend))
    found = [middle(oracle.value(x[i], {"i": place}), backend) for place in (1, 2, 3)]
    assert all(close(*pair) for pair in zip(found, xs, strict=True))
    assert close(middle(oracle.value(x[i]), backend), xs[1])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_dummy_is_not_the_letter_that_it_looks_like(backend: str) -> None:
    dummy = Dummy("i", integer=True)
    with pytest.raises(OracleError, match="has no class for the index i"):
        Oracle(POINT, reals(backend)).value(x[dummy])


# --- derivatives: against central differences ------------------------------------------------------------------

Body = Callable[[list[Any]], Any]


def shifted(values: list[Any], place: int, by: Any) -> list[Any]:
    return [v + by if position == place else v for position, v in enumerate(values)]


def difference(body: Body, place: int) -> Body:
    """A function whose value is the slope of ``body`` along one place, to about 60 digits."""
    step = mp.mpf(2) ** -100

    def slope(values: list[Any]) -> Any:
        return (body(shifted(values, place, step)) - body(shifted(values, place, -step))) / (2 * step)

    return slope


def lse(values: list[Any]) -> Any:
    return mp.log(mp.fsum(mp.exp(v) for v in values))


def soft(values: list[Any]) -> Any:
    return mp.exp(values[1]) / mp.fsum(mp.exp(v) for v in values)


BODIES: dict[str, tuple[Any, Body]] = {
    "log-sum-exp": (log(Sum(exp(x[k]), k)), lse),
    "named": (softmax[i], soft),
    "product": (x[i] * Sum(x[k], k), lambda v: v[1] * mp.fsum(v)),
    "quotient": (1 / Sum(x[k] ** 2, k), lambda v: 1 / mp.fsum(u * u for u in v)),
    "powers": (x[j] ** T + x[i] ** -3, lambda v: v[2] ** temperature + v[1] ** -3),
    "root": (sqrt(Sum(x[k] ** 2, k)), lambda v: mp.sqrt(mp.fsum(u * u for u in v))),
    "tanh of abs": (tanh(Abs(x[i])) * x[j] ** 2, lambda v: mp.tanh(abs(v[1])) * v[2] ** 2),
    "base 2": (2 ** x[i] * exp(-x[j]), lambda v: 2 ** v[1] * mp.exp(-v[2])),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", BODIES)
def test_derivative(name: str, backend: str) -> None:
    expression, body = BODIES[name]
    oracle = Oracle(POINT, reals(backend))
    for by, place in ((x[t], 0), (x[i], 1), (x[j], 2)):
        assert close(middle(oracle.value(Partial(expression, by)), backend), difference(body, place)(xs), 1e-50)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", BODIES)
def test_second_derivatives(name: str, backend: str) -> None:
    """A derivative inside a derivative: mixed, and twice by the same component."""
    expression, body = BODIES[name]
    oracle = Oracle(POINT, reals(backend))
    mixed = oracle.value(Partial(Partial(expression, x[i]), x[j]))
    assert close(middle(mixed, backend), difference(difference(body, 1), 2)(xs), 1e-25)
    twice = oracle.value(Partial(Partial(expression, x[j]), x[j]))
    assert close(middle(twice, backend), difference(difference(body, 2), 2)(xs), 1e-25)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_derivative_does_not_leak_into_the_one_around_it(backend: str) -> None:
    """d/dx (x d/dy (x + y)) = 1: the two variables of dual numbers must not be mixed up."""
    expression = Partial(x[i] * Partial(x[i] + x[j], x[j]), x[i])
    assert middle(Oracle(POINT, reals(backend)).value(expression), backend) == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_derivatives_by_a_scalar_and_under_a_sum(backend: str) -> None:
    oracle = Oracle(POINT, reals(backend))
    by_parameter = oracle.value(Partial(exp(x[i] / T), T))
    assert close(middle(by_parameter, backend), -xs[1] / temperature**2 * mp.exp(xs[1] / temperature))
    trace = oracle.value(Sum(Partial(softmax[i], x[i]), i))
    assert close(middle(trace, backend), mp.fsum(v * (1 - v) for v in p))
    assert middle(oracle.value(Partial(z[i], x[i])), backend) == 0
    assert middle(oracle.value(Partial(x[k], x[j]), {"k": 3}), backend) == 1


# --- what is refused ---------------------------------------------------------------------------------------------

ZERO = Point(2, {"x": [0, Fraction(-1)], "y": [1, 0]}, {"i": 1, "j": 2}, {"b": -1})


REFUSALS = {
    "log of a negative": (log(x[j]), "log of -1, outside its domain"),
    "log of 0": (log(x[i]), "log of 0, outside its domain"),
    "root of a negative": (sqrt(x[j]), "sqrt of -1, outside its domain"),
    "power of a negative": (x[j] ** Rational(1, 3), "log of -1, outside its domain"),
    "power of a negative parameter": (Symbol("b", real=True) ** x[i], "log of -1, outside its domain"),
    "division by 0": (1 / x[i], "division by 0, in 1/x\\[i\\]"),
    "derivative of a root at 0": (Partial(sqrt(x[i]), x[i]), "division by 0, in sqrt"),
    "derivative of a modulus at 0": (Partial(Abs(x[i]), x[i]), "division by 0, in Abs"),
    "derivative of a maximum": (
        Partial(Max((x[k] + Rational(1, 2)) ** 2, k), x[i]),
        "has no derivative where two values tie",
    ),
    "no vector": (z[i], "no value for the vector z"),
    "no derivative by a missing vector": (Partial(x[i], z[i]), "no value for the vector z"),
    "no scalar": (x[i] * T, "no value for T"),
    "no derivative by a missing scalar": (Partial(x[i], T), "no value for T"),
    "no derivative by an index": (Partial(x[i], i), "cannot differentiate by i"),
    "no class": (x[k], "no class for the index k"),
    "no class for a label": (softmax[t], "no class for the index t"),
    "an index that is an expression": (Expr.__new__(Component, x, i + 1), "knows no class called i \\+ 1"),
    "unknown function": (sinh(x[i]), "does not know sinh"),
    "undefined function": (Function("f")(x[i]), "does not know f"),
    "infinity": (oo + Sum(0, k), "does not know Infinity"),
    "a ball around 0": (1 / (Sum(softmax[k], k) - 1), "division by what may be 0"),
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", REFUSALS)
def test_refusal(name: str, backend: str) -> None:
    expression, words = REFUSALS[name]
    with pytest.raises(OracleError, match=words) as caught:
        Oracle(ZERO, reals(backend)).value(expression)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("place", [0, 3, -1])
def test_a_class_that_is_none(place: int, backend: str) -> None:
    with pytest.raises(OracleError, match=f"x\\[i\\] at class {place} of 2"):
        Oracle(ZERO, reals(backend)).value(x[i], {"i": place})


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_point_that_is_none(backend: str) -> None:
    with pytest.raises(OracleError, match="vector x has 2 values for 3 classes"):
        Oracle(Point(3, {"x": [1, 2]}), reals(backend))
    with pytest.raises(OracleError, match="NaN"):
        Oracle(Point(1, {"x": [float("nan")]}), reals(backend))


@pytest.mark.parametrize("backend", BACKENDS)
def test_infinite_inputs_are_limits_or_refused(backend: str) -> None:
    masked = Oracle(Point(2, {"x": [float("-inf"), 1.0]}, {"i": 1, "j": 2}), reals(backend))
    assert middle(masked.value(softmax[i]), backend) == 0
    assert close(middle(masked.value(softmax[j]), backend), mp.mpf(1))
    for expression in (x[i], x[i] - x[i] * KroneckerDelta(i, i) * 2, x[i] * 0.0 + Max(x[k], k) * Sum(x[k], k)):
        with pytest.raises(OracleError):
            masked.value(expression)


# --- the two number types ----------------------------------------------------------------------------------------


@pytest.fixture
def both() -> Iterator[tuple[Any, Any]]:
    pytest.importorskip("flint", reason="python-flint is not installed")
    yield reals("flint"), reals("mpmath")


def test_both_number_types_enclose_the_same_values(both: tuple[Any, Any]) -> None:
    for expression, _ in VALUES.values():
        (a, c), (e, d) = ([end.fraction for end in r.bounds(Oracle(POINT, r).value(expression))] for r in both)
        assert a <= c and e <= d and a <= d and e <= c, expression


def test_both_know_the_same_signs_and_maxima(both: tuple[Any, Any]) -> None:
    for numbers in both:
        values = [numbers.number(v) for v in (Fraction(1, 3), -2, 0.0)]
        assert [numbers.sign(v) for v in values] == [1, -1, 0]
        with numbers.working():
            noise = numbers.function("log", numbers.number(2)) + numbers.function("log", numbers.number(Fraction(1, 2)))
        assert numbers.sign(noise) is None
        with pytest.raises(UndeterminedError, match="sign of what may be 0"):
            numbers.function("sign", noise)
        assert numbers.sign(numbers.largest(values[1], values[0])) == 1
        assert numbers.sign(numbers.largest(values[2], values[1])) == 0
        low, high = numbers.bounds(numbers.largest(noise, values[2]))
        assert -Fraction(1, 2**200) < low.fraction <= 0 < high.fraction


@pytest.mark.parametrize("backend", BACKENDS)
def test_bounds_hold_the_value(backend: str) -> None:
    """An interval that is too narrow would prove what is false."""
    numbers = reals(backend)
    third = numbers.bounds(numbers.number(Fraction(1, 3)))
    assert third[0].fraction < Fraction(1, 3) < third[1].fraction
    for name in ("exp", "log", "sqrt", "tanh"):
        with numbers.working():
            low, high = (real(end.fraction) for end in numbers.bounds(numbers.function(name, numbers.number(2))))
        assert low < getattr(mp, name)(2) < high
    with numbers.working():
        pi_low, pi_high = (real(end.fraction) for end in numbers.bounds(numbers.pi()))
    assert pi_low < mp.pi < pi_high


def test_the_precision_of_flint_is_left_as_it_was() -> None:
    flint = pytest.importorskip("flint", reason="python-flint is not installed")
    before = flint.ctx.prec
    Oracle(POINT, reals("flint", precision=1024)).value(softmax[i])
    assert flint.ctx.prec == before


def test_undetermined_is_told_from_undefined() -> None:
    """More bits may help the one and never the other."""
    point = Point(1, {"x": [Fraction(1, 3)]}, {"i": 1})
    for expression in (log(Sum(softmax[k], k) - 1), 1 / (softmax[i] - 1), sqrt(1 - softmax[i])):
        with pytest.raises(UndeterminedError):
            Oracle(point).value(expression)
    with pytest.raises(OracleError) as caught:
        Oracle(point).value(log(-x[i]))
    assert not isinstance(caught.value, UndeterminedError)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("at", [333.0, -333.0, 1.5, -0.25, 1e-8, 1e6])
def test_tanh_lies_between_its_bounds_far_out_too(backend: str, at: float) -> None:
    """It is never 1: what it lacks there may be all that is asked for."""
    numbers = reals(backend)
    with numbers.working():
        low, high = numbers.bounds(numbers.function("tanh", numbers.number(at)))
    assert high.fraction > -1 and low.fraction < 1 and low.fraction <= high.fraction
    assert float(low.fraction) == pytest.approx(math.tanh(at), rel=1e-15)


def test_an_exponent_may_be_longer_than_a_float() -> None:
    """As of ``exp(-exp(1e4))``."""
    far = Dyadic(-3, 10**4000), Dyadic(3, -(10**4000)), Dyadic(0, 10**4000)
    assert [one.log2 for one in far] == [2.0**1000, -(2.0**1000), -math.inf]
