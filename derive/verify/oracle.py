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
from sympy import Abs, Add, Basic, KroneckerDelta, Mul, NumberSymbol, Pow, Rational, Symbol, exp, log, tanh

from derive.language.formula import Value
from derive.language.nodes import Binder, Component, Max, Partial, Sum, n
from derive.verify.dual import Dual, apply, plain
from derive.verify.numbers import OracleError, Reals
from derive.verify.numbers_mpmath import MpmathReals

FORMATS = {"float32": (24, -126, 127), "float64": (53, -1022, 1023)}
"""Bits of the mantissa, lowest and highest exponent."""


@dataclass(frozen=True)
class Point:
    """Where an expression is evaluated.

    classes: how many there are.
    vectors: input name -> one number per class (floats and fractions are taken exactly).
    indices: the name of an index or label -> its class, counted from 1.
    scalars: the name of a parameter or constant -> its value.
    """

    classes: int
    vectors: Mapping[str, Sequence[float | Fraction]]
    indices: Mapping[str, int] = field(default_factory=dict)
    scalars: Mapping[str, float | Fraction] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [f"n = {self.classes}"]
        parts += [f"{name} = [{', '.join(f'{float(v):g}' for v in values)}]" for name, values in self.vectors.items()]
        parts += [f"{name} = {float(v):g}" for name, v in {**self.indices, **self.scalars}.items()]
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
        self.numbers = numbers or reals()
        self.classes = point.classes
        self.vectors = {name: [self.numbers.number(v) for v in values] for name, values in point.vectors.items()}
        self.indices = dict(point.indices)
        self.scalars = {name: self.numbers.number(v) for name, v in point.scalars.items()}
        self._known: dict[Any, Any] = {}
        self._tags = 0

    def value(self, expression: Any, indices: Mapping[str, int] | None = None) -> Any:
        """A real number.  Raises OracleError outside the domain, and for what is not in the language."""
        return self._value(expression, {**self.indices, **(indices or {})})

    def _value(self, expression: Any, indices: dict[Any, int]) -> Any:
        key = (expression, tuple((s, _class(s, indices)) for s in _index_symbols(expression)))
        if key not in self._known:
            self._known[key] = self._computed(expression, indices)
        return self._known[key]

    def _computed(self, expression: Any, indices: dict[Any, int]) -> Any:
        if isinstance(expression, Value):
            formula = expression.formula
            if expression.index is None:
                return self._value(formula.expression, indices)
            return self._value(formula.expression, {**indices, _key(formula.over): _class(expression.index, indices)})
        if isinstance(expression, Component):
            return self._component(expression, indices)
        if isinstance(expression, Partial):
            return self._derivative(expression, indices)
        if isinstance(expression, Binder):
            return self._reduced(expression, indices)
        if isinstance(expression, KroneckerDelta):
            one, other = (_class(a, indices) for a in expression.args)
            return self.numbers.number(int(one == other))
        if isinstance(expression, (Rational, NumberSymbol, Symbol)):
            return self._leaf(expression)
        return self._operation(expression, indices)

    def _leaf(self, expression: Any) -> Any:
        if isinstance(expression, Rational):
            return self.numbers.number(Fraction(int(expression.p), int(expression.q)))
        if expression == sympy.E:
            return self.numbers.function("exp", self.numbers.number(1))
        if expression == n:
            return self.numbers.number(self.classes)
        if expression.name in self.scalars:
            return self.scalars[expression.name]
        raise OracleError(f"the oracle has no value for {expression}")

    def _component(self, component: Component, indices: dict[Any, int]) -> Any:
        values = self.vectors.get(component.vector.name)
        if values is None:
            raise OracleError(f"the oracle has no value for the vector {component.vector.name}")
        return values[_class(component.index, indices) - 1]

    def _reduced(self, binder: Binder, indices: dict[Any, int]) -> Any:
        terms = [self._value(binder.body, {**indices, _key(binder.index): k}) for k in range(1, self.classes + 1)]
        if type(binder) is Sum:
            total = terms[0]
            for term in terms[1:]:
                total = total + term
            return total
        if type(binder) is Max:
            if any(isinstance(term, Dual) for term in terms):
                raise OracleError(f"{binder} has no derivative where two classes tie")
            best = terms[0]
            for term in terms[1:]:
                best = term if term > best else best
            return best
        raise OracleError(f"the oracle does not know {type(binder).__name__}")

    def _derivative(self, partial: Partial, indices: dict[Any, int]) -> Any:
        """The body at a point where one input carries a slope of 1."""
        inner = Oracle(Point(self.classes, {}), self.numbers)
        inner.vectors, inner.scalars, inner._tags = dict(self.vectors), dict(self.scalars), self._tags + 1
        tag, one = inner._tags, self.numbers.number(1)
        by: Any = partial.by
        if isinstance(by, Component):
            values = list(self.vectors[by.vector.name])
            place = _class(by.index, indices) - 1
            values[place] = Dual(tag, values[place], one)
            inner.vectors[by.vector.name] = values
        else:
            inner.scalars[by.name] = Dual(tag, self.scalars[by.name], one)
        found = inner._value(partial.body, indices)
        return found.slope if isinstance(found, Dual) and found.tag == tag else self.numbers.number(0)

    def _operation(self, expression: Any, indices: dict[Any, int]) -> Any:
        parts = [self._value(a, indices) for a in expression.args]
        if isinstance(expression, (Add, Mul)):
            result = parts[0]
            for part in parts[1:]:
                result = result + part if isinstance(expression, Add) else result * part
            return result
        if isinstance(expression, Pow):
            return self._power(expression, *parts)
        names = {exp: "exp", log: "log", tanh: "tanh", Abs: "abs"}
        if expression.func in names and len(parts) == 1:
            return apply(self.numbers.function, names[expression.func], parts[0])
        raise OracleError(f"the oracle does not know {type(expression).__name__} in {expression}")

    def _power(self, expression: Any, base: Any, power: Any) -> Any:
        if expression.exp.is_Integer:
            if expression.exp < 0:
                if self.numbers.sign(plain(base)) == 0:
                    raise OracleError(f"division by 0 in {expression}")
                return 1 / _times(base, -int(expression.exp))
            return _times(base, int(expression.exp))
        if expression.exp == Rational(1, 2):
            return apply(self.numbers.function, "sqrt", base)
        logarithm = apply(self.numbers.function, "log", base)
        return apply(self.numbers.function, "exp", logarithm * power)


def _times(base: Any, count: int) -> Any:
    """A whole power by multiplication: the power function of balls gives up on a ball around 0."""
    result = base * 0 + 1
    for _ in range(count):
        result = result * base
    return result


def _key(symbol: Any) -> str:
    return symbol.name if type(symbol).__name__ != "Dummy" else f"{symbol.name}{symbol.dummy_index}"


def key_of(symbol: Symbol) -> str:
    """The name by which a point knows an index: a dummy has its number in it."""
    return _key(symbol)


def _class(index: Any, indices: Mapping[Any, int]) -> int:
    found = indices.get(_key(index))
    if found is None:
        raise OracleError(f"the oracle has no class for the index {index}")
    return found


@lru_cache(maxsize=65536)
def _index_symbols(expression: Basic) -> tuple[Any, ...]:
    """The indices on which a value depends."""
    found = {s for s in expression.free_symbols if isinstance(s, Symbol) and s.is_integer and s != n}
    return tuple(sorted(found, key=_key))


def evaluate_float(expression: Any, point: Point, dtype: str) -> float:
    """The value rounded once to ``"float32"`` or ``"float64"``; the precision grows until the rounding is certain."""
    bits, lowest, highest = FORMATS[dtype]
    for precision in (256, 1024, 4096):
        numbers = reals(precision=precision)
        value = Oracle(point, numbers).value(expression)
        if numbers.radius(value) < max(numbers.magnitude(value) - bits - 20, lowest - bits - 20):
            return numbers.nearest(value, bits, lowest, highest)
    raise OracleError(f"{expression} is not determined with 4096 bits at {point}")
