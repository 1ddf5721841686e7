"""The page that a terminal shows."""

from __future__ import annotations

import pytest
import sympy

from derive.algebra.records import Condition, Derivation, Derived, Example, Rule, Step, Theorem
from derive.catalogue import load_catalogue
from derive.document import DocumentError
from derive.language import Formula, exp
from derive.language.claims import Witness
from derive.language.inputs import permutation, scalar
from derive.language.text import Text
from derive.language.topics import Topic
from derive.notation import UNICODE
from derive.notation.plain import plain
from derive.targets import Built, PrintError
from derive.targets.text import render, render_ascii
from derive.targets.text.lines import WIDTH, aligned, fold
from derive.targets.text.width import width
from derive.targets.words import LANGUAGES, Words
from tests import once
from tests.targets import handmade
from tests.targets.handmade import DERIVED, DIAGONAL, f, i, j, k, x

ZH = LANGUAGES["zh"]


def test_the_page_of_a_derivation_made_by_hand() -> None:
    page = render(Derived(f, (handmade.OFF_DIAGONAL,), ()))
    assert page.splitlines()[12:] == [
        "The case",
        "────────",
        "Throughout, i ≠ j.",
        "    ∂s_i/∂x_j",
        "  = s_i (δ_ij - s_j)   [quotient rule]",
        "  = -s_i s_j           [distinct indices]",
        "Side conditions: Σ_k x_k > 0.",
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
        "Theorem: Shift invariance", "For every c ∈ ℝ:", "≤ Σ_k 1", "Provided that 1 ≤ j ≤ n.",
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
    assert max(map(width, show(derived).splitlines())) <= WIDTH  # type: ignore[operator]


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
    with pytest.raises(PrintError, match=r"text: formula 'f'.*tan"):
        render(Derived(f, (handmade.chain("odd", "Odd", sympy.tan(f[i])),), ()))
    with pytest.raises(DocumentError, match="formula 'f'.*'odd'"):
        render(Derived(f, (handmade.slope_case("odd", f[i], handmade.EQUAL, Condition("odd", (i, j))),), ()))
    first, last = DIAGONAL.steps
    with pytest.raises(DocumentError, match="does not begin"):
        render(Derived(f, (handmade.chain("gap", "Gap", DIAGONAL.start, last, first),), ()))


@pytest.mark.parametrize("formula", load_catalogue(), ids=lambda formula: formula.name)
def test_every_formula_of_the_catalogue_fits_a_terminal(formula: Formula) -> None:
    derived = once.derived(formula)
    for columns in (60, WIDTH):
        for words in LANGUAGES.values():
            page = render(derived, words, columns)
            assert max(map(width, page.splitlines())) <= columns
            assert words.say(formula.title) in page
        assert max(map(len, render_ascii(derived, columns=columns).splitlines())) <= columns


# --- another language --------------------------------------------------------------------------------------------


def test_a_page_in_chinese() -> None:
    page = render(Derived(f, (handmade.OFF_DIAGONAL,), (handmade.SHIFT,)), ZH)
    assert page.splitlines()[0] == "A share_of {all} — naïve（f）"
    for line in (
        "输入", "  T  ∈ ℝ, > 0, 默认值 1.5  temperature", "以下设 i ≠ j。", "适用条件：Σ_k x_k > 0。",
        "定理：Shift invariance", "对任意 c ∈ ℝ：", "证明", "所用法则", "来源：A. Author (2020), A Paper",
    ):  # fmt: skip
        assert line in page.splitlines()


def test_both_cases_in_chinese() -> None:
    lines = render(DERIVED, ZH).splitlines()
    at = lines.index("两种情形合并：")
    assert lines[at + 1].endswith("s_i (1 - s_i)   当 i = j 时")
    assert lines[at + 2].endswith("-s_i s_j        当 i ≠ j 时")


def test_an_underline_is_as_wide_as_its_chinese_title() -> None:
    chain = handmade.chain("d", Text("Title", zh="梯度"), f[i])
    assert "\n梯度\n────\n" in render(Derived(f, (chain,), ()), ZH)


def test_ascii_refuses_a_language_that_it_cannot_write() -> None:
    with pytest.raises(PrintError, match=r"cannot write 'zh'.*PYTHONIOENCODING=utf-8.*--lang en"):
        render_ascii(DERIVED, ZH)


def test_ascii_writes_a_language_with_accents_and_spells_out_the_rest() -> None:
    page = render_ascii(DERIVED, Words("fr", "Français", {"Proof": "Démonstration"}))
    assert "\nDemonstration\n" in page
    assert "\\u4e2d" in page  # the Chinese letter in the formula's own prose


# --- theory ------------------------------------------------------------------------------------------------------
WITNESS = Witness(
    "unequal", f, x[i], "!=", exp(x[k]), {x: ("1/2", 3), i: 1, k: 2},
    title=Text("Not equal", zh="并不相等"), doc=Text("Two numbers.", zh="两个数。"),
)  # fmt: skip


def test_a_witness_with_its_numbers_and_its_values() -> None:
    derived = Derived(f, (), (), (WITNESS,))
    page = render(Built(f, derived, (), examples=(Example(WITNESS, "0.5", "20.0855"),)))
    assert page.split("\n\n")[-1].splitlines() == [
        "Example: Not equal",
        "──────────────────",
        "Two numbers.",
        "Take x = (1/2, 3), i = 1, k = 2:",
        "   x_i ≠ exp(x_k)",
        "   0.5 ≠ 20.0855",
    ]
    assert "例：并不相等\n" in render(derived, ZH) and "\n取 x = (1/2, 3)，i = 1，k = 2：\n" in render(derived, ZH)


def test_a_theorem_says_for_which_quantities_it_holds() -> None:
    z, p, q, pi = scalar("z"), scalar("p", domain="positive"), scalar("q", domain="unit"), permutation("pi")
    proof = Derivation("t", "Proof", x[i], ())
    derived = Derived(f, (), (Theorem("t", "T", x[i], x[pi(i)], "<", proof, (z, p, q), doc="Why it matters."),))
    page = render(derived)
    assert "\nWhy it matters.\nFor every z ∈ ℝ, p > 0, 0 < q < 1, permutation π of the classes:\n" in page
    assert "\n对任意 z ∈ ℝ，p > 0，0 < q < 1，类别的置换 π：\n" in render(derived, ZH)


@pytest.mark.parametrize(
    ("condition", "english", "chinese"),
    [
        (Condition("sums_to", (x[i], x[j])), "x_i = x_j", "x_i = x_j"),
        (Condition("largest", (x[i],)), "x_i is larger than every other component", "x_i 大于其余各分量"),
        (
            Condition("tends_to", (x[i], x[j], sympy.oo, -sympy.oo)),
            "x_i → -∞ as x_j → ∞", "当 x_j → ∞ 时 x_i → -∞",
        ),
        (
            Condition("tends_to", (x[i], x[j], sympy.Integer(0), sympy.oo)),
            "x_i → ∞ as x_j → 0 from above", "当 x_j 从右侧趋于 0 时 x_i → ∞",
        ),
    ],
)  # fmt: skip
def test_conditions_of_the_theory(condition: Condition, english: str, chinese: str) -> None:
    derived = Derived(f, (Derivation("d", "D", x[i], (), (condition,)),), ())
    assert f"\nThroughout, {english}.\n" in render(derived)
    assert f"\n以下设 {chinese}。\n" in render(derived, ZH)


def test_the_topic_of_a_formula_is_named() -> None:
    topic = Topic("shares", Text("Shares of a whole", zh="份额"), "", (f,))
    assert render(Built(f, DERIVED, (), topic)).splitlines()[2] == "Topic: Shares of a whole"
    assert render(Built(f, DERIVED, (), topic), ZH).splitlines()[2] == "主题：份额"


def test_a_rule_with_a_long_name_has_its_sentence_on_the_next_line() -> None:
    rule = Rule("by a theorem whose title is rather long", "It was proved before.")
    page = render(
        Derived(f, (handmade.chain("d", "D", x[i], Step(rule, x[i], x[j]), Step(handmade.DEFINE, x[j], f[j])),), ())
    )
    assert page.splitlines()[-3:] == [
        "  by a theorem whose title is rather long",
        "              It was proved before.",
        "  definition  What the symbol stands for.",
    ]
