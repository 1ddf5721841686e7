"""Derivations made by hand, so that the printers are tested apart from the engine."""

from __future__ import annotations

from sympy import Symbol

from derive.algebra.records import Condition, Derivation, Derived, Rule, Step, Theorem
from derive.language import Formula, KroneckerDelta, Sum, exp, indices, parameter, vector
from derive.language.nodes import Partial

i, j, k, l = indices("i j k l")
x = vector("x", doc="scores: 100% raw & unscaled, #1_a")
T = parameter("T", default=1.5, domain="positive", doc="temperature")
f = Formula(
    "f",
    exp(x[i] / T) / Sum(exp(x[j] / T), j),
    over=i,
    wrt=x,
    symbol="s",
    title="A share_of {all} — naïve",
    doc="Shares: 50% of $1 & more ~ x^2 \\ # Σ ≤ 中.",
    source="A. Author (2020), A Paper",
)

DEFINE = Rule("definition", "What the symbol stands for.")
QUOTIENT = Rule("quotient rule", "Top' times bottom, minus the reverse, over the square.")
EQUAL = Rule("equal indices", "The delta of an index with itself is 1.")
DISTINCT = Rule("distinct indices", "The delta of two different indices is 0.")
BOUND = Rule("bound", "No term is larger than 1.")
SAME = Condition("equal", (i, j))
OTHER = Condition("distinct", (i, j))

_joined = f[i] * (KroneckerDelta(i, j) - f[j])


def chain(name: str, title: str, start: object, *steps: Step, assumptions: tuple[Condition, ...] = ()) -> Derivation:
    return Derivation(name, title, start, steps, assumptions)  # type: ignore[arg-type]


def slope_case(name: str, end: object, rule: Rule, condition: Condition) -> Derivation:
    start = Partial(f[i], x[j])
    positive = Condition("positive", (Sum(x[k], k),))
    first = Step(QUOTIENT, start, _joined, conditions=(positive,))
    return chain(
        name, "The case", start, first, Step(rule, _joined, end, conditions=(condition,)), assumptions=(condition,)
    )  # type: ignore[arg-type]


DIAGONAL = slope_case("same", f[i] * (1 - f[i]), EQUAL, SAME)
OFF_DIAGONAL = slope_case("other", -f[i] * f[j], DISTINCT, OTHER)

c = Symbol("c", real=True)
_shifted = exp((x[i] + c) / T) / Sum(exp((x[j] + c) / T), j)
_total = Sum(exp(-(x[k] ** 2)), k)
SHIFT = Theorem(
    "shift",
    "Shift invariance",
    _shifted,
    f[i],
    "=",
    chain("shift", "Shift", _shifted, Step(DEFINE, _shifted, f[i])),
    (c,),
)
BELOW = Theorem(
    "below", "An upper bound", _total, Sum(1, k), "<=",
    chain("below", "Bound", _total, Step(BOUND, _total, Sum(1, k), relation="<=")),
    conditions=(Condition("in_range", (j,)),),
)  # fmt: skip
DERIVED = Derived(f, (DIAGONAL, OFF_DIAGONAL), (SHIFT, BELOW))


def wide(factors: int = 12) -> Derived:
    """A step far wider than any page: many long terms, and one that no line can hold."""
    terms = sum(exp(x[i] * p) / Sum(exp(x[k] * p), k) for p in range(2, 2 + factors))
    block = exp(sum(x[i] ** p / Sum(x[k] ** p, k) for p in range(2, 2 + factors)))
    step = Step(DEFINE, f[i], terms, conditions=(Condition("nonzero", (block,)),))
    return Derived(f, (chain("wide", "Wide", f[i], step, Step(QUOTIENT, terms, block)),), ())
