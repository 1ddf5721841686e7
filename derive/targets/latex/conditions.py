"""Side conditions in LaTeX."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Dummy

from derive.calculus.records import Condition
from derive.language.formula import Formula
from derive.targets.base import PrintError
from derive.targets.latex.chain import fitted
from derive.targets.latex.printer import marks, name_of
from derive.targets.latex.strings import Strings

_RELATIONS = {
    "positive": "{0} > 0",
    "nonnegative": r"{0} \ge 0",
    "nonzero": r"{0} \ne 0",
    "in_range": r"1 \le {0} \le n",
    "equal": "{0} = {1}",
    "distinct": r"{0} \ne {1}",
    "sums_to_one": "{0} = 1",
}


def condition(owed: Condition, formula: Formula, strings: Strings, taken: Iterable[str] = ()) -> str:
    """One condition, in math mode.  Raises PrintError on a kind that is not known here."""
    spelled = {
        **_RELATIONS,
        "free": strings.condition_free,
        "integer": strings.condition_integer,
        "whole": strings.condition_whole,
        "known_positive": _RELATIONS["positive"],
    }.get(owed.kind)
    if spelled is None:
        raise PrintError(
            f"latex: formula {formula.name!r}: no notation for a condition of the kind {owed.kind!r}: "
            f"add it to derive/targets/latex/conditions.py"
        )
    subjects = [marks(subject, formula.name, taken) for subject in owed.subject]
    text = spelled.format(*map(fitted, subjects))
    running = sorted({s.name for c in owed.subject for s in c.free_symbols if isinstance(s, Dummy) and s.is_integer})
    return text + (strings.for_every_index.format(names=", ".join(map(name_of, running))) if running else "")


def conditions(
    owed: Iterable[Condition], formula: Formula, strings: Strings, taken: Iterable[str] = ()
) -> tuple[str, ...]:
    """Each once, as it is read (two bound indices may differ in nothing else)."""
    return tuple(dict.fromkeys(condition(c, formula, strings, taken) for c in owed))
