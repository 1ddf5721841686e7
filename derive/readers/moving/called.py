"""The kernels that the page calls, as scripts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from derive.catalogue import load_catalogue
from derive.kernels import programs
from derive.language.formula import Formula
from derive.proofs import derive_formula
from derive.targets import Built
from derive.targets.javascript import TARGET
from derive.targets.templates import environment
from derive.verify import check_programs

CALLED = {
    "softmax": ("softmax", "softmax_jacobian"),
    "tempered_softmax": ("tempered_softmax",),
    "cross_entropy_label": ("cross_entropy_label_value_and_grad",),
    "bce_with_logits": ("bce_with_logits_value_and_grad",),
    "mse_sigmoid": ("mse_sigmoid_value_and_grad",),
}
"""Formula -> those of its kernels that the page calls."""


@cache
def scripts() -> Mapping[str, str]:
    """File name -> text, what all need first.  Raises ProgramError where a program is not its formula."""
    made = {formula.name: formula for formula in load_catalogue() if formula.name in CALLED}
    built = [_built(made[name], kernels) for name, kernels in CALLED.items()]
    templates = environment()
    own = {path: text for one in built for path, text in TARGET.formula_files(one, templates).items()}
    return {**TARGET.shared_files(built, templates), **own}


def _built(formula: Formula, kernels: tuple[str, ...]) -> Built:
    derived = derive_formula(formula)
    found = programs(formula, derived, only=list(kernels))
    check_programs(found)
    return Built(formula, derived, found)
