"""No limit goes unseen: what has none is worth nothing, whatever factor 0 stands beside it.

That a limit exists is owed by no step; a proof that has taken every limit has found it.  So a limit may leave a line by
being taken, and in no other way: not by a factor 0, not by what cancels it, not as the inside of what has a sign.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sympy import Dummy, Tuple

from derive.algebra.canonical import canonical
from derive.algebra.records import Rule
from derive.language.formula import unfold
from derive.language.nodes import BoundIndex, Limit, substitute
from derive.language.spoken import spoken
from derive.proofs.line import LineError

Form = Callable[[Any], Any]

CLASS = Dummy("k", integer=True)
"""Any index of a sum around a limit."""


def refuse_hidden(before: Any, after: Any, form: Form = lambda limit: limit) -> None:
    """Refuse a line where a limit of the one before is gone that was not taken.

    form: what became of each limit, by itself.  Raises LineError.
    """
    known = _limits(after).values()
    gone = [limit for limit, found in _limits(before, form).items() if not found <= frozenset().union(*known)]
    if gone:
        shown = min(spoken(limit.body) for limit in gone)
        raise LineError(f"the limit of {shown} is not taken, and may not exist", "take it in a line of its own")


def refuse_unlike(one: Any, other: Any, form: Form = lambda limit: limit) -> None:
    """Refuse two lines that say the same but of limits that only one of them has.  Raises LineError."""
    refuse_hidden(one, Tuple(*map(form, other.atoms(Limit))), form)
    refuse_hidden(other, Tuple(*map(form, one.atoms(Limit))), form)


def marked(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules, leaving a mark where they take a limit: nothing that they make is 0."""
    return tuple(map(_marked, rules))


@cache
def _marked(rule: Rule) -> Rule:
    before, after = rule.pattern, rule.result
    if before is None or after is None or after.has(Limit) or not before.has(Limit):
        return rule
    return replace(rule, result=after + Dummy("taken"))


def _limits(line: Any, form: Form = lambda limit: limit) -> dict[Any, frozenset[Any]]:
    """The limits in a line, each with what became of it in one form, whatever sums stand around it."""
    return {limit: frozenset(map(_in_one_form, form(limit).atoms(Limit))) for limit in line.atoms(Limit)}


def _in_one_form(limit: Any) -> Any:
    found = canonical(unfold(limit))
    outside = {s for s in found.free_symbols if isinstance(s, (BoundIndex, Dummy)) and s.is_integer}
    return substitute(found, dict.fromkeys(outside, CLASS))
