"""A build with a wrong rule stops before anything is written, and says which step is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sympy import Integer

from derive.algebra import rules
from derive.algebra.matching import At
from derive.algebra.records import Rule
from derive.algebra.rules import c, f, j, u, v, z
from derive.derivations import first, shift
from derive.derivations import found as deriving
from derive.job import Job
from derive.language import exp, log
from derive.language.nodes import Partial
from derive.pipeline import build
from derive.verify import StepError

MODULES: tuple[ModuleType, ...] = (rules, first, shift, deriving)

FILE = """\
from derive.language import Formula, KroneckerDelta, Sum, distribution, exp, indices, log, vector

i, j, k = indices("i j k")
x, y = vector("x"), distribution("y")
{name} = Formula({name!r}, {expression}, {over}wrt=x)
"""


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What was derived with a wrong rule is forgotten afterwards, and what was derived before, before."""
    forget()
    yield
    forget()


def forget() -> None:
    for module in [module for name, module in sys.modules.items() if name.startswith("derive.")]:
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def put(monkeypatch: pytest.MonkeyPatch, right: Rule, wrong: Rule) -> None:
    """The wrong rule in the place of the right one, in every list of rules."""
    places = 0
    for module in MODULES:
        for name, value in list(vars(module).items()):
            if isinstance(value, tuple) and right in value:
                monkeypatch.setattr(module, name, tuple(wrong if rule is right else rule for rule in value))
                places += 1
    assert places


def formula_file(folder: Path, expression: str, over: str = "") -> Path:
    path = folder / "mine.py"
    path.write_text(FILE.format(name="mine", expression=expression, over=over), encoding="utf-8")
    return path


def without_conditions(rule: Rule) -> Rule:
    return replace(rule, conditions=())


WRONG: dict[str, tuple[Rule, Rule, str, str]] = {
    "a product rule of one term": (
        rules.PRODUCT_RULE, replace(rules.PRODUCT_RULE, result=Partial(u, z) * v),
        "Sum(x[k], k) * exp(Sum(x[k], k))", "product rule",
    ),
    "a quotient rule with the wrong sign": (
        rules.QUOTIENT_RULE, replace(rules.QUOTIENT_RULE, result=(Partial(u, z) * v + u * Partial(v, z)) / v**2),
        "Sum(y[k] * exp(x[k]), k) / Sum(exp(x[k]), k)", "quotient rule",
    ),
    "no inner derivative": (
        rules.LOGARITHM, replace(rules.LOGARITHM, result=1 / u), "log(Sum(exp(x[k]), k))", "logarithm",
    ),
    "a dropped delta": (
        rules.COMPONENT, replace(rules.COMPONENT, result=Integer(1)), "Sum(exp(x[k]) * y[k], k)", "component",
    ),
    "everything is constant": (
        rules.CONSTANT, without_conditions(rules.CONSTANT), "Sum(exp(x[k]), k)", "constant",
    ),
    "an index that leaves its sum": (
        rules.SIFT, replace(rules.SIFT, result=f), "Sum(exp(x[k]), k)", "sifting",
    ),
    "the wrong term sifted": (
        rules.SIFT, replace(rules.SIFT, result=At(f, j) + 1), "Sum(exp(x[k]), k)", "sifting",
    ),
    "a factor that depends on the index moved out": (
        rules.FACTOR_OUT, replace(rules.FACTOR_OUT, result=c**2 * rules.FACTOR_OUT.result / c),
        "log(Sum(exp(x[k] / 2), k))", "common factor of a sum",
    ),
    "a logarithm split without its condition": (
        rules.LOG_OF_PRODUCT, without_conditions(rules.LOG_OF_PRODUCT),
        "log(Sum(x[k], k) * Sum(x[k] ** 3, k))", "logarithm of a product",
    ),
    "a theorem that is wrong": (
        rules.EXP_OF_SUM, replace(rules.EXP_OF_SUM, result=exp(2 * u) * exp(v)),
        "log(Sum(exp(x[k]), k))", "exponential of a sum",
    ),
    "a logarithm of a product that is a product": (
        rules.LOG_OF_PRODUCT, replace(rules.LOG_OF_PRODUCT, result=log(u) * log(v)),
        "log(Sum(exp(x[k]), k) * Sum(exp(3 * x[k]), k))", "logarithm of a product",
    ),
}  # fmt: skip


def attempt(out: Path, path: Path) -> Any:
    return build(Job(out=out, formulas=(path,), only=("mine",), targets=("latex", "numpy")))


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_rule_stops_the_build(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right, wrong, expression, rule_name = WRONG[name]
    path, out = formula_file(tmp_path, expression), tmp_path / "out"
    put(monkeypatch, right, wrong)
    with pytest.raises(StepError) as caught:
        attempt(out, path)
    message = str(caught.value)
    assert message.startswith(f"{path}:5: ") and "\n" not in message
    assert f"({rule_name}): " in message
    assert not out.exists() or not any(out.rglob("*"))


@pytest.mark.parametrize("expression", sorted({expression for _, _, expression, _ in WRONG.values()}))
def test_the_same_builds_with_the_right_rules(expression: str, tmp_path: Path) -> None:
    attempt(tmp_path / "out", formula_file(tmp_path, expression))
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_what_was_built_before_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = formula_file(tmp_path, "Sum(x[k], k) * exp(Sum(x[k], k))"), tmp_path / "out"
    attempt(out, path)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert before
    forget()
    put(monkeypatch, rules.PRODUCT_RULE, replace(rules.PRODUCT_RULE, result=Partial(u, z) * v))
    with pytest.raises(StepError, match="product rule"):
        attempt(out, path)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
