"""The oracle: what an expression of the language is worth at a point, to high precision.

It shares no code with the engine.  Sums are loops over the classes, a named value is computed from its
definition, and a derivative is computed with dual numbers (never by a rule of the calculus).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import sympy
from sympy import Add, Basic, Dummy, Expr, Float, KroneckerDelta, Mul, NumberSymbol, Pow, Rational, Symbol

from derive.language.formula import Value
from derive.language.functions import BY_HEAD
from derive.language.nodes import Along, Binder, Component, Image, Limit, Max, Partial, Prod, Sum, n
from derive.verify.dual import Dual, function, inverse
from derive.verify.numbers import FORMATS, OracleError, Reals, UndeterminedError, magnitude
from derive.verify.numbers_mpmath import MpmathReals

FAR, FURTHER = 2**120, 2**136
CLOSE = -110
"""log2 of how closely a value at ``FAR`` is taken to be the limit; far below what a wrong limit would miss by."""


@dataclass(frozen=True)
class Point:
    """Where an expression is evaluated.

    classes: how many there are.
    vectors: input name -> one number per class (floats and fractions are taken exactly).
    indices: the name of an index or label -> its class, counted from 1.
    scalars: the name of a parameter or constant -> its value.
    permutations: the name of a permutation -> the class, counted from 1, that each class becomes.

    Minus or plus infinity is taken as a limit, where the value has one.
    """

    classes: int
    vectors: Mapping[str, Sequence[float | Fraction]]
    indices: Mapping[str, int] = field(default_factory=dict)
    scalars: Mapping[str, float | Fraction] = field(default_factory=dict)
    permutations: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [f"n = {self.classes}"]
        parts += [f"{name} = [{', '.join(f'{float(v):g}' for v in values)}]" for name, values in self.vectors.items()]
        parts += [f"{name} = {float(v):g}" for name, v in {**self.indices, **self.scalars}.items()]
        parts += [f"{name} = {list(images)}" for name, images in self.permutations.items()]
        return ", ".join(parts)


@cache
def reals(name: str = "", precision: int = 256) -> Reals:
    """The numbers to compute with: ``"flint"``, ``"mpmath"``, or the better of what is installed."""
    if name == "flint" or (not name and importlib.util.find_spec("flint")):
        from derive.verify.numbers_flint import FlintReals

        return FlintReals(precision)
    return MpmathReals(precision)


class Oracle:
    """Evaluates expressions at one point, each closed part of them once."""

    def __init__(self, point: Point, numbers: Reals | None = None) -> None:
        self.point = point
        self.numbers = numbers or reals()
        self.classes = point.classes
        self.vectors = {name: [self.numbers.number(v) for v in values] for name, values in point.vectors.items()}
        self.indices = dict(point.indices)
        self.scalars = {name: self.numbers.number(v) for name, v in point.scalars.items()}
        self.permutations = point.permutations
        self._known: dict[Any, tuple[tuple[str, ...], dict[Any, Any]]] = {}
        self._sloped: dict[Any, Oracle] = {}
        self._tags = 0
        for name, values in self.vectors.items():
            if len(values) != self.classes:
                raise OracleError(f"the vector {name} has {len(values)} values for {self.classes} classes")

    def moved(self, point: Point) -> Oracle:
        """The oracle at a point that differs in its indices alone: what is known here is known there."""
        other = Oracle.__new__(Oracle)
        vars(other).update(vars(self))
        other.point, other.indices = point, dict(point.indices)
        return other

    def value(self, expression: Any, indices: Mapping[str, int] | None = None) -> Any:
        """A real number.  Raises OracleError outside the domain, and for what is not in the language.

        Raises UndeterminedError, a kind of OracleError, where more precision could give the value.
        """
        with self.numbers.working():
            value = self._value(expression, {**self.indices, **(indices or {})})
            self.numbers.refuse_infinite(value)
            return value

    def _value(self, expression: Any, indices: dict[Any, int]) -> Any:
        """Computed once for the classes that the indices in the expression stand for."""
        if (known := self._known.get(expression)) is None:
            known = self._known[expression] = _index_keys(expression), {}
        names, values = known
        classes = tuple([indices.get(name) for name in names])
        if classes not in values:
            values[classes] = self._computed(expression, indices)
        return values[classes]

    def _computed(self, expression: Any, indices: dict[Any, int]) -> Any:
        if isinstance(expression, Value):
            formula = expression.formula
            if expression.index is None:
                return self._value(formula.expression, indices)
            places = {**indices, key_of(formula.over): self._class(expression.index, indices)}
            return self._value(formula.expression, places)
        if isinstance(expression, Component):
            return self._component(expression, indices)
        if isinstance(expression, Partial):
            return self._derivative(expression, indices)
        if isinstance(expression, Limit):
            return self._limit(expression, indices)
        if isinstance(expression, Binder):
            return self._reduced(expression, indices)
        if isinstance(expression, KroneckerDelta):
            one, other = (self._class(a, indices) for a in expression.args)
            return self.numbers.number(int(one == other))
        if isinstance(expression, (Rational, Float, NumberSymbol, Symbol)):
            return self._leaf(expression)
        return self._operation(expression, indices)

    def _leaf(self, expression: Any) -> Any:
        if isinstance(expression, (Rational, Float)):
            exact = Rational(expression)  # a float is taken exactly
            return self.numbers.number(Fraction(int(exact.p), int(exact.q)))
        if expression == sympy.E:
            return self.numbers.function("exp", self.numbers.number(1))
        if expression == sympy.pi:
            return self.numbers.pi()
        if expression == n:
            return self.numbers.number(self.classes)
        if str(expression) in self.scalars:
            return self.scalars[str(expression)]
        raise OracleError(f"the oracle has no value for {expression}")

    def _component(self, component: Component, indices: dict[Any, int]) -> Any:
        values = self.vectors.get(component.vector.name)
        if values is None:
            raise OracleError(f"the oracle has no value for the vector {component.vector.name}")
        place = self._class(component.index, indices)
        if not 1 <= place <= self.classes:
            raise OracleError(f"{component} at class {place} of {self.classes}")
        return values[place - 1]

    def _reduced(self, binder: Binder, indices: dict[Any, int]) -> Any:
        terms = [self._value(binder.body, {**indices, key_of(binder.index): k}) for k in range(1, self.classes + 1)]
        if type(binder) is Sum:
            total = terms[0]
            for term in terms[1:]:
                total = total + term
            return total
        if type(binder) is Prod:
            product = terms[0]
            for term in terms[1:]:
                product = product * term
            return product
        if type(binder) is Max:
            if any(isinstance(term, Dual) for term in terms):
                raise OracleError(f"{binder} has no derivative where two classes tie")
            best = terms[0]
            for term in terms[1:]:
                best = self.numbers.largest(best, term)
            return best
        raise OracleError(f"the oracle does not know {type(binder).__name__}")

    def _derivative(self, partial: Partial, indices: dict[Any, int]) -> Any:
        """The body at a point where one input carries a slope of 1."""
        by: Any = partial.by
        key = (by.vector, self._class(by.index, indices)) if isinstance(by, Component) else by
        if key not in self._sloped:
            self._sloped[key] = self._with_slope(by, indices)
        inner = self._sloped[key]
        found = inner._value(partial.body, indices)
        return found.slope if isinstance(found, Dual) and found.tag == inner._tags else self.numbers.number(0)

    def _with_slope(self, by: Any, indices: dict[Any, int]) -> Oracle:
        inner = self._copy()
        inner._tags = self._tags + 1
        if isinstance(by, Along):
            pairs = zip(self.vectors[by.vector.name], self.vectors[by.direction.name], strict=True)
            inner.vectors[by.vector.name] = [Dual(inner._tags, value, slope) for value, slope in pairs]
            return inner
        slanted = Dual(inner._tags, self._value(by, indices), self.numbers.number(1))
        if isinstance(by, Component):
            values = list(self.vectors[by.vector.name])
            values[self._class(by.index, indices) - 1] = slanted
            inner.vectors[by.vector.name] = values
        elif isinstance(by, Symbol) and by.name in self.scalars:
            inner.scalars[by.name] = slanted
        else:
            raise OracleError(f"the oracle cannot differentiate by {by}")
        return inner

    def _copy(self) -> Oracle:
        inner = Oracle(Point(self.classes, {}, permutations=self.permutations), self.numbers)
        inner.vectors, inner.scalars, inner._tags = dict(self.vectors), dict(self.scalars), self._tags
        return inner

    def far(self, expression: Any, variable: Any, to: Any, indices: Mapping[str, int] | None = None) -> Any:
        """The value with the variable so far out that what converges like ``1/z`` has come within ``2**-110``."""
        with self.numbers.working():
            return self._far(expression, variable, to, {**self.indices, **(indices or {})})

    def _far(self, expression: Any, variable: Any, to: Any, indices: dict[Any, int], out: int = FAR) -> Any:
        inner = self._copy()
        reached = {sympy.oo: Fraction(out), -sympy.oo: Fraction(-out), sympy.S.Zero: Fraction(1, out)}[to]
        if isinstance(variable, Component):
            values = list(self.vectors[variable.vector.name])
            values[self._class(variable.index, indices) - 1] = self.numbers.number(reached)
            inner.vectors[variable.vector.name] = values
        elif isinstance(variable, Symbol):
            inner.scalars[variable.name] = self.numbers.number(reached)
        return inner._value(expression, indices)

    def _limit(self, limit: Limit, indices: dict[Any, int]) -> Any:
        """A far value stands for the limit: numbers cannot prove one, but they refute a wrong one.

        Where the value still changes further out, there is no limit, or none that is reached like ``1/z``.
        """
        asked = limit.body, limit.variable, limit.to, indices
        far, farther = self._far(*asked), self._far(*asked, FURTHER)
        if isinstance(far, Dual) or isinstance(farther, Dual):
            raise OracleError(f"the oracle cannot differentiate {limit}")
        self.numbers.refuse_infinite(far)
        if magnitude(self.numbers.bounds(farther + -far)) > CLOSE:
            raise OracleError(f"{limit} does not exist as far as numbers tell")
        return self.numbers.blurred(far, CLOSE)

    def place(self, index: Any, opened: Mapping[str, int] | None = None) -> int:
        """The class, counted from 1, that an index names at this point."""
        return self._class(index, {**self.indices, **(opened or {})})

    def _class(self, index: Any, indices: Mapping[str, int]) -> int:
        """The class that an index names; ``pi(k)``: the one that k becomes."""
        if isinstance(index, Image):
            images = self.permutations.get(index.permutation.name)
            if images is None:
                raise OracleError(f"the oracle has no values for the permutation {index.permutation}")
            return images[self._class(index.index, indices) - 1]
        found = indices.get(key_of(index))
        if found is None:
            raise OracleError(f"the oracle has no class for the index {index}")
        return found

    def _operation(self, expression: Any, indices: dict[Any, int]) -> Any:
        parts = [self._value(a, indices) for a in expression.args]
        if isinstance(expression, (Add, Mul)):
            result = parts[0]
            for part in parts[1:]:
                result = result + part if isinstance(expression, Add) else result * part
            return result
        try:
            if isinstance(expression, Pow):
                return self._power(expression.exp, *parts)
            if isinstance(expression, sympy.Max):
                return self._larger(expression, parts)
            if expression.func in BY_HEAD and len(parts) == 1:
                return function(self.numbers, BY_HEAD[expression.func].name, parts[0])
        except OracleError as error:
            raise type(error)(f"{error}, in {expression}") from error
        raise OracleError(f"the oracle does not know {type(expression).__name__} in {expression}")

    def _larger(self, expression: Any, parts: list[Any]) -> Any:
        if any(isinstance(part, Dual) for part in parts):
            raise OracleError(f"{expression} has no derivative where two values tie")
        best = parts[0]
        for part in parts[1:]:
            best = self.numbers.largest(best, part)
        return best

    def _power(self, exponent: Any, base: Any, power: Any) -> Any:
        """Whole powers, also of a square root, by multiplication, for any base; others for a base above 0."""
        if isinstance(exponent, Rational) and exponent.q in (1, 2):
            root = base if exponent.q == 1 else function(self.numbers, "sqrt", base)
            found = _times(root, abs(int(exponent.p)))
            return found if exponent.p >= 0 else inverse(self.numbers, found)
        return function(self.numbers, "exp", function(self.numbers, "log", base) * power)


def _times(base: Any, count: int) -> Any:
    """A whole power by multiplication: the power function of balls gives up on a ball around 0."""
    result: Any = 1
    while count:
        if count % 2:
            result = result * base
        base, count = base * base, count // 2
    return result


def key_of(index: Any) -> str:
    """The name by which a point knows an index: a dummy has its number in it, so that nothing else is called so."""
    if not isinstance(index, Symbol):
        raise OracleError(f"the oracle knows no class called {index}: an index is a letter")
    return f"{index.name}#{index.dummy_index}" if isinstance(index, Dummy) else str(index.name)


@lru_cache(maxsize=65536)
def _index_keys(expression: Basic) -> tuple[str, ...]:
    """The indices on which a value depends, by the names that a point knows them by."""
    found = {s for s in expression.free_symbols if isinstance(s, Symbol) and s.is_integer and s != n}
    return tuple(sorted(map(key_of, found)))


PRECISIONS = (256, 1024, 4096)
"""Bits that are tried, one after the other."""


def evaluate_float(expression: Expr, point: Point, dtype: str) -> float:
    """The value rounded once, to ``"float32"`` or ``"float64"``: to nearest, ties to even, infinity beyond the largest.

    The precision grows until the rounding is certain.  Raises OracleError outside the domain, and where 4096 bits do
    not tell.
    """
    wanted = FORMATS[dtype]
    for precision in PRECISIONS:
        numbers = reals(precision=precision)
        try:
            low, high = (b.fraction for b in numbers.bounds(Oracle(point, numbers).value(expression)))
        except UndeterminedError:
            if precision == PRECISIONS[-1]:
                raise
            continue
        floats = wanted.nearest(low), wanted.nearest(high)
        if floats[0] == floats[1]:
            return floats[1]
    # What lies within 2**-4000 of a point half-way between two floats is taken to be that point.
    tie = wanted.tie(low, high)
    if tie is not None and (high - low) * 2**2000 < abs(tie):
        return wanted.nearest(tie)
    raise OracleError(f"{expression} is not determined with {PRECISIONS[-1]} bits at {point}")
