"""What formulas and claims may be made of: one walk over the whole expression finds what is outside the language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import sympy
from sympy import Add, Expr, KroneckerDelta, Mul, Pow, Rational, S, Symbol

from derive.language.axes import Pick
from derive.language.choices import Compare
from derive.language.components import Along, Component, Image, Permutation, Vector
from derive.language.formula import Head, Value
from derive.language.functions import BY_HEAD
from derive.language.inputs import NAMES_ONE, is_index
from derive.language.nodes import Binder, Limit, Partial
from derive.language.spoken import spoken

_NODES = (
    Symbol, Rational, Vector, Component, Pick, KroneckerDelta, Binder, Head, Value, Add, Mul, Pow, sympy.Max, Compare,
    *BY_HEAD,
)  # fmt: skip
_OF_CLAIMS = {
    Partial: "write the derivative out",
    Limit: "write what it comes to",
    Image: "write it for the classes in their order",
    Permutation: "write it for the classes in their order",
    Along: "write the derivative out",
}
"""What claims alone are about, and what a formula says in its place."""
_CONSTANTS = (S.Exp1, S.Pi)
_INSTEAD = {
    "Sum": "write Sum(body, k) with the Sum of derive.language, which runs through the classes",
    "Product": "write Prod(body, k) with the Prod of derive.language, which runs through the classes",
    "Derivative": "write the derivative out",
    "Subs": "write the derivative out",
    "floor": "a formula has no rounding: write where(condition, one, other)",
    "ceiling": "a formula has no rounding: write where(condition, one, other)",
    "Mod": "a formula has no rounding: write where(condition, one, other)",
    "factorial": "write the numbers out",
    "tan": "write sin(u)/cos(u)",
    "cot": "write cos(u)/sin(u)",
    "sec": "write 1/cos(u)",
    "csc": "write 1/sin(u)",
    "sinh": "write (exp(u) - exp(-u))/2",
    "cosh": "write (exp(u) + exp(-u))/2",
    "coth": "write 1/tanh(u)",
    "sech": "write 2/(exp(u) + exp(-u))",
    "csch": "write 2/(exp(u) - exp(-u))",
    "erfc": "write it with the erfc of derive.language, which takes no sign out of its argument",
    "expm1": "write exp(u) - 1",
    "log1p": "write log(1 + u)",
    "exp2": "write 2**u",
    "log2": "write log(u)/log(2)",
    "log10": "write log(u)/log(10)",
    "Float": "write it as a fraction",
    "ITE": "write where(condition, one, other)",
}


def check_words(expression: Any, refuse: Callable[[str], None], *, claimed: bool = False) -> None:
    """Call ``refuse`` with a sentence on the first node that has no place there, and what to write instead.

    claimed: in a claim, which may speak of derivatives, limits and permutations too.
    """
    if not isinstance(expression, Expr):
        refuse(f"{spoken(expression)} is no number for each class or row: {_way_out(expression)}")
        return
    for node, beside in _walk(expression, expression):
        if problem := _problem(node, partial(_shown, node, beside), claimed):
            refuse(problem)


def _shown(node: Any, beside: Any) -> str:
    return spoken(beside if node.is_number and beside is not node else node)


def _walk(node: Any, beside: Any) -> Iterator[tuple[Any, Any]]:
    """Each node, with the smallest expression around it that says where it stands."""
    yield node, beside
    for part in _inside(node):
        yield from _walk(part, node)


def _inside(node: Any) -> tuple[Any, ...]:
    """The parts that have to be words themselves; classes are looked at with what they stand in."""
    if isinstance(node, (Value, Component, KroneckerDelta, Image, Along, Pick)):  # (a value's formula was checked)
        return ()
    if isinstance(node, Binder):
        return (node.opened()[0],)
    return node.args[:2] if isinstance(node, Limit) else node.args  # type: ignore[no-any-return]


def _classes(node: Any) -> tuple[Any, ...]:
    """What has to name a class."""
    if isinstance(node, KroneckerDelta):
        return node.args[:2]  # type: ignore[no-any-return]
    if isinstance(node, Image):
        return (node.index,)
    return node.indices if isinstance(node, (Component, Value, Pick)) else ()


def _problem(node: Any, shown: Callable[[], str], claimed: bool) -> str | None:
    """``shown`` spells the node, which takes long and is seldom asked for."""
    for index in _classes(node):
        if not (is_index(index) or isinstance(index, (Image, *NAMES_ONE))):
            return f"{shown()}: {spoken(index)} names no class: give an index (from indices) or a label"
        if not claimed and isinstance(index, Image):
            return f"{shown()} belongs in a claim: {_OF_CLAIMS[Image]}"
    if isinstance(node, Vector):
        return f"{node.name} stands without an index: write {node.name}[k]"
    if not claimed and type(node) in _OF_CLAIMS:
        return f"{shown()} belongs in a claim: {_OF_CLAIMS[type(node)]}"
    if node in (S.ComplexInfinity, S.NaN):
        return f"{shown()} has no value: it divides by 0, or takes log(0); take that part out"
    if node in (S.Infinity, S.NegativeInfinity):
        return f"{shown()} is infinite: a formula holds finite numbers; take oo, or log(0), out"
    if node is S.ImaginaryUnit:
        return f"{shown()} is not real: it holds the log or a root of a negative number, or I; take that part out"
    if isinstance(node, sympy.log) and node.args[0].is_nonpositive:
        return f"{shown()} has no value: what a log is taken of is never positive here; change its sign, or the domain"
    if isinstance(node, Pow) and node.base.is_negative and node.exp.is_integer is False:
        return f"{shown()} is not real: it is a root of what is never positive; change its sign, or write where(...)"
    if isinstance(node, (*_NODES, *_OF_CLAIMS)) or node in _CONSTANTS:
        return None
    return f"{shown()} is outside the language: {_way_out(node)}"


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
