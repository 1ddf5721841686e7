"""The LaTeX target: pages, and the document that they make."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sympy import log

from derive.algebra.records import Condition, Derived, Rule, Step, Theorem
from derive.catalogue import load_catalogue
from derive.document import DocumentError
from derive.document.citations import bibliography, citation
from derive.language import Claim, Formula, Sum, Text, by, equal
from derive.targets import Built
from derive.targets.latex import TARGETS, LatexTarget
from derive.targets.latex.chain import ChainLine, joined
from derive.targets.templates import environment
from derive.targets.tex.printer import latex
from tests.targets import handmade
from tests.targets.handmade import DERIVED, DIAGONAL, f, x
from tests.targets.latex_pages import EN, SOURCED, ZH, document, i, j, k, y

# --- pages ---------------------------------------------------------------------------------------------------


def page_of(derived: Derived, target: LatexTarget = EN) -> str:
    return page_built(Built(derived.formula, derived, ()), target)


def page_built(built: Built, target: LatexTarget = EN) -> str:
    return "".join(target.formula_files(built, environment()).values())


def test_a_target_for_each_language() -> None:
    assert [(t.name, t.folder) for t in TARGETS[:2]] == [("latex/en", "latex/en"), ("latex/zh", "latex/zh")]
    assert list(EN.formula_files(Built(f, DERIVED, ()), environment())) == ["formulas/f.tex"]


def test_the_steps_printed_are_the_steps_of_the_derivation_in_order() -> None:
    page = page_of(DERIVED)
    lines = [line for line in page.splitlines() if r"\derivenote" in line]
    steps = [step for chain in DERIVED.chains for step in chain.steps]
    assert len(lines) == len(steps)
    for line, step in zip(lines, steps, strict=True):
        assert latex(step.after, "f") in line and step.rule.name in line


def test_a_changed_step_changes_the_page() -> None:
    changed = handmade.slope_case("same", f[i] * (1 + f[i]), handmade.EQUAL, handmade.SAME)
    page = page_of(Derived(f, (changed,), ()))
    assert r"s_i \, (s_i + 1)" in page
    assert r"s_i \, (1 - s_i)" not in page


def test_the_last_line_of_a_derivation_has_a_number_and_that_of_a_proof_its_end() -> None:
    page = page_of(DERIVED)
    for chain in DERIVED.derivations:
        assert rf"\deriveequation{{f.{chain.name}}}%" in page
    numbered = [line for line in page.splitlines() if r"\derivemargin{\derivenumber}" in line]
    assert len(numbered) == len(DERIVED.derivations) + len(DERIVED.theorems)
    assert page.count(r"\derivemargin{\derivedone}") == page.count(r"\begin{deriveproofdone}") == len(DERIVED.theorems)


def test_no_page_ends_after_the_first_line_of_a_chain_or_before_its_last() -> None:
    lines = [ChainLine(str(number)) for number in range(4)]
    assert joined(lines) == (r"0 \\*", r"1 \\", r"2 \\*", "3")
    assert joined(lines[:2]) == (r"0 \\*", "1")


def test_cases_are_joined_by_their_assumptions_and_not_by_their_names() -> None:
    page = page_of(DERIVED)
    assert page.count(r"\begin{dcases}") == 1
    assert r"s_i \, (1 - s_i), & i = j," in page
    assert r"-s_i s_j, & i \ne j." in page
    assert r"\label{eq:f.other.cases}" in page
    assert r"\begin{dcases}" not in page_of(Derived(f, (DIAGONAL,), ()))


def test_rules_conditions_inputs_and_source_stand_on_the_page() -> None:
    page = page_of(DERIVED)
    for text in (
        r"\label{eq:f}", r"Side conditions: $\sum_{k=1}^n x_k > 0$.", r"See \cite{A-Author-2020-A-Paper}.",
        "% A-Author-2020-A-Paper: A. Author (2020), A Paper",
        r"$\mathbf{x} \in \mathbb{R}^n$", r"$T \in \mathbb{R}_{>0}$ (default $1.5$)", "Throughout, $i = j$.",
        r"For every $c \in \mathbb{R}$:", r"\begin{derivetheorem}[{Shift invariance}]\label{thm:f.shift}",
        "python -m derive build --only f --target latex", r"\derivenote{distinct-indices}{distinct indices}",
        r"Provided that $1 \le j \le n$.",
    ):  # fmt: skip
        assert text in page, text


def test_the_page_in_chinese() -> None:
    page = page_of(DERIVED, ZH)
    for text in (
        r"参见文献 \cite{A-Author-2020-A-Paper}。", r"$T \in \mathbb{R}_{>0}$（默认值 $1.5$）", "以下设 $i = j$。",
        r"适用条件：$\sum_{k=1}^n x_k > 0$。", r"对任意 $c \in \mathbb{R}$：", "两种情形合并：",
    ):  # fmt: skip
        assert text in page, text


def test_an_example_has_exact_inputs_and_both_values() -> None:
    page = page_built(SOURCED)
    for text in (
        r"\begin{deriveexample}[{An uneven one}]\label{ex:g.uneven}", r"\mathbf{p} = (\tfrac{1}{4},\, \tfrac{3}{4})",
        "H < \\log n", "the left side is $0.562335$ and the right side $0.693147$.",
        r"the left side is $1.5 \cdot 10^{-7}$.",
    ):  # fmt: skip
        assert text in page, text
    assert "左边为 $0.562335$，右边为 $0.693147$。" in page_built(SOURCED, ZH)


def test_a_definition_that_stands_elsewhere_carries_its_number() -> None:
    other = Formula("other", -Sum(y[k] * log(f[k]), k), wrt=x, symbol="L")
    page = page_of(Derived(other, (), ()))
    assert r"s_i = \frac{e^{x_i / T}}{\sum_{k=1}^n e^{x_k / T}}\tag*{\derivesee{eq:f}}" in page


def test_a_theorem_is_named_one_where_its_number_stands() -> None:
    lemma = Claim("half", f, f[i], "=", f[i] + 0, (by("algebra"),), title="The lemma")
    theorem = Theorem("half", "The lemma", f[i], f[i], "=", handmade.chain("half", "The lemma", f[i]))
    shown = page_built(Built(replace(f, theory=(lemma,)), Derived(f, (), (theorem,)), ()))
    assert r"The lemma\derivenamed{thm:f.half}{Theorem \ref*{thm:f.half}}" in shown


def test_a_step_by_an_earlier_theorem_refers_to_it() -> None:
    lemma = Claim("half", f, f[i], "=", f[i] + 0, (by("algebra"),), title="The lemma")
    user = replace(f, theory=(lemma, replace(lemma, name="user", proof=(equal(f[i], lemma),))))
    rule = Rule(Text("by theorem: {title}", zh="由定理：{title}").filled(title="The lemma"), "The lemma.")
    chain = handmade.chain("user", "User", f[i], Step(rule, f[i], f[i]))
    built = Built(user, Derived(user, (chain,), ()), ())
    assert r"\deriveby{thm:f.half}{by Theorem \ref*{thm:f.half}}{by theorem: The lemma}" in page_built(built)
    assert r"\deriveby{thm:f.half}{由定理 \ref*{thm:f.half}}{由定理：The lemma}" in page_built(built, ZH)
    assert "The lemma" not in EN.shared_files([built], environment())["main.tex"]


def test_theorems_of_one_name_have_labels_of_their_own() -> None:
    page = page_of(Derived(f, (), (handmade.SHIFT, replace(handmade.SHIFT, doc="Again."))))
    assert sorted(re.findall(r"\\label\{(thm:.*?)\}", page)) == ["thm:f.shift", "thm:f.shift-"]


def test_a_relation_other_than_equality_is_printed() -> None:
    assert r"&\le \sum_{k=1}^n 1" in page_of(DERIVED)


def test_a_broken_chain_is_refused() -> None:
    first, last = DIAGONAL.steps
    broken = handmade.chain("gap", "Gap", DIAGONAL.start, last, first)
    with pytest.raises(DocumentError, match=r"formula 'f': gap, step 1 .* does not begin"):
        page_of(Derived(f, (broken,), ()))


def test_an_unknown_condition_is_refused() -> None:
    odd = handmade.slope_case("odd", f[i], handmade.EQUAL, Condition("odd", (i, j)))
    with pytest.raises(DocumentError, match="condition of the kind 'odd'"):
        page_of(Derived(f, (odd,), ()))


def test_the_output_is_the_same_every_time() -> None:
    assert page_of(DERIVED) == page_of(DERIVED)
    assert EN.signatures(Built(f, DERIVED, ())) == {}


# --- the document --------------------------------------------------------------------------------------------


def test_formulas_stand_under_their_topics_and_the_others_last() -> None:
    main = document([SOURCED, Built(f, DERIVED, ())])["main.tex"]
    places = [main.index(text) for text in (
        r"\section{Shares}\label{topic:shares}", "Of $n$ shares.", r"\input{formulas/g}",
        r"\section{Your own formulas}", r"\input{formulas/f}", r"\appendix",
    )]  # fmt: skip
    assert places == sorted(places)
    assert r"\section{Further formulas}" in document([Built(f, DERIVED, ())])["main.tex"]


def test_each_rule_is_told_once_and_every_note_leads_to_one() -> None:
    files = document([Built(f, DERIVED, ())])
    targets = re.findall(r"\\derivetarget\{([^}]*)\}", files["main.tex"])
    notes = re.findall(r"\\derivenote\{([^}]*)\}", files["formulas/f.tex"])
    assert len(targets) == len(set(targets)) and set(notes) == set(targets)
    assert "The delta of two different indices is $0$." in files["main.tex"]


def test_citations_and_works_agree() -> None:
    files = document([SOURCED, Built(f, DERIVED, ())])
    cited = {key for text in files.values() for key in re.findall(r"\\cite(?:\[[^]]*\])?\{([^}]*)\}", text)}
    assert cited == set(re.findall(r"\\bibitem\{([^}]*)\}", files["main.tex"])) and len(cited) == 2
    assert r"\cite[section 2.1]{C-Author-1999-A-Book}" in files["formulas/g.tex"]


def test_works_are_listed_once_by_the_first_author() -> None:
    sources = ["T.-Y. Zeta (2017), A, 1-2", "B. A. Alpha et al. (2019), B", "C. Author (1999), A Book, chapter 2", "",
               "C. Author (1999), A Book, section 3.13", "A. Paszke et al. (2019), C"]  # fmt: skip
    assert [c.work[:8] for c in bibliography(sources)] == ["B. A. Al", "C. Autho", "A. Paszk", "T.-Y. Ze"]
    assert citation(sources[4]).number == "3.13"


def test_every_source_of_the_catalogue_is_a_work_with_a_year() -> None:
    found = bibliography(formula.source for formula in load_catalogue())
    assert len(found) > 10
    for one in found:
        assert re.search(r"^.+ \((1[89]|20)\d\d\), .+, ", one.work), one.work
