"""Somebody's kernels against formulas: what is wrong is found, with what is missing; what is right raises no alarm."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from derive.audit import Audit, AuditError, judge, theirs_of
from derive.catalogue import load_catalogue
from derive.loops.ir import Program
from tests import once

pytest.importorskip("scipy", reason="SciPy is not installed")
KERNELS = Path(__file__).parent / "kernels.py"
CATALOGUE = {formula.name: formula for formula in load_catalogue()}


@cache
def program(name: str) -> Program:
    owner = max((f for f in CATALOGUE if name.startswith(f)), key=len)
    return next(p for p in once.built(CATALOGUE[owner]).programs if p.name == name)


def verdict(function: str, kernel: str) -> Audit:
    return judge(theirs_of(f"{KERNELS}::{function}", program(kernel)), program(kernel))


RIGHT = {
    "softmax": "softmax", "softmax_scipy": "softmax", "softmax_in_place": "softmax", "softmax_through_log": "softmax",
    "softmax_vjp": "softmax_vjp", "softmax_vjp_by_matrix": "softmax_vjp", "softmax_jvp": "softmax_jvp",
    "softmax_jacobian": "softmax_jacobian", "log_softmax": "log_softmax", "log_softmax_by_hand": "log_softmax",
    "log_softmax_vjp": "log_softmax_vjp", "logsumexp": "logsumexp", "logsumexp_by_hand": "logsumexp",
    "logsumexp_grad": "logsumexp_grad", "logsumexp_online": "logsumexp", "cross_entropy": "cross_entropy",
    "cross_entropy_grad": "cross_entropy_grad", "cross_entropy_label": "cross_entropy_label",
    "cross_entropy_label_grad": "cross_entropy_label_grad", "cross_entropy_label_hvp": "cross_entropy_label_hvp",
    "label_smoothing": "label_smoothing", "tempered_softmax": "tempered_softmax", "sigmoid": "sigmoid",
    "softplus": "softplus", "softplus_vjp": "softplus_vjp", "bce_with_logits": "bce_with_logits", "mse": "mse",
    "entropy": "entropy", "kl_divergence": "kl_divergence", "gaussian_nll": "gaussian_nll",
}  # fmt: skip


@pytest.mark.parametrize("function", RIGHT)
def test_no_false_alarm(function: str) -> None:
    found = verdict(function, RIGHT[function])
    assert found.is_right and found.reduction == "none" and found.rows > 60, found


@pytest.mark.parametrize(
    ("function", "reduction"),
    [("cross_entropy_label_mean", "mean"), ("cross_entropy_label_sum", "sum")],
)
def test_what_it_makes_of_a_batch(function: str, reduction: str) -> None:
    found = verdict(function, "cross_entropy_label")
    assert found.is_right and found.reduction == reduction
    assert verdict("cross_entropy_label_value_and_grad", "cross_entropy_label_value_and_grad").reduction == "mean"


WRONG = [
    ("focal_without_the_factor", "focal_grad", "the derivative of (1 - exp(x_t) / sum_k exp(x_k))^gamma is missing"),
    ("wrong_sign", "softmax_vjp", "the term -sum_k g_k * s_k has the wrong sign"),
    ("elementwise_backward", "softmax_vjp", "the term -sum_k g_k * s_k is missing"),
    ("not_over_n", "mse", "the factor 1 / n is missing"),
]


@pytest.mark.parametrize(("function", "kernel", "why"), WRONG)
def test_what_is_not_the_formula_is_found_with_what_is_missing(function: str, kernel: str, why: str) -> None:
    found = verdict(function, kernel)
    assert found.wrong is not None and not found.is_right
    assert why in found.why
    assert len(found.wrong.at) < 60, "an input that is short to read"


def test_what_holds_for_a_sum_of_one_alone() -> None:
    found = verdict("without_the_total", "cross_entropy_grad")
    assert found.wrong is None and found.off_total is not None and found.why == "the factor sum_k y_k is missing"


@pytest.mark.parametrize(
    ("function", "kernel"),
    [("one_maximum_for_all", "logsumexp"), ("the_first_as_maximum", "logsumexp"), ("no_maximum", "softmax")],
)
def test_lost_digits_are_told_from_another_formula(function: str, kernel: str) -> None:
    found = verdict(function, kernel)
    assert found.wrong is None and found.digits is not None


def test_a_batch_that_is_neither() -> None:
    found = verdict("mean_over_all", "cross_entropy_label")
    assert not found.is_right


def test_a_library(tmp_path: Path) -> None:
    """The generated kernel itself, by its symbol."""
    import subprocess

    from derive.loading.compiler import find_compiler
    from derive.loading.derived import _c_files
    from derive.pipeline import verified  # noqa: F401

    compiler = find_compiler()
    for path, text in _c_files(once.built(CATALOGUE["softmax"])).items():
        (tmp_path / path).write_text(text)
    library = tmp_path / "mine.so"
    subprocess.run(
        [*compiler.command, "-shared", "-fPIC", "-O1", "-o", library, tmp_path / "softmax.c", "-lm"], check=True
    )
    place = f"{library}::derive_softmax_vjp_f64"
    assert judge(theirs_of(place, program("softmax_vjp")), program("softmax_vjp")).is_right
    assert judge(theirs_of(place, program("softmax_jvp")), program("softmax_jvp")).is_right


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("kernels.py", "names no function: write FILE.py::function"),
        ("nothing.py::f", "there is no such file"),
        (f"{KERNELS}::nothing", "it has no function called 'nothing'"),
        (f"{KERNELS}::Any", "gave|raised|no function"),
    ],
)
def test_what_cannot_be_called(place: str, told: str) -> None:
    with pytest.raises(AuditError, match=told):
        judge(theirs_of(place, program("softmax")), program("softmax"))


def test_a_wrong_shape_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def f(x):\n    return x[:, :1]\n\ndef g(x):\n    raise KeyError('k')\n")
    with pytest.raises(AuditError, match="for one row of 2 classes it gives the shape"):
        judge(theirs_of(f"{tmp_path / 'mine.py'}::f", program("softmax")), program("softmax"))
    with pytest.raises(AuditError, match="called with x it raised KeyError: 'k'"):
        judge(theirs_of(f"{tmp_path / 'mine.py'}::g", program("softmax")), program("softmax"))
