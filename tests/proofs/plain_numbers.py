"""What a statement is worth by plain numbers: loops over the classes, differences and far points."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import mpmath
import sympy
from sympy import Add, Dummy, Integer, KroneckerDelta, Mul, Pow, Symbol

from derive.language import Abs, Limit, Partial, Sum, cos, erf, erfc, exp, log, n, oo, sin, tanh
from derive.language.choices import Compare
from derive.language.components import Along, Component, Image, Permutation, Vector
from derive.language.formula import unfold
from derive.language.nodes import Binder, BoundIndex, TopIndex


class NoValue(Exception):
    """A logarithm or a root of what is negative, a class that is none."""


Point = Mapping[Any, Any]
"""Values by name: a list for a vector or a permutation, a class from 0 for an index, a number for a scalar."""

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    exp: mpmath.exp, tanh: mpmath.tanh, Abs: abs, sympy.sign: mpmath.sign, sin: mpmath.sin, cos: mpmath.cos,
    erf: mpmath.erf, erfc: mpmath.erfc, sympy.Max: max, Compare: lambda f, g, *values: values[(f > g) - (f < g) + 1],
    log: lambda at: mpmath.log(at) if at > 0 else _no_value(),
}  # fmt: skip


def _no_value() -> Any:
    raise NoValue


def value(expression: Any, at: Point) -> Any:
    """What an expression is worth, by nothing but loops over the classes, differences and far points."""
    inner = unfold(expression)
    if isinstance(inner, Binder):
        return {"Sum": mpmath.fsum, "Prod": mpmath.fprod, "Max": max}[type(inner).__name__](_terms(inner, at))
    if isinstance(inner, Component):
        return at[inner.vector.name][_class(inner.index, at)]
    if isinstance(inner, KroneckerDelta):
        return mpmath.mpf(_class(inner.args[0], at) == _class(inner.args[1], at))
    if isinstance(inner, Partial):
        ahead, behind = (value(inner.body, _moved(at, inner.by, step)) for step in (STEP, -STEP))
        return (ahead - behind) / (2 * STEP)
    if isinstance(inner, Limit):
        far = {oo: FAR, -oo: -FAR, Integer(0): 1 / FAR}[inner.to]
        return value(inner.body, _moved(at, inner.variable, far - value(inner.variable, at)))
    if isinstance(inner, Symbol):
        return at[inner.name]
    if inner.is_number:
        return mpmath.mpf(sympy.N(inner, 40))
    parts = [value(part, at) for part in inner.args]
    if isinstance(inner, (Add, Mul)):
        return mpmath.fsum(parts) if isinstance(inner, Add) else mpmath.fprod(parts)
    if isinstance(inner, Pow):
        base, power = parts
        if base < 0 and not inner.exp.is_integer:
            raise NoValue
        return base**power
    return FUNCTIONS[inner.func](*parts)


STEP, FAR = mpmath.mpf(10) ** -12, mpmath.mpf(10) ** 12


def _terms(binder: Binder, at: Point) -> list[Any]:
    body, index = binder.open()
    return [value(body, {**at, index: place}) for place in range(at["n"])]


def _class(index: Any, at: Point) -> int:
    if isinstance(index, TopIndex):
        terms = _terms(index.of, at)
        return terms.index(max(terms))
    if isinstance(index, Image):
        return int(at[index.permutation.name][_class(index.index, at)])
    if not isinstance(index, Symbol):
        raise NoValue
    return int(at[index] if index in at else at[index.name])


def _moved(at: Point, by: Any, step: Any) -> Point:
    """The point with one input a step away."""
    if isinstance(by, Symbol):
        return {**at, by.name: at[by.name] + step}
    name, steps = by.vector.name, [mpmath.mpf(0)] * at["n"]
    if isinstance(by, Along):
        steps = [step * slope for slope in at[by.direction.name]]
    else:
        steps[_class(by.index, at)] = step
    return {**at, name: [old + far for old, far in zip(at[name], steps, strict=True)]}


DRAWN: dict[str, Callable[[random.Random], float]] = {
    "real": lambda dice: dice.choice((dice.uniform(-30, 30), dice.uniform(-1, 1), 0.0, 1.0)),
    "positive": lambda dice: dice.choice((dice.uniform(0.1, 9), 1.0)),
    "unit": lambda dice: dice.uniform(0.01, 0.99),
    "closed_unit": lambda dice: dice.choice((dice.random(), 0.0, 1.0)),
    "probability": lambda dice: dice.choice((dice.random(), dice.random(), 0.0)),
}


def points(expressions: Any, assuming: Any, most: int) -> Iterator[Point]:
    """Anywhere in the domains, far from 0 and at ties and ends too, as far as what is assumed holds there."""
    whole = sympy.Tuple(*map(unfold, expressions), *(unfold(part) for a in assuming for part in a.subject))
    vectors = {c.vector for c in whole.atoms(Component)} | whole.atoms(Vector)
    named = set().union(*(unfold(expression).free_symbols for expression in expressions))
    symbols = {s for s in whole.free_symbols if isinstance(s, Symbol) and not isinstance(s, (BoundIndex, Dummy))}
    symbols = {s for s in symbols if s in named or not s.is_integer}
    dice = random.Random(str(whole))
    for _ in range(10 * most):
        classes = dice.choice((1, 2, 3, 4, 6))
        at: dict[Any, Any] = {"n": classes}
        for vector_ in sorted(vectors, key=str):
            at[vector_.name] = [mpmath.mpf(DRAWN[vector_.domain](dice)) for _ in range(classes)]
            if vector_.domain == "probability":
                at[vector_.name] = _scaled(at[vector_.name], 1)
        for symbol in sorted(symbols - {n}, key=str):
            kind = getattr(symbol, "domain", "positive" if symbol.is_positive else "real")
            at[symbol.name] = dice.randrange(classes) if symbol.is_integer else mpmath.mpf(DRAWN[kind](dice))
        for order in sorted(whole.atoms(Permutation), key=str):
            at[order.name] = dice.sample(range(classes), classes)
        for assumed in assuming:
            at = _arranged(at, assumed)
        if all(_is_met(assumed, at) for assumed in assuming):
            most -= 1
            yield at
        if not most:
            return


def _scaled(numbers: Any, total: Any) -> Any:
    return [number * total / (sum(numbers) or 1) for number in numbers] if sum(numbers) else [
        mpmath.mpf(total) / len(numbers) for _ in numbers]  # fmt: skip


def _arranged(at: dict[Any, Any], assumed: Any) -> dict[Any, Any]:
    """The point moved to where an equation holds, if that is easily done."""
    if assumed.kind != "sums_to":
        return at
    left, right = assumed.subject
    if isinstance(left, Symbol):
        return {**at, left.name: value(right, at)}
    if isinstance(left, Component):
        places = [at[left.index.name]] if left.index.name in at else range(at["n"])
        kept = list(at[left.vector.name])
        for place in places:
            kept[place] = value(right, {**at, left.index: place})
        return {**at, left.vector.name: kept}
    if isinstance(left, Sum) and isinstance(left.body, Component):
        vector_ = left.body.vector
        numbers, total = at[vector_.name], value(right, at)
        moved = _scaled(numbers, total) if total else [number - sum(numbers) / len(numbers) for number in numbers]
        return {**at, vector_.name: moved}
    return at


def _is_met(assumed: Any, at: Point) -> bool:
    """An index that nothing else names runs through all classes."""
    free = set().union(*(part.free_symbols for part in assumed.subject))
    running = sorted({s for s in free if isinstance(s, Symbol) and s.is_integer and s.name not in at}, key=str)
    ways = product(range(at["n"]), repeat=len(running))
    return all(_is_met_at(assumed, {**at, **{s.name: k for s, k in zip(running, way, strict=True)}}) for way in ways)


def _is_met_at(assumed: Any, at: Point) -> bool:
    parts = assumed.subject
    if assumed.kind == "distinct":
        return _class(parts[0], at) != _class(parts[1], at)
    if assumed.kind == "largest":
        here, numbers = value(parts[0], at), at[parts[0].vector.name]
        return all(number < here for place, number in enumerate(numbers) if place != at[parts[0].index.name])
    if assumed.kind == "sums_to":
        return bool(abs(value(parts[0], at) - value(parts[1], at)) < 1e-9)
    return bool(value(parts[0], at) > 0 if assumed.kind == "positive" else value(parts[0], at) != 0)


def holds(left: Any, relation: str, right: Any, assuming: Any = (), within: Any = (), most: int = 40) -> bool | None:
    """Whether it is true at every point where the left side has a value; ``None``: there is none.

    Where the right side divides by 0, nothing is said.  ``within``: all lines of the proof, which may name an index.
    """
    found: bool | None = None
    with mpmath.workdps(40):
        for at in points((left, right, *within), assuming, most):
            try:
                one_side = value(left, at)
            except (NoValue, ZeroDivisionError):
                continue
            try:
                gap = value(right, at) - one_side
            except NoValue:
                return False
            except ZeroDivisionError:
                continue
            close = 1e-6 * max(1, abs(one_side))
            found = {"=": abs(gap) < close, "<=": gap > -close, ">=": gap < close, "<": gap > 0, ">": gap < 0}[relation]
            if not found:
                return False
    return found
