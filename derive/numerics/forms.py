"""Nodes that appear only on the way from mathematics to a program: each pins down how a value is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Expr, Integer, KroneckerDelta, Mul, Symbol, exp, log, sympify
from sympy import Max as LargestOf
from sympy import Min as SmallestOf

from derive.algebra import is_nonnegative
from derive.language.choices import Compare
from derive.language.components import Component, node
from derive.language.functions import erfc
from derive.language.nodes import Binder, Sum


class _Real(Expr):
    is_commutative = True
    is_real = True
    is_extended_real = True

    def __new__(cls, *parts: Any) -> Expr:
        return node(cls, *map(sympify, parts))  # type: ignore[no-any-return]

    @property
    def of(self) -> Any:
        return self.args[0]


class FiniteOrZero(_Real):
    """Its argument where that is finite, else 0: the shift of a row whose maximum is not finite."""


class Shifted(_Real):
    """``x_k - shift`` as one value: SymPy would merge the difference into the sums around it."""

    @property
    def shift(self) -> Any:
        return self.args[1]


class Centred(_Real):
    """``u - c`` as one value: a vector, or a function of the class, less a constant of the row."""


class Expm1(_Real):
    """``exp(u) - 1`` without cancellation."""


class Log1p(_Real):
    """``log(1 + u)`` without cancellation."""


class Erfcx(_Real):
    """``exp(u^2) erfc(u)``: what is left of an error function in its tail, without the exponential that it falls by."""

    def _eval_is_positive(self) -> bool:
        return True


class Steady(_Real):
    """A value in a form whose exponentials cannot overflow, kept from being merged with what stands around it."""

    def __new__(cls, of: Any) -> Expr:
        of = sympify(of)
        return of if isinstance(of, Steady) or of.is_number else node(cls, of)  # type: ignore[no-any-return]


class InOrder(_Real):
    """The sum of its arguments, added from the left: SymPy would sort them, and merge the sums among them."""


class Weighted(_Real):
    """``weight * u``, but 0 where the weight is 0, however large u is."""

    def _eval_is_nonnegative(self) -> bool | None:
        return True if all(map(is_nonnegative, self.args)) else None


class Select(_Real):
    """``Select(c, a, b)``: a where c >= 0, b where c < 0."""

    def __new__(cls, condition: Any, one: Any, other: Any) -> Expr:
        condition, one, other = map(sympify, (condition, one, other))
        if condition.is_Rational:
            return one if condition >= 0 else other  # type: ignore[no-any-return]
        return node(cls, condition, one, other)  # type: ignore[no-any-return]


class Larger(_Real):
    """The largest of its arguments."""


class Smaller(_Real):
    """The smallest of its arguments."""


class Supported(_Real):
    """``Supported(w, u)``: u where the weight w is not 0, else minus infinity: what has no weight is no maximum."""


class Ramp(_Real):
    """Its argument where that is positive, else 0."""


def in_mathematics(e: Any) -> Any:
    """What an expression says, without how it is computed: for those who read it."""
    if not e.args or isinstance(e, Component):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        said = in_mathematics(body)
        return (
            Sum(said * (1 - KroneckerDelta(index, e.skip)), index) if type(e) is SumExcept else e.rebuild(said, index)
        )
    parts = tuple(map(in_mathematics, e.args))
    return MEANINGS[type(e)](*parts) if type(e) in MEANINGS else e.func(*parts)


MEANINGS: dict[type, Callable[..., Any]] = {
    FiniteOrZero: lambda u: u,
    Shifted: lambda u, shift: u - shift,
    Centred: lambda u, centre: u - centre,
    Expm1: lambda u: exp(u) - 1,
    Log1p: lambda u: log(1 + u),
    Erfcx: lambda u: exp(u**2) * erfc(u),
    Steady: lambda u: u,
    InOrder: Add,
    Weighted: Mul,
    Select: lambda c, one, other: Compare(c, Integer(0), other, one, one),
    Larger: LargestOf,
    Smaller: SmallestOf,
    Supported: lambda weight, u: u,
    Ramp: lambda u: LargestOf(u, 0),
}
"""What each of the nodes says."""


class SumExcept(Sum):
    """The sum over all classes but one."""

    def __new__(cls, body: Any, index: Symbol, skip: Any) -> Expr:  # type: ignore[override]
        made = Binder.__new__(Sum, body, index)
        return node(cls, *made.args, sympify(skip))

    @property
    def skip(self) -> Any:
        return self.args[2]

    def _sympystr(self, printer: Any) -> str:
        return f"SumExcept({printer._print(self.body)}, {self.index}, {self.skip})"

    def rebuild(self, body: Expr, index: Symbol) -> Expr:
        return SumExcept(body, index, self.skip)

    @property
    def free_symbols(self) -> set[Any]:
        return super().free_symbols | self.skip.free_symbols
