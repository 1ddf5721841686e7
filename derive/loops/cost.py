"""What loops cost: how often each part of an expression is computed, as a power of the size of an axis.

All axes count as equally long.  The cost of a formula itself is what it takes where each of its parts is computed once
for every choice of the indices that it depends on, and kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sympy import Symbol

from derive.language.axes import is_size
from derive.language.components import CACHED
from derive.language.inputs import Label
from derive.language.nodes import Binder, symbols_of


def degree_of_formula(expression: Any, indices: Sequence[Symbol]) -> int:
    """Of what it takes to compute it for all of these indices, each part of it once."""
    return max(len(indices), _own(expression))


@lru_cache(maxsize=CACHED)
def _own(e: Any) -> int:
    if isinstance(e, Binder):
        body, index = e.opened()
        return max(_own(body), len(indices_of(body) | {index}))
    return max((len(indices_of(e)), *map(_own, e.args)))


def degree_of_loops(expression: Any, order: Sequence[Symbol]) -> int:
    """Of what it takes in loops in this order, each part of it in the outermost that has its indices."""
    return max(len(order), _nested(expression, tuple(order)))


@lru_cache(maxsize=CACHED)
def _nested(e: Any, order: tuple[Any, ...]) -> int:
    inside = indices_of(e)
    depth = max((order.index(i) + 1 for i in inside if i in order), default=0)
    if isinstance(e, Binder):
        body, index = e.opened()
        return _nested(body, (*order[:depth], index))
    return max((depth, *(_nested(a, order[:depth]) for a in e.args)))


@lru_cache(maxsize=CACHED)
def indices_of(e: Any) -> frozenset[Any]:
    """The indices on which a value depends, those in the place of a label included."""
    free = (s for s in symbols_of(e) if isinstance(s, Symbol) and s.is_integer)
    return frozenset(s for s in free if not (is_size(s) or isinstance(s, Label)))
