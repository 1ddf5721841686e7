"""Reasons that give an inequality: each place where the rule fits has to move the whole in the way the line says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Add, Integer, Mul, exp, log

from derive.algebra import Trace, Use, is_nonnegative, is_positive, same
from derive.algebra.canonical import canonical
from derive.algebra.matching import match, owed, write
from derive.algebra.records import Condition, Rule
from derive.language.components import Component
from derive.language.nodes import Max, Sum
from derive.proofs.line import LineError, Reason, Wanted
from derive.proofs.rules import MAXIMUM


def by_inequality(rules: Sequence[Rule]) -> Reason:
    """The rule at each place where it fits and makes the whole larger or smaller, as the line says.

    Terms that stand in both lines may stay as they are.
    """

    def reason(trace: Trace, wanted: Wanted) -> None:
        if wanted.relation == "=":
            raise LineError("the rule gives an inequality", "say at_most, at_least, less or more, and what")
        for rule in rules:
            if len(wanted.relation) < len(rule.relation):
                raise LineError(f"the rule gives {rule.relation}, which is not strict", "say at_most or at_least")
            for kept in (Integer(0), _in_both(trace.now, wanted.expression)):
                uses: list[Use] = []
                after = kept + weaken(rule, trace.now - kept, wanted.relation[0], 1, uses, ())
                if uses and (wanted.expression is None or same(after, wanted.expression)):
                    end = after if wanted.expression is None else wanted.expression
                    trace.add(rule, end, uses, relation=wanted.relation)
                    return
        raise LineError(f"the rule does not make the line before {wanted.relation} this one")

    return reason


def _in_both(one: Any, other: Any) -> Any:
    """The terms that two lines have in common."""
    return Add(*({*Add.make_args(one)} & {*Add.make_args(other)})) if other is not None else Integer(0)


def weaken(rule: Rule, expression: Any, way: str, sign: int, uses: list[Use], owes: tuple[Condition, ...]) -> Any:
    """The expression with the rule used where it moves the whole in the way ``<`` or ``>``.

    ``sign`` says whether the whole grows with this part (1) or falls (-1).
    """
    if (rule.relation[0] == "<") == _grows(way, sign):
        found = match(rule, expression) if type(expression) is type(rule.pattern) else None
        if found is not None:
            after = write(rule.result, found)
            uses.append(Use(rule, expression, after, (*owes, *owed(rule, found))))
            return after
    return _weaken_parts(rule, expression, way, sign, uses, owes)


def _grows(way: str, sign: int) -> bool:
    """Whether a part has to become larger for the whole to move in a way."""
    return (way == "<") == (sign == 1)


def _weaken_parts(
    rule: Rule, expression: Any, way: str, sign: int, uses: list[Use], owes: tuple[Condition, ...]
) -> Any:
    strict = len(rule.relation) == 1
    if isinstance(expression, Sum) and not strict:
        body, index = expression.open()
        return expression.rebuild(weaken(rule, body, way, sign, uses, owes), index)
    if isinstance(expression, log):  # it grows where it is defined: the smaller argument has to be positive
        below: list[Use] = []
        after = weaken(rule, expression.args[0], way, sign, below, owes)
        least = expression.args[0] if _grows(way, sign) else after
        uses += [replace(use, conditions=(*use.conditions, Condition("positive", (least,)))) for use in below]
        return log(after)
    if isinstance(expression, (Add, exp)):
        return expression.func(*[weaken(rule, a, way, sign, uses, owes) for a in expression.args])
    if isinstance(expression, Mul):
        for position, part in enumerate(expression.args):
            others = Mul(*expression.args[:position], *expression.args[position + 1 :])
            turn, needs = _sign_of(others, strict)
            inside: list[Use] = []
            changed = weaken(rule, part, way, sign * turn, inside, (*owes, *needs))
            if inside:
                uses += inside
                return Mul(others, changed)
    return expression


def _sign_of(factor: Any, strict: bool) -> tuple[int, tuple[Condition, ...]]:
    """1 or -1, and what has to hold for it; under a strict rule a factor must not be 0 either."""
    number, rest = factor.as_coeff_Mul()
    turn = -1 if number.is_negative else 1
    if strict:
        return turn, () if is_positive(rest) else (Condition("positive", (rest,)),)
    return turn, () if is_nonnegative(rest) else (Condition("nonnegative", (rest,)),)


def by_maximum(trace: Trace, wanted: Wanted) -> None:
    """A component is at most the maximum of its vector."""
    before, after = trace.now, wanted.expression
    if after is None or wanted.relation not in ("<=", ">="):
        raise LineError("the maximum is not named", "say which: at_most(..., 'maximum') or at_least")
    gap = canonical(after - before if wanted.relation == "<=" else before - after)
    for largest in gap.atoms(Max):
        for component in gap.atoms(Component):
            if gap == largest - component and largest.at(component.index) == component:
                trace.add(MAXIMUM, after, conditions=(Condition("in_range", (component.index,)),),
                          relation=wanted.relation)  # fmt: skip
                return
    raise LineError("the two lines do not differ by a maximum in place of one of its components")
