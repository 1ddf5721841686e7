"""The lesson before the record: the order of a page, its results, key steps, and where a known derivative stands."""

from __future__ import annotations

from functools import cache

import pytest

from derive.algebra import rules
from derive.algebra.records import Derived
from derive.catalogue import open_catalogue
from derive.document import ROUTINE, in_brief
from derive.document.addresses import known_at
from derive.document.brief import brief
from derive.document.lesson import lesson
from derive.language.formula import Formula
from derive.notation.plain import plain
from derive.targets import Built
from derive.targets.latex.page import page as latex_page
from derive.targets.latex.speech import Speech
from derive.targets.markdown.page import page as markdown_page
from derive.targets.markdown.shared import contents
from derive.targets.text.render import render
from derive.targets.words import LANGUAGES
from tests import once

_BY_NAME = {formula.name: formula for formula in open_catalogue().formulas}
ALL = cross_entropy, focal, information, sigmoid, softmax = tuple(
    _BY_NAME[name] for name in ("cross_entropy", "focal", "information", "sigmoid", "softmax")
)


@cache
def derived(formula: Formula) -> Derived:
    return once.derived(formula)


@pytest.mark.parametrize("formula", ALL, ids=lambda f: f.name)
def test_first_derivatives_come_first_and_nothing_is_lost(formula: Formula) -> None:
    told = lesson(derived(formula))
    later = {"vjp", "jvp", "hvp", "hessian"}
    assert not later & {chain.name for chain in told.first}
    assert {chain.name for chain in told.further} <= later and told.further
    assert sorted((*told.first, *told.further), key=str) == sorted(derived(formula).derivations, key=str)


@pytest.mark.parametrize(
    "formula, result",
    [
        (cross_entropy, "s_j - y_j"),
        (softmax, "s_i * (delta_ij - s_j)"),
        (sigmoid, "sigma_i * (1 - sigma_i)"),
        (information, "-1 / p_i"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_headline_is_the_form_that_is_known(formula: Formula, result: str) -> None:
    (headline,) = lesson(derived(formula)).headlines
    assert plain(headline.right) == result
    assert formula.symbol in plain(headline.left), "said by its symbol, not by its definition"


@pytest.mark.parametrize("formula", ALL, ids=lambda f: f.name)
def test_in_every_medium_theorems_stand_before_products_with_a_vector(formula: Formula) -> None:
    built = Built(formula, derived(formula), ())
    text = render(built)
    titles = [f"Theorem: {theorem.title}" for theorem in derived(formula).theorems]
    first, last = text.index(f"\n{titles[0]}\n"), text.index(f"\n{titles[-1]}\n")
    assert text.index("\nResults\n") < first <= last < text.index("\nThe Hessian-vector product\n")
    pages = markdown_page(built, LANGUAGES["en"]), latex_page(built, Speech(LANGUAGES["en"]))
    for page in pages:
        names = [chain.label.partition(".")[2] for chain in page.further]
        assert names == [chain.name for chain in lesson(derived(formula)).further]
        assert len(page.proved) == len(titles) and page.results


def test_the_first_page_shows_one_formula_in_key_steps() -> None:
    """The shortest result that takes some steps: not the longest lesson, and none that is over at once."""
    built = [Built(formula, derived(formula), ()) for formula in (cross_entropy, focal, information)]
    shown = contents(built, LANGUAGES["en"]).showcase
    assert shown is not None and shown.entry.name == "cross_entropy" and shown.result.endswith("= s_j - y_j")
    (gradient,) = in_brief(derived(cross_entropy)).derivations
    assert len(shown.chain.rows) == 1 + len(gradient.steps)
    assert contents([Built(information, derived(information), ())], LANGUAGES["en"]).showcase is None


def test_key_steps_lead_from_the_same_start_to_the_same_end() -> None:
    for formula in ALL:
        for chain in derived(formula).chains:
            short = brief(chain)
            assert (short.start, short.end, short.relation) == (chain.start, chain.end, chain.relation)
            assert set(short.conditions) == set(chain.conditions)
            assert all(one.after == other.before for one, other in zip(short.steps, short.steps[1:], strict=False))
            assert not any(step.rule.name in ROUTINE for step in short.steps[:-1])


def test_the_gradient_of_cross_entropy_takes_four_key_steps() -> None:
    (gradient,) = in_brief(derived(cross_entropy)).derivations
    assert [str(step.rule.name) for step in gradient.steps] == [
        "logarithm", "known derivative", "sifting", "probabilities sum to 1",
    ]  # fmt: skip


def test_routine_rules_are_rules() -> None:
    names = {str(rule.name) for rule in vars(rules).values() if isinstance(rule, rules.Rule)}
    assert names >= ROUTINE


@pytest.mark.parametrize("formula", ALL, ids=lambda f: f.name)
def test_every_known_derivative_says_where_it_was_derived(formula: Formula) -> None:
    chains = derived(formula).derivations
    used = [step for chain in derived(formula).chains for step in chain.steps if step.rule == rules.DERIVED]
    for step in used:
        places = known_at(step, formula, chains)
        assert places, step
        for place in places:
            found = {chain.name: chain for chain in derived(place.formula).derivations}
            special = found[place.name].assumptions
            assert not special or found[place.name].end in [side for redex in step.redexes for side in redex], step
    assert used
