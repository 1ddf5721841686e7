"""Weights: a factor of 0 beside a logarithm of 0, or beside a score of minus infinity, makes the product 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Add, KroneckerDelta, Mul, exp, log

from derive.language.nodes import Component
from derive.program.nodes import Log1p, Shifted


def weights_of(factors: Sequence[Any]) -> list[Any]:
    """The factors that may be 0 where another may be infinite: ``0 log 0`` is 0, whatever the other factor."""
    unbounded = any(_is_unbounded(f) for f in factors)
    found = [f for f in factors if _vanishes(f)] if unbounded else []
    return found if len(found) < len(factors) else []


def choices_of(factors: Sequence[Any]) -> list[Any]:
    """Deltas, and one minus a delta: each chooses, and is a weight whatever stands beside it."""
    found = [f for f in factors if _is_choice(f)]
    return found if len(found) < len(factors) else []


def _is_choice(factor: Any) -> bool:
    return any(isinstance(f, KroneckerDelta) for f in (factor, 1 - factor))


def _vanishes(factor: Any) -> bool:
    """Whether a factor may be exactly 0: an input, a shifted exponential, one minus an input."""
    if isinstance(factor, exp):
        return bool(factor.has(Shifted))
    input_ = next((f for f in (factor, 1 - factor) if isinstance(f, Component)), None)
    return input_ is not None and not (factor == input_ and factor.is_positive)


def _is_unbounded(factor: Any) -> bool:
    """Whether a factor may be infinite: a logarithm, or a score less the largest."""
    if isinstance(factor, (Add, Mul)):
        return any(_is_unbounded(part) for part in factor.args)
    return isinstance(factor, (log, Log1p, Shifted)) and not factor.is_number
