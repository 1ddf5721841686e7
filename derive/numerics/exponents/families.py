"""Families of exponentials: which stand in an expression, and whether all are powers of one."""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd, lcm
from typing import Any

from sympy import Add, Mul, Pow, Rational, exp, log

from derive.algebra.rational import normal


def exponentials(expression: Any) -> set[Any]:
    """The exponentials that the pass sees, ``exp(u)`` and ``b**u`` with a number b > 1: none in sums and functions."""
    if _power(expression) is not None:
        return {expression}
    if not is_open(expression):
        return set()
    return {found for part in expression.args for found in exponentials(part)}


def _power(node: Any) -> tuple[Any, Any] | None:
    """Base and exponent of an exponential."""
    if isinstance(node, exp):
        return (exp(1), node.args[0]) if not node.is_number else None
    if isinstance(node, Pow) and node.base.is_number and node.base > 1 and not node.exp.is_number:
        return node.base, node.exp
    return None


def is_open(e: Any) -> bool:
    """Whether the pass looks into a node, and does not take it as a whole."""
    return isinstance(e, (Add, Mul, log)) or (isinstance(e, Pow) and e.exp.is_Integer)


def family(found: Iterable[Any]) -> tuple[Any, Any, dict[Any, int]] | None:
    """Base, exponent ``u``, and the whole power of ``b**u`` that each exponential is; ``None``: no one u fits all."""
    powers = {node: _power(node) for node in sorted(found, key=str)}
    bases = {p[0] for p in powers.values() if p}
    if len(bases) != 1:
        return None
    exponents = {node: p[1] for node, p in powers.items() if p}
    first = next(iter(exponents.values()))
    first = -first if first.could_extract_minus_sign() else first
    ratios = {node: normal(exponent / first) for node, exponent in exponents.items()}
    if not all(isinstance(ratio, Rational) for ratio in ratios.values()):
        return None
    below = lcm(*[int(r.q) for r in ratios.values()])
    counts = {node: int(r.p) * below // int(r.q) for node, r in ratios.items()}
    shared = gcd(*counts.values())
    return bases.pop(), first * Rational(shared, below), {node: count // shared for node, count in counts.items()}
