"""The LaTeX target: each node of an expression, and prose."""

from __future__ import annotations

import pytest
import sympy

from derive.language import Sum, vector
from derive.targets import PrintError
from derive.targets.latex.escape import prose
from derive.targets.tex.printer import bold, latex, name_of
from tests.targets.handmade import x
from tests.targets.latex_pages import ZOO, S, a, i, j, k


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
    "stays at 2.4e-07, beyond 1e+19, not 1e-4b": r"stays at $2.4 \times 10^{-7}$, beyond $10^{19}$, not 1e-4b",
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
