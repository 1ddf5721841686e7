"""What a step of a proof owes has to follow: from the domains, from what is assumed, or from the left side itself.

Numbers cannot settle an inequality: ``4 - x >= 0`` holds wherever x is tried, if it is tried below 4 alone.  So a
condition on a sign is settled here, or the line that owes it is refused.

That something is not 0 is another matter.  Two sides that are equal, or one at most the other, wherever it is not 0,
are so in the limit too; numbers tell what is 0 everywhere.  A strict inequality alone needs it to the letter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sympy import Dummy, Mul, Pow, Symbol, Tuple, factor, log

from derive.algebra import is_nonnegative, is_positive, same
from derive.algebra.matching import FreeHole, depends, fraction, match
from derive.algebra.rational import normal, with_atoms
from derive.algebra.records import Condition, Rule
from derive.derivations.bounds import extreme
from derive.language.claims import Assumption
from derive.language.formula import unfold
from derive.language.nodes import Binder, Limit, Max, Partial, substitute

BY_FORM = ("in_range", "sums_to_one", "tends_to")
"""Settled where they come up: by the form of what is there, and by the domains."""
SIGNS = ("positive", "nonnegative", "nonzero", "negative_apart")


@dataclass(frozen=True)
class Fact:
    """``pattern > 0`` or ``>= 0`` (``sign`` 1) or of unknown sign (0), and whether it is known not to be 0.

    A dummy in the pattern stands for every class.
    """

    pattern: Any
    sign: int
    nonzero: bool


@dataclass(frozen=True)
class Premises:
    """What a claim presupposes: its assumptions, and that its left side has a value."""

    assuming: tuple[Assumption, ...] = ()
    facts: tuple[Fact, ...] = field(default=(), repr=False)


NOTHING = Premises()


def premises_of(left: Any, assuming: tuple[Assumption, ...]) -> Premises:
    signs = [Fact(a.subject[0], int(a.kind == "positive"), True) for a in assuming if a.kind in SIGNS]
    return Premises(assuming, (*signs, *_presupposed(unfold(left))))


def _presupposed(expression: Any) -> list[Fact]:
    """What has to hold for an expression to have a value; of what a limit is taken of, that is not sure."""
    if isinstance(expression, Limit):
        return []
    parts = (expression.open()[0],) if isinstance(expression, Binder) else expression.args
    found: list[Fact] = []
    if isinstance(expression, log):
        found = _positive(expression.args[0])
    elif isinstance(expression, Pow) and not (expression.exp.is_number or expression.exp.is_integer):
        found = _positive(expression.base)
    elif isinstance(expression, Pow) and expression.exp.is_number and expression.exp.is_negative:
        found = [Fact(part, 0, True) for part in _factors(expression.base)]
    elif isinstance(expression, Pow) and expression.exp.is_number and not expression.exp.is_integer:
        found = [Fact(expression.base, 1, False)]
    return found + [fact for part in parts for fact in _presupposed(part)]


def _positive(subject: Any) -> list[Fact]:
    return [Fact(subject, 1, True), *(Fact(part, 0, True) for part in _factors(subject))]


def settled(condition: Condition, known: Premises, *, strict: bool, where: tuple[Any, ...] = ()) -> bool:
    """Whether a condition follows; ``strict``: in the proof of a strict inequality; ``where``: both sides of the step.

    What holds by assumption says nothing along a limit, and an equation nothing along a derivative.
    """
    if condition.kind in BY_FORM or _follows(condition, NOTHING, strict):
        return True
    varied = (Limit,) if condition.kind in (*SIGNS, "attained_once") else (Limit, Partial)  # what is so nearby as well
    by = {node.args[1] for side in where for node in side.atoms(*varied)}
    return not any(depends(part, v) for part in condition.subject for v in by) and _follows(condition, known, strict)


def _follows(condition: Condition, known: Premises, strict: bool) -> bool:
    subject: tuple[Any, ...] = condition.subject
    if any(a.kind == condition.kind and _is_instance(a.subject, subject) for a in known.assuming):
        return True
    if condition.kind == "distinct":
        return any(a.kind == "distinct" and a.subject == subject[::-1] for a in known.assuming)
    if condition.kind == "sums_to":
        return _is_largest_zero(*subject) or same(*subject)
    if condition.kind == "attained_once":
        return any(a.kind == "largest" and subject[0] == extreme(a.subject[0].vector, 1) for a in known.assuming)
    if condition.kind == "negative_apart":
        value, one, other = subject
        return _is_negative_apart(value, one, other, known)
    if condition.kind not in SIGNS:
        return False
    sign, nonzero = _sign(subject[0], known)
    if condition.kind == "nonzero":
        return nonzero or not strict
    return sign == 1 and (nonzero or not strict or condition.kind == "nonnegative")


def _is_largest_zero(total: Any, value: Any) -> bool:
    """``max_k c (f_k - max f) = 0`` for a positive c: it is attained where f is largest."""
    if not isinstance(total, Max) or value != 0:
        return False
    body, index = total.open()
    for top in body.atoms(Max):
        rate = normal(body / (top.at(index) - top))
        if is_positive(rate) and not depends(rate, index):
            return True
    return False


def _is_negative_apart(value: Any, one: Any, other: Any, known: Premises) -> bool:
    """With a largest component ``x_a``: as ``x_a - x_k > 0`` at every other class k."""
    gaps = [
        Fact(a.subject[0] - a.subject[0].func(a.subject[0].vector, rest), 1, True)
        for a in known.assuming
        for index, rest in ((one, other), (other, one))
        if a.kind == "largest" and a.subject[0].index == index
    ]
    return _sign(-value, Premises(known.assuming, (*known.facts, *gaps))) == (1, True)


def _sign(expression: Any, known: Premises) -> tuple[int, bool]:
    """1 for "at least 0", -1 for "at most 0", 0 for "not known"; and whether it is known not to be 0."""
    if is_positive(expression):
        return 1, True
    whole = _part(expression, known)
    if whole == (1, True):
        return whole
    sign, nonzero = 1, True
    for part in _factors(normal(unfold(expression))):
        its, apart = _part(part, known)
        sign, nonzero = sign * its, nonzero and apart
    return (1, nonzero or whole[1]) if whole[0] == 1 or sign == 1 else (sign, nonzero or whole[1])


def _part(part: Any, known: Premises) -> tuple[int, bool]:
    sign = 1 if is_nonnegative(part) else -1 if is_nonnegative(-part) else 0
    nonzero = is_positive(part) or is_positive(-part)
    for fact in known.facts:
        for turn in (1, -1):
            if _is_instance((fact.pattern,), (turn * part,)):
                sign, nonzero = sign or turn * fact.sign, nonzero or fact.nonzero
    return sign, nonzero


def _factors(expression: Any) -> list[Any]:
    """What an expression is 0 with, or has no value: the factors above and below."""
    parts = [p for side in fraction(with_atoms(factor, expression)) for p in Mul.make_args(side)]
    return [f for part in parts for f in ([part.base] * int(part.exp) if _is_whole_power(part) else [part])]


def _is_whole_power(part: Any) -> bool:
    return bool(isinstance(part, Pow) and part.exp.is_Integer and 0 < part.exp < 10)


def _is_instance(pattern: tuple[Any, ...], subject: tuple[Any, ...]) -> bool:
    """Whether a subject is what is known, at some class where a dummy runs through all of them."""
    holes = {s: FreeHole(f"hole{place}", integer=True) for place, s in enumerate(_dummies(Tuple(*pattern)))}
    template = Tuple(*(substitute(part, holes) for part in pattern))
    return match(Rule("", "", template), Tuple(*subject)) is not None


def _dummies(expression: Any) -> list[Symbol]:
    return sorted((s for s in expression.free_symbols if isinstance(s, Dummy) and s.is_integer), key=lambda s: s.name)
