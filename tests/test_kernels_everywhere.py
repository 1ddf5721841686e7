"""Every kernel of the catalogue, in both targets and both dtypes, as accurate as its numbers allow.

The bound.  Inputs are rounded numbers: nobody can ask more of an algorithm than the exact result for inputs that are
off by a few units in their last place (N. J. Higham 2002, Accuracy and Stability of Numerical Algorithms, sections 1.5
and 1.6).  So an output f may be off by

    C u (|f| + sum over all inputs v of |v df/dv|)      with C = 24 + 2n and u the unit roundoff,

a few roundings of the result and of each input; derivatives may be off by as many units of the terms of which they are
differences (``s_j (v_j - sum s v)`` where s_j is almost 1).  What cancels although its inputs do not call for it breaks
the bound: a binary cross-entropy of e^-30 computed as a difference of numbers near 30, or 1 - q for a q near 1.  Values
and derivatives are the oracle's; nothing of the engine is asked but the names of the kernels.

Common offsets of logits, where far more can be asked, are the business of test_kernels.py.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
import pytest
from sympy import Abs, Add, Integer, Max, Mul

import derive
from derive.catalogue import load_catalogue, load_topics
from derive.derivations import free_index, tangent, upstream
from derive.language import Formula, Sum, indices
from derive.language.choices import Compare
from derive.language.components import Vector
from derive.language.inputs import Label, Parameter
from derive.language.kinds import by_name, kernel_names, taken_apart
from derive.language.nodes import Partial
from derive.verify.numbers import FORMATS
from derive.verify.oracle import Oracle, Point, key_of, reals
from tests import once

FORMULAS = load_catalogue()
LATER = {formula.name for topic in load_topics()[-3:] for formula in topic.formulas}
"""Losses beside the theory: of these the kernels that have all in them stand for the others."""
CASES = [
    (formula, name)
    for formula in FORMULAS
    for name in kernel_names(formula)
    if formula.name not in LATER or name.endswith(("_value_and_grad", "_hvp"))
]
UNIT = {"float32": Fraction(1, 2**24), "float64": Fraction(1, 2**53)}
CLASSES = 4
DERIVED = ("gradient", "vjp", "jvp", "jacobian", "hvp")
HERE = indices("here")
"""The component by which an output's sensitivity is asked for."""


def values_of(vector: Vector, style: str, dice: np.random.Generator) -> np.ndarray:
    """Components in the domain of a vector: ordinary ones, or ones near its ends."""
    if vector.domain == "probability":
        weights = dice.integers(1, 9, CLASSES).astype(float)
        return weights / 2 ** np.ceil(np.log2(weights.sum()))  # exact in both dtypes; a sum of 1 is not needed
    if vector.domain == "unit":
        return dice.choice([2**-20, 0.25, 0.5, 1 - 2**-10, 1 - 2**-20], CLASSES) if style == "far" else _unit(dice)
    if vector.domain == "closed_unit":
        return dice.choice([0.0, 2**-20, 0.5, 1 - 2**-20, 1.0], CLASSES) if style == "far" else _unit(dice)
    if vector.domain == "positive":
        return np.exp2(dice.integers(-30, 6, CLASSES)) if style == "far" else dice.integers(1, 80, CLASSES) / 16
    return dice.choice([-60.0, -17.5, 0.0, 30.0, 45.25], CLASSES) if style == "far" else dice.normal(0, 2, CLASSES)


def chooses(formula: Formula) -> bool:
    """Whether a value of it is chosen by a comparison."""
    return formula.expression.has(Abs, Compare, Max)


def _unit(dice: np.random.Generator) -> np.ndarray:
    return dice.integers(1, 64, CLASSES) / 64


def extra_of(formula: Formula, kind: str) -> tuple[Vector, ...]:
    g, v = upstream(formula), tangent(formula)
    kind, _ = taken_apart(kind, formula)
    return {"vjp": (g,), "jvp": (v,), "hvp": (v,) if formula.over is None else (g, v)}.get(kind, ())


def wanted(formula: Formula, kind: str) -> tuple[tuple[Any, tuple[Any, ...]], ...]:
    """Each output as a derivative that the oracle carries out, and the indices that it runs over."""
    j, i, g, v = free_index(formula), formula.over, upstream(formula), tangent(formula)
    kind, x = taken_apart(kind, formula)
    f, slope, axes = formula.expression, *slope_by(formula, x)
    k = next(s for s in indices("k l m r") if str(s) not in {str(i), str(j)} | {a.name for a in formula.inputs})
    if i is None:
        hvp = Sum(v[k] * Partial(slope, formula.vector[k]), k)
        gradients, value = [slope_by(formula, by) for by in formula.variables], (f, ())
        known = {"": (value,), "grad": ((slope, axes),), "value_and_grad": (value, *gradients), "hvp": ((hvp, (j,)),)}
        return known[kind]
    pulled = Sum(g[i] * slope, i)
    return {
        "": ((f, (i,)),),
        "vjp": ((pulled, axes),),
        "jvp": ((Sum(v[j] * slope, j), (i,)),),
        "jacobian": ((slope, (i, *axes)),),
        "hvp": ((Sum(v[k] * Partial(pulled, formula.vector[k]), k), (j,)),),
    }[kind]


def slope_by(formula: Formula, by: Any) -> tuple[Any, tuple[Any, ...]]:
    """The derivative by a variable, and its own indices."""
    j = free_index(formula)
    return (
        (Partial(formula.expression, by[j]), (j,)) if isinstance(by, Vector) else (Partial(formula.expression, by), ())
    )


class Exact:
    """What an expression is worth at a point, and how much its inputs weigh in it."""

    def __init__(self, point: Point) -> None:
        self.point, self.oracle = point, Oracle(point, reals(precision=768))

    def value(self, expression: Any, place: dict[str, int]) -> Fraction:
        low, high = (b.fraction for b in self.oracle.numbers.bounds(self.oracle.value(expression, place)))
        return Fraction(0) if low <= 0 <= high else (low + high) / 2

    def terms(self, expression: Any, place: dict[str, int]) -> Fraction:
        """The size of an expression with every minus sign a plus: what its terms come to before they cancel."""
        if isinstance(expression, Add):
            return sum((self.terms(part, place) for part in expression.args), Fraction(0))
        if isinstance(expression, Mul):
            return prod(self.terms(part, place) for part in expression.args)
        if isinstance(expression, Sum):
            body, index = expression.open()
            return sum((self.terms(body, {**place, key_of(index): k + 1}) for k in range(CLASSES)), Fraction(0))
        return abs(self.value(expression, place))

    def weight(self, expression: Any, place: dict[str, int], inputs: tuple[Vector, ...]) -> Fraction:
        """``sum |v df/dv|`` over the components of the vectors."""
        total = Fraction(0)
        for vector in inputs:
            for k, component in enumerate(self.point.vectors[vector.name], start=1):
                slope = self.value(Partial(expression, vector[HERE]), {**place, str(HERE): k})
                total += abs(Fraction(component) * slope)
        return total


def derived_form(formula: Formula, kind: str, runs: bool) -> Any:
    """What the engine made of a derivative; 0 for a value: its own conditioning says everything."""
    base, by = taken_apart(kind, formula)
    name = "gradient" if base in ("grad", "value_and_grad") and (runs or kind != base) else base
    return once.derived(formula).derivation(by_name(name, formula, by)).end if name in DERIVED else Integer(0)


@pytest.mark.parametrize("style", ["ordinary", "far"])
@pytest.mark.parametrize(("formula", "name"), CASES, ids=[name for _, name in CASES])
def test_a_kernel_is_as_accurate_as_its_numbers_allow(formula: Formula, name: str, style: str) -> None:
    kind = name.removeprefix(formula.name).lstrip("_")
    dice = np.random.default_rng(sum(map(ord, name + style)))
    vectors = (*(v for v in formula.inputs if isinstance(v, Vector)), *extra_of(formula, kind))
    rows = {v.name: values_of(v, style, dice).astype(np.float32).astype(np.float64) for v in vectors}
    if style == "far" and chooses(formula):  # away from the ties, where there is no derivative to compare with
        rows = {name: row + 0.125 * place for place, (name, row) in enumerate(rows.items(), start=1)}
    labels = {v.name: int(dice.integers(CLASSES)) for v in formula.inputs if isinstance(v, Label)}
    scalars = {p.name: float(np.float32(p.default)) for p in formula.inputs if isinstance(p, Parameter)}
    point = Point(CLASSES, {k: [float(c) for c in v] for k, v in rows.items()},
                  {k: v + 1 for k, v in labels.items()}, scalars)  # fmt: skip
    reach = max(1.0, *(float(np.abs(row).max()) for row in rows.values())) ** 2
    exact = Exact(point)
    outputs = []
    for expression, axes in wanted(formula, kind):
        places = [dict(zip(map(str, axes), np.add(p, 1).tolist(), strict=True))
                  for p in np.ndindex(*(CLASSES,) * len(axes))]  # fmt: skip
        form = derived_form(formula, kind, bool(axes))
        outputs.append([(p, exact.value(expression, p), exact.weight(expression, p, vectors) + exact.terms(form, p))
                        for p in places])  # fmt: skip
    for target in ("numpy", "c"):
        kernel = derive.load(name, target=target)
        for dtype, unit in UNIT.items():
            given = {k: v.astype(dtype) for k, v in rows.items()} | {k: np.asarray(v) for k, v in labels.items()}
            with np.errstate(all="ignore"):
                found = kernel(**given, **scalars)
            for array, entries in zip(found if isinstance(found, tuple) else (found,), outputs, strict=True):
                _hold(np.asarray(array), entries, unit, dtype, reach, f"{name} {target}")


def _hold(array: np.ndarray, entries: list[Any], unit: Fraction, dtype: str, reach: float, what: str) -> None:
    tiny = Fraction(reach) * Fraction(2) ** (FORMATS[dtype].lowest - FORMATS[dtype].bits + 1)
    for (place, value, weight), got in zip(entries, array.ravel().tolist(), strict=True):
        allowed = (24 + 2 * CLASSES) * (unit * (abs(value) + weight) + tiny)
        if not np.isfinite(got):
            assert got == FORMATS[dtype].nearest(value), f"{what} {dtype} at {place}: {got}, not {float(value)}"
            continue
        error = abs(Fraction(got) - value)
        assert error <= allowed, (
            f"{what} {dtype} at {place}: {got!r}, not {float(value)!r}: {float(error / allowed):.2g} times the bound"
        )
