"""Matching a rule's pattern against an expression, and writing its result.

A pattern is an expression over *holes*.  Sums and products match in any order: the parts of a pattern that
are not holes are found first; what is left is shared between the holes.  A hole that the rule requires to be
free of something takes exactly the terms that are; otherwise the first hole takes one term and the last takes
the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sympy import Add, Basic, Expr, KroneckerDelta, Mul, Pow, Symbol
from sympy import Max as LargestOf

from derive.algebra.records import Condition, Rule
from derive.algebra.signs import is_positive, tendency
from derive.language.axes import axis_of, n
from derive.language.components import CACHED
from derive.language.inputs import NAMES_ONE
from derive.language.nodes import Binder, TopIndex, substitute, symbols_of


class Hole(Symbol):
    """A placeholder that stands for any expression; ``integer=True``: for an index only."""

    domain = "real"
    """Where it stands for a vector: one of which nothing is known."""


class FreeHole(Hole):
    """A placeholder of a lemma: for nothing that a binder of the pattern itself binds."""


BOUND = Symbol("BOUND", integer=True)
"""In a rule with one binder: its index."""


WHOLE = Symbol("WHOLE")
"""Among what was found: the expression that the rule was held against."""


class At(Expr):
    """In a result: ``At(f, j)`` is ``f`` with the bound index put to ``j``."""


Bindings = dict[Basic, Basic]


def match(rule: Rule, expression: Expr) -> Bindings | None:
    """What each hole stands for if the rule fits here, its syntactic conditions included."""
    for found in _match(rule.pattern, expression, {WHOLE: expression}, rule):
        if all(is_met(c, found) for c in rule.conditions if c.kind in SYNTACTIC):
            return found
    return None


SYNTACTIC = ("free", "whole", "integer", "known_positive", "tends_to", "converges")
"""Conditions that the match settles; the others are owed by the step."""


def is_met(condition: Condition, found: Bindings) -> bool:
    """Whether a syntactic condition holds for what was found."""
    subject: Any = write(condition.subject[0], found)
    if condition.kind == "free":
        return is_free(found, condition)
    if condition.kind == "known_positive":
        return is_positive(subject)
    if condition.kind in ("tends_to", "converges"):
        towards = tendency(subject, *(write(s, found) for s in condition.subject[1:3]))
        return towards == condition.subject[3] if condition.kind == "tends_to" else towards == 0
    return bool(subject.is_Integer and (condition.kind == "integer" or subject >= 0))


def write(template: Any, found: Bindings) -> Any:
    """The template with everything put in; its binders bind the index that the pattern's binder had."""
    if isinstance(template, At):
        return substitute(write(template.args[0], found), {found[BOUND]: write(template.args[1], found)})
    if template in found:
        return found[template]
    if isinstance(template, Binder):
        if not template.has(Hole) or template.atoms(Hole) == template.atoms(FreeHole):  # of a lemma: all its own
            body, fresh = template.open()
            return template.rebuild(write(body, found), fresh)
        index = found[BOUND]
        return template.rebuild(write(template.body, {**found, template.index: index}), index)  # type: ignore[arg-type]
    if template == n and BOUND in found:  # in a rule, the size of the axis along which its index runs
        return axis_of(found[BOUND]).size
    if not template.args:
        return template
    return template.func(*[write(a, found) for a in template.args])


def owed(rule: Rule, found: Bindings) -> tuple[Condition, ...]:
    """What this use of the rule has to show: the conditions that numbers can be held against."""
    kinds = {"known_positive": "positive"}
    return tuple(
        Condition(kinds.get(c.kind, c.kind), tuple(write(s, found) for s in c.subject))
        for c in rule.conditions
        if c.kind not in ("free", "whole", "integer", "converges", "has_limit")
    )


def is_free(found: Bindings, condition: Condition) -> bool:
    what, of = (write(s, found) for s in condition.subject)
    return not depends(what, of)


def depends(expression: Basic, on: Basic) -> bool:
    """Whether a value can change with ``on`` (an index, a scalar, or a component: then with any class of it).

    Where a maximum is attained does not change with the values, but by jumps, at ties.
    """
    if getattr(on, "is_integer", False):
        return on in symbols_of(expression)
    varying = _varying(expression)
    return vector_of(on) in varying or (not on.args and on in varying)


@lru_cache(maxsize=CACHED)
def _varying(expression: Basic) -> frozenset[Basic]:
    """The symbols with which a value changes."""
    if not expression.has(TopIndex):
        return symbols_of(expression)
    return frozenset() if isinstance(expression, TopIndex) else frozenset().union(*map(_varying, expression.args))


def vector_of(by: Basic) -> Basic:
    return by.args[0] if by.args else by


def _match(pattern: Any, expression: Any, found: Bindings, rule: Rule) -> Iterator[Bindings]:
    if isinstance(pattern, Hole):
        if pattern in found:
            if found[pattern] == expression:
                yield found
        elif not pattern.is_integer or isinstance(expression, (Symbol, *NAMES_ONE)):
            yield {**found, pattern: expression}
    elif isinstance(pattern, Binder):
        if type(expression) is type(pattern):
            body, index = expression.opened(symbols_of(found[WHOLE]))
            for inside in _match(pattern.body, body, {**found, BOUND: index, pattern.index: index}, rule):
                if not _captures(index, inside):
                    yield inside
    elif isinstance(pattern, (Add, Mul, LargestOf)):
        if _is_quotient(pattern):
            yield from _match_quotient(pattern, expression, found, rule)
        elif type(expression) is type(pattern):
            yield from _match_shared(pattern, list(expression.args), found, rule)
    elif not pattern.args:
        if found.get(pattern, pattern) == expression:
            yield found
    elif isinstance(pattern, KroneckerDelta):
        if isinstance(expression, KroneckerDelta):  # symmetric, and the order of dummies is nobody's choice
            for parts in (expression.args, expression.args[::-1]):
                yield from _match_all(list(pattern.args), list(parts), found, rule)
    elif type(expression) is type(pattern) and len(expression.args) == len(pattern.args):
        # Holes first: what a derivative is taken by has to be known before its body can be shared out.
        pairs = sorted(zip(pattern.args, expression.args, strict=True), key=lambda pair: not isinstance(pair[0], Hole))
        yield from _match_all([p for p, _ in pairs], [e for _, e in pairs], found, rule)


def _captures(index: Any, found: Bindings) -> bool:
    return any(isinstance(hole, FreeHole) and index in symbols_of(part) for hole, part in found.items())


def _match_all(patterns: list[Any], parts: list[Any], found: Bindings, rule: Rule) -> Iterator[Bindings]:
    if not patterns:
        yield found
        return
    for step in _match(patterns[0], parts[0], found, rule):
        yield from _match_all(patterns[1:], parts[1:], step, rule)


def _match_shared(pattern: Any, terms: list[Any], found: Bindings, rule: Rule) -> Iterator[Bindings]:
    """A sum or product: first the parts that are not holes, then share out the rest."""
    join = type(pattern)
    solid = [a for a in pattern.args if not isinstance(a, Hole)]
    holes = [a for a in pattern.args if isinstance(a, Hole)]
    if solid:
        for position, term in enumerate(terms):
            for step in _match(solid[0], term, found, rule):
                left = join(*[a for a in pattern.args if a is not solid[0]], evaluate=False)
                rest = terms[:position] + terms[position + 1 :]
                yield from _share(join, left, rest, step, rule)
    else:
        yield from _share_holes(join, holes, terms, found, rule)


def _share(join: Any, left: Any, terms: list[Any], found: Bindings, rule: Rule) -> Iterator[Bindings]:
    if isinstance(left, join) and len(left.args) > 1:
        yield from _match_shared(left, terms, found, rule)
    else:
        yield from _match(left, join(*terms), found, rule)


def _share_holes(join: Any, holes: list[Hole], terms: list[Any], found: Bindings, rule: Rule) -> Iterator[Bindings]:
    free = {c.subject[0]: c for c in rule.conditions if c.kind == "free" and c.subject[0] in holes}
    first, last = holes
    if not free:
        yield {**found, first: terms[0], last: join(*terms[1:])}
        return
    hole, condition = next(iter(free.items()))
    other = last if hole == first else first
    inside = [t for t in terms if is_free({**found, hole: t}, condition)]
    outside = [t for t in terms if t not in inside]
    if inside and outside:
        yield {**found, hole: join(*inside), other: join(*outside)}


def _is_quotient(pattern: Any) -> bool:
    return isinstance(pattern, Mul) and any(isinstance(a, Pow) and a.exp == -1 for a in pattern.args)


def _match_quotient(pattern: Any, expression: Any, found: Bindings, rule: Rule) -> Iterator[Bindings]:
    below = next(a.base for a in pattern.args if isinstance(a, Pow))
    above = next(a for a in pattern.args if not isinstance(a, Pow))
    numerator, denominator = fraction(expression)
    if denominator != 1:
        for step in _match(above, numerator, found, rule):
            yield from _match(below, denominator, step, rule)


def fraction(expression: Any) -> tuple[Any, Any]:
    """Numerator and denominator as they stand: powers with a negative number as exponent go below."""
    below = [f for f in Mul.make_args(expression) if isinstance(f, Pow) and f.exp.is_number and f.exp.is_negative]
    above = [f for f in Mul.make_args(expression) if f not in below]
    return Mul(*above), Mul(*[1 / f for f in below])
