"""What a statement is about, in the notation of TeX: its constants, its relabellings, the numbers of an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr, Symbol

from derive.document.parts import Quantities
from derive.language.axes import CLASSES, Axis, axis_of
from derive.language.components import Labels, Vector
from derive.language.domains import Domain
from derive.language.domains import domain_of as input_domain
from derive.language.inputs import Input, Label, Parameter
from derive.targets.tex.printer import bold, latex, name_of

_COMMA = r",\, "
_SIGNS = {False: (">", "<"), True: (r"\ge", r"\le")}


def symbol_of(given: Any) -> str:
    """A vector in bold, anything else by its name."""
    return bold(given.name) if isinstance(given, Vector) else name_of(getattr(given, "name", str(given)))


def domain_of(given: Input) -> str:
    """``symbol in set``."""
    if isinstance(given, Label):
        return rf"{symbol_of(given)} \in \{{1, \dots, n\}}"
    if isinstance(given, Labels):
        return rf"{symbol_of(given)} \in \{{1, \dots, {name_of(given.among.size.name)}\}}^{{{_shape(given.axes)}}}"
    domain = input_domain(given)
    if isinstance(given, Parameter):
        return rf"{symbol_of(given)} \in {_numbers(domain)}"
    if given.axes != (CLASSES,):
        return rf"{symbol_of(given)} \in {_numbers(domain)}^{{{_shape(given.axes)}}}"
    return rf"{symbol_of(given)} \in {space(domain)}"


def _shape(axes: Sequence[Axis]) -> str:
    return r" \times ".join(name_of(axis.size.name) for axis in axes)


def ranges(indices: Sequence[Symbol]) -> str:
    """From 1 to what each index runs."""
    one = [rf"{name_of(i.name)} = 1, \dots, {name_of(axis_of(i).size.name)}" for i in indices]
    return r",\; ".join(one)


def space(domain: Domain) -> str:
    """The set of the vectors of a domain."""
    return r"\Delta^{n-1}" if domain.total == 1 else f"{_numbers(domain)}^n"


def _numbers(domain: Domain) -> str:
    if domain.low is None or domain.high is None:
        return r"\mathbb{R}" if domain.low is None else rf"\mathbb{{R}}_{{{_SIGNS[domain.closed][0]}{domain.low}}}"
    opening, closing = "[]" if domain.closed else "()"
    return f"{opening}{domain.low}, {domain.high}{closing}"


def quantities(held_for: Quantities) -> tuple[str, ...]:
    """Each constant with the numbers that it stands for, and each permutation, of which a theorem holds."""
    relabellings = (rf"{name_of(p.name)} \in S_n" for p in held_for.permutations)
    return (*map(_constant, held_for.constants), *relabellings)


def numbers(at: Mapping[Any, Any]) -> tuple[str, ...]:
    """Each quantity of an example with its value."""
    return tuple(f"{symbol_of(key)} = {number(value)}" for key, value in at.items())


def number(value: Any) -> str:
    """An exact number, an expression, or the components of a vector."""
    if isinstance(value, tuple):
        return f"({_COMMA.join(map(number, value))})"
    if isinstance(value, Expr):
        return latex(value, "")
    top, bottom = getattr(value, "numerator", value), getattr(value, "denominator", 1)
    sign = "-" if top < 0 else ""
    return str(value) if bottom == 1 else rf"{sign}\tfrac{{{abs(top)}}}{{{bottom}}}"


def _constant(constant: Symbol) -> str:
    domain, name = input_domain(constant), name_of(constant.name)
    if domain.low is None:
        return rf"{name} \in {_numbers(domain)}"
    above, below = _SIGNS[domain.closed]
    return (
        f"{name} {above} {domain.low}" if domain.high is None else f"{domain.low} {below} {name} {below} {domain.high}"
    )
