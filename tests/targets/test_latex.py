"""The LaTeX target: expressions, pages, and the document that they make."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from sympy import Abs, Add, Float, KroneckerDelta, Mul, Pow, Rational, exp, log, sqrt, symbols, tanh

from derive.algebra.records import Condition, Derived, Example, Rule, Step
from derive.catalogue import load_catalogue, open_catalogue
from derive.language import (
    Claim,
    E,
    Formula,
    Limit,
    Max,
    Prod,
    Sum,
    Text,
    Topic,
    Witness,
    by,
    distribution,
    equal,
    indices,
    larger,
    n,
    oo,
    permutation,
    pi,
    vector,
)
from derive.language.nodes import Partial
from derive.proofs import derive_formula
from derive.targets import Built, PrintError
from derive.targets.citations import bibliography, citation
from derive.targets.latex import TARGETS, LatexTarget
from derive.targets.latex.chain import ChainLine, joined
from derive.targets.latex.escape import prose
from derive.targets.latex.pdf import TexError, check_installed, compiled, complaints
from derive.targets.templates import environment
from derive.targets.tex.printer import bold, latex, name_of
from derive.targets.words import Words
from derive.verify import example
from tests.targets import handmade
from tests.targets.handmade import DERIVED, DIAGONAL, T, f, x

i, j, k, l = indices("i j k l")
a, b, c = symbols("a b c")
y = vector("y")
S = Sum(exp(x[j]), j)

ZOO = {
    "number": (Rational(-2, 3), r"-\frac{2}{3}"),
    "float": (Float(0.5) * a, r"0.5 a"),
    "numbers side by side": (3 * 2 ** x[i], r"3 \cdot 2^{x_i}"),
    "constants": (E + pi + n, r"e + n + \pi"),
    "definition": (exp(x[i]) / S, r"\frac{e^{x_i}}{\sum_{k=1}^n e^{x_k}}"),
    "jacobian": (f[i] * (KroneckerDelta(i, j) - f[j]), r"s_i \, (\delta_{ij} - s_j)"),
    "sum": (Sum(y[j] * log(f[j]), j), r"\sum_{k=1}^n y_k \log s_k"),
    "max": (x[i] - Max(x[j], j), r"x_i - \max_{1 \le k \le n} x_k"),
    "min": (-Max(-x[j], j), r"\min_{1 \le k \le n} x_k"),
    "max before a term": (Max(x[j], j) - c, r"\left(\max_{1 \le k \le n} x_k\right) - c"),
    "functions": (Abs(x[i]) * tanh(a), r"\left\lvert x_i \right\rvert \tanh a"),
    "root": (1 / sqrt(S), r"\frac{1}{\sqrt{\sum_{k=1}^n e^{x_k}}}"),
    "slope of a value": (Partial(f[i], x[j]), r"\frac{\partial s_i}{\partial x_j}"),
    "slope of an exponential": (Partial(exp(x[i]), x[j]), r"\frac{\partial e^{x_i}}{\partial x_j}"),
    "slope of a sum": (Partial(S, x[j]), r"\frac{\partial}{\partial x_j} \sum_{k=1}^n e^{x_k}"),
    "slope of terms": (Partial(a + x[i], x[j]), r"\frac{\partial}{\partial x_j} (x_i + a)"),
    "slope before a factor": (
        Partial(S, x[j]) * Sum(y[j], j),
        r"\left(\frac{\partial}{\partial x_j} \sum_{k=1}^n e^{x_k}\right) \sum_{k=1}^n y_k",
    ),
    "minus a difference": (Add(a, Mul(-1, b - c, evaluate=False), evaluate=False), "a - (b - c)"),
    "negative product": (-(a + b) * c, r"-c \, (a + b)"),
    "quotient by a product": (a / (b * c), r"\frac{a}{b c}"),
    "power of a quotient": (Pow(a / b, 2, evaluate=False), r"\left(\frac{a}{b}\right)^2"),
    "power of a power": ((a**b) ** c, "(a^b)^c"),
    "tower": (a ** (b**c), "a^{b^c}"),
    "tempered": (exp(-(x[i] - c) / T), "e^{(c - x_i) / T}"),
    "quotient in an exponent": (exp(a / (b * c)), "e^{a / (b c)}"),
    "constant base": (2 ** x[i], "2^{x_i}"),
    "log of a product": (log(a * b), r"\log(a b)"),
    "log of a sum": (log(S), r"\log \sum_{k=1}^n e^{x_k}"),
    "log of a sum before a term": (log(S) - x[i], r"\log\left(\sum_{k=1}^n e^{x_k}\right) - x_i"),
    "power of a log": (log(a) ** 2, r"(\log a)^2"),
    "two logs": (log(a) * log(b), r"\log(a) \log b"),
    "power of a sum": (S**2, r"\left(\sum_{k=1}^n e^{x_k}\right)^2"),
    "two sums": (S * Sum(y[j], j), r"\left(\sum_{k=1}^n e^{x_k}\right) \sum_{k=1}^n y_k"),
    "sum before a term": (f[j] * Sum(y[i], i) - y[j], r"s_j \sum_{k=1}^n y_k - y_j"),
    "sum of a negative": (Sum(-x[j], j), r"-\sum_{k=1}^n x_k"),
    "product over classes": (Prod(x[j] ** y[j], j), r"\prod_{k=1}^n x_k^{y_k}"),
    "product before a term": (Prod(x[j], j) - a, r"\prod_{k=1}^n x_k - a"),
    "two products": (Prod(x[j], j) * Prod(y[j], j), r"\left(\prod_{k=1}^n x_k\right) \prod_{k=1}^n y_k"),
    "log of a product over classes": (log(Prod(x[j], j)), r"\log \prod_{k=1}^n x_k"),
    "limit": (Limit(f[i], x[j], -oo), r"\lim_{x_j \to -\infty} s_i"),
    "limit from above": (Limit(f[i], T, 0), r"\lim_{T \to 0^+} s_i"),
    "limit of terms": (Limit(a + x[i], x[i], oo), r"\lim_{x_i \to \infty} (x_i + a)"),
    "limit before a term": (Limit(f[i], T, oo) + a, r"a + \lim_{T \to \infty} s_i"),
    "two limits": (
        Limit(f[i], T, oo) * Limit(f[j], T, oo),
        r"\left(\lim_{T \to \infty} s_i\right) \lim_{T \to \infty} s_j",
    ),
    "relabelled": (x[permutation("pi")(k)], r"x_{\pi(k)}"),
    "larger of two": (larger(a, b), r"\max(a, b)"),
    "second slope": (Partial(Partial(f[i], x[j]), x[k]), r"\frac{\partial^2 s_i}{\partial x_j\,\partial x_k}"),
    "second slope twice by one": (Partial(Partial(f[i], x[j]), x[j]), r"\frac{\partial^2 s_i}{\partial x_j^2}"),
    "fraction in a fraction": ((1 + a / b) / c, r"\frac{1 + \dfrac{a}{b}}{c}"),
    "slope in a fraction": (
        (1 + Partial(f[i], x[j])) / c,
        r"\frac{1 + \dfrac{\partial s_i}{\partial x_j}}{c}",
    ),
    "nested": (Sum(x[j] * Sum(y[j], j), j), r"\sum_{k=1}^n x_k \sum_{l=1}^n y_l"),
    "long exponent": (exp(sum(x[i] ** p for p in range(1, 9))), None),
    "exponent with a sum": (exp(-S), r"\exp\left(-\sum_{k=1}^n e^{x_k}\right)"),
}


@pytest.mark.parametrize("name", ZOO)
def test_each_node(name: str) -> None:
    expression, text = ZOO[name]
    found = latex(expression, "f")
    if text is None:
        assert found.startswith(r"\exp(")
    else:
        assert found == text


@pytest.mark.parametrize("name", ZOO)
def test_braces_and_delimiters_balance(name: str) -> None:
    text = latex(ZOO[name][0], "f")
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert "+ -" not in text


def test_letters_that_are_free_are_not_used_for_sums() -> None:
    assert latex(x[k] * S, "f") == r"x_k \sum_{l=1}^n e^{x_l}"
    assert latex(S, "f", taken=["k"]) == r"\sum_{l=1}^n e^{x_l}"


def test_names() -> None:
    assert [name_of(name) for name in ("x", "alpha", "scale", "x1", "T_max", "a_b_c")] == [
        "x", r"\alpha", r"\mathrm{scale}", "x_1", r"T_{\mathrm{max}}", r"a_{\mathrm{b\_c}}",
    ]  # fmt: skip
    assert [bold(name) for name in ("x", "beta", "w_in")] == [
        r"\mathbf{x}", r"\boldsymbol{\beta}", r"\mathbf{w}_{\mathrm{in}}",
    ]  # fmt: skip
    assert latex(vector("w_in")[i], "f") == r"w_{\mathrm{in},i}"


PROSE = {
    "stays at 2.4e-07, beyond 1e+19, not 1e-4b": r"stays at $2.4 \times 10^{-7}$, beyond $1 \times 10^{19}$, not 1e-4b",
    r"50% & #1_a {x} $y": r"$50$\% \& \#$1$\_a \{$x$\} \$$y$",
    r"\z ^ ~": r"\textbackslash{}$z$ \textasciicircum{} \textasciitilde{}",
    "naïve — 中": r"naïve \textemdash{} \derivechar{4E2D}",
    "i != j,\nα": r"$i\ne j$, $\alpha$",
    "take 1 - α/n": r"take $1-\alpha /n$",
    "The case i = j": r"The case $i=j$",
    "a slope of -1/p^2, (n = 3) a 1-based A": r"a slope of $-1/p^{2}$, $(n=3)$ a 1-based A",
    "log u <= u - 1 for u != 1.": r"$\log u\le u-1$ for $u\ne 1$.",
    "q^y (1 - q)^(1 - y)": r"$q^{y}(1-q)^{1-y}$",
    "I(p) = -log p, or x_i -> 0": r"$I(p)=-\log p$, or $x_{i}\to 0$",
    "why (a - b": "why (a - b",
    "Kronecker's cross-entropy, float32, 2nd, a log": "Kronecker's cross-entropy, float32, 2nd, a log",
    "exp(10) is below 1, log n is not": r"$\exp (10)$ is below $1$, $\log n$ is not",
    "it holds for n and a": "it holds for $n$ and a",
}


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_escaped_and_the_mathematics_in_it_is_set(text: str) -> None:
    assert prose(text) == PROSE[text]


def test_prose_of_a_language_whose_fonts_know_every_letter() -> None:
    assert prose("“约定” 0 log 0 = 0。", wide=True) == r"“约定” $0\log 0=0$。"


def test_a_refusal_names_node_formula_and_where_to_mend() -> None:
    with pytest.raises(PrintError, match=r"latex: formula 'my_formula'.*Derivative.*derive/derivations"):
        latex(sympy.Derivative(sympy.Function("h")(a), a), "my_formula")
    with pytest.raises(PrintError, match="cot"):
        latex(Sum(sympy.cot(x[j]), j), "f")


# --- pages ---------------------------------------------------------------------------------------------------

EN, ZH = (next(target for target in TARGETS if target.words.language == code) for code in ("en", "zh"))
ABOUT = Topic("shares", Text("Shares", zh="份额"), Text("Of n shares.", zh="关于 n 个份额。"), (f,))
p = distribution("p", doc=Text("shares of a whole", zh="整体的份额"))
g = Formula("g", -Sum(p[k] * log(p[k]), k), wrt=p, symbol="H", source="C. Author (1999), A Book, section 2.1")
UNEVEN = Witness(
    "uneven", g, g.value, "<", log(n), {p: (Fraction(1, 4), Fraction(3, 4))},
    Text("An uneven one", zh="不均匀的例子"), Text("It is smaller.", zh="它更小。"),
)  # fmt: skip
AT_A_LABEL = Witness("sign", g, g.value, ">", sympy.Integer(0), {p: (Fraction(1, 2), Fraction(1, 2))})
SOURCED = Built(
    g, Derived(g, (), (), (UNEVEN, AT_A_LABEL)), (), ABOUT,
    (Example(UNEVEN, "0.562335", "0.693147"), Example(AT_A_LABEL, "1.5e-07", "0")),
)  # fmt: skip


def page_of(derived: Derived, target: LatexTarget = EN) -> str:
    return page_built(Built(derived.formula, derived, ()), target)


def page_built(built: Built, target: LatexTarget = EN) -> str:
    return "".join(target.formula_files(built, environment()).values())


def document(built: list[Built], target: LatexTarget = EN) -> dict[str, str]:
    files = dict(target.shared_files(built, environment()))
    for one in built:
        files |= target.formula_files(one, environment())
    return files


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


def test_a_step_by_an_earlier_theorem_refers_to_it() -> None:
    lemma = Claim("half", f, f[i], "=", f[i] + 0, (by("algebra"),), title="The lemma")
    user = replace(f, theory=(lemma, replace(lemma, name="user", proof=(equal(f[i], lemma),))))
    rule = Rule(Text("by {title}", zh="由{title}").filled(title="The lemma"), "The lemma.")
    chain = handmade.chain("user", "User", f[i], Step(rule, f[i], f[i]))
    built = Built(user, Derived(user, (chain,), ()), ())
    assert r"\deriveby{thm:f.half}{by Theorem \ref*{thm:f.half}}{by The lemma}" in page_built(built)
    assert r"\deriveby{thm:f.half}{由定理 \ref*{thm:f.half}}{由 The lemma}" in page_built(built, ZH)
    assert "The lemma" not in EN.shared_files([built], environment())["main.tex"]


def test_theorems_of_one_name_have_labels_of_their_own() -> None:
    page = page_of(Derived(f, (), (handmade.SHIFT, replace(handmade.SHIFT, doc="Again."))))
    assert sorted(re.findall(r"\\label\{(thm:.*?)\}", page)) == ["thm:f.shift", "thm:f.shift-"]


def test_a_relation_other_than_equality_is_printed() -> None:
    assert r"&\le \sum_{k=1}^n 1" in page_of(DERIVED)


def test_a_broken_chain_is_refused() -> None:
    first, last = DIAGONAL.steps
    broken = handmade.chain("gap", "Gap", DIAGONAL.start, last, first)
    with pytest.raises(PrintError, match=r"latex: formula 'f': gap, step 1 .* does not begin"):
        page_of(Derived(f, (broken,), ()))


def test_an_unknown_condition_is_refused() -> None:
    odd = handmade.slope_case("odd", f[i], handmade.EQUAL, Condition("odd", (i, j)))
    with pytest.raises(PrintError, match="condition of the kind 'odd'"):
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


# --- PDF -----------------------------------------------------------------------------------------------------


@pytest.fixture
def tex() -> None:
    try:
        check_installed()
    except TexError as error:
        pytest.skip(str(error))


def assert_clean(built: list[Built], target: LatexTarget) -> None:
    made = compiled(document(built, target), target.name)
    assert made.pdf.startswith(b"%PDF") and not made.complaints


@pytest.mark.usefixtures("tex")
@pytest.mark.parametrize("target", [EN, ZH], ids=["en", "zh"])
def test_handmade_pages_compile_and_fit(target: LatexTarget) -> None:
    assert_clean([SOURCED, Built(f, DERIVED, ())], target)


@pytest.mark.usefixtures("tex")
def test_a_language_that_tex_knows_by_its_code_alone() -> None:
    assert_clean([Built(g, Derived(g, (), ()), ())], LatexTarget(Words("fr", "Français", {"Theorem": "Théorème"})))


@pytest.mark.usefixtures("tex")
@pytest.mark.parametrize("factors", [3, 12])
def test_steps_wider_than_the_page_are_broken_or_shrunk(factors: int) -> None:
    assert_clean([Built(f, handmade.wide(factors), ())], EN)


@pytest.mark.usefixtures("tex")
def test_every_expression_of_the_zoo_is_valid_tex() -> None:
    chains = tuple(
        handmade.chain(f"zoo{number}", name, expression) for number, (name, (expression, _)) in enumerate(ZOO.items())
    )
    assert_clean([Built(f, Derived(f, chains, ()), ())], EN)


@pytest.mark.usefixtures("tex")
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_whole_theory_compiles_and_fits(target: LatexTarget, theory: list[Built]) -> None:
    assert_clean(theory, target)


@pytest.fixture(scope="module")
def theory() -> list[Built]:
    catalogue = open_catalogue()
    by_name = {formula.name: formula for formula in catalogue.formulas}
    found = []
    for name in catalogue.reading_order:
        derived = derive_formula(by_name[name])
        examples = tuple(map(example, derived.witnesses))
        found.append(Built(by_name[name], derived, (), catalogue.topic_of(by_name[name]), examples))
    return found


@pytest.mark.usefixtures("tex")
def test_an_english_page_compiles_with_pdflatex_too(tmp_path: Path) -> None:
    pdflatex = shutil.which("pdflatex")
    if pdflatex is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "formulas").mkdir()
    for name, text in document([SOURCED, Built(f, DERIVED, ())]).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "main.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-3000:]


BAD = r"\documentclass{article}\begin{document}A \undefinedcommand\end{document}"
LOOSE = (
    r"\documentclass{article}\begin{document}\ref{no} \cite{no} \hbox to 99cm{a}\noindent\rule{99cm}{1pt}\end{document}"
)


@pytest.mark.usefixtures("tex")
def test_the_first_error_of_tex_is_one_line() -> None:
    with pytest.raises(
        TexError, match=r"latex/en: xelatex refuses the document: .*main\.tex:1: Undefined control"
    ) as error:
        compiled({"main.tex": BAD}, "latex/en")
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("tex")
def test_a_package_that_is_missing_is_named_with_the_packages_to_install() -> None:
    text = r"\documentclass{article}\usepackage{nosuchpackage}\begin{document}\end{document}"
    with pytest.raises(TexError, match=r"TeX lacks nosuchpackage\.sty: .*apt-get install .*texlive-lang-chinese"):
        compiled({"main.tex": text}, "latex/en")


@pytest.mark.usefixtures("tex")
def test_wide_lines_and_loose_references_are_told() -> None:
    found = "\n".join(compiled({"main.tex": LOOSE}, "latex/en").complaints)
    for text in (r"Overfull \hbox", "Reference `no'", "Citation `no'"):
        assert text in found


@pytest.mark.usefixtures("tex")
def test_tex_runs_no_commands(tmp_path: Path) -> None:
    text = rf"\documentclass{{article}}\begin{{document}}a\immediate\write18{{touch {tmp_path}/ran}}\end{{document}}"
    compiled({"main.tex": text}, "latex/en")
    assert not (tmp_path / "ran").exists()


def test_complaints_are_told_once() -> None:
    wide, twice = r"Overfull \hbox (3pt too wide)", "LaTeX Warning: Label `a' multiply defined."
    assert complaints("\n".join([wide, "fine", wide, twice, ""])) == (wide, twice)


def test_an_operator_keeps_its_distance_from_the_factor_before_it() -> None:
    from derive.language import vector
    from derive.language.nodes import Along, Partial

    x, v = vector("x"), vector("v")
    assert latex(x[a] * Partial(x[b] ** 2, Along(x, v)), "f") == r"x_a \, \mathrm{D}_{\mathbf{v}} x_b^2"
