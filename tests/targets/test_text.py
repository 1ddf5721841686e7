"""The page that a terminal shows."""

from __future__ import annotations

import pytest
import sympy

from derive.calculus.derive import derive_formula
from derive.calculus.records import Condition, Derived
from derive.catalogue import load_catalogue
from derive.language import Formula
from derive.language.plain import UNICODE, plain
from derive.targets.base import Built, PrintError
from derive.targets.text import render, render_ascii
from derive.targets.text.lines import WIDTH, aligned, fold
from tests.targets import handmade
from tests.targets.handmade import DERIVED, DIAGONAL, f, i, j


def test_the_page_of_a_derivation_made_by_hand() -> None:
    page = render(Derived(f, (handmade.OFF_DIAGONAL,), ()))
    assert page.splitlines()[12:] == [
        "The case",
        "────────",
        "Throughout, i ≠ j.",
        "    ∂s_i/∂x_j",
        "  = s_i (δ_ij - s_j)   [quotient rule]",
        "  = -s_i s_j           [distinct indices]",
        "Side conditions: Σ_k exp(x_k) > 0.",
        "",
        "Rules used",
        "──────────",
        "  quotient rule     Top' times bottom, minus the reverse, over the square.",
        "  distinct indices  The delta of two different indices is 0.",
    ]


def test_built_and_derived_give_the_same_page() -> None:
    assert render(Built(f, DERIVED, ())) == render(DERIVED)


def test_every_step_is_shown_with_its_rule() -> None:
    page = render(DERIVED)
    for chain in DERIVED.chains:
        for step in chain.steps:
            shown = plain(step.after, style=UNICODE)
            assert any(shown in line and f"[{step.rule.name}]" in line for line in page.splitlines()), shown


def test_cases_are_joined() -> None:
    lines = render(DERIVED).splitlines()
    at = lines.index("Both cases together:")
    assert lines[at + 1] == "  ∂s_i/∂x_j = ⎰ s_i (1 - s_i)   where i = j"
    assert lines[at + 2] == "              ⎱ -s_i s_j        where i ≠ j"


def test_inputs_source_and_theorems_are_shown() -> None:
    page = render(DERIVED)
    for text in (
        "x  ∈ ℝ^n", "T  ∈ ℝ, > 0, default 1.5  temperature", "Source: A. Author (2020), A Paper",
        "Theorem: Shift invariance", "For every real c:", "≤ Σ_k 1", "Provided that 1 ≤ j ≤ n.",
    ):  # fmt: skip
        assert text in page


def test_ascii_is_ascii_and_loses_no_sign() -> None:
    page = render_ascii(DERIVED)
    assert page.isascii()
    assert "s_i * (delta_ij - s_j)" in page
    assert "Throughout, i != j." in page
    assert "<= sum_k 1" in page
    assert "naive" in page


@pytest.mark.parametrize("derived", [DERIVED, handmade.wide(12)], ids=["ordinary", "wide"])
@pytest.mark.parametrize("show", [render, render_ascii])
def test_no_line_is_wider_than_a_terminal(derived: Derived, show: object) -> None:
    assert max(map(len, show(derived).splitlines())) <= WIDTH  # type: ignore[operator]


def test_folding_keeps_every_word_in_order() -> None:
    math = " + ".join(f"f(a_{number} - b_{number})" for number in range(30))
    lines = fold(math, 40)
    assert len(lines) > 5
    assert max(map(len, lines)) <= 40
    assert " ".join(line.strip() for line in lines) == math
    assert all(line.strip().startswith("+ ") for line in lines[1:])


def test_notes_stand_in_one_column() -> None:
    first, second = aligned([("=", "a", "one"), ("<=", "a + b", "two")])
    assert first.index("[") == second.index("[")


def test_refusals_name_the_formula() -> None:
    with pytest.raises(PrintError, match=r"text: formula 'f'.*sin"):
        render(Derived(f, (handmade.chain("odd", "Odd", sympy.sin(f[i])),), ()))
    with pytest.raises(PrintError, match="text: formula 'f'.*'odd'"):
        render(Derived(f, (handmade.slope_case("odd", f[i], handmade.EQUAL, Condition("odd", (i, j))),), ()))
    first, last = DIAGONAL.steps
    with pytest.raises(PrintError, match="does not begin"):
        render(Derived(f, (handmade.chain("gap", "Gap", DIAGONAL.start, last, first),), ()))


@pytest.mark.parametrize("formula", load_catalogue(), ids=lambda formula: formula.name)
def test_every_formula_of_the_catalogue_fits_a_terminal(formula: Formula) -> None:
    derived = derive_formula(formula)
    for page in (render(derived), render_ascii(derived)):
        assert max(map(len, page.splitlines())) <= WIDTH
        assert formula.title in page
