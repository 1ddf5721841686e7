"""Which conditions a reader is told, and how they read."""

from sympy import Dummy, Symbol

from derive.algebra.records import Condition, Derivation, Rule, Step
from derive.document.owed import needed
from derive.document.stating import compared, condition_pattern, running_indices
from derive.language import indices, n, parameter, sqrt, vector
from derive.language.nodes import Sum

p = vector("p", domain="probability", doc="probabilities")
q = vector("q", domain="positive", doc="positive numbers")
x = vector("x", doc="logits")
T = parameter("T", default=1.0, domain="positive", doc="temperature")
a, j = indices("a j")
k, m = Dummy("k", integer=True), Dummy("k", integer=True)
RULE = Rule("rule", "sentence")


def told(*owed: Condition, known: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
    start = Symbol("u")
    return needed(Derivation("d", "", start, (Step(RULE, start, start + 1, conditions=owed),)), known)


def positive(subject: object) -> Condition:
    return Condition("positive", (subject,))  # type: ignore[arg-type]


def nonzero(subject: object) -> Condition:
    return Condition("nonzero", (subject,))  # type: ignore[arg-type]


def test_what_the_domains_settle_is_not_told() -> None:
    assert told(positive(q[j]), nonzero(T), positive(Sum(q[m], m)), Condition("nonnegative", (p[k],))) == ()
    assert told(positive(x[j]), nonzero(x[a])) == (positive(x[j]), nonzero(x[a]))


def test_what_other_conditions_settle_is_not_told() -> None:
    every = positive(p[k])
    assert told(every, nonzero(p[m]), positive(p[a]), positive(q[m] / p[m]), positive(1 / (n * p[k]))) == (every,)
    assert told(positive(sqrt(p[k])), every) == (every,)
    assert told(positive(p[a]), positive(p[j])) == (positive(p[a]), positive(p[j]))


def test_one_of_two_that_settle_each_other_stays() -> None:
    assert told(positive(p[k]), positive(p[m])) in ((positive(p[k]),), (positive(p[m]),))


def test_what_was_told_before_is_not_told_again() -> None:
    largest = Condition("largest", (x[a],))
    assert told(largest, Condition("negative_apart", (x[k] - x[a], k, a)), known=(largest,)) == ()
    assert told(Condition("negative_apart", (x[k] - x[j], k, j)), known=(largest,)) != ()


def test_an_index_that_runs_is_in_range_by_itself() -> None:
    assert told(Condition("in_range", (k,)), Condition("in_range", (j,))) == (Condition("in_range", (j,)),)


def test_a_difference_reads_as_a_comparison() -> None:
    assert compared(positive(p[a] - q[a])) == Condition("greater", (p[a], q[a]))
    assert compared(positive(1 - p[a])) == Condition("less", (p[a], 1))  # type: ignore[arg-type]
    assert compared(Condition("nonnegative", (x[a] - x[j],))) == Condition("at_least", (x[a], x[j]))
    assert compared(nonzero(x[a] - 1)) == Condition("different", (x[a], 1))  # type: ignore[arg-type]
    assert compared(positive(x[a] - x[j] - T)) == Condition("greater", (x[a], x[j] + T))
    assert compared(Condition("nonnegative", (-x[a],))) == Condition("at_most", (x[a], 0))  # type: ignore[arg-type]
    assert compared(positive(-x[a] - q[a])) == Condition("less", (x[a] + q[a], 0))  # type: ignore[arg-type]
    for owed in (positive(p[a]), positive(p[a] + q[a]), nonzero(x[a]), Condition("in_range", (j,))):
        assert compared(owed) == owed


def test_for_every_other_class() -> None:
    apart = Condition("negative_apart", (x[k] - x[a], k, a))
    assert condition_pattern(apart, "f") == "{0} < 0 for every {1} != {2}"
    assert running_indices(apart) == []
