"""Steps that the engine takes for the catalogue, spoilt in every small way: no spoilt step may pass.

The same few hundred of many thousands are tried each time.  Whether a mutant is wrong is decided here, at points of
this test's own and with a comparison of its own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import islice, product
from typing import Any

import pytest
from sympy import Add, Integer, KroneckerDelta, Mul, Pow, Symbol

from derive.algebra.records import Derivation
from derive.catalogue import load_catalogue
from derive.language.components import Along, Component, Permutation, Vector
from derive.language.formula import Formula, Value, unfold
from derive.language.inputs import Label
from derive.language.nodes import Binder, BoundIndex, Partial, n, substitute
from derive.verify import StepError
from derive.verify.numbers import OracleError
from derive.verify.oracle import Oracle, Point
from derive.verify.steps import check_derivation
from tests import once

CATALOGUE = load_catalogue()
KINDS = (
    "delta to 0", "delta to 1", "indices mixed up", "index captured", "negated", "1 added", "term dropped",
    "factor dropped", "power raised", "times n",
)  # fmt: skip


def mutants(expression: Any, kind: str) -> set[Any]:
    """All ways to spoil an expression by one change of a kind."""
    if kind == "negated":
        return {-expression}
    if kind == "1 added":
        return {expression + 1}
    if kind == "times n":
        return {expression * n}
    if kind == "indices mixed up":
        letters = sorted(free_indices(expression), key=str)
        pairs = [(i, j) for i in letters for j in letters if i != j]
        return {substitute(expression, values) for i, j in pairs for values in ({i: j, j: i}, {i: j})}
    return set(changed(expression, kind, frozenset()))


def changed(expression: Any, kind: str, bound: frozenset[Any]) -> Iterator[Any]:
    """One node spoilt, everything around it as it was; ``bound``: the open indices of the binders around."""
    yield from spoilt(expression, kind, bound)
    if isinstance(expression, Binder):
        body, index = expression.open()
        yield from (expression.rebuild(b, index) for b in changed(body, kind, bound | {index}))
    elif not isinstance(expression, (Value, Component)):
        for position, arg in enumerate(expression.args):
            for other in changed(arg, kind, bound):
                args = [*expression.args[:position], other, *expression.args[position + 1 :]]
                yield expression.func(*args)


def spoilt(node: Any, kind: str, bound: frozenset[Any]) -> Iterator[Any]:
    if kind.startswith("delta to") and isinstance(node, KroneckerDelta):
        yield Integer(kind[-1])
    if kind == "index captured" and isinstance(node, (Value, Component)) and isinstance(node.index, Symbol):
        yield from (node.func(node.args[0], inner) for inner in bound if inner != node.index)
    if (kind == "term dropped" and isinstance(node, Add)) or (kind == "factor dropped" and isinstance(node, Mul)):
        for position in range(len(node.args)):
            yield node.func(*node.args[:position], *node.args[position + 1 :])
    if kind == "power raised" and isinstance(node, Pow):
        yield node * node.base


def free_indices(expression: Any) -> set[Any]:
    found = {s for s in unfold(expression).free_symbols if isinstance(s, Symbol) and s.is_integer}
    return {s for s in found if not isinstance(s, (BoundIndex, Label)) and s != n}


@cache
def chains() -> tuple[tuple[Formula, Derivation], ...]:
    """Each different step of the catalogue, as a chain by itself, where no more is assumed than of indices."""
    found: dict[Any, tuple[Formula, Derivation]] = {}
    for formula in CATALOGUE:
        for chain in once.derived(formula).chains:
            if any(a.kind not in ("equal", "distinct") for a in chain.assumptions):
                continue
            for step in chain.steps:
                key = (step.before, step.after, step.relation, chain.assumptions)
                found.setdefault(key, (formula, replace(chain, start=step.before, steps=(step,))))
    return tuple(found.values())


# --- whether a mutant is wrong -------------------------------------------------------------------------------------


def truth(before: Any, relation: str, after: Any, chain: Derivation) -> bool | None:
    """True or False if the points of this test say so; ``None`` if ``after`` has no value at one of them."""
    right = True
    for oracle in oracles(before, after, chain):
        try:
            left = oracle.value(before)
        except OracleError:
            continue
        try:
            gap = as_float(oracle, oracle.value(after)) - as_float(oracle, left)
        except OracleError:
            return None
        right &= {"=": abs(gap) < 1e-9, "<=": gap > -1e-9, ">=": gap < 1e-9, "<": gap > 0, ">": gap < 0}[relation]
    return right


def as_float(oracle: Oracle, value: Any) -> float:
    return float(oracle.numbers.bounds(value)[0].fraction)


def oracles(before: Any, after: Any, chain: Derivation) -> Iterator[Oracle]:
    sides = unfold(before), unfold(after)
    vectors = {c.vector for side in sides for c in side.atoms(Component)}
    vectors |= {v for side in sides for along in side.atoms(Along) for v in (along.vector, along.direction)}
    symbols = {s for side in sides for s in side.free_symbols if isinstance(s, Symbol)}
    indices = sorted((s for s in symbols if s.is_integer and s != n and not isinstance(s, BoundIndex)), key=str)
    scalars = sorted((s for s in symbols if not s.is_integer), key=str)
    permutations = sorted({order for side in sides for order in side.atoms(Permutation)}, key=str)
    dice = random.Random(f"{before} {after}")
    for classes in (1, 2, 3):
        for way in product(range(1, classes + 1), repeat=len(indices)):
            places = dict(zip((s.name for s in indices), way, strict=True))
            if all(allowed(assumption, places) for assumption in chain.assumptions):
                values = {v.name: numbers(v, classes, dice) for v in sorted(vectors, key=str)}
                orders = {order.name: dice.sample(range(1, classes + 1), classes) for order in permutations}
                yield Oracle(Point(classes, values, places, {s.name: scalar(s, dice) for s in scalars}, orders))


def allowed(assumption: Any, places: dict[str, int]) -> bool:
    one, other = (places.get(str(s)) for s in assumption.subject)
    return one is None or other is None or (one == other) == (assumption.kind == "equal")


def numbers(vector: Vector, classes: int, dice: random.Random) -> list[Any]:
    if vector.domain == "probability":
        parts = [dice.randint(1, 9) for _ in range(classes)]
        return [Fraction(part, sum(parts)) for part in parts]
    return [dice.uniform(*RANGES[vector.domain]) for _ in range(classes)]


RANGES = {"real": (-2, 2), "positive": (0.1, 2), "unit": (0.1, 0.9), "closed_unit": (0, 1)}


def scalar(symbol: Symbol, dice: random.Random) -> float:
    return dice.uniform(*RANGES["positive" if symbol.is_positive else "real"])


# --- the tests -------------------------------------------------------------------------------------------------------


def drawn(kind: str, most: int = 100) -> Iterator[tuple[Formula, Derivation, Any]]:
    """Some of the steps that a kind of change fits, and one mutant of each."""
    dice = random.Random(kind)
    shuffled = dice.sample(chains(), len(chains()))
    found = (
        (f, chain, sorted(mutants(chain.steps[0].after, kind) - {chain.steps[0].after}, key=str))
        for f, chain in shuffled
    )
    fitting = ((formula, chain, dice.choice(ways)) for formula, chain, ways in found if ways)
    return islice(fitting, most)


@pytest.mark.parametrize("kind", KINDS)
def test_no_spoilt_step_passes(kind: str) -> None:
    caught = 0
    for formula, chain, mutant in drawn(kind):
        (step,) = chain.steps
        if truth(step.before, step.relation, mutant, chain):
            continue  # as right as the step itself
        wrong = replace(chain, steps=(replace(step, after=mutant),))
        with pytest.raises(StepError) as error:
            check_derivation(wrong, formula)
            pytest.fail(f"{formula.name}.{chain.name}: {step.rule.name}: {step.before} {step.relation} {mutant} passed")
        message = str(error.value)
        assert message.startswith(f"{formula.where}: {chain.name}"), message
        assert "\n" not in message
        caught += 1
    assert caught >= 5


def test_the_steps_themselves_are_right() -> None:
    """The judge of this test is no mere nay-sayer."""
    for _, chain in random.Random("right").sample(chains(), 150):
        (step,) = chain.steps
        assert truth(step.before, step.relation, step.after, chain), step


def test_a_step_that_is_left_out_leaves_a_gap() -> None:
    for formula in CATALOGUE:
        for chain in once.derived(formula).chains:
            for position in range(len(chain.steps) - 1):
                short = replace(chain, steps=chain.steps[:position] + chain.steps[position + 1 :])
                with pytest.raises(StepError, match="but the step before ended in"):
                    check_derivation(short, formula)


def test_the_catalogue_has_partial_derivatives_in_its_steps() -> None:
    assert any(chain.steps[0].after.has(Partial) for _, chain in chains())
