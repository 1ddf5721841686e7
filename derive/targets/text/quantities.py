"""What a theorem is stated for, and the numbers of a witness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sympy import Basic

from derive.document.parts import Quantities
from derive.language.domains import Domain, domain_of
from derive.targets.text.characters import Signs
from derive.targets.words import Words


def quantities(held_for: Quantities, signs: Signs, words: Words, show: Callable[[Basic], str]) -> list[str]:
    """Each constant with the numbers that it stands for, and each permutation, of which a theorem holds."""
    found = [_constant(show(constant), domain_of(constant), signs) for constant in held_for.constants]
    names = [signs.style.names.get(p.name, p.name) for p in held_for.permutations]
    return found + [words.fill("permutation {name} of the classes", name=name) for name in names]


def space(domain: Domain, signs: Signs, power: str = "") -> str:
    """What the numbers of a domain belong to, or with ``power`` the vectors; not what they sum to."""
    if domain.low is None or domain.high is None or domain.total is not None:
        end = "" if domain.low is None else f", {_above(domain, signs)} {domain.low}"
        return f"{signs.belongs} {signs.reals}{power}{end}"
    opening, closing = "[]" if domain.closed else "()"
    return f"{signs.belongs} {opening}{domain.low}, {domain.high}{closing}{power}"


def _constant(name: str, domain: Domain, signs: Signs) -> str:
    if domain.low is None:
        return f"{name} {space(domain, signs)}"
    if domain.high is None:
        return f"{name} {_above(domain, signs)} {domain.low}"
    below = signs.relations["<=" if domain.closed else "<"]
    return f"{domain.low} {below} {name} {below} {domain.high}"


def _above(domain: Domain, signs: Signs) -> str:
    return signs.relations[">=" if domain.closed else ">"]


def numbers(at: Mapping[Any, Any], signs: Signs) -> list[str]:
    """Each quantity of a witness with its value: ``x = (1/2, 1/2)``."""
    return [f"{signs.style.names.get(str(key), str(key))} = {_number(value)}" for key, value in at.items()]


def _number(value: Any) -> str:
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)
