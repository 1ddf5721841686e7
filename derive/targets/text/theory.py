"""What a theorem is stated for, and the numbers of a witness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Basic

from derive.calculus.records import Theorem
from derive.language.nodes import Permutation
from derive.targets.text.signs import Signs
from derive.targets.words import Words


def quantities(theorem: Theorem, signs: Signs, words: Words, show: Callable[[Basic], str]) -> list[str]:
    """Each constant with the numbers that it stands for, and each permutation, of which a theorem holds."""
    found = [_constant(show(constant), getattr(constant, "domain", "real"), signs) for constant in theorem.constants]
    permutations = theorem.left.atoms(Permutation) | theorem.right.atoms(Permutation)
    names = [signs.style.names.get(p.name, p.name) for p in sorted(permutations, key=lambda p: p.name)]
    return found + [words.fill("permutation {name} of the classes", name=name) for name in names]


def _constant(name: str, domain: str, signs: Signs) -> str:
    ranges = {"positive": "{0} > 0", "unit": "0 < {0} < 1"}
    return ranges.get(domain, f"{{0}} {signs.belongs} {signs.reals}").format(name)


def numbers(at: Mapping[Any, Any], signs: Signs) -> list[str]:
    """Each quantity of a witness with its value: ``x = (1/2, 1/2)``."""
    return [f"{signs.style.names.get(str(key), str(key))} = {_number(value)}" for key, value in at.items()]


def _number(value: Any) -> str:
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)
