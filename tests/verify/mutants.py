"""Wrong versions of what a pass gives back: the mistakes that passes make, planted by hand."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sympy import Add, Mul, exp, preorder_traversal

from derive.language.formula import Formula
from derive.language.inputs import Label
from derive.language.nodes import Binder, Sum
from derive.loops import PASSES
from derive.loops.ir import Accumulate, ArgMax, Call, Element, Let, Loop, Name, Statement, Store, Value
from derive.loops.uses import map_values
from derive.numerics import SCALED, SHIFTED, Result
from derive.numerics.forms import SumExcept

Body = tuple[Statement, ...]

# --- in expressions --------------------------------------------------------------------------------------------------


def first(expression: Any, wanted: Callable[[Any], bool], change: Callable[[Any], Any]) -> Any:
    """The expression with the first part that is wanted changed; as it is where there is none."""
    found = next((part for part in preorder_traversal(expression) if wanted(part)), None)
    return expression if found is None else put(expression, found, change(found))


def put(expression: Any, old: Any, new: Any) -> Any:
    if expression == old:
        return new
    if not expression.args or isinstance(expression, Binder):  # a body is put back as it stands, its index too
        args = [put(a, old, new) for a in expression.args[:1]]
        return type(expression).__new__(type(expression), *args, *expression.args[1:]) if args else expression
    return expression.func(*[put(a, old, new) for a in expression.args])


def in_each(change: Callable[[Any], Any]) -> Callable[[Sequence[Result]], list[Result]]:
    return lambda results: [replace(result, expression=change(result.expression)) for result in results]


def is_a(*kinds: type) -> Callable[[Any], bool]:
    return lambda part: isinstance(part, kinds)


REWRITTEN: dict[str, Callable[[Sequence[Result]], Sequence[Result]]] = {
    "a sign": in_each(lambda e: -e),
    "a sign inside": in_each(lambda e: first(e, is_a(Add), lambda a: Add(-a.args[0], *a.args[1:]))),
    "a dropped term": in_each(lambda e: first(e, is_a(Add), lambda a: Add(*a.args[1:]))),
    "a dropped factor": in_each(lambda e: first(e, is_a(Mul), lambda a: Mul(*a.args[:-1]))),
    "an exponent": in_each(lambda e: first(e, is_a(exp), lambda a: exp(2 * a.args[0]))),
    "a case forgotten": lambda results: results[:-1] if len(results) > 1 else results,
    "cases in another order": lambda results: results[::-1],
    "a class counted twice": in_each(lambda e: first(e, is_a(SumExcept), lambda a: Sum(a.body, a.index))),
}  # fmt: skip
OF_CASES = ("a case forgotten", "cases in another order")
"""What goes wrong only where a pass gives several results."""


# --- in loops --------------------------------------------------------------------------------------------------------


def each_statement(body: Body) -> Iterator[Statement]:
    for statement in body:
        yield statement
        if isinstance(statement, Loop):
            yield from each_statement(statement.body)


def changed(body: Body, wanted: Callable[[Statement], bool], change: Callable[[Any], tuple[Statement, ...]]) -> Body:
    """The first statement that is wanted, inner loops included, changed to others."""
    target = next((s for s in each_statement(body) if wanted(s)), None)

    def walk(statements: Body) -> Body:
        made: list[Statement] = []
        for statement in statements:
            if statement is target:
                made += change(statement)
            elif isinstance(statement, Loop):
                made.append(Loop(statement.index, walk(statement.body)))
            else:
                made.append(statement)
        return tuple(made)

    return walk(body)


def turned(statement: Any) -> tuple[Statement, ...]:
    return (replace(statement, value=Call("neg", (statement.value,))),)


def stale(body: Body) -> Body:
    """A name where another is meant: the last that was made, in place of the one before."""
    lets = [s.name for s in each_statement(body) if isinstance(s, (Let, Accumulate, ArgMax))]
    if len(lets) < 2:
        return body

    def change(value: Value) -> Value:
        if isinstance(value, Name) and value.name == lets[-1]:
            return Name(lets[-2])
        if isinstance(value, Call):
            return Call(value.op, tuple(change(a) for a in value.args))
        return value

    return tuple(map_values(statement, change) for statement in body)


def at_a_label(body: Body, labels: Sequence[str]) -> Body:
    """The component at the label where that of the class is meant."""
    if not labels:
        return body

    def change(value: Value) -> Value:
        if isinstance(value, Element) and value.index not in labels:
            return Element(value.array, labels[0])
        if isinstance(value, Call):
            return Call(value.op, tuple(change(a) for a in value.args))
        return value

    return changed(body, is_a(Accumulate), lambda s: (replace(s, value=change(s.value)),))


def skipping(statement: Accumulate, labels: Sequence[str]) -> tuple[Statement, ...]:
    return (replace(statement, skip=None if statement.skip else labels[0] if labels else None),)


LOOPED: dict[str, Callable[[Body, Sequence[str]], Body]] = {
    "a sign": lambda body, _: changed(body, is_a(Store), turned),
    "a sign inside": lambda body, _: changed(body, is_a(Accumulate, Let), turned),
    "a dropped statement": lambda body, _: changed(body, is_a(Store), lambda s: ()),
    "a loop made twice": lambda body, _: changed(body, is_a(Accumulate), lambda s: (s, s)),
    "a class skipped or not": lambda body, labels: changed(body, is_a(Accumulate), lambda s: skipping(s, labels)),
    "a stale name": lambda body, _: stale(body),
    "statements in another order": lambda body, _: (*body[1:], body[0]),
    "another component": at_a_label,
}


LOWER = "lower"
FORMS = list(SCALED.forms)
"""The passes over the formula itself."""
REWRITES = list(dict.fromkeys([*SHIFTED.passes, *SCALED.passes]))
"""The passes over expressions, of both routes."""

SITES = [(name, mistake) for name in REWRITES for mistake in REWRITTEN]
SITES.remove(("specialise", "a class counted twice"))  # no sum goes without a class before that is set apart
SITES.remove(("stabilise", "a class counted twice"))
SITES += [(name, mistake) for name in FORMS for mistake in REWRITTEN if mistake not in OF_CASES]
SITES.remove(("moments", "a class counted twice"))
SITES += [(name, mistake) for name in (LOWER, *PASSES) for mistake in LOOPED]
"""Every pass with every mistake."""


@contextmanager
def planted(monkeypatch: pytest.MonkeyPatch, where: str, mistake: str) -> Iterator[list[bool]]:
    """The pass ``where`` makes the mistake.  Yields a list with an entry for each time that it changed anything."""
    changes: list[bool] = []

    def spoilt(formula: Formula, before: Any) -> Any:
        labels = [i.name for i in formula.inputs if isinstance(i, Label)]
        if where in FORMS:
            after = REWRITTEN[mistake]([Result("", (), before)])[0].expression
        else:
            after = REWRITTEN[mistake](before) if where in REWRITES else LOOPED[mistake](before, labels)
        changes.extend([True] * (after != before))
        return after

    with monkeypatch.context() as patch:
        if where == LOWER:
            module = importlib.import_module("derive.kernels.lowered")
            right = module.lower
            patch.setattr(module, LOWER, lambda formula, *given: spoilt(formula, right(formula, *given)))
        else:
            for table in (SHIFTED.passes, SCALED.passes, PASSES):
                if where in table:
                    _spoil(patch, table, where, lambda work, after: spoilt(work.formula, after))
            if where in FORMS:
                _spoil(patch, SCALED.forms, where, spoilt)
        yield changes


def _spoil(patch: pytest.MonkeyPatch, table: Any, where: str, spoilt: Callable[[Any, Any], Any]) -> None:
    step: Callable[[Any, Any], Any] = table[where]
    patch.setitem(table, where, lambda work, given: spoilt(work, step(work, given)))
