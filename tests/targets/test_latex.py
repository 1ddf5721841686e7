"""The LaTeX target: expressions, pages, and the document that they make."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import sympy
from sympy import Abs, Add, Float, KroneckerDelta, Mul, Pow, Rational, exp, log, sqrt, symbols, tanh

from derive.calculus.derive import derive_formula
from derive.calculus.records import Condition, Derived
from derive.catalogue import load_catalogue
from derive.language import E, Formula, Max, Sum, indices, n, pi, vector
from derive.language.nodes import Partial
from derive.targets.base import Built, PrintError
from derive.targets.latex import TARGET
from derive.targets.latex.escape import prose
from derive.targets.latex.printer import bold, latex, name_of
from derive.targets.templates import environment
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
    "sum of a negative": (Sum(-x[j], j), r"\sum_{k=1}^n (-x_k)"),
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


def test_prose_is_escaped() -> None:
    assert prose(r"50% & #1_a {x} $y \z ^ ~") == (
        r"50\% \& \#1\_a \{x\} \$y \textbackslash{}z \textasciicircum{} \textasciitilde{}"
    )
    assert prose("i != j,\nα") == r"i \derivesign{\ne}{!=} j, \derivesign{\alpha}{alpha}"
    assert prose("naïve — 中") == r"naïve \textemdash{} \derivechar{4E2D}"


def test_a_refusal_names_node_formula_and_where_to_mend() -> None:
    with pytest.raises(PrintError, match=r"latex: formula 'my_formula'.*Derivative.*derive/calculus"):
        latex(sympy.Derivative(sympy.Function("h")(a), a), "my_formula")
    with pytest.raises(PrintError, match="sin"):
        latex(Sum(sympy.sin(x[j]), j), "f")


# --- pages ---------------------------------------------------------------------------------------------------


def page_of(derived: Derived) -> str:
    (text,) = TARGET.formula_files(Built(derived.formula, derived, ()), environment()).values()
    return text


def test_the_steps_printed_are_the_steps_of_the_derivation_in_order() -> None:
    page = page_of(DERIVED)
    for chain in DERIVED.chains:
        lines = [line for line in page.splitlines() if r"\derivenote" in line]
        for step in chain.steps:
            expected = latex(step.after, "f")
            assert any(expected in line and step.rule.name in line for line in lines), expected
    assert page.count(r"\derivenote") == sum(len(chain.steps) for chain in DERIVED.chains)


def test_a_changed_step_changes_the_page() -> None:
    changed = handmade.slope_case("same", f[i] * (1 + f[i]), handmade.EQUAL, handmade.SAME)
    page = page_of(Derived(f, (changed,), ()))
    assert r"s_i \, (s_i + 1)" in page
    assert r"s_i \, (1 - s_i)" not in page


def test_cases_are_joined_by_their_assumptions_and_not_by_their_names() -> None:
    page = page_of(DERIVED)
    assert page.count(r"\begin{dcases}") == 1
    assert r"s_i \, (1 - s_i), & i = j," in page
    assert r"-s_i s_j, & i \ne j." in page
    assert r"\begin{dcases}" not in page_of(Derived(f, (DIAGONAL,), ()))


def test_rules_conditions_inputs_and_source_stand_on_the_page() -> None:
    page = page_of(DERIVED)
    for text in (
        r"\label{eq:f}", "Side conditions:", r"$\sum_{k=1}^n e^{x_k} > 0$", "Source: A. Author (2020), A Paper.",
        r"$\mathbf{x} \in \mathbb{R}^n$", r"$T \in \mathbb{R}_{>0}$", "default $1.5$",
        r"For every $c \in \mathbb{R}$,", r"\begin{proof}", r"\begin{derivetheorem}[Shift invariance]",
        "python -m derive build --only f --target latex", "The delta of two different indices is 0.",
    ):  # fmt: skip
        assert text in page


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


def test_a_name_of_a_shared_file_is_refused() -> None:
    taken = Formula("main", log(S), wrt=x)
    with pytest.raises(PrintError, match=r"main\.tex"):
        page_of(Derived(taken, (), ()))


def test_the_output_is_the_same_every_time() -> None:
    assert page_of(DERIVED) == page_of(DERIVED)
    assert TARGET.signatures(Built(f, DERIVED, ())) == {}


# --- the document --------------------------------------------------------------------------------------------


def compiled(built: list[Built], folder: Path) -> str:
    """The log of pdfLaTeX's last run."""
    pdflatex = shutil.which("pdflatex")
    if pdflatex is None:
        pytest.skip("pdflatex is not installed: the document is not compiled")
    files = dict(TARGET.shared_files(built, environment()))
    for one in built:
        files |= TARGET.formula_files(one, environment())
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "main.tex"]
    for _ in range(3):
        run = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
        assert run.returncode == 0, run.stdout.decode("utf-8", "replace")[-3000:]
    return (folder / "main.log").read_text(encoding="utf-8", errors="replace")


def assert_clean(log_text: str) -> None:
    for complaint in (r"Overfull \\hbox", "undefined", "multiply defined", "Token not allowed", "Missing character"):
        assert not re.search(complaint, log_text), re.findall(f".*{complaint}.*", log_text)


def test_handmade_pages_compile_and_fit(tmp_path: Path) -> None:
    assert_clean(compiled([Built(f, DERIVED, ())], tmp_path))
    assert (tmp_path / "main.pdf").stat().st_size > 0


@pytest.mark.parametrize("factors", [3, 12])
def test_steps_wider_than_the_page_are_broken_or_shrunk(factors: int, tmp_path: Path) -> None:
    assert_clean(compiled([Built(f, handmade.wide(factors), ())], tmp_path))


def test_every_expression_of_the_zoo_is_valid_tex(tmp_path: Path) -> None:
    chains = tuple(
        handmade.chain(f"zoo{number}", name, expression) for number, (name, (expression, _)) in enumerate(ZOO.items())
    )
    assert_clean(compiled([Built(f, Derived(f, chains, ()), ())], tmp_path))


def test_every_formula_of_the_catalogue_compiles_and_fits(tmp_path: Path) -> None:
    built = [Built(formula, derive_formula(formula), ()) for formula in load_catalogue()]
    assert built
    assert_clean(compiled(built, tmp_path))
