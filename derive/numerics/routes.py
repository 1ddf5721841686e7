"""The ways from mathematics to expressions that floats can take: where each starts, and its passes in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import log

from derive.derivations.first import size
from derive.language.formula import Formula, Variable, unfold
from derive.language.inputs import Input
from derive.language.nodes import Binder
from derive.numerics.cases_apart import cases_apart
from derive.numerics.centring import centre
from derive.numerics.complements import logarithms_of_complements
from derive.numerics.differences import by_differences
from derive.numerics.dominant import dominant_apart
from derive.numerics.exponents.exposed import exposed
from derive.numerics.exponents.scales import scale
from derive.numerics.exponents.stabilise import stabilise
from derive.numerics.exponents.supports import shifts_first, with_weights, without_terms
from derive.numerics.norms import on_largest
from derive.numerics.powers import powers_apart, powers_as_exponentials, quotients_inside
from derive.numerics.roots import roots_apart
from derive.numerics.saturation import saturated
from derive.numerics.set_apart import complement_at_labels, set_top_apart, vanishes_in_logarithm
from derive.numerics.specialise import Result, specialise
from derive.numerics.structural import FORMS, as_computed, divides_by_difference, flat
from derive.numerics.tails import tails_apart
from derive.numerics.whole_over_part import by_the_others

LONGEST = 250
"""Nodes of a derived result beyond which no theorem is tried on it: the algebra would not end in time."""

Results = Sequence[Result]


@dataclass(frozen=True)
class Task:
    """What is to be computed of a formula.

    derived:    the results as they were derived.
    kinds:      what each is of the formula, and by which variable: :func:`derive.numerics.structural.as_computed`.
    directions: the vectors that a product is taken with.
    """

    formula: Formula
    derived: tuple[Result, ...]
    kinds: tuple[tuple[str, Variable], ...]
    directions: tuple[Input, ...]


@dataclass(frozen=True)
class Route:
    """Where a way starts, and what each of its passes makes of the results.

    start: the results from which it starts, the formula in those of its forms that are named.
    forms: the passes over the formula itself, before its derivatives are taken.
    """

    start: Callable[[Task, Iterable[str]], Results]
    passes: Mapping[str, Callable[[Task, Results], Results]]
    forms: Mapping[str, Callable[[Formula, Any], Any]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All passes, in order."""
        return (*self.forms, *self.passes)

    def results(self, task: Task, passes: Iterable[str] | None = None) -> Results:
        """The results after these passes; default: after all."""
        names = list(self.names if passes is None else passes)
        found = self.start(task, [name for name in names if name in self.forms])
        for name in names:
            found = self.passes[name](task, found) if name in self.passes else found
        return found


def each(results: Results, rewrite: Callable[[Result], Any]) -> Results:
    """Every result with another expression."""
    return _with(results, [rewrite(result) for result in results])


def _with(results: Results, expressions: Sequence[Any]) -> Results:
    return [replace(result, expression=e) for result, e in zip(results, expressions, strict=True)]


def _computed(task: Task, forms: Iterable[str]) -> Results:
    """The results by derivatives that multiply nothing out."""
    return [
        replace(result, expression=as_computed(task.formula, kind, result.indices, task.directions, by, forms))
        for (kind, by), result in zip(task.kinds, task.derived, strict=True)
    ]


SHIFTED = Route(
    lambda task, _: task.derived,
    {
        "specialise": lambda task, results: specialise(results),
        "stabilise": lambda task, results: each(results, lambda r: stabilise(r.expression, task.formula.vector)),
        "differences": lambda task, results: each(results, lambda r: by_differences(r.expression)),
        "saturate": lambda task, results: each(results, lambda r: saturated(r.expression)),
        "tails": lambda task, results: each(results, lambda r: tails_apart(r.expression)),
        "powers": lambda task, results: each(results, lambda r: powers_apart(r.expression)),
        "centre": lambda task, results: each(results, lambda r: centre(r.expression)),
        "complement": lambda task, results: each(results, lambda r: complement_at_labels(r.expression, r.diagonal)),
        "dominant": lambda task, results: specialise(each(results, lambda r: dominant_apart(r.expression))),
        "norms": lambda task, results: each(results, lambda r: on_largest(r.expression)),
        "complements": lambda task, results: each(results, lambda r: logarithms_of_complements(r.expression)),
        "quotients inside": lambda task, results: each(results, lambda r: quotients_inside(r.expression)),
        "set apart": lambda task, results: _with(results, set_top_apart([r.expression for r in results])),
    },
)
"""Where the formula's own shift theorem keeps every exponential in range: the largest component is taken off."""

SCALED = Route(
    _computed,
    {
        "specialise": lambda task, results: specialise(results),
        "differences": lambda task, results: each(results, lambda r: by_differences(r.expression)),
        "saturate": lambda task, results: each(results, lambda r: saturated(r.expression)),
        "tails": lambda task, results: each(results, lambda r: tails_apart(r.expression)),
        "roots": lambda task, results: each(results, lambda r: roots_apart(r.expression)),
        "powers": lambda task, results: each(results, lambda r: powers_apart(r.expression)),
        "flatten": lambda task, results: each(results, lambda r: flat(r.expression, task.directions)),
        "centre": lambda task, results: each(results, lambda r: centre(r.expression)),
        "complement": lambda task, results: each(results, lambda r: complement_at_labels(r.expression, r.diagonal)),
        "dominant": lambda task, results: specialise(each(results, lambda r: dominant_apart(r.expression))),
        "powers in exponents": lambda task, results: each(results, lambda r: powers_as_exponentials(r.expression)),
        "scale": lambda task, results: each(results, lambda r: scale(r.expression)),
        "weights": lambda task, results: each(results, lambda r: with_weights(r.expression)),
        "shifts first": lambda task, results: each(results, lambda r: shifts_first(r.expression)),
        "norms": lambda task, results: each(results, lambda r: on_largest(r.expression)),
        "complements": lambda task, results: each(results, lambda r: logarithms_of_complements(r.expression)),
        "quotients inside": lambda task, results: each(results, lambda r: quotients_inside(r.expression)),
        "set apart": lambda task, results: _with(results, set_top_apart([r.expression for r in results])),
        "without terms": lambda task, results: each(results, lambda r: without_terms(r.expression)),
    },
    FORMS,
)
"""Where it does not: every exponential on a scale of its own."""


def along(results: Results) -> Results:
    """The passes for formulas that name their axes: those whose identities hold along any axis."""
    found: Results = each(specialise(results), lambda r: tails_apart(saturated(by_differences(r.expression))))
    found = each(found, lambda r: complement_at_labels(r.expression))
    found = each(found, lambda r: shifts_first(with_weights(scale(r.expression))))
    found = each(found, lambda r: _tops_apart_inside(on_largest(r.expression)))
    return _with(found, set_top_apart([r.expression for r in found]))


def _tops_apart_inside(e: Any) -> Any:
    """Logarithms in the bodies of sums, which depend on the index of the sum."""
    if not e.args or not e.atoms(log):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        (apart,) = set_top_apart([_tops_apart_inside(body)])
        return e.rebuild(apart, index)
    return e.func(*map(_tops_apart_inside, e.args))


def route(task: Task) -> Route:
    """The way that is taken."""
    formula = task.formula
    whole = unfold(formula.expression)
    forms = (*(form(formula, whole) for form in FORMS.values()), cases_apart(whole), by_the_others(whole))
    if any(form != whole for form in forms):
        return SCALED
    plain = saturated(whole)
    if tails_apart(plain) != plain or roots_apart(plain) != plain:  # term by term, as it is written
        return SCALED
    if max(size(unfold(result.expression)) for result in task.derived) > LONGEST:
        return SCALED
    derived = SHIFTED.results(task, ("specialise",))
    if any(divides_by_difference(result.expression) for result in derived):
        computed = SCALED.results(task, (*SCALED.forms, "specialise"))
        if not any(divides_by_difference(result.expression) for result in computed):
            return SCALED
    shifted = SHIFTED.passes["stabilise"](task, derived)
    value = stabilise(formula.expression, formula.vector)
    needed = any(exposed(e) or vanishes_in_logarithm(e) for e in (value, *(result.expression for result in shifted)))
    return SCALED if needed else SHIFTED
