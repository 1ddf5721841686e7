"""Reasons that are no pattern: what is done with the line before, or with both lines, to see that they say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sympy import Dummy, Integer, KroneckerDelta, Pow, Symbol

from derive.algebra import Trace, Use, is_nonnegative, is_positive, rewrite, same
from derive.algebra.canonical import canonical
from derive.algebra.fractional import fold_elementwise
from derive.algebra.naming import fold
from derive.algebra.records import Condition
from derive.algebra.rules import (
    ALGEBRA,
    AXIOM,
    DEFINITION,
    DERIVED,
    DISTINCT,
    FOLD,
)
from derive.derivations import differentiate
from derive.derivations.first import StuckError, named_formulas
from derive.language.components import Component, Image
from derive.language.domains import domain_of
from derive.language.formula import Formula, Value, unfold
from derive.language.nodes import Binder, Limit, Partial, Sum, rename, substitute
from derive.language.spoken import spoken
from derive.notation.plain import plain
from derive.proofs.hidden import marked, refuse_unlike
from derive.proofs.line import LineError, Reason, Wanted, refuse_where_varied
from derive.proofs.rules import ASSUMPTION, LIMITS, REINDEX, SIGN


def by_algebra(trace: Trace, wanted: Wanted) -> None:
    """The rules of arithmetic, of finite sums and of exponentials."""
    after = canonical(trace.now) if wanted.expression is None else wanted.expression
    if not same(trace.now, after):
        raise LineError("algebra does not make this line of the one before")
    trace.add(ALGEBRA, after, conditions=_denominators(trace.now, after))


def _denominators(before: Any, after: Any) -> tuple[Condition, ...]:
    """What cancels, or comes in, must not be 0."""
    gone = {plain(d): d for d in _below(before) ^ _below(after)}
    return tuple(Condition("nonzero", (d,)) for _, d in sorted(gone.items()) if not is_positive(d))


def _below(expression: Any) -> frozenset[Any]:
    """What stands in a denominator; under a binder with an index of its own, the same one for the same nesting."""
    if isinstance(expression, Binder):
        body = rename(expression.body, expression.index, _running(expression.index.level))
        return _below(body)
    found = {expression.base} if _is_reciprocal(expression) and not expression.base.is_number else set()
    return frozenset(found).union(*map(_below, expression.args))


@cache
def _running(level: int) -> Dummy:
    return Dummy("klmpq"[level % 5], integer=True)


def _is_reciprocal(expression: Any) -> bool:
    return bool(isinstance(expression, Pow) and expression.exp.is_number and expression.exp.is_negative)


def by_assumption(trace: Trace, wanted: Wanted) -> None:
    """What the claim presupposes: equations of sums, or of components at every class."""
    equations = _equations(wanted)
    if not equations:
        raise LineError("the claim assumes no equation", "let it assume one: assuming=(sums_to(total, value),)")
    for left, right in equations:
        refuse_where_varied(trace.now, left, right)
    after = _assumed(canonical(trace.now), equations) if wanted.expression is None else wanted.expression
    if not same(_assumed(canonical(trace.now), equations), _assumed(canonical(after), equations)):
        raise LineError("the two lines differ by more than what is assumed")
    trace.add(ASSUMPTION, after, conditions=[Condition("sums_to", pair) for pair in equations])


def _equations(wanted: Wanted) -> list[tuple[Any, ...]]:
    return [a.subject for a in wanted.assuming if a.kind == "sums_to"]


def _assumed(expression: Any, equations: Sequence[tuple[Any, ...]]) -> Any:
    """The right side of each equation for its left side; at every class, where the index of a component runs."""
    for left, right in equations:
        if isinstance(left, Component) and isinstance(left.index, Dummy):
            expression = _at_every_class(expression, left, right)
        else:
            expression = substitute(expression, {left: right})
    return expression


def _at_every_class(expression: Any, component: Component, value: Any) -> Any:
    if isinstance(expression, Component):
        same_vector = expression.vector == component.vector
        return substitute(value, {component.index: expression.index}) if same_vector else expression
    if isinstance(expression, Binder):
        body, index = expression.open()
        return expression.rebuild(_at_every_class(body, component, value), index)
    if not expression.args:
        return expression
    return expression.func(*[_at_every_class(a, component, value) for a in expression.args])


def by_distinction(trace: Trace, wanted: Wanted) -> None:
    """The delta of two indices that the claim takes to be different is 0."""
    zeros = _zeros(wanted)
    after = substitute(trace.now, zeros) if wanted.expression is None else wanted.expression
    if not zeros or not same(substitute(canonical(trace.now), zeros), substitute(canonical(after), zeros)):
        raise LineError("the two lines do not become one where the indices are distinct", "assume it: distinct(i, j)")
    trace.add(DISTINCT, after, conditions=[Condition(a.kind, a.subject) for a in wanted.assuming])


def _zeros(wanted: Wanted) -> dict[Any, Any]:
    return {KroneckerDelta(*a.subject): Integer(0) for a in wanted.assuming if a.kind == "distinct"}


def by_sign(trace: Trace, wanted: Wanted) -> None:
    """The line before against this one, as the sign of their difference tells: by the domains and the assumptions."""
    if wanted.expression is None or wanted.relation == "=":
        raise LineError("a sign is a relation", "say which: less(0, ...), more(0, ...), at_most or at_least")
    known = {a.subject[0]: Dummy(positive=True) for a in wanted.assuming if a.kind == "positive"}
    value = substitute(trace.now - wanted.expression, known)
    value = value if wanted.relation[0] == ">" else -value
    if not (is_nonnegative if "=" in wanted.relation else is_positive)(value):
        raise LineError(
            "the domains of the inputs do not settle the sign", "let the claim assume it: assuming=(positive(...),)"
        )
    trace.add(SIGN, wanted.expression, relation=wanted.relation)


def by_definition(trace: Trace, wanted: Wanted) -> None:
    """Symbols for what they stand for, or the other way."""
    if wanted.expression is None:
        after = _one_level(trace.now)
        if after == trace.now:
            raise LineError("there is no symbol to unfold in the line before")
    elif not same(unfold(trace.now), unfold(wanted.expression)):
        raise LineError("the two lines differ when every symbol is unfolded")
    else:
        after = wanted.expression
    trace.add(DEFINITION, after)


def _one_level(expression: Any) -> Any:
    if isinstance(expression, Value):
        return expression.definition
    if isinstance(expression, Binder):
        body, index = expression.open()
        return expression.rebuild(_one_level(body), index)
    if not expression.args:
        return expression
    return expression.func(*[_one_level(a) for a in expression.args])


def by_symbol(trace: Trace, wanted: Wanted) -> None:
    """What has a symbol, by its symbol."""
    if wanted.expression is None:
        known = (wanted.about, *named_formulas(wanted.about))
        after = fold_elementwise(fold(trace.now, known), known)
    elif same(unfold(trace.now), unfold(wanted.expression)):
        after = wanted.expression
    else:
        raise LineError("the two lines differ when every symbol is unfolded")
    if after == trace.now:
        raise LineError("nothing in the line before has a symbol")
    trace.add(FOLD, after)


def by_differentiation(trace: Trace, wanted: Wanted) -> None:
    """Every derivative carried out, each rule a step of its own; or recognised in what it comes to."""
    if not trace.now.has(Partial) and wanted.expression is not None and wanted.expression.has(Partial):
        _recognise(trace, wanted)
        return
    if not trace.now.has(Partial):
        raise LineError("there is no derivative in the line before")
    trace.extend(_differentiated(trace.now, wanted.about))
    if wanted.expression is not None and trace.now != wanted.expression:
        by_symbol(trace, wanted) if same(unfold(trace.now), unfold(wanted.expression)) else by_algebra(trace, wanted)


def _recognise(trace: Trace, wanted: Wanted) -> None:
    """The line before as the derivative that it is: what the derivatives in this line come to."""
    carried_out = _differentiated(wanted.expression, wanted.about)
    if not same(unfold(carried_out.now), unfold(trace.now)):
        raise LineError("the derivatives in this line do not come to the line before")
    owes = [c for step in carried_out.steps for c in step.conditions]
    trace.add(DERIVED, wanted.expression, [Use(DERIVED, trace.now, wanted.expression, ())], owes)


def _differentiated(expression: Any, about: Formula) -> Trace:
    trace = Trace(expression)
    try:
        differentiate(trace, about)
    except StuckError as error:
        raise LineError(error.why, error.instead) from error
    return trace


def by_limits(trace: Trace, wanted: Wanted) -> None:
    """Every limit taken, each rule a step of its own."""
    if not trace.now.has(Limit):
        raise LineError("there is no limit in the line before")
    if stuck := rewrite(marked(LIMITS), trace.now).atoms(Limit):  # those too that a factor 0 would hide
        raise LineError(f"no rule takes the limit of {min(map(spoken, (limit.body for limit in stuck)))}")
    trace.apply(LIMITS)
    if wanted.expression is not None and trace.now != wanted.expression:
        refuse_unlike(trace.now, wanted.expression)
        by_algebra(trace, wanted)


def by_axiom(trace: Trace, wanted: Wanted) -> None:
    """The components of a distribution sum to 1."""
    totals = sorted({s for e in (trace.now, wanted.expression or Integer(0)) for s in _totals(e)}, key=str)
    if not totals:
        raise LineError("no sum over a distribution stands in either line")
    refuse_where_varied(trace.now, *totals)
    ones = {total: Integer(1) for total in totals}
    after = substitute(trace.now, ones) if wanted.expression is None else wanted.expression
    if not same(substitute(canonical(trace.now), ones), substitute(canonical(after), ones)):
        raise LineError("the two lines differ where the distributions sum to 1")
    conditions = tuple(Condition("sums_to_one", (total,)) for total in totals)
    trace.add(AXIOM, after, [Use(AXIOM, total, Integer(1), ()) for total in totals], conditions)


def _totals(expression: Any) -> list[Any]:
    sums = {*expression.atoms(Sum), *canonical(expression).atoms(Sum)}
    return [s for s in sums if isinstance(s.body, Component) and domain_of(s.body.vector).total == 1
            and s.body.index == s.index]  # fmt: skip


def by_reindexing(trace: Trace, wanted: Wanted) -> None:
    """Under a sum over all classes a permutation changes the order of the terms alone."""
    after = _reindexed(trace.now) if wanted.expression is None else wanted.expression
    if after == trace.now or not same(_reindexed(trace.now), _reindexed(after)):
        raise LineError("the two lines differ by more than the order of their terms")
    trace.add(REINDEX, after)


def _reindexed(expression: Any) -> Any:
    if isinstance(expression, Binder):
        body, index = expression.open()
        body = _reindexed(body)
        images = {image for image in body.atoms(Image) if image.index == index}
        if len(images) == 1:
            (image,) = images
            elsewhere = substitute(body, {image: Symbol("elsewhere", integer=True)})
            body = body if index in elsewhere.free_symbols else substitute(body, {image: index})
        return expression.rebuild(body, index)
    if not expression.args:
        return expression
    return expression.func(*[_reindexed(a) for a in expression.args])


PROCEDURES: dict[str, tuple[Reason] | tuple[Reason, Callable[[Any, Wanted], Any]]] = {
    "algebra": (by_algebra,),
    "assumption": (by_assumption, lambda limit, wanted: _assumed(canonical(limit), _equations(wanted))),
    "sign": (by_sign,),
    "distinct indices": (by_distinction, lambda limit, wanted: substitute(canonical(limit), _zeros(wanted))),
    "definition": (by_definition,),
    "by its symbol": (by_symbol,),
    "differentiate": (by_differentiation, lambda limit, wanted: _differentiated(limit, wanted.about).now),
    "probabilities sum to 1": (by_axiom, lambda limit, wanted: substitute(limit, dict.fromkeys(_totals(limit), 1))),
    "re-index": (by_reindexing, lambda limit, wanted: _reindexed(limit)),
}
"""The procedures that take no limit, with the form in which what they do within one makes no difference, if any."""
