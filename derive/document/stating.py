"""How a condition reads: as a person writes it, in English with places for its subjects."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Basic, Dummy, Expr, S, Symbol

from derive.algebra.records import Condition
from derive.document.recorded import DocumentError
from derive.language.axes import CLASSES, axis_of
from derive.language.nodes import substitute

CONDITIONS = {
    "positive": "{0} > 0",
    "known_positive": "{0} > 0",
    "nonnegative": "{0} >= 0",
    "nonzero": "{0} != 0",
    "in_range": "1 <= {0} <= n",
    "within": "1 <= {0} <= {1}",
    "equal": "{0} = {1}",
    "distinct": "{0} != {1}",
    "sums_to_one": "{0} = 1",
    "sums_to": "{0} = {1}",
    "largest": "{0} is larger than every other component",
    "attained_once": "{0} is attained at one class alone",
    "greater": "{0} > {1}",
    "less": "{0} < {1}",
    "at_least": "{0} >= {1}",
    "at_most": "{0} <= {1}",
    "different": "{0} != {1}",
    "negative_apart": "{0} < 0 wherever {1} != {2}",
    "tends_to": "{0} -> {3} as {1} -> {2}",
    "converges": "{0} converges as {1} -> {2}",
    "has_limit": "{0} has a limit as {1} -> {2}",
    "free": "{0} does not depend on {1}",
    "integer": "{0} is an integer",
    "whole": "{0} is an integer and not negative",
}
"""Kind of condition -> how it reads, with the parts of its subject by their number."""

FROM_ABOVE = "{0} -> {3} as {1} -> 0 from above"
FOR_EVERY = "{condition} for every {names}"
FOR_EVERY_OTHER = "{0} < 0 for every {1} != {2}"


def condition_pattern(owed: Condition, whose: str) -> str:
    """How a condition reads in English.  Raises DocumentError, which names ``whose`` it is, for an unknown kind."""
    if owed.kind == "tends_to" and owed.subject[2] == S.Zero:
        return FROM_ABOVE
    if owed.kind == "negative_apart" and is_running(owed.subject[1]):
        return FOR_EVERY_OTHER
    if owed.kind not in CONDITIONS:
        raise DocumentError(
            f"formula {whose!r}: no words for a condition of the kind {owed.kind!r}: "
            f"add it to derive/document/stating.py"
        )
    return CONDITIONS[owed.kind]


def running_indices(owed: Condition) -> list[str]:
    """The indices of opened sums that stand in a condition: it holds for every one of them."""
    if owed.kind == "negative_apart" and is_running(owed.subject[1]):
        return []
    return sorted({s.name for c in owed.subject for s in c.free_symbols if is_running(s)})


def is_running(symbol: Basic) -> bool:
    return isinstance(symbol, Dummy) and bool(symbol.is_integer)


_COMPARED = {"positive": "greater", "nonnegative": "at_least", "nonzero": "different"}
_TURNED = {"greater": "less", "at_least": "at_most", "different": "different"}


def compared(owed: Condition) -> Condition:
    """As a person writes it: ``a > b`` for ``a - b > 0``, ``a < 0`` for ``-a > 0``, with a number on the right.

    A range along an axis that is not the classes ends at its size.
    """
    if owed.kind == "in_range" and (axis := axis_of(owed.subject[0])) != CLASSES:
        return Condition("within", (*owed.subject, axis.size))
    kind = _COMPARED.get(owed.kind)
    terms = Add.make_args(owed.subject[0]) if kind else ()
    less = Add(*(-term for term in terms if _is_taken_away(term)))
    if kind is None or less == 0:
        return owed
    more = Add(*(term for term in terms if not _is_taken_away(term)))
    turned = more.is_number and not less.is_number
    return Condition(_TURNED[kind], (less, more)) if turned else Condition(kind, (more, less))


def as_read(owed: Iterable[Condition], told: Iterable[Condition] = ()) -> tuple[Condition, ...]:
    """Conditions as they read, each once, but for those that read like one that was told.

    Two that differ in nothing but a bound index read alike.
    """
    before = {_reading(compared(condition)) for condition in told}
    found: dict[object, Condition] = {}
    for condition in map(compared, owed):
        found.setdefault(_reading(condition), condition)
    return tuple(condition for reading, condition in found.items() if reading not in before)


def _reading(owed: Condition) -> tuple[str, tuple[Basic, ...]]:
    return CONDITIONS.get(owed.kind, owed.kind), tuple(map(_with_letters, owed.subject))


def _with_letters(subject: Basic) -> Basic:
    """The subject with the letter of each index that runs in place of the index."""
    running = {s: Symbol(s.name, integer=True) for s in getattr(subject, "free_symbols", ()) if is_running(s)}
    return substitute(subject, running) if running else subject


def _is_taken_away(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)
