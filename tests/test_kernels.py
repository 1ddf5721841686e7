"""Kernels of exponentials of logits, in both targets and both dtypes, against the oracle: offsets, tails, extremes.

All other kernels of the catalogue: test_kernels_everywhere.py.

The bound.  A kernel computes exp(x_k - m) from a difference that is rounded once: a relative error of |x_k - m|
half units.  Sums in lanes (C) or pairwise (NumPy) add at most n/16 + 4 units, the few operations around them a unit
or so each (N. J. Higham 2002, Accuracy and Stability of Numerical Algorithms, chapters 3 and 4; P. Blanchard,
D. J. Higham and N. J. Higham 2021, section 4, for the shifted sums).  So an output may be off by

    8 + r spread + n/16 ulp    with spread = max |x_k - m| over the classes whose exponential does not underflow
    and r = 2 where a parameter scales the exponent (a second rounding), else 1,

measured in units of the last place of the sum of the absolute values of the terms of its formula: where terms cancel
in the formula itself, the result is held to the size of the terms (of a second derivative: at every level).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import Add

import derive
from derive.catalogue import load_catalogue
from derive.derivations import free_index, tangent, upstream
from derive.derivations.second import second_index
from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import i, j, x
from derive.language import Formula, Rational, Sum, exp, log, parameter
from derive.language.components import Vector
from derive.language.inputs import Label, Parameter
from derive.language.kinds import by_name, kernel_names, taken_apart
from derive.language.nodes import Partial
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Oracle, Point, key_of, reals
from tests import once

T = parameter("T", default=0.75, domain="positive", doc="temperature")
UNSEEN = (
    Formula("base_two", 2 ** x[i] / Sum(2 ** x[j], j), over=i, wrt=x),
    Formula("tempered", exp(x[i] / T) / Sum(exp(x[j] / T), j), over=i, wrt=x),
    Formula("softmin", exp(-x[i]) / Sum(exp(-x[j]), j), over=i, wrt=x),
    Formula("squared", cross_entropy_label.value**2, wrt=x),
    Formula("squares", log(Sum(x[j] ** 2, j)), wrt=x),
    Formula("penalised", cross_entropy_label.value + Rational(1, 1000) * logsumexp.value**2, wrt=x),
)
FORMULAS = (*load_catalogue(), *UNSEEN)
OF_LOGITS = ("cross_entropy", "cross_entropy_label", "log_softmax", "logsumexp", "softmax")
"""Those of the catalogue to which the bound applies: exponentials of the differences of logits, and nothing more."""
CASES = [(f, name) for f in FORMULAS if f in UNSEEN or f.name in OF_LOGITS for name in kernel_names(f)]
pytestmark = pytest.mark.usefixtures("as_shipped")
UNDERFLOW = {"float32": 104.0, "float64": 746.0}
WORST: dict[tuple[str, str, str], float] = {}
"""(kernel, target, dtype) -> the largest error seen, in ulp."""


@pytest.fixture(scope="module", autouse=True)
def table(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    plugins = request.config.pluginmanager
    if plugins.getplugin("terminalreporter") is None:  # one of several processes, which has no terminal
        return
    with plugins.getplugin("capturemanager").global_and_fixture_disabled():
        write = plugins.getplugin("terminalreporter").write_line
        write("\nlargest error in ulp: C float32, C float64, NumPy float32, NumPy float64")
        for name in sorted({key[0] for key in WORST}):
            row = [WORST.get((name, target, dtype), 0.0) for target in ("c", "numpy") for dtype in FORMATS]
            write(f"  {name:38}" + "".join(f"{value:10.2f}" for value in row))


def rows_of(formula: Formula, dtype: str) -> list[np.ndarray]:
    """Logits: ordinary, permuted, tied, far apart, far from 0, tiny, and of every length."""
    dice = np.random.default_rng(7)
    ordinary = [dice.normal(0, 3, n) for n in (1, 2, 3, 17)]
    tame = [*ordinary, dice.permutation(ordinary[3]), np.zeros(5), np.array([2.0, 2.0, -1.0])]
    if formula.name == "squares":
        return [np.asarray(row + 0.5, dtype) for row in tame]
    far = [
        ordinary[3] + 1e4,
        ordinary[3] - 1e4,
        dice.normal(0, 30, 17),
        np.array([0.0, -40.0]),
        np.array([1e4, -1e4, 0.0]),
    ]
    huge = [np.array([1e30, 1e30, -1e30]), np.array([-1e30, -1e30])]
    small = [np.array([1e-40, -1e-40, 0.0]), np.array([5e-324, 0.0])]
    return [np.asarray(row, dtype) for row in (*tame, *far, *huge, *small)]


def others(formula: Formula, name: str, row: np.ndarray, dtype: str) -> dict[str, Any]:
    """The inputs beside the logits, for one row."""
    dice = np.random.default_rng(len(row))
    given: dict[str, Any] = {}
    suffix, g, v = name[len(formula.name) :], upstream(formula), tangent(formula)
    second = [v] if formula.over is None else [g, v]
    extra = {"_vjp": [g], "_jvp": [v], "_hvp": second}.get(suffix, [])
    for what in (*formula.inputs, *extra):
        if isinstance(what, Label):
            given[what.name] = int(dice.integers(len(row)))
        elif isinstance(what, Vector) and what.domain == "probability":
            weights = dice.integers(0, 9, len(row)) + (np.arange(len(row)) == 0)
            given[what.name] = np.asarray(weights / 2.0 ** np.ceil(np.log2(weights.sum())), dtype)
        elif isinstance(what, Vector) and what != formula.vector:
            given[what.name] = np.asarray(dice.normal(0, 1, len(row)), dtype)
    return given


def wanted(formula: Formula, name: str) -> list[tuple[Any, Any, tuple[Any, ...]]]:
    """For each output: the expression that it has to equal, its derived form (for the scale), its class indices."""
    derived = once.derived(formula)
    k, suffix = free_index(formula), name[len(formula.name) :]
    slope = Partial(formula.expression, formula.vector[k])
    forward = (formula.expression, formula.expression, (formula.over,) if formula.over else ())
    if suffix == "":
        return [forward]
    kind, by = taken_apart(suffix.removeprefix("_"), formula)
    if by != formula.variable:
        taken_by, axes = (by[k], (k,)) if isinstance(by, Vector) else (by, ())
        slope = Partial(formula.expression, taken_by)
        end = derived.derivation(by_name({"grad": "gradient"}.get(kind, kind), formula, by)).end
        return [(slope, end, axes)]
    if suffix == "_grad":
        return [(slope, derived.derivation("gradient").end, (k,))]
    if suffix == "_value_and_grad":
        others = [one for by in formula.variables[1:] for one in wanted(formula, f"{formula.name}_grad_{by.name}")]
        return [forward, (slope, derived.derivation("gradient").end, (k,)), *others]
    if suffix == "_jacobian":
        return [(slope, derived.derivation("jacobian").end, (formula.over, k))]
    g, v = upstream(formula), tangent(formula)
    if suffix == "_vjp":
        return [(Sum(g[formula.over] * slope, formula.over), derived.derivation("vjp").end, (k,))]
    if suffix == "_jvp":
        return [(Sum(v[k] * slope, k), derived.derivation("jvp").end, (formula.over,))]
    first = slope if formula.over is None else Sum(g[formula.over] * slope, formula.over)
    other = second_index(formula)
    return [(Sum(v[other] * Partial(first, formula.vector[other]), other), derived.derivation("hvp").end, (k,))]


def exact(oracle: Oracle, expression: Any, place: dict[str, int]) -> Fraction:
    low, high = oracle.numbers.bounds(oracle.value(expression, place))
    return Fraction(0) if low.fraction <= 0 <= high.fraction else (low.fraction + high.fraction) / 2


def size_of_terms(oracle: Oracle, expression: Any, place: dict[str, int]) -> Fraction:
    """The sum of the absolute values of the terms, products multiplied out by one level."""
    terms = [term for part in Add.make_args(expression) for term in _terms(part)]
    return sum((abs(exact(oracle, term, place)) for term in terms), Fraction(0))


def _terms(product: Any) -> list[Any]:
    for factor in product.args if product.is_Mul else ():
        if factor.is_Add:
            return [product / factor * term for term in factor.args]
    return [product]


def size_at_every_level(oracle: Oracle, expression: Any, place: dict[str, int]) -> Fraction:
    """The same wherever terms cancel, in every factor and in every sum over the classes: for second derivatives.

    ``(g_j - sum g s) (v_j - sum v s) s_j`` is a product of two differences that almost vanish where s_j is almost 1.
    """
    if isinstance(expression, Add):
        return sum((size_at_every_level(oracle, term, place) for term in expression.args), Fraction(0))
    if isinstance(expression, Sum):
        body, index = expression.opened()
        places = ({**place, key_of(index): c} for c in range(1, oracle.classes + 1))
        return sum((size_at_every_level(oracle, body, each) for each in places), Fraction(0))
    sums = [f for f in expression.args if isinstance(f, Add | Sum)] if expression.is_Mul else []
    if not sums:
        return abs(exact(oracle, expression, place))
    sizes = ((size_at_every_level(oracle, f, place), exact(oracle, expression / f, place)) for f in sums)
    return sum((size * abs(others) for size, others in sizes), Fraction(0))


@pytest.mark.parametrize("dtype", list(FORMATS))
@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize(("formula", "name"), CASES, ids=[name for _, name in CASES])
def test_a_kernel_is_its_formula(formula: Formula, name: str, target: str, dtype: str) -> None:
    kernel = derive.load(name, target=target, formulas=FORMULAS)
    for row in rows_of(formula, dtype):
        given = others(formula, name, row, dtype)
        found = kernel(row, **{key: np.asarray(value) for key, value in given.items()})
        outputs = found if isinstance(found, tuple) else (found,)
        oracle = Oracle(_point(formula, row, given), reals(precision=640))
        for array, (expression, derived, indices) in zip(outputs, wanted(formula, name), strict=True):
            _compare(
                formula, np.asarray(array), oracle, expression, derived, indices, row, given, (name, target, dtype)
            )


def _point(formula: Formula, row: np.ndarray, given: dict[str, Any]) -> Point:
    vectors = {formula.vector.name: [float(v) for v in row]}
    vectors |= {key: [float(v) for v in value] for key, value in given.items() if isinstance(value, np.ndarray)}
    labels = {key: value + 1 for key, value in given.items() if isinstance(value, int)}
    scalars = {p.name: float(row.dtype.type(p.default)) for p in formula.inputs if isinstance(p, Parameter)}
    return Point(len(row), vectors, labels, scalars)


def bound_of(formula: Formula, row: np.ndarray, dtype: str) -> float:
    """The bound of this file's first lines, in ulp."""
    parameters = [p for p in formula.inputs if isinstance(p, Parameter)]
    scale = 1 / parameters[0].default if parameters else 1.0
    gaps = np.abs(row.astype(float) - (row.min() if formula.name == "softmin" else row.max())) * scale
    spread = max((gap for gap in gaps if gap < UNDERFLOW[dtype]), default=0.0)
    return float(8 + (2 if parameters else 1) * spread + len(row) / 16)


def _compare(
    formula: Formula,
    array: np.ndarray,
    oracle: Oracle,
    expression: Any,
    derived: Any,
    indices: tuple[Any, ...],
    row: np.ndarray,
    given: dict[str, Any],
    key: tuple[str, str, str],
) -> None:
    dtype = key[2]
    bound = bound_of(formula, row, dtype)
    reach = max([1.0, *(float(np.abs(v).max()) for v in given.values() if isinstance(v, np.ndarray))])
    slack = Fraction(8 * reach) * Fraction(2) ** (FORMATS[dtype].lowest - FORMATS[dtype].bits + 1)
    with np.nditer(array, flags=["multi_index", "zerosize_ok"]) as entries:
        for entry in entries:
            place = {str(index): c + 1 for index, c in zip(indices, entries.multi_index, strict=True)}
            value = exact(oracle, expression, place)
            if np.isinf(entry):
                assert float(entry) == FORMATS[dtype].nearest(value), f"{key} at {place}: overflow; row {row}"
                continue
            size = size_at_every_level if key[0].endswith("_hvp") else size_of_terms
            unit = FORMATS[dtype].unit(max(size(oracle, derived, place), slack))
            error = abs(Fraction(float(entry)) - value)
            ulp = float(max(error - slack, Fraction(0)) / unit)
            WORST[key] = max(WORST.get(key, 0.0), ulp)
            shown = f"{float(entry)!r}, wanted {float(value)!r}: {ulp:.1f} ulp"
            assert ulp <= bound, f"{key} at {place}: {shown}; row {row}"
