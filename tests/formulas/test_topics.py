"""The topics: their order, and each formula on one page."""

from __future__ import annotations

from collections import Counter

import pytest

from derive.catalogue import open_catalogue
from derive.formulas.theory.topics import TOPICS
from derive.language import Formula
from derive.language.formula import Value
from derive.readers.exhibits import EXHIBITS
from derive.readers.pictures import PICTURES

CATALOGUE = open_catalogue()
ROWS = (
    "information", "entropy", "kl_divergence", "kl_to_cross_entropy", "bernoulli_likelihood", "categorical_likelihood",
    "why_not_mse_saturation", "why_not_mse_right_class", "why_not_mse_labels", "why_the_exponential",
    "softmax_derivative", "cross_entropy_gradient", "numerical_stability", "online_merge", "variants",
    "losses_of_a_softmax", "other_outputs", "normalisation"
)  # fmt: skip


def test_the_topics_are_read_in_the_order_of_the_theory() -> None:
    assert tuple(topic.name for topic in CATALOGUE.topics) == ROWS == tuple(topic.name for topic in TOPICS)


def test_every_formula_stands_on_exactly_one_page() -> None:
    places = Counter(formula.name for topic in TOPICS for formula in topic.formulas)
    assert places == Counter(formula.name for formula in CATALOGUE.formulas)


def test_every_topic_states_something_beyond_its_formulas() -> None:
    for topic in CATALOGUE.topics:
        assert any(formula.theory for formula in topic.formulas), f"{topic.name}: no claim, no witness"


def test_every_picture_and_exhibit_has_a_place() -> None:
    assert {name for topic in TOPICS for name in topic.pictures} == set(PICTURES)
    assert {name for topic in TOPICS for name in topic.exhibits} == set(EXHIBITS)


@pytest.mark.parametrize("formula", CATALOGUE.formulas, ids=lambda formula: formula.name)
def test_on_one_page_a_symbol_means_one_formula(formula: Formula) -> None:
    """A page shows the symbols of all formulas that its formula and what is claimed of it name."""
    said = [formula.expression, *(side for item in formula.theory for side in (item.left, item.right))]
    said += [line.expression for item in formula.theory for line in getattr(item, "proof", ()) if line.expression]
    used = {value.formula.name: value.formula.symbol for one in said for value in one.atoms(Value)}
    used[formula.name] = formula.symbol
    assert len(set(used.values())) == len(used), used
    inputs = {given.name for given in formula.inputs}
    assert not inputs & set(used.values()), f"a formula and an input are both called {inputs & set(used.values())}"
