"""What every target for readers needs to know of a derivation, before it spells anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sympy import Add, Basic, Dummy, Expr, Mul, Pow, S

from derive.algebra import is_nonnegative, is_positive
from derive.algebra.records import Condition, Derivation, Derived, Rule, Theorem
from derive.language.axes import CLASSES, axis_of
from derive.language.components import CACHED, Component
from derive.language.formula import Formula, Head, Value
from derive.language.nodes import Prod, substitute
from derive.notation.arranging import names_in
from derive.targets.base import PrintError


def names_of_chain(chain: Derivation) -> frozenset[str]:
    """Every name that stands free somewhere in a chain: none of its bound indices may have it, in any step."""
    subjects = [subject for c in (*chain.conditions, *chain.assumptions) for subject in c.subject]
    return names_in(chain.start, *(s.after for s in chain.steps), *subjects)


def names_of_theorem(theorem: Theorem) -> frozenset[str]:
    """Those of its statement and of its proof: both call their indices alike."""
    subjects = [subject for c in theorem.conditions for subject in c.subject]
    return names_in(theorem.left, theorem.right, *subjects) | names_of_chain(theorem.proof)


def check_chain(target: str, formula: Formula, chain: Derivation) -> None:
    """Each step has to begin where the one before it ended: what is printed is what was derived."""
    reached = chain.start
    for number, step in enumerate(chain.steps, start=1):
        if step.before != reached:
            raise PrintError(
                f"{target}: formula {formula.name!r}: {chain.name}, step {number} ({step.rule.name}) does not begin "
                f"where the step before it ended: mend the pass in derive/derivations that made it"
            )
        reached = step.after


def anchor(rule: Rule | str) -> str:
    """A word for a rule that may stand in a label."""
    name = rule if isinstance(rule, str) else rule.name
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())


def formulas_named(derived: Derived) -> tuple[Formula, ...]:
    """The other formulas whose symbols appear, those that a definition uses included, by symbol."""
    found: dict[str, Formula] = {}

    def look(*expressions: Basic) -> None:
        for expression in expressions:
            for formula in _named_in(expression):
                if formula.name != derived.formula.name and formula.name not in found:
                    found[formula.name] = formula
                    look(formula.expression)

    look(derived.formula.expression)
    for chain in derived.chains:
        look(chain.start, *(s.after for s in chain.steps))
    return tuple(sorted(found.values(), key=lambda f: (f.symbol, f.name)))


@lru_cache(maxsize=CACHED)
def _named_in(expression: Basic) -> tuple[Formula, ...]:
    return tuple(head.formula for head in expression.atoms(Head))


@dataclass(frozen=True)
class TwoCases:
    """Two derivations of one thing, for two equal indices and for two distinct ones; ``after`` is the later one."""

    start: Expr
    equal: Derivation
    distinct: Derivation
    where_equal: Condition
    where_distinct: Condition
    after: Derivation


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


def condition_pattern(owed: Condition) -> str | None:
    """How a condition reads in English; ``None`` where its kind is not known here."""
    if owed.kind == "tends_to" and owed.subject[2] == S.Zero:
        return FROM_ABOVE
    if owed.kind == "negative_apart" and _is_running(owed.subject[1]):
        return FOR_EVERY_OTHER
    return CONDITIONS.get(owed.kind)


def running_indices(owed: Condition) -> list[str]:
    """The indices of opened sums that stand in a condition: it holds for every one of them."""
    if owed.kind == "negative_apart" and _is_running(owed.subject[1]):
        return []
    return sorted({s.name for c in owed.subject for s in c.free_symbols if _is_running(s)})


def _is_running(symbol: Basic) -> bool:
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


def _is_taken_away(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def needed(chain: Derivation, known: Iterable[Condition] = ()) -> tuple[Condition, ...]:
    """The conditions of a chain that a reader has to be told: neither the domains nor other conditions settle them.

    ``known`` are conditions that were told before.
    """
    told = [*chain.assumptions, *known]
    open_ = [c for c in chain.conditions if c not in told and not _is_of_a_class(c, chain)]
    widest_first = sorted(open_, key=lambda c: -sum(1 for part in c.subject for _ in _parts(part)))
    for condition in widest_first:
        others = [c for c in open_ if c is not condition]
        if _is_settled(condition, [*told, *others]):
            open_ = others
    return tuple(open_)


def _is_of_a_class(condition: Condition, chain: Derivation) -> bool:
    """Whether it says that an index is a class of which already the start of the chain names a component."""
    return condition.kind == "in_range" and any(
        condition.subject[0] in node.free_symbols for node in chain.start.atoms(Component, Value)
    )


def _parts(part: Basic) -> Iterable[Basic]:
    yield part
    for inner in part.args:
        yield from _parts(inner)


def _is_settled(condition: Condition, others: Sequence[Condition]) -> bool:
    subject = condition.subject[0]
    positive = [c.subject[0] for c in others if c.kind == "positive"]
    if condition.kind == "in_range":
        return _is_running(subject)
    if condition.kind == "negative_apart":
        tops = [c.subject[0] for c in others if c.kind == "largest"]
        return any(isinstance(subject + top, Component) and top.index in condition.subject for top in tops)
    if condition.kind in ("positive", "nonzero"):
        return _is_product_of(subject, positive) or (
            condition.kind == "nonzero"
            and _is_product_of(subject, [*positive, *(c.subject[0] for c in others if c.kind == "nonzero")])
        )
    return condition.kind == "nonnegative" and (is_nonnegative(subject) or _is_product_of(subject, positive))


def _is_product_of(subject: Basic, known: Sequence[Basic]) -> bool:
    """Whether a subject is made by multiplication of what is known, and of what is positive by its domain."""
    if is_positive(subject) or any(_is_instance(subject, one) for one in known):
        return True
    if isinstance(subject, Mul):
        return all(_is_product_of(factor, known) for factor in subject.args)
    if isinstance(subject, Pow):
        return _is_product_of(subject.base, known)
    return isinstance(subject, Prod) and _is_product_of(subject.body, known)


def _is_instance(subject: Basic, known: Basic) -> bool:
    """Whether it is what is known, or a component of a vector of which every component is."""
    if subject == known:
        return True
    both = isinstance(subject, Component) and isinstance(known, Component)
    return both and subject.vector == known.vector and _is_running(known.index)


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
