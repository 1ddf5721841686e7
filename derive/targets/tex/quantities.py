"""What a statement is about, in the notation of TeX: its constants, its relabellings, the numbers of an example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Symbol

from derive.calculus.records import Theorem
from derive.language.inputs import Input, Label, Parameter
from derive.language.nodes import Permutation, Vector
from derive.targets.tex.printer import bold, name_of

_SPACES = {
    "real": r"\mathbb{R}^n",
    "positive": r"\mathbb{R}_{>0}^n",
    "unit": "(0, 1)^n",
    "probability": r"\Delta^{n-1}",
}
_RANGES = {"positive": "{0} > 0", "unit": "0 < {0} < 1"}
_COMMA = r",\, "


def symbol_of(given: Any) -> str:
    """A vector in bold, anything else by its name."""
    return bold(given.name) if isinstance(given, Vector) else name_of(getattr(given, "name", str(given)))


def domain_of(given: Input) -> str:
    """``symbol in set``."""
    if isinstance(given, Label):
        return rf"{symbol_of(given)} \in \{{1, \dots, n\}}"
    if isinstance(given, Parameter):
        space = r"\mathbb{R}_{>0}" if given.domain == "positive" else r"\mathbb{R}"
        return rf"{symbol_of(given)} \in {space}"
    return rf"{symbol_of(given)} \in {_SPACES[given.domain]}"


def quantities(theorem: Theorem) -> tuple[str, ...]:
    """Each constant with the numbers that it stands for, and each permutation, of which a theorem holds."""
    permutations = theorem.left.atoms(Permutation) | theorem.right.atoms(Permutation)
    relabellings = (rf"{name_of(p.name)} \in S_n" for p in sorted(permutations, key=lambda p: p.name))
    return (*map(_constant, theorem.constants), *relabellings)


def numbers(at: Mapping[Any, Any]) -> tuple[str, ...]:
    """Each quantity of an example with its value."""
    return tuple(f"{symbol_of(key)} = {number(value)}" for key, value in at.items())


def number(value: Any) -> str:
    """An exact number, or the components of a vector."""
    if isinstance(value, tuple):
        return f"({_COMMA.join(map(number, value))})"
    top, bottom = getattr(value, "numerator", value), getattr(value, "denominator", 1)
    sign = "-" if top < 0 else ""
    return str(value) if bottom == 1 else rf"{sign}\tfrac{{{abs(top)}}}{{{bottom}}}"


def _constant(constant: Symbol) -> str:
    pattern = _RANGES.get(getattr(constant, "domain", "real"), r"{0} \in \mathbb{{R}}")
    return pattern.format(name_of(constant.name))
