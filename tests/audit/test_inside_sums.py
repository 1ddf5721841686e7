"""What is missing inside a sum, and in formulas along axes that they name."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derive.audit import Audit, AuditError, judge, theirs_of
from derive.audit.theirs import Theirs
from derive.cli.audited import audit
from derive.language import Formula, Sum, array, axis, classes, exp, indices, label, log, n, parameter, vector
from derive.loops.ir import Program
from derive.pipeline import build_formula
from tests.axes.formulas import CASES

j, k = indices("j k")
x, w = vector("x"), vector("w", domain="positive")
MEAN = Formula("mean", Sum(w[k] * x[k] ** 2, k) / Sum(w[k], k), wrt=x, symbol="M")
VARIANCE = Formula("variance", Sum((x[k] - Sum(x[j], j) / n) ** 2, k) / n, wrt=x, symbol="V")
TWICE = Formula("twice", log(Sum(exp(x[k]) + w[k] * x[k], k)), wrt=x, symbol="L")
rows = axis("rows", size="m")
r = indices("r", rows)
s, v, t = array("s", rows, classes), array("v", rows, domain="positive"), label("t", over=rows)
T = parameter("T", default=2.0, domain="positive")
OVER_ROWS = Formula("over_rows", Sum(v[r] * Sum(s[r, k] ** 2, k) * T, r) / Sum(v[r], r), wrt=(s, T), symbol="R")
LABELLED = Formula("labelled", Sum(log(Sum(exp(s[r, k]), k)) - s[r, t[r]], r), wrt=s, symbol="C")
NORMED = next(case.formula for case in CASES if case.formula.name == "normed")


@cache
def programs(formula: Formula) -> dict[str, Program]:
    return {program.name: program for program in build_formula(formula).programs}


def verdict(formula: Formula, kind: str, function: Callable[..., Any]) -> Audit:
    def call(given: Any) -> tuple[Any, ...]:
        found = function(**given)
        return tuple(np.asarray(one, np.float64) for one in (found if isinstance(found, tuple) else (found,)))

    return judge(Theirs("theirs", call), programs(formula)[f"{formula.name}{kind}"])


def normed_vjp(x: Any, g: Any, mean: bool = True, scale: bool = True) -> Any:
    centred = x - x.mean(0)
    inverse = 1 / np.sqrt(1 + (centred**2).mean(0))
    y = centred * inverse
    return inverse * (g - mean * g.mean(0) - scale * y * (g * y).mean(0))


def labelled(s: Any, t: Any) -> Any:
    top = s.max(axis=1, keepdims=True)
    return (np.log(np.exp(s - top).sum(axis=1)) + top[:, 0] - s[np.arange(len(s)), t]).sum()


RIGHT: list[tuple[Formula, str, Callable[..., Any]]] = [
    (MEAN, "", lambda x, w: (w * x**2).sum(-1) / w.sum(-1)),
    (VARIANCE, "", lambda x: x.var(-1)),
    (OVER_ROWS, "", lambda s, v, T: T * (v * (s**2).sum(1)).sum() / v.sum()),
    (OVER_ROWS, "_grad", lambda s, v, T: 2 * T * v[:, None] * s / v.sum()),
    (OVER_ROWS, "_grad_T", lambda s, v, T: (v * (s**2).sum(1)).sum() / v.sum()),
    (OVER_ROWS, "_value_and_grad", lambda s, v, T: (
        T * (v * (s**2).sum(1)).sum() / v.sum(), 2 * T * v[:, None] * s / v.sum(),
        (v * (s**2).sum(1)).sum() / v.sum())),
    (LABELLED, "", labelled),
    (NORMED, "_vjp", normed_vjp),
]  # fmt: skip

WRONG: list[tuple[Formula, str, Callable[..., Any], str]] = [
    (MEAN, "", lambda x, w: (w * x**2).mean(-1), "the factor w_k is missing in sum_k w_k"),
    (MEAN, "_grad", lambda x, w: 2 * w * x / x.shape[-1], "the factor w_k is missing in sum_k w_k"),
    (VARIANCE, "", lambda x: (x**2).mean(-1), "the term -(1 / n) * sum_k x_k is missing in sum_k"),
    (TWICE, "", lambda x, w: np.log(np.exp(x).sum(-1)), "the term w_k * x_k is missing in sum_k (exp(x_k)"),
    (TWICE, "", lambda x, w: np.log((np.exp(x) - w * x).sum(-1)), "the term w_k * x_k has the wrong sign in sum_k"),
    (OVER_ROWS, "", lambda s, v, T: T * (v * (s**2).sum(1)).mean(), "the factor v_r is missing in sum_r v_r"),
    (OVER_ROWS, "_grad", lambda s, v, T: 2 * v[:, None] * s / v.sum(), "the factor T is missing"),
    (NORMED, "_vjp", lambda x, g: normed_vjp(x, g, mean=False), "* sum_r g[r, j] is missing"),
    (NORMED, "_vjp", lambda x, g: normed_vjp(x, g, scale=False), "the derivative of 1 / sqrt(1 + (1 / m) * sum_r (x[r"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "kind", "function"), RIGHT, ids=lambda one: getattr(one, "name", None))
def test_no_false_alarm(formula: Formula, kind: str, function: Callable[..., Any]) -> None:
    found = verdict(formula, kind, function)
    assert found.is_right and found.rows > 60, found


@pytest.mark.parametrize(("formula", "kind", "function", "why"), WRONG, ids=lambda one: getattr(one, "name", None))
def test_what_is_missing_is_told(formula: Formula, kind: str, function: Callable[..., Any], why: str) -> None:
    found = verdict(formula, kind, function)
    assert found.wrong is not None and not found.is_right
    assert why in found.why


def test_lost_digits_along_axes() -> None:
    with np.errstate(over="ignore"):
        found = verdict(LABELLED, "", lambda s, t: (np.log(np.exp(s).sum(1)) - s[np.arange(len(s)), t]).sum())
    assert found.wrong is None and found.digits is not None and "m = " in found.digits.at


def test_the_generated_kernel_by_its_symbol(tmp_path: Path) -> None:
    from derive.loading.compiler import find_compiler
    from derive.loading.derived import _c_files

    for path, text in _c_files(build_formula(LABELLED)).items():
        (tmp_path / path).write_text(text)
    command = [*find_compiler().command, "-shared", "-fPIC", "-O1", "-o", "mine.so", "labelled.c", "-lm"]
    subprocess.run(command, check=True, cwd=tmp_path)
    for kind in ("", "_value_and_grad"):
        program = programs(LABELLED)[f"labelled{kind}"]
        assert judge(theirs_of(f"{tmp_path}/mine.so::derive_{program.name}_f64", program), program).is_right


def test_by_its_words(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def f(s, v, T):\n    return T * (v * (s**2).sum(1)).mean()\n")
    place = f"{tmp_path / 'mine.py'}::f"
    right, lines = audit(place, OVER_ROWS, "value", [])
    assert not right and lines == [
        f"{place}: it is not over_rows: at m = 1, s = [1], v = [2], T = 1 it gives value = 2, right is 1",
        f"{place}: what explains it: the factor v_r is missing in sum_r v_r",
    ]
    with pytest.raises(AuditError, match="over_rows names its axes: an option is of a loss of one row"):
        audit(place, OVER_ROWS, "value", ["reduction=mean"])


def test_a_wrong_shape_is_told() -> None:
    with pytest.raises(AuditError, match=r"for m = \d, n = \d it gives the shape \(1, \d\), not \d number"):
        verdict(NORMED, "", lambda x: x[:1].repeat(1 if len(x) > 1 else 2, axis=1))
