"""Two derivations that say together what their start is for all indices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sympy import Expr

from derive.algebra.records import Condition, Derivation
from derive.language.nodes import substitute


@dataclass(frozen=True)
class TwoCases:
    """Two derivations of one thing, for two equal indices and for two distinct ones; ``after`` is the later one."""

    start: Expr
    equal: Derivation
    distinct: Derivation
    where_equal: Condition
    where_distinct: Condition
    after: Derivation


def joined_cases(derivations: Sequence[Derivation]) -> tuple[TwoCases, ...]:
    """Every pair of derivations that says together what its start is for all indices."""
    found = []
    for distinct in derivations:
        for equal in derivations:
            pair = _pair(equal, distinct)
            if pair is not None and _agree(equal.start, distinct.start, pair[1]):
                later = max(equal, distinct, key=derivations.index)
                found.append(TwoCases(distinct.start, equal, distinct, *pair, later))
    return tuple(found)


def _pair(equal: Derivation, distinct: Derivation) -> tuple[Condition, Condition] | None:
    one, other = _only(equal.assumptions, "equal"), _only(distinct.assumptions, "distinct")
    if one is None or other is None or set(one.subject) != set(other.subject):
        return None
    return one, other


def _only(assumptions: Iterable[Condition], kind: str) -> Condition | None:
    relevant = [c for c in assumptions if c.kind in ("equal", "distinct")]
    return relevant[0] if len(relevant) == 1 and relevant[0].kind == kind else None


def _agree(one: Expr, other: Expr, condition: Condition) -> bool:
    """Whether two starts are the same where the two indices are."""
    first, second = condition.subject
    return bool(substitute(one, {second: first}) == substitute(other, {second: first}))
