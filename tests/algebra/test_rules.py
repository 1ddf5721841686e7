"""Every rule by itself: both sides against numbers, and each of its conditions broken on purpose.

A rule without an entry in the tables here fails: the tables are keyed by the name it has in the module of rules.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from sympy import Integer, KroneckerDelta, Pow, Rational, Symbol

from derive.algebra import rules
from derive.algebra.matching import BOUND, SYNTACTIC, At, match, owed, write
from derive.algebra.records import Condition, Derivation, Rule, Step
from derive.algebra.rules import b, c, f, g, p, u, v, w
from derive.formulas.softmax import softmax, x
from derive.language import Abs, Formula, Sum, distribution, exp, indices, log, n, parameter, tanh, vector
from derive.language.components import Component
from derive.language.nodes import Partial
from derive.verify import StepError
from derive.verify.conditions import gap_sign, holds
from derive.verify.numbers import OracleError
from derive.verify.oracle import Oracle, Point
from derive.verify.steps import check_derivation

NAMED = {name: value for name, value in vars(rules).items() if isinstance(value, Rule)}
OF_FUNCTIONS = {name.upper(): rule for name, rule in rules.OF_FUNCTIONS.items() if rule not in NAMED.values()}
RULES: dict[str, Rule] = {**NAMED, **OF_FUNCTIONS}
DATA = {name: rule for name, rule in RULES.items() if rule.pattern is not None}
PROCEDURES = {name: rule for name, rule in RULES.items() if rule.pattern is None}

i, j, k = indices("i j k")
m = indices("m")
"""The index of the rule's binder, where it has one."""
y, z, a = distribution("y"), vector("z"), vector("a", domain="positive")
T, r = parameter("T", default=1, domain="positive"), parameter("r", default=1)
by, one, other, the_vector = rules.z, rules.i, rules.j, rules.x
delta = KroneckerDelta

TOTAL = Sum(exp(x[k]), k)
FIRST = (x[i], exp(x[j]), Sum(x[k] ** 2, k), T * x[j], z[k] * x[k])
SECOND = (tanh(x[i]), x[k] + z[j], 1 + x[j] ** 2, log(TOTAL), softmax[i], Sum(z[k] * tanh(x[k]), k))
BY = (x[j], x[k], T)
CONSTANTS = (r, 3 * r, z[i] + r, Sum(z[k] ** 2, k), exp(z[j]), n * r)
POSITIVE = (exp(x[i] ** 2), TOTAL, a[i] * T, T, 2 * T + 1, a[j] * x[i] ** 2 + 1)
BODIES = (exp(x[m]), x[m] * z[i], tanh(x[m]) * Sum(x[k] * z[m], k), delta(m, i) * x[m], softmax[m] * x[m] ** 2)
MORE_BODIES = (z[m] ** 3, x[m] * a[m], Abs(z[m]), y[m] * log(a[m]))
ZERO = Sum(y[k], k) - 1
"""0, though nothing but numbers tells."""

Pools = dict[Any, tuple[Any, ...]]

INSTANCES: dict[str, Pools] = {
    "CONSTANT": {u: (*CONSTANTS, Integer(2), y[k]), by: (x[j], x[k])},
    "COMPONENT": {the_vector: (x, z, a), one: (i, j), other: (j, k)},
    "ALONG": {the_vector: (x, z), one: (i, j), w: (z, a, y)},
    "VARIABLE": {by: (T, r, x[j], a[k])},
    "SUM_RULE": {u: FIRST, v: SECOND, by: BY},
    "CONSTANT_FACTOR": {c: CONSTANTS, u: SECOND, by: (x[j], x[k])},
    "QUOTIENT_RULE": {u: FIRST, v: SECOND, by: BY},
    "RECIPROCAL_RULE": {v: SECOND, by: BY},
    "PRODUCT_RULE": {u: FIRST, v: SECOND, by: BY},
    "EXPONENTIAL": {u: (*FIRST, *SECOND[:-3]), by: BY},
    "LOGARITHM": {u: (x[i], TOTAL + 1, *POSITIVE[1:]), by: BY},
    "WHOLE_POWER": {u: (*FIRST[:1], *SECOND), p: (Integer(2), Integer(3), Integer(7)), by: BY},
    "INTEGER_POWER": {u: SECOND, p: (Integer(-1), Integer(-3), Integer(2)), by: BY},
    "REAL_POWER": {u: SECOND, p: (T, Rational(1, 2), Rational(-5, 3), r), by: (x[j], x[k])},
    "BASE": {b: (Integer(2), T, Sum(a[k], k)), u: SECOND, by: (x[j], x[k])},
    "TANH": {u: FIRST, by: BY},
    "SIN": {u: FIRST, by: BY},
    "COS": {u: FIRST, by: BY},
    "ERF": {u: FIRST, by: BY},
    "ERFC": {u: FIRST, by: BY},
    "ABS": {u: (x[i], x[i] - z[j], Sum(x[k], k)), by: BY},
    "SIGN": {u: (x[i], x[i] - z[j], Sum(x[k], k)), by: BY},
    "GENERAL_POWER": {u: (a[i], a[k] * x[i] ** 2 + 1, T), v: SECOND[:3], by: BY},
    "SETTLED_CASES": {f: (r, z[i]), g: (y[k], Integer(0)), u: FIRST[:2], v: SECOND[:2], w: (x[j],), by: (x[j], x[k])},
    "CASES": {f: FIRST[:2], g: (z[j], T), u: FIRST[2:4], v: SECOND[:1], w: SECOND[1:3], by: BY},
    "LARGER_THAN_CONSTANT": {c: (r, z[i] + r), u: FIRST[:3], by: (x[j], x[k])},
    "LARGER": {u: FIRST[:3], v: SECOND[:3], by: (x[j], x[k])},
    "LARGEST": {f: (x[m], x[m] * z[m], tanh(x[m]) + T * z[m]), by: BY},
    "TERM_BY_TERM": {f: (*BODIES, z[i] * x[m]), by: BY},
    "SUM_OF_NOTHING": {},
    "SUM_OF_CONSTANT": {c: (*CONSTANTS, Integer(1), softmax[i])},
    "SIFT_ALONE": {other: (i, j, k)},
    "SIFT": {f: (*BODIES[:3], *MORE_BODIES), other: (j, k)},
    "OFFSET_OF_LARGEST": {c: CONSTANTS, f: (exp(x[m]), tanh(x[m]) * a[m], softmax[m] + x[m])},
    "LINEARITY": {f: BODIES, g: MORE_BODIES},
    "FACTOR_OUT": {c: CONSTANTS, f: (exp(x[m]), tanh(x[m]) * a[m], softmax[m] + x[m])},
    "EXP_OF_SUM": {u: FIRST[:3], v: SECOND[:3]},
    "POWER_OF_SUM": {b: (Integer(2), T, a[i]), u: FIRST[:3], v: SECOND[:3]},
    "LOG_OF_QUOTIENT": {u: (exp(x[i] ** 2), TOTAL, a[i]), v: POSITIVE[3:]},
    "LOG_OF_PRODUCT": {u: POSITIVE[:3], v: POSITIVE[3:]},
    "LOG_OF_PROD": {f: (a[m], exp(x[m]) + T, a[m] * exp(Sum(x[k] * z[m], k)), 2 + x[m] ** 2)},
    "LOG_OF_POWER": {u: POSITIVE[1:2] + POSITIVE[4:], p: (r, x[j], Rational(-3, 2), Integer(4))},
    "DISTINCT": {one: (i,), other: (j, k)},
}
"""For each rule what its holes are put to; a few of all the ways are drawn."""


@dataclass(frozen=True)
class Broken:
    """One condition of a rule (by its place) that does not hold for these bindings."""

    place: int
    bindings: dict[Any, Any] = field(default_factory=dict)


BROKEN: dict[str, tuple[Broken, ...]] = {
    "CONSTANT": (Broken(0, {u: x[i], by: x[j]}), Broken(0, {u: r * TOTAL, by: x[j]}), Broken(0, {u: T**2, by: T})),
    "CONSTANT_FACTOR": (Broken(0, {c: x[i], u: exp(x[k]), by: x[j]}), Broken(0, {c: T, u: exp(T), by: T})),
    "QUOTIENT_RULE": (Broken(0, {u: x[i], v: ZERO, by: x[j]}),),
    "RECIPROCAL_RULE": (Broken(0, {v: ZERO, by: x[j]}),),
    "LOGARITHM": (Broken(0, {u: -TOTAL, by: x[j]}), Broken(0, {u: ZERO, by: x[j]})),
    "WHOLE_POWER": tuple(Broken(0, {u: 1 + x[i] ** 2, p: e, by: x[j]}) for e in (Integer(-1), Rational(1, 2), T, x[k])),
    "INTEGER_POWER": (
        *(Broken(0, {u: 1 + x[i] ** 2, p: e, by: x[j]}) for e in (Rational(1, 2), T, x[k])),
        Broken(1, {u: ZERO, p: Integer(-2), by: x[j]}),
    ),
    "REAL_POWER": (Broken(0, {u: TOTAL, p: x[i], by: x[j]}), Broken(1, {u: -TOTAL, p: r, by: x[j]})),
    "BASE": (Broken(0, {b: 1 + x[i] ** 2, u: x[k], by: x[j]}), Broken(1, {b: -T, u: x[k], by: x[j]})),
    "ABS": (Broken(0, {u: x[i] * ZERO, by: x[j]}),),
    "SIGN": (Broken(0, {u: x[i] * ZERO, by: x[j]}),),
    "GENERAL_POWER": (Broken(0, {u: -TOTAL, v: x[i], by: x[j]}),),
    "SETTLED_CASES": (
        Broken(0, {f: x[i], g: r, u: r, v: z[i], w: z[j], by: x[j]}),
        Broken(1, {f: r, g: x[i], u: r, v: z[i], w: z[j], by: x[j]}),
    ),
    "CASES": (Broken(0, {f: x[i] + ZERO, g: x[i], u: x[i], v: z[i], w: z[j], by: x[j]}),),
    "LARGER_THAN_CONSTANT": (
        Broken(0, {c: x[i], u: x[k], by: x[j]}),
        Broken(1, {c: r, u: r + x[i] * ZERO, by: x[j]}),
    ),
    "LARGER": (Broken(0, {u: x[i] + ZERO, v: x[i], by: x[j]}),),
    "LARGEST": (Broken(0, {f: x[m] * ZERO, by: x[j]}),),
    "OFFSET_OF_LARGEST": (Broken(0, {c: x[m], f: exp(x[m])}),),
    "SUM_OF_CONSTANT": (Broken(0, {c: x[m]}), Broken(0, {c: Sum(x[k] * z[m], k)})),
    "SIFT_ALONE": (Broken(0, {other: j}),),
    "SIFT": (Broken(0, {f: exp(x[m]), other: j}),),
    "FACTOR_OUT": (Broken(0, {c: tanh(x[m]), f: exp(z[m])}),),
    "POWER_OF_SUM": (Broken(0, {b: r, u: x[i], v: z[j]}), Broken(0, {b: x[i], u: x[j], v: z[j]})),
    "LOG_OF_QUOTIENT": (Broken(0, {u: z[i], v: T + 2}), Broken(1, {u: TOTAL, v: z[i] + 1})),
    "LOG_OF_PRODUCT": (Broken(0, {u: z[i], v: TOTAL}), Broken(1, {u: a[j], v: z[i]})),
    "LOG_OF_PROD": (Broken(0, {f: z[m]}), Broken(0, {f: a[m] - T})),
    "LOG_OF_POWER": (Broken(0, {u: z[i], p: Integer(2)}), Broken(0, {u: r, p: T})),
    "DISTINCT": (Broken(0, {one: i, other: j}),),
}


# --- instances and points ------------------------------------------------------------------------------------------


def instance(rule: Rule, bindings: dict[Any, Any]) -> Any:
    """The pattern with its holes filled."""
    return write(rule.pattern, {**bindings, BOUND: m})


def fillings(name: str, most: int = 10) -> list[dict[Any, Any]]:
    pools = INSTANCES[name]
    ways = [dict(zip(pools, way, strict=True)) for way in product(*pools.values())]
    return ways if len(ways) <= most else random.Random(name).sample(ways, most)


def oracles(seed: str) -> Iterator[Oracle]:
    """Points for every input of this test, at several n."""
    dice = random.Random(seed)
    for classes in (1, 2, 3, 5):
        for _ in range(6):
            real = {s.name: [Fraction(dice.randint(-150, 150), 64) for _ in range(classes)] for s in (x, z)}
            positive = {"a": [Fraction(dice.randint(8, 150), 64) for _ in range(classes)]}
            parts = [dice.randint(1, 9) for _ in range(classes)]
            weights = {"y": [Fraction(part, sum(parts)) for part in parts]}
            places = {s: dice.randint(1, classes) for s in "ijk"}
            scalars = {"T": Fraction(dice.randint(16, 128), 64), "r": Fraction(dice.randint(-128, 128), 64)}
            yield Oracle(Point(classes, {**real, **positive, **weights}, places, scalars))


# --- the rules -------------------------------------------------------------------------------------------------------


def test_every_rule_has_a_test() -> None:
    assert set(INSTANCES) == set(DATA)
    conditional = {name for name, rule in DATA.items() if rule.conditions}
    assert set(BROKEN) == conditional
    for name in conditional:
        assert {broken.place for broken in BROKEN[name]} == set(range(len(DATA[name].conditions))), name


def test_every_rule_is_in_a_list_that_the_engine_uses() -> None:
    lists = (*rules.DIFFERENTIATION, *rules.SUMS, *rules.MAXIMA, *rules.EXPONENTIALS, *rules.LOGARITHMS)
    assert {name for name, rule in DATA.items() if rule not in lists} == {"DISTINCT"}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_a_name_and_one_sentence(name: str) -> None:
    rule = RULES[name]
    assert rule.name and rule.name == rule.name.strip() and rule.name[0].islower()
    assert (rule.sentence[0].isupper() or rule.sentence.startswith("n ")) and rule.sentence.endswith(".")
    assert ". " not in rule.sentence and "\n" not in rule.sentence
    assert (rule.pattern is None) == (rule.result is None)


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_procedure_promises_nothing_of_its_own(name: str) -> None:
    assert not PROCEDURES[name].conditions


def test_rules_of_one_name_say_one_thing() -> None:
    """The reader of a derivation sees the name alone."""
    sentences: dict[str, set[str]] = {}
    for name, rule in RULES.items():
        if rule.name != "multiply out":
            sentences.setdefault(rule.name, set()).add(rule.sentence)
        assert name.isupper()
    assert {name: found for name, found in sentences.items() if len(found) > 1} == {}


@pytest.mark.parametrize("name", DATA)
def test_both_sides_are_equal_where_the_conditions_hold(name: str) -> None:
    rule = DATA[name]
    for bindings in fillings(name):
        before = instance(rule, bindings)
        found = match(rule, before)
        assert found is not None, f"{name} does not match {before}"
        after = write(rule.result, found)
        assert after != before, f"{name} does nothing to {before}"
        assert not after.has(At, BOUND) and not (after.free_symbols - before.free_symbols - {n})
        sizes = [oracle.classes for oracle in oracles(str(before)) if agrees(rule, found, before, after, oracle)]
        assert max(sizes, default=0) >= 3, f"{name} was not tried on {before}"


def agrees(rule: Rule, found: Any, before: Any, after: Any, oracle: Oracle) -> bool:
    """False where the left side is not defined or a condition does not hold; an error where the sides differ."""
    try:
        oracle.value(before)
    except OracleError:
        return False
    if not all(holds(condition, oracle) for condition in owed(rule, found)):
        return False
    assert gap_sign(before, after, oracle) == 0, f"{before} = {after} at {oracle.point}"
    return True


@pytest.mark.parametrize("name", DATA)
def test_a_result_that_is_spoilt_is_noticed(name: str) -> None:
    """The comparison above can fail: half a unit more, and every rule is refuted."""
    rule = DATA[name]
    before = instance(rule, fillings(name)[0])
    found = match(rule, before)
    assert found is not None
    after = write(rule.result, found) + Rational(1, 2)
    with pytest.raises(AssertionError, match=" at n = "):
        assert not [agrees(rule, found, before, after, oracle) for oracle in oracles(str(before))]


CASES = [(name, broken) for name, several in BROKEN.items() for broken in several]


def kind(name: str, broken: Broken) -> str:
    return DATA[name].conditions[broken.place].kind


def cases(wanted: Callable[[str], bool]) -> Any:
    """Parametrises a test over the broken conditions of some kinds."""
    chosen = [case for case in CASES if wanted(kind(*case))]
    return pytest.mark.parametrize(("name", "broken"), chosen, ids=[f"{name}-{kind(name, b)}" for name, b in chosen])


@cases(lambda kind: kind in SYNTACTIC)
def test_a_rule_does_not_match_where_a_condition_on_the_form_is_broken(name: str, broken: Broken) -> None:
    rule = DATA[name]
    before = instance(rule, broken.bindings)
    assert match(rule, before) is None, f"{name} matches {before}"
    others = tuple(condition for place, condition in enumerate(rule.conditions) if place != broken.place)
    loose = Rule(rule.name, rule.sentence, rule.pattern, rule.result, others)
    assert match(loose, before) is not None, "it is this condition that keeps it from matching"


@cases(lambda kind: kind not in (*SYNTACTIC, "in_range"))
def test_the_check_fails_where_a_condition_on_the_values_is_broken(name: str, broken: Broken) -> None:
    rule = DATA[name]
    before = instance(rule, broken.bindings)
    found = match(rule, before)
    assert found is not None
    conditions = owed(rule, found)
    assert write(rule.conditions[broken.place].subject[0], found) in {c.subject[0] for c in conditions}
    step = Step(rule, before, write(rule.result, found), ((before, write(rule.result, found)),), conditions)
    with pytest.raises(StepError):
        check_derivation(Derivation("example", "", before, (step,)), Formula("home", Sum(x[k], k), wrt=x))
    broken_somewhere = [holds(c, oracle) for oracle in oracles(name) for c in conditions]
    assert not all(broken_somewhere)


@cases(lambda kind: kind == "in_range")
def test_a_delta_with_a_class_that_is_none_sifts_nothing(name: str, broken: Broken) -> None:
    """Where j is no class the sum is 0, and the rule would say something else."""
    rule = DATA[name]
    before = instance(rule, broken.bindings)
    found = match(rule, before)
    assert found is not None
    (condition,) = owed(rule, found)
    outside = Oracle(Point(2, {"x": [1, 2]}, {"j": 3}))
    assert not holds(condition, outside)
    assert outside.numbers.sign(outside.value(before)) == 0
    with pytest.raises((OracleError, AssertionError)):
        assert gap_sign(before, write(rule.result, found), outside) == 0


# --- what no condition says, and a match must not do -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("COMPONENT", Partial(x[i], z[j])),
        ("SIFT", Sum(delta(i, j) * x[m], m)),
        ("SIFT_ALONE", Sum(delta(i, j), m)),
        ("SUM_OF_NOTHING", Sum(Integer(1), m)),
        ("PRODUCT_RULE", Partial(x[i] + x[j], x[k])),
        ("QUOTIENT_RULE", Partial(x[i] * x[j], x[k])),
        ("RECIPROCAL_RULE", Partial(x[i] ** 2, x[k])),
        ("EXP_OF_SUM", exp(x[i] * x[j])),
        ("POWER_OF_SUM", Pow(T, x[i] * x[j])),
        ("LINEARITY", Sum(x[m] * z[m], m)),
    ],
)
def test_what_only_looks_alike_does_not_match(name: str, expression: Any) -> None:
    assert match(DATA[name], expression) is None


def test_an_index_outside_is_not_the_one_that_a_sum_binds() -> None:
    """The free index has the letter that the rule's own binder was written with."""
    letter = Symbol("k", integer=True)
    factor = match(DATA["FACTOR_OUT"], Sum(x[letter] * exp(x[m]), m))
    assert factor is not None
    assert write(DATA["FACTOR_OUT"].result, factor) == x[letter] * Sum(exp(x[m]), m)
    sifted = match(DATA["SIFT"], Sum(Sum(x[k] * z[m], k) * delta(m, letter), m))
    assert sifted is not None
    assert write(DATA["SIFT"].result, sifted) == Sum(x[j] * z[letter], j)


def test_what_a_rule_owes_is_only_what_numbers_can_tell() -> None:
    known = {"positive", "nonzero", "in_range", "distinct", "attained_once"}
    for name in DATA:
        found = match(DATA[name], instance(DATA[name], fillings(name)[0]))
        assert found is not None
        assert {condition.kind for condition in owed(DATA[name], found)} <= known
    assert isinstance(instance(DATA["COMPONENT"], fillings("COMPONENT")[0]).body, Component)
    assert Condition("positive", (TOTAL,)) in owed(
        DATA["LOG_OF_POWER"], match(DATA["LOG_OF_POWER"], log(TOTAL**r)) or {}
    )
