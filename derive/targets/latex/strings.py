"""Every fixed English string of the LaTeX target, in one place: another language is one more file like this.

The strings are LaTeX.  ``{...}`` stands for what a page fills in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Strings:
    language: str
    title: str
    opening: str
    contents: str
    notation: str
    symbol: str
    meaning: str
    domain: str
    default: str
    source: str
    here: str
    for_index: str
    for_every_index: str
    throughout: str
    together: str
    owed: str
    condition_free: str
    condition_integer: str
    condition_whole: str
    theorem: str
    proof: str
    provided: str
    for_all: str
    rules: str
    generated: str
    regenerate: str
    generated_shared: str
    regenerate_shared: str
    notation_rows: tuple[tuple[str, str], ...]


ENGLISH = Strings(
    language="english",
    title="Derivations",
    opening=(
        "Every step on these pages was taken by the engine that also made the kernels; "
        "beside each step stands the rule by which it was taken."
    ),
    contents="Contents",
    notation="Notation",
    symbol="Symbol",
    meaning="Meaning",
    domain="Domain",
    default="default",
    source="Source",
    here="Here",
    for_index=r"{index} = 1, \dots, n",
    for_every_index=r"\text{{ for every }} {names}",
    throughout="Throughout,",
    together="Both cases together:",
    owed="Side conditions:",
    condition_free=r"{0} \text{{ does not depend on }} {1}",
    condition_integer=r"{0} \in \mathbb{{Z}}",
    condition_whole=r"{0} \in \mathbb{{N}}",
    theorem="Theorem",
    proof="Proof",
    provided="provided that",
    for_all=r"For every ${constants} \in \mathbb{{R}}$,",
    rules="Rules used",
    generated="Made by derive from the formula {name}.  Do not edit: change the formula, then run",
    regenerate="python -m derive build --only {name} --target latex",
    generated_shared="Made by derive from all formulas together.  Do not edit: change a formula, then run",
    regenerate_shared="python -m derive build --target latex",
    notation_rows=(
        ("n", r"the number of classes: any integer $n \ge 1$"),
        (r"\mathbf{x},\ x_i", r"a vector with one component per class, and its component $i$, for $i = 1, \dots, n$"),
        (r"\sum_{k=1}^{n},\ \max_{1 \le k \le n}", "the sum over all classes, and the largest value over them"),
        (r"e^{u},\ \exp(u)", "the exponential, written in the second way where the exponent is long"),
        (r"\log u", "the natural logarithm"),
        (r"\delta_{ij}", r"Kronecker's delta: $1$ where $i = j$, and $0$ where $i \ne j$"),
        (r"\frac{\partial}{\partial x_j}", "the partial derivative by component $j$, the other components held fixed"),
        (r"\mathbb{R}^n,\ \mathbb{R}_{>0}^n", "the vectors of $n$ real numbers; those with positive components only"),
        (
            r"\Delta^{n-1}",
            "the distributions over the classes: vectors whose components are at least $0$ and sum to $1$",
        ),
    ),
)
