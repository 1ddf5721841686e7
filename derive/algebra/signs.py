"""What is known of a sign from the domains of the inputs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, KroneckerDelta, Mul, Pow, S, log

from derive.language.components import Component
from derive.language.domains import Domain, domain_of
from derive.language.inputs import Scalar
from derive.language.nodes import Max, Prod, Sum


@lru_cache(maxsize=16384)
def is_positive(expression: Any) -> bool:
    """Whether an expression is above 0 wherever its inputs are in their domains."""
    if expression.is_positive or _is_complement(expression):
        return True
    if isinstance(expression, (Sum, Prod)):
        return is_positive(expression.body)
    if isinstance(expression, Pow):
        return is_positive(expression.base)
    if isinstance(expression, Mul):
        return all(map(is_positive, expression.args))
    if isinstance(expression, Add):
        return any(map(is_positive, expression.args)) and all(map(is_nonnegative, expression.args))
    return False


@lru_cache(maxsize=16384)
def is_nonnegative(expression: Any) -> bool:
    """Whether an expression is at least 0 wherever its inputs are in their domains."""
    if expression.is_nonnegative or is_positive(expression) or _is_rest(expression) or _is_below_maximum(expression):
        return True
    if isinstance(expression, KroneckerDelta):
        return True
    if isinstance(expression, (Sum, Prod)):
        return is_nonnegative(expression.body)
    if isinstance(expression, Pow):
        return bool(expression.exp.is_even) or is_nonnegative(expression.base)
    if _is_minus_logarithm(expression):
        return True
    if isinstance(expression, (Add, Mul)):
        return all(map(is_nonnegative, expression.args))
    return isinstance(expression, log) and is_nonnegative(expression.args[0] - 1)


def _is_minus_logarithm(expression: Any) -> bool:
    """``-log(u)`` for a u above 0 of which the reciprocal is at least 1."""
    inner = -expression
    return isinstance(inner, log) and is_positive(inner.args[0]) and is_nonnegative(1 / inner.args[0] - 1)


def _is_complement(expression: Any) -> bool:
    """``1 - q`` for a q between 0 and 1."""
    domain = _domain(1 - expression)
    return domain is not None and domain.high == 1 and not domain.closed


def _is_rest(expression: Any) -> bool:
    """``1 - p`` for a p that is at most 1: a probability, a delta."""
    domain = _domain(1 - expression)
    return isinstance(1 - expression, KroneckerDelta) or (domain is not None and domain.high == 1)


def _domain(part: Any) -> Domain | None:
    if isinstance(part, Component):
        return domain_of(part.vector)
    return domain_of(part) if isinstance(part, Scalar) else None


def _is_below_maximum(expression: Any) -> bool:
    """``max_k f_k - f_i``."""
    for largest in (term for term in Add.make_args(expression) if isinstance(term, Max)):
        taken = largest - expression
        if any(largest.at(index) == taken for index in taken.free_symbols if index.is_integer):
            return True
    return False


def tendency(expression: Any, variable: Any, to: Any) -> Any:
    """Where an expression goes: ``oo``, ``-oo``, 0 for "to a finite limit", ``None`` where that is not known.

    Known are constants and ``a + b z`` or ``a + b/z``, with a known sign of ``b``.
    """
    if not _depends(expression, variable):
        return S.Zero
    found = {_term_tendency(term, variable, to) for term in Add.make_args(expression)} - {S.Zero}
    return S.Zero if not found else found.pop() if len(found) == 1 else None


def _term_tendency(term: Any, variable: Any, to: Any) -> Any:
    if not _depends(term, variable):
        return S.Zero
    for power in (variable, 1 / variable):
        slope = term / power
        if not _depends(slope, variable):
            end = {S.Infinity: S.Infinity, S.NegativeInfinity: S.NegativeInfinity, S.Zero: S.Zero}[to]
            grows = end if power == variable else S.Infinity if to == S.Zero else S.Zero
            if grows == S.Zero:
                return S.Zero
            sign = 1 if is_positive(slope) else -1 if is_positive(-slope) else None
            return None if sign is None else sign * grows
    return None


def _depends(expression: Any, variable: Any) -> bool:
    inside = variable.args[0] if variable.args else variable
    return inside in expression.free_symbols
