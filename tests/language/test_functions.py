"""The table of functions, walked: every reader of it knows every entry, and knows it right."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from sympy import Symbol

import derive
from derive.algebra.rules import OF_FUNCTIONS
from derive.language import Formula, Sum, indices, parameter, vector
from derive.language.functions import BY_HEAD, BY_NAME, FUNCTIONS, Function
from derive.language.nodes import Partial
from derive.notation.plain import plain
from derive.targets.tex.printer import latex
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Oracle, Point, reals
from tests.verify.backends import BACKENDS

i, j, k = indices("i j k")
x, v = vector("x"), vector("v")
a = parameter("a", default=1.0)
PLACES = (Fraction(-5, 2), Fraction(-3, 8), Fraction(1, 1024), Fraction(3, 4), Fraction(9, 2), Fraction(100))
TRUE: dict[str, Any] = {"abs": abs, **{f.name: getattr(mpmath, f.name) for f in FUNCTIONS if f.name != "abs"}}
"""What mpmath, which knows nothing of the table, calls a function of that name."""

each = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)


def places(function: Function) -> list[Fraction]:
    return [place for place in PLACES if function.owes != "positive" or place > 0]


def truth(name: str, at: Fraction) -> Any:
    return TRUE[name](mpmath.mpf(at.numerator) / at.denominator)


def test_the_keys_are_names_and_heads() -> None:
    assert len(BY_NAME) == len(BY_HEAD) == len(FUNCTIONS)


@each
def test_its_head_is_the_function_of_that_name(function: Function) -> None:
    for place in places(function):
        at = sympy.Rational(place.numerator, place.denominator)
        with mpmath.workdps(40):
            assert mpmath.almosteq(mpmath.mpf(sympy.N(function.head(at), 40)), truth(function.name, place), 1e-35)


@each
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_oracle_knows_it(function: Function, backend: str) -> None:
    numbers = reals(backend, 256)
    for place in places(function):
        oracle = Oracle(Point(1, {}, {}, {"a": place}), numbers)
        low, high = (bound.fraction for bound in numbers.bounds(oracle.value(function.head(a))))
        with mpmath.workdps(90):
            true = truth(function.name, place)
            assert mpmath.mpf(low.numerator) / low.denominator <= true + abs(true) * mpmath.mpf(10) ** -80
            assert mpmath.mpf(high.numerator) / high.denominator >= true - abs(true) * mpmath.mpf(10) ** -80
        assert high - low <= Fraction(1, 2**200) * max(abs(high), 1)


@each
def test_its_slope_is_that_of_the_oracle(function: Function) -> None:
    """The one is a rule of the table, the other a dual number."""
    slope = OF_FUNCTIONS[function.name]
    assert slope.sentence == function.sentence and getattr(slope.sentence, "translations", {}).get("zh", True)
    for place in places(function):
        oracle = Oracle(Point(1, {}, {}, {"a": place}))
        one, other = oracle.value(function.slope(a)), oracle.value(Partial(function.head(a), a))
        with mpmath.workdps(40):
            true = mpmath.diff(TRUE[function.name], mpmath.mpf(place.numerator) / place.denominator)
        for found in (one, other):
            low, high = (float(bound.fraction) for bound in oracle.numbers.bounds(found))
            assert low <= high and math.isclose((low + high) / 2, float(true), rel_tol=1e-9, abs_tol=1e-15)


@each
def test_people_can_read_it(function: Function) -> None:
    u = Symbol("u", real=True)
    assert plain(function.head(u)) == f"{function.name}(u)"
    assert latex(function.head(u), "f") in (f"{function.tex} u", "e^u", function.tex.replace(" ", " u "))


@each
@pytest.mark.parametrize("target", ["numpy", "c"])
def test_its_kernels_are_the_function_and_its_derivative(function: Function, target: str) -> None:
    """Within the units that the table states; for the derivative a few more, for the operations that it takes."""
    name = f"of_{function.name}"
    formula = Formula(name, Sum(function.head(x[i]) + x[i] * 0, i) + Sum(x[k], k) * 0, wrt=x)
    for dtype in ("float32", "float64"):
        given = [float(np.dtype(dtype).type(float(place))) for place in places(function) if place < 80]
        rows = np.array(given, dtype=dtype)[:, None]
        value, slope = derive.load(f"{name}_value_and_grad", target=target, formulas=[formula])(rows)
        assert value.dtype == slope.dtype == np.dtype(dtype)
        for at, got, steep in zip(given, value, slope[:, 0], strict=True):
            with mpmath.workdps(60):
                true = truth(function.name, Fraction(at))
                rise = mpmath.diff(TRUE[function.name], mpmath.mpf(at))
            unit = float(FORMATS[dtype].unit(Fraction(float(true)) if true else Fraction(1)))
            assert abs(float(got) - float(true)) <= (function.units + 0.5) * unit
            few = 16 * 2.0 ** -FORMATS[dtype].bits
            assert math.isclose(float(steep), float(rise), rel_tol=few, abs_tol=few)


@each
@pytest.mark.parametrize("target", ["numpy", "c"])
def test_nan_goes_through(function: Function, target: str) -> None:
    name = f"of_{function.name}"
    formula = Formula(name, function.head(x[i]), over=i, wrt=x)
    with np.errstate(all="ignore"):
        found = derive.load(name, target=target, formulas=[formula])(np.array([[np.nan, 1.0]]))
    assert np.isnan(found[0, 0]) and np.isfinite(found[0, 1])


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_at_zero_the_absolute_value_is_flat(target: str) -> None:
    formula = Formula("flat", Sum(sympy.Abs(x[i]) + x[i] * sympy.Abs(x[i]) + sympy.Abs(x[i]) ** 3, i), wrt=x)
    at, along = np.array([[0.0, -0.0, 2.0]]), np.ones((1, 3))
    grad = derive.load("flat_grad", target=target, formulas=[formula])(at)
    assert grad.tolist() == [[0.0, 0.0, 1 + 4 + 12]] and not np.signbit(grad).any()
    hvp = derive.load("flat_hvp", target=target, formulas=[formula])(at, along)
    assert hvp.tolist() == [[0.0, 0.0, 2 + 12]]


@pytest.mark.parametrize(("written", "stands_for", "printed"), [
    (0.5, sympy.Rational(1, 2), "1 / 2"),
    (0.1, sympy.Rational(1, 10), "1 / 10"),
    (0.044715, sympy.Rational(44715, 10**6), "0.044715"),
    (math.sqrt(2 / math.pi), sympy.Rational("0.7978845608028654"), "0.7978845608028654"),
    (1e-12, sympy.Rational(1, 10**12), "1 / 10^12"),
    (2.0, sympy.Integer(2), "2"),
])  # fmt: skip
def test_a_float_is_the_decimal_number_that_it_was_written_as(written: float, stands_for: Any, printed: str) -> None:
    formula = Formula("f", Sum(x[i], i) + written * Sum(x[i] ** 2, i), wrt=x)
    assert formula.expression == Sum(x[i], i) + stands_for * Sum(x[i] ** 2, i)
    assert plain(stands_for) == printed
    assert float(stands_for) == written


def test_a_float_as_exponent_is_a_number_too() -> None:
    assert Formula("f", Sum(x[i] ** 2.0, i), wrt=x).expression == Sum(x[i] ** 2, i)
