"""A formula changed by a few characters changes every target - with no template and no engine touched."""

from __future__ import annotations

import pytest

from derive.formulas.cross_entropy_label import cross_entropy_label
from derive.formulas.softmax import i, j, softmax, x
from derive.language import Formula, Sum, exp, parameter
from derive.pipeline import build_formula
from derive.proofs import derive_formula
from derive.targets import Built
from derive.targets.registry import TARGETS
from derive.targets.templates import environment
from derive.verify import check_derived

T = parameter("T", default=2.0, domain="positive", doc="temperature")


def vector_formula(expression: object) -> Formula:
    return Formula("f", expression, over=i, wrt=x)  # type: ignore[arg-type]


def scalar_formula(expression: object) -> Formula:
    return Formula("f", expression, wrt=x)  # type: ignore[arg-type]


ORIGINAL = vector_formula(exp(x[i]) / Sum(exp(x[j]), j))
MUTATIONS = {
    "a temperature": vector_formula(exp(x[i] / T) / Sum(exp(x[j] / T), j)),
    "base 2 in place of e": vector_formula(2 ** x[i] / Sum(2 ** x[j], j)),
    "a square": vector_formula((exp(x[i]) / Sum(exp(x[j]), j)) ** 2),
    "a sign": vector_formula(exp(-x[i]) / Sum(exp(-x[j]), j)),
}


def texts(formula: Formula) -> dict[str, str]:
    """What each target makes of a formula, without the lines that speak of the catalogue."""
    built: Built = build_formula(formula)
    return {name: "\n".join(t.formula_files(built, environment()).values()) for name, t in TARGETS.items()}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_every_target_follows_a_changed_formula(mutation: Formula) -> None:
    check_derived(derive_formula(mutation))
    before, after = texts(ORIGINAL), texts(mutation)
    assert {"numpy", "c", "latex/en", "latex/zh", "markdown/en", "markdown/zh"} <= set(before)
    for target, text in before.items():
        assert text != after[target], target


def test_a_square_on_the_loss_reaches_value_gradient_and_page() -> None:
    plain = texts(scalar_formula(cross_entropy_label.expression))
    squared = texts(scalar_formula(cross_entropy_label.expression**2))
    for target, text in plain.items():
        assert text != squared[target], target
    for target, rule in (("latex/en", "power rule"), ("latex/zh", "幂函数求导")):
        assert rule in squared[target] and rule not in plain[target]


def test_a_copy_of_a_catalogue_formula_under_another_name_gives_the_same_code() -> None:
    """Nothing depends on the name: the kernels of a renamed copy are those of the original, renamed."""
    copy = Formula("another", softmax.expression, over=i, wrt=x, symbol=softmax.symbol)
    one, other = build_formula(softmax), build_formula(copy)
    for program, renamed in zip(one.programs, other.programs, strict=True):
        assert program.body == renamed.body
    assert len(one.programs) == len(other.programs) == 8
