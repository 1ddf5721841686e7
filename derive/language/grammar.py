"""What a formula may be made of: one walk over the whole expression, which finds what is outside the language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Add, Basic, Expr, KroneckerDelta, Mul, Pow, Rational, S, Symbol

from derive.language.choices import Compare
from derive.language.formula import Head, Value
from derive.language.functions import BY_HEAD
from derive.language.nodes import Binder, Component, Image, Limit, Partial, Permutation, Vector
from derive.language.spoken import spoken

_NODES = (
    Symbol, Rational, Vector, Component, KroneckerDelta, Binder, Head, Value, Add, Mul, Pow, sympy.Max, Compare,
    Partial, Limit, Image, Permutation, *BY_HEAD,
)  # fmt: skip
_CONSTANTS = (S.Exp1, S.Pi)
_INSTEAD = {
    "Sum": "write Sum(body, k) with the Sum of derive.language, which runs through the classes",
    "Product": "write Prod(body, k) with the Prod of derive.language, which runs through the classes",
    "Derivative": "write out the derivative, or Partial(body, x[j])",
    "Subs": "write out the derivative, or Partial(body, x[j])",
    "tan": "write sin(u)/cos(u)",
    "cot": "write cos(u)/sin(u)",
    "sec": "write 1/cos(u)",
    "csc": "write 1/sin(u)",
    "sinh": "write (exp(u) - exp(-u))/2",
    "cosh": "write (exp(u) + exp(-u))/2",
    "coth": "write 1/tanh(u)",
    "sech": "write 2/(exp(u) + exp(-u))",
    "csch": "write 2/(exp(u) - exp(-u))",
    "erfc": "write 1 - erf(u)",
    "expm1": "write exp(u) - 1",
    "log1p": "write log(1 + u)",
    "exp2": "write 2**u",
    "log2": "write log(u)/log(2)",
    "log10": "write log(u)/log(10)",
    "Float": "write it as a fraction",
    "ITE": "write where(condition, one, other)",
}


def check_words(expression: Any, refuse: Callable[[str], None]) -> None:
    """Call ``refuse`` with a sentence on the first node that no formula may hold, and what to write in its place."""
    if not isinstance(expression, Expr):
        refuse(f"{spoken(expression)} is no number for each class or row: {_way_out(expression)}")
        return
    _check(expression, expression, refuse)


def _check(node: Basic, beside: Basic, refuse: Callable[[str], None]) -> None:
    """``beside`` is the smallest expression around the node that says where it stands."""
    if problem := _problem(node, spoken(beside if node.is_number and beside is not node else node)):
        refuse(problem)
    if isinstance(node, Value):  # its formula was checked when it was made
        return
    inside = (node.opened()[0],) if isinstance(node, Binder) else node.args
    for part in inside:
        _check(part, node, refuse)


def _problem(node: Any, shown: str) -> str | None:
    if node in (S.ComplexInfinity, S.NaN):
        return f"{shown} has no value: it divides by 0, or takes log(0); take that part out"
    if node in (S.Infinity, S.NegativeInfinity):
        return f"{shown} is infinite: a formula holds finite numbers; take oo, or log(0), out"
    if node is S.ImaginaryUnit:
        return f"{shown} is not real: it holds the log or a root of a negative number, or I; take that part out"
    if isinstance(node, sympy.log) and node.args[0].is_nonpositive:
        return f"{shown} has no value: what a log is taken of is never positive here; change its sign, or the domain"
    if isinstance(node, Pow) and node.base.is_negative and node.exp.is_integer is False:
        return f"{shown} is not real: it is a root of what is never positive; change its sign, or write where(...)"
    if isinstance(node, _NODES) or node in _CONSTANTS:
        return None
    return f"{shown} is outside the language: {_way_out(node)}"


def _way_out(node: Any) -> str:
    kind = type(node).__name__
    if kind in _INSTEAD:
        return _INSTEAD[kind]
    if isinstance(node, sympy.logic.boolalg.Boolean):
        return "a comparison chooses between two values: write where(condition, one, other)"
    if isinstance(node, sympy.NumberSymbol):
        return "write the number as a decimal or a Rational"
    known = ", ".join(sorted(head.__name__ for head in BY_HEAD))
    return f"the functions of a formula are {known}, sqrt, and those made of them"
