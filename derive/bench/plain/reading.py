"""What both writers read: the results of a kernel as mathematics, and how their parts are spelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Float, Integer, KroneckerDelta, Mul, NumberSymbol, Pow, Rational, Symbol
from sympy.functions.elementary.exponential import exp

from derive.bench.data import Array, Data
from derive.kernels import kernels
from derive.language.choices import Compare
from derive.language.components import Component
from derive.language.errors import DeriveError
from derive.language.formula import Formula, unfold
from derive.language.functions import BY_HEAD
from derive.language.inputs import Input, Label, Parameter
from derive.language.nodes import Binder, n, symbols_of
from derive.proofs import derive_formula
from derive.targets.numpy.names import argument_names


class PlainError(DeriveError):
    """A formula that cannot be written plainly."""


@dataclass(frozen=True)
class Plain:
    """A kernel before anybody thought about it.

    names:   its inputs, and how a function calls them.
    results: of each output how many class axes it has, and the expression.
    """

    name: str
    names: dict[Input, str]
    results: tuple[tuple[int, Expr], ...]

    @property
    def signature(self) -> str:
        """The arguments, arrays first and in the order of the kernel."""
        return ", ".join(self.names.values())

    def memory(self, data: Data) -> list[Array]:
        """An array for each output."""
        return [data.like_input() if axes else data.like_rows() for axes, _ in self.results]


def plain_of(formula: Formula, name: str, inputs: tuple[Input, ...]) -> Plain:
    """The results of one kernel as they were derived, every named value unfolded."""
    found = kernels(formula, derive_formula(formula))
    kernel = next(one for one in found if formula.name + one.suffix == name)
    if any(output.axes > 1 for output, *_ in kernel.results):
        raise PlainError(f"{name}: a matrix for each row has no plain form")
    results = tuple((output.axes, unfold(expression)) for output, _, expression, _ in kernel.results)
    return Plain(name, {one: _apart(text) for one, text in argument_names(inputs).items()}, results)


OURS = re.compile(r"(classes|kernel|math|n|np|numba|out|r|k|real|[a-z]+_\d+)_*")
"""What the writers call things themselves."""


def _apart(name: str) -> str:
    return f"{name}_" if OURS.fullmatch(name) else name


class Spelling:
    """Text for an expression, part by part; what a writer does differently it overrides or is given.

    call:  how a function of one number is called.
    bound: what stands for a sum, a maximum or a product over the classes.
    """

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.names = {one.name: text for one, text in plain.names.items()}

    def spelled(self, e: Any) -> str:
        handler = next((handle for kind, handle in self._handlers if isinstance(e, kind)), None)
        if handler is None:
            raise PlainError(f"{self.plain.name}: {type(e).__name__} has no plain form")
        return handler(e)

    @property
    def _handlers(self) -> tuple[tuple[Any, Callable[[Any], str]], ...]:
        return (
            (Integer | Rational | Float | NumberSymbol, self.number),
            (Binder, self.binder),
            (Component, self.component),
            (KroneckerDelta, self.delta),
            (Compare, self.compare),
            (Add, self.add),
            (Mul, self.mul),
            (exp, self.function),
            (Pow, self.power),
            (Symbol, self.symbol),
            (Expr, self.function),
        )

    def number(self, e: Any) -> str:
        return repr(float(e))

    def add(self, e: Any) -> str:
        text = ""
        for term in sorted(e.args, key=lambda term: term.could_extract_minus_sign()):
            minus = bool(text) and term.could_extract_minus_sign()
            text += (" - " if minus else " + " if text else "") + self.spelled(-term if minus else term)
        return f"({text})"

    def mul(self, e: Any) -> str:
        if e.args[0] == -1:
            return f"(-{self.spelled(Mul(*e.args[1:]))})"
        below = [one for one in e.args if isinstance(one, Pow) and one.exp.is_number and one.exp.is_negative]
        above = [one for one in e.args if one not in below]
        top = " * ".join(map(self.spelled, above)) or self.number(1)
        bottom = " * ".join(self.spelled(Pow(one.base, -one.exp)) for one in below)
        return f"({top} / {bottom if len(below) == 1 else f'({bottom})'})" if below else f"({top})"

    def power(self, e: Any) -> str:
        base, exponent = e.args
        if exponent.is_number and exponent.is_negative:
            return f"({self.number(1)} / {self.spelled(Pow(base, -exponent))})"
        if exponent == Rational(1, 2):
            return self.call("sqrt", base)
        if exponent == 2:
            return self.square(base)
        return f"({self.spelled(base)} ** {int(exponent) if exponent.is_Integer else self.spelled(exponent)})"

    def function(self, e: Any) -> str:
        if e.func not in BY_HEAD or len(e.args) != 1:
            raise PlainError(f"{self.plain.name}: {e.func.__name__} has no plain form")
        return self.call(BY_HEAD[e.func].name, e.args[0])

    def symbol(self, e: Any) -> str:
        if e == n:
            return self.count()
        if isinstance(e, Parameter):
            return self.parameter(self.names[e.name])
        return f"({self.index(e)} + {self.number(1)})"  # a class as a number counts from 1

    def square(self, base: Any) -> str:
        return f"({self.spelled(base)} ** 2)"

    def parameter(self, name: str) -> str:
        return name

    def call(self, name: str, argument: Any) -> str:
        raise NotImplementedError

    def binder(self, e: Any) -> str:
        raise NotImplementedError

    def component(self, e: Any) -> str:
        raise NotImplementedError

    def delta(self, e: Any) -> str:
        raise NotImplementedError

    def compare(self, e: Any) -> str:
        raise NotImplementedError

    def count(self) -> str:
        raise NotImplementedError

    def index(self, e: Any) -> str:
        raise NotImplementedError


def class_indices(e: Any) -> set[Any]:
    """The free indices that run over the classes."""
    return {s for s in symbols_of(e) if s.is_integer and not isinstance(s, Label | Parameter) and s != n}
