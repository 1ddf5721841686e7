"""Differences: a polynomial that does not change when one number is added to two inputs is one of their difference.

    p(x, y)  =  p(x - y, 0)        where p(x + c, y + c) = p(x, y) for every c

A derivation multiplies out: ``x^2 - 2 x y + y^2`` is short on paper, and a small difference of large numbers where
``x`` and ``y`` are near to each other and far from 0.  What stands beside the powers of the two may be anything: it is
a coefficient, the same before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

from sympy import Add, Dummy, Integer, Mul, expand

from derive.language.components import CACHED, Component
from derive.language.nodes import in_parts
from derive.numerics.forms import Centred, Shifted

HIGHEST = 8
"""Powers beyond which nothing is multiplied out again."""


@lru_cache(maxsize=CACHED)  # a value and a gradient are asked for alone and together
def by_differences(e: Any) -> Any:
    """The expression with every such polynomial in the difference."""
    if not e.args or isinstance(e, Component | Centred | Shifted):
        return e
    e = in_parts(by_differences, e)
    for one, other in _pairs(e) if isinstance(e, Add) else ():
        e = _in_difference(e, one, other)
    return e


def _pairs(total: Any) -> list[tuple[Any, Any]]:
    """Inputs of one class that are factors of one term."""
    return list(dict.fromkeys(pair for term in total.args for pair in _multiplied(term)))


def _multiplied(term: Any) -> Iterator[tuple[Any, Any]]:
    bases = sorted((b for b, _ in map(_based, Mul.make_args(term)) if isinstance(b, Component)), key=str)
    yield from ((one, other) for one, other in combinations(bases, 2) if one.index == other.index)


def _based(factor: Any) -> tuple[Any, Any]:
    base, power = factor.as_base_exp()
    whole = power.is_Integer and 0 < power <= HIGHEST
    return (base, power) if isinstance(base, Component) and whole else (factor, Integer(1))


def _in_difference(total: Any, one: Any, other: Any) -> Any:
    """The terms with powers of the two in them as terms in their difference, where it is all that they tell."""
    x, y, step = Dummy("x"), Dummy("y"), Dummy("d")
    coefficients: dict[Any, Any] = {}
    moving: list[Any] = []
    rest: list[Any] = []
    for term in Add.make_args(total):
        parts = [_based(factor) for factor in Mul.make_args(term)]
        powers = Mul(*[{one: x, other: y}[base] ** power for base, power in parts if base in (one, other)])
        number, beside = Mul(*[base**power for base, power in parts if base not in (one, other)]).as_coeff_Mul()
        named = coefficients.setdefault(beside, Dummy("c"))
        (rest if powers == 1 else moving).append(term if powers == 1 else number * named * powers)
    found = expand(Add(*moving).xreplace({x: y + step}))
    if y in found.free_symbols or found.as_poly(step).degree() < 2:
        return total
    back = {name: beside for beside, name in coefficients.items()}
    return Add(*rest, found.xreplace({**back, step: Centred(one, other)}))
