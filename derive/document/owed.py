"""Which conditions a reader has to be told: those that neither the domains nor the other conditions settle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Basic, Mul, Pow

from derive.algebra import is_nonnegative, is_positive
from derive.algebra.records import Condition, Derivation
from derive.document.stating import is_running
from derive.language.components import Component
from derive.language.formula import Value
from derive.language.nodes import Prod


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
        return is_running(subject)
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
    return both and subject.vector == known.vector and is_running(known.index)
