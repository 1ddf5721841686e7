"""Formulas whose pages are printed, and these."""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Abs, Add, Float, KroneckerDelta, Mul, Pow, Rational, exp, log, sqrt, symbols, tanh

from derive.algebra.records import Derived, Example
from derive.language import (
    E,
    Formula,
    Limit,
    Max,
    Prod,
    Sum,
    Text,
    Topic,
    Witness,
    distribution,
    indices,
    larger,
    n,
    oo,
    permutation,
    pi,
    vector,
)
from derive.language.nodes import Partial
from derive.targets import Built
from derive.targets.latex import TARGETS, LatexTarget
from derive.targets.templates import environment
from tests.targets.handmade import T, f, x

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


def document(built: list[Built], target: LatexTarget = EN) -> dict[str, str]:
    files = dict(target.shared_files(built, environment()))
    for one in built:
        files |= target.formula_files(one, environment())
    return files
