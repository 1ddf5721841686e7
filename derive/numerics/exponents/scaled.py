"""What is on a scale: the exponent that was taken off, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scaled:
    """``exp(exponent) * value``.

    exponent: a sum of exponents and of shifts (:class:`FiniteOrZero`).
    terms:    where the value is a sum over different exponents: these and their factors, before the scale is taken off.
    """

    exponent: Any
    value: Any
    terms: tuple[tuple[Any, Any], ...] = ()
