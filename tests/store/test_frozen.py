"""What was derived, written down and read back: the same to the last bit, and nothing but records and expressions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sympy import Add, Dummy, Integer, Mul, Pow, Symbol, exp, oo, symbols

from derive.catalogue import load_catalogue
from derive.language import Sum, indices, vector
from derive.language.formula import Formula
from derive.language.text import Text
from derive.loops.ir import Call, Name, Number
from derive.store.frozen import FrozenError, freeze, modules, thaw
from tests.zoo import ZOO

ROOT = Path(__file__).resolve().parents[2]
x, k = vector("x", doc="scores"), indices("k")
a, b = symbols("a b", positive=True)

VALUES: dict[str, Any] = {
    "plain": (None, True, 1, -(10**40), 0.1, -0.0, float("inf"), "text", ["list"], {"key": (1,)}, Fraction(1, 3)),
    "one is not true": (1, True, 1.0, "1"),
    "a path": Path("some/where.py"),
    "prose": Text("Proof of {n}", zh="证明").filled(n=3),
    "a sum": Sum(exp(x[k]), k),
    "infinity": oo + a,
    "what SymPy would simplify": Mul(2, Add(a, b, evaluate=False), evaluate=False),
    "a power as it stands": Pow(Pow(a, 2, evaluate=False), Integer(3), evaluate=False),
    "an exponential as it stands": exp(Mul(2, Symbol("u"), evaluate=False), evaluate=False),
    "a program": Call("add", (Name("m"), Number(Fraction(1, 2)), Number(0.25))),
    "programs": ZOO,
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_it_comes_back_as_it_was(value: Any) -> None:
    content = freeze(value)
    found = thaw(content)
    assert found == value and type(found) is type(value) and repr(found) == repr(value)
    assert freeze(found) == content


def test_every_formula_of_the_catalogue_comes_back() -> None:
    for formula in load_catalogue():
        found = thaw(freeze(formula))
        assert found == formula and found.theory == formula.theory and found.file == formula.file
        assert freeze(found) == freeze(formula)


def test_a_text_keeps_its_languages() -> None:
    found = thaw(freeze(VALUES["prose"]))
    assert found.translations == {"zh": "证明"} and found.pattern == "Proof of {n}" and found.values == {"n": 3}


def test_dummies_are_numbered_by_rank() -> None:
    one, other = Dummy("k", integer=True), Dummy("k", integer=True)
    later = (Dummy("k", integer=True), Dummy("k", integer=True))
    assert freeze((one, other, one)) == freeze((later[0], later[1], later[0]))
    assert freeze((one, other)) != freeze((other, one))
    first, second, again = thaw(freeze((one, other, one)))
    assert first == again != second and first.dummy_index < second.dummy_index


DERIVED = """
from hashlib import sha256
from derive.formulas.cross_entropy import cross_entropy
from derive.pipeline import build_formula
from derive.store.frozen import freeze

print(sha256(freeze(build_formula(cross_entropy))).hexdigest())
"""


def test_two_processes_write_the_same() -> None:
    def written(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.check_output([sys.executable, "-c", DERIVED], cwd=ROOT, env=environment, text=True)

    assert written("1") == written("2") != ""


class Mine:
    """Of no module of derive."""


@pytest.mark.parametrize("value", [Mine(), Mine, print, {1, 2}, (x, Mine()), os.environ])
def test_what_is_none_of_ours_is_not_written(value: Any) -> None:
    with pytest.raises(FrozenError):
        freeze(value)


def test_the_modules_of_all_classes_are_named() -> None:
    assert set(modules(freeze((x[k], Name("m"))))) == {
        "derive.language.components", "derive.loops.ir", "sympy.core.symbol",
    }  # fmt: skip


@pytest.mark.parametrize(
    "nodes",
    [
        '[["os:system"],[["str","true"],["tuple",0],["dict"],["constant",null],["object",0,1,2,3]]]',
        '[["subprocess:Popen"],[["str","true"],["tuple",0],["dict"],["constant",null],["object",0,1,2,3]]]',
        '[["sympy.core.sympify:sympify"],[["str","1"],["tuple",0],["dict"],["constant",null],["object",0,1,2,3]]]',
        '[["sympy.core.add:Add"],[["str","1"],["tuple",0,0],["dict"],["constant",null],["object",0,1,2,3]]]',
        '[["derive.language.nodes:Limit"],[["str","1"],["tuple",0,0,0],["dict"],["constant",null],["object",0,1,2,3]]]',
        '[["derive.nowhere:Mine"],[]]',
        "[[],[]]",
        "[[]]",
        "{}",
        "no JSON",
        '[[],[["unheard of"]]]',
        '[[],[["tuple",7]]]',
    ],
)
def test_what_freeze_did_not_write_is_not_read(nodes: str) -> None:
    with pytest.raises(FrozenError):
        thaw(nodes.encode())


def test_no_text_is_read_as_an_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    """SymPy would: it evaluates a text that stands where an expression belongs."""
    ran: list[int] = []
    monkeypatch.setattr("builtins.print", lambda *args: ran.append(1))
    classes, nodes = json.loads(freeze(Sum(exp(x[k]), k)))
    for number, node in enumerate(nodes[:-1]):
        if node[0] == "object":
            evil = [*nodes[:number], ["str", "print(1)"], *nodes[number + 1 :]]
            with pytest.raises(FrozenError):
                thaw(json.dumps([classes, evil]).encode())
    assert ran == []


def test_formulas_of_a_user_are_written() -> None:
    mine = Formula("mine", Sum(exp(x[k]), k), wrt=x, file=Path("mine.py"), line=3)
    assert thaw(freeze(mine)).where == "mine.py:3"
