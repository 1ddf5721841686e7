"""Every program is held to the formula as it was written: right ones pass, and a mistake in any pass is found."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import derive
from derive.algebra.records import Derived
from derive.catalogue import load_catalogue
from derive.job import Job
from derive.kernels import Kernel, kernels, programs, stages
from derive.language import Formula, KroneckerDelta, Sum, exp, indices, label, log, n, parameter, sin, vector
from derive.language.errors import DeriveError
from derive.loops import PASSES
from derive.loops.ir import ARITY, Call, Let, Loop, Name, Number, Output, Program, Store
from derive.numerics import SCALED, SHIFTED
from derive.pipeline import build, passes_page
from derive.proofs import derive_formula
from derive.verify import check_programs
from derive.verify.oracle import Point, reals
from derive.verify.programs import Gap, ProgramError, gap_at
from derive.verify.real_machine import RealArithmetic
from derive.verify.samples import samples
from tests import once
from tests.verify.backends import BACKENDS
from tests.verify.mutants import FORMS, LOOPED, OF_CASES, REWRITTEN, SITES, planted

CATALOGUE = {formula.name: formula for formula in load_catalogue()}
SMALL = ["cross_entropy_label", "softmax", "label_smoothing", "log_softmax", "kl_divergence", "mse", "entropy"]
"""They have between them all that a pass does: labels, deltas, logarithms, weights, matrices, parameters."""

i, j, k = indices("i j k")
x, y = vector("x"), vector("y")


@cache
def derived(name: str) -> Derived:
    return once.derived(CATALOGUE[name])


t = label("t")
OUTSIDE = [
    Formula("one_beside", exp(x[i]) / (1 + Sum(exp(x[j]), j)), over=i, wrt=x),
    Formula("not_this_one", -log(1 - exp(x[t]) / Sum(exp(x[j]), j)), wrt=x),
    Formula("one_hot_distance", Sum((exp(x[k]) / Sum(exp(x[j]), j) - KroneckerDelta(k, t)) ** 2, k), wrt=x),
    Formula("spread", Sum(x[k] ** 2, k) / n - Sum(x[k], k) ** 2 / n**2, wrt=x),
    Formula("odds", x[t] - log(Sum(exp(x[j]), j)) - log(1 - exp(x[t]) / Sum(exp(x[j]), j)), wrt=x),
]
"""Formulas that go the other way: for their exponentials, or for the form in which they are differentiated."""


def first_wrong(formula: Formula, kernel: Kernel) -> str | None:
    """The pass after which the program is wrong for the first time."""
    for name, program in stages(formula, kernel):
        if any(isinstance(gap_at(program, p), Gap) for p in samples(list(program.origins), formula.name)):
            return name
    return None


# --- what is right passes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_program_of_the_catalogue_is_its_formula(name: str) -> None:
    check_programs(programs(CATALOGUE[name], derived(name)))


@pytest.mark.parametrize("name", ["cross_entropy_label", "log_softmax", "kl_divergence"])
def test_the_program_is_right_after_each_pass(name: str) -> None:
    for kernel in kernels(CATALOGUE[name], derived(name)):
        assert [name for name, _ in stages(CATALOGUE[name], kernel)] == [*SHIFTED.passes, *PASSES]
        assert first_wrong(CATALOGUE[name], kernel) is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_all_numbers_come_to_the_same_verdict(backend: str) -> None:
    right = programs(CATALOGUE["softmax"], derived("softmax"))
    check_programs(right, reals(backend))
    with pytest.raises(ProgramError):
        check_programs([*right[:-1], doubled(right[-1])], reals(backend))


def doubled(program: Program) -> Program:
    """Every result twice what it should be."""

    def change(body: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(
            Loop(s.index, change(s.body))  # type: ignore[arg-type]
            if isinstance(s, Loop)
            else replace(s, value=Call("mul", (Number(2), s.value)))  # type: ignore[arg-type]
            if isinstance(s, Store)
            else s
            for s in body
        )

    return replace(program, body=change(program.body))  # type: ignore[arg-type]


def test_every_operation_of_the_ir_is_known() -> None:
    assert RealArithmetic(reals()).operations.keys() == ARITY.keys()


# --- what is wrong is found ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("where", "mistake"), SITES)
def test_a_mistake_in_any_pass_is_found(monkeypatch: pytest.MonkeyPatch, where: str, mistake: str) -> None:
    """By the first formula of the catalogue in which it changes what is computed."""
    changed = False
    for formula in (*(CATALOGUE[name] for name in SMALL), *OUTSIDE):
        for kernel in kernels(formula, derive_formula(formula)):
            with planted(monkeypatch, where, mistake) as changes:
                try:
                    wrong = programs_of(formula, kernel)
                except DeriveError:
                    continue  # another pass met nonsense and said so
            changed = changed or bool(changes)
            try:
                check_programs([wrong])
            except ProgramError:
                assert changes
                return
    pytest.fail("nothing noticed it" if changed else "there is nothing in these formulas that it changes")


def programs_of(formula: Formula, kernel: Kernel) -> Program:
    from derive.kernels import program

    return program(formula, kernel)


@pytest.mark.parametrize("where", [*list(SHIFTED.passes)[1:], *PASSES])
def test_the_first_pass_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    kernel = kernels(CATALOGUE["softmax"], derived("softmax"))[1]
    with planted(monkeypatch, where, "a sign"):
        assert first_wrong(CATALOGUE["softmax"], kernel) == where


@pytest.mark.parametrize("where", [name for name in SCALED.names if name not in SHIFTED.passes])
def test_so_it_is_on_the_other_way(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    formula = OUTSIDE[0]
    kernel = kernels(formula, derive_formula(formula))[1]
    assert first_wrong(formula, kernel) is None
    with planted(monkeypatch, where, "a sign"):
        assert first_wrong(formula, kernel) == where


def test_a_mistake_is_planted_in_every_pass_that_is_shown() -> None:
    """What ``derive show NAME --passes`` heads its programs with, on both ways; both ways are shown."""
    ways = set()
    for formula in (CATALOGUE["softmax"], OUTSIDE[0]):
        found = derive_formula(formula)
        shown = set(re.findall(r"^after ([^:]+):", passes_page(found), flags=re.MULTILINE))
        taken = [way for way in (SHIFTED, SCALED) if set(way.names) <= shown]
        over_expressions = {name for way in taken for name in way.names}
        assert shown == over_expressions | set(PASSES)
        for name in shown:
            kinds = set(REWRITTEN) - set(OF_CASES if name in FORMS else ()) if name in over_expressions else LOOPED
            assert len([mistake for where, mistake in SITES if where == name]) >= len(kinds) - 1
        ways |= set(map(id, taken))
    assert len(ways) == 2


def test_a_wrong_derivation_is_found_though_its_steps_were_never_looked_at() -> None:
    """The titles of derivations are not believed: a gradient that is another formula's is refused."""
    one, other = CATALOGUE["softmax"], CATALOGUE["log_softmax"]
    mixed = replace(derive_formula(one), derivations=derive_formula(other).derivations)
    with pytest.raises(ProgramError, match=r"softmax\.py:\d+: kernel softmax_vjp is not its formula"):
        check_programs(programs(one, mixed))


def test_the_smallest_input_is_told_with_both_values() -> None:
    formula = Formula("squares", Sum(x[k] ** 2 * y[k], k), wrt=x)
    wrong = doubled(programs(formula, derive_formula(formula))[0])
    with pytest.raises(ProgramError) as caught:
        check_programs([wrong])
    assert re.search(r"test_programs\.py:\d+: kernel squares is not its formula: at ", str(caught.value))
    assert "at x = [1], y = [1] it gives value = 2, right is 1;" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_labels_are_told_as_kernels_count_them_and_parameters_stay_what_they_were_declared() -> None:
    name = "focal"
    wrong = doubled(programs(CATALOGUE[name], derived(name))[0])
    with pytest.raises(ProgramError, match=r"at x = \[0, 0\], t = 0, gamma = 0 it gives value ="):
        check_programs([wrong])


def bare(*body: object, name: str = "bare", over: bool = False) -> Program:
    formula = Formula("bare", log(Sum(exp(x[j]), j)), wrt=x)
    return Program(name, formula, "", (), (x,), (Output("value", 0, ""),), body)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        (bare(Store("value", (), Name("never"))), "bare: never is read before it is made"),
        (bare(Store("value", (), Call("cube", (Number(1),)))), "nothing carries out 'cube'"),
        (bare(), r"value = no number \(it is never stored\)"),
        (bare(Store("value", (), Call("log", (Number(0),)))), r"value = no number \(log of 0, outside its domain\)"),
        (bare(Let("a", Number(1)), name="bare_curl"), "no check knows what the kernel bare_curl is to compute"),
    ],
)
def test_what_has_no_meaning_is_refused(program: Program, why: str) -> None:
    with pytest.raises(DeriveError, match=why):
        check_programs([program])


def test_a_formula_that_has_no_value_anywhere_cannot_be_checked() -> None:
    formula = Formula("nowhere", Sum(log(sin(x[k]) - 2), k), wrt=x)
    program = Program("nowhere", formula, "", (), (x,), (Output("value", 0, ""),), ())
    with pytest.raises(ProgramError, match="state the domains of its inputs"):
        check_programs([program])


def test_domains_that_nobody_stated_are_looked_for() -> None:
    formula = Formula("apart", Sum(log(x[k] - y[k] - 2), k), wrt=x)
    check_programs(programs(formula, derive_formula(formula)))


def test_a_point_outside_the_domain_says_nothing() -> None:
    formula = Formula("logarithms", Sum(log(x[k]), k), wrt=x)
    program = programs(formula, derive_formula(formula))[0]
    assert isinstance(gap_at(program, Point(1, {"x": [-1]})), DeriveError)
    assert gap_at(program, Point(1, {"x": [2]})) is None


def test_constants_that_are_rounded_once_are_no_mistake() -> None:
    half = parameter("half", default=0.5)
    formula = Formula("logarithmic", half * Sum(x[k], k) * log(2) + exp(1) * x_squared(), wrt=x)
    check_programs(programs(formula, derive_formula(formula)))


def x_squared() -> object:
    return Sum(x[k] ** 2, k)


# --- nothing unchecked gets out --------------------------------------------------------------------------------------

MINE = """\
from derive.language import Formula, Sum, exp, indices, vector

j = indices("j")
x = vector("x")
mine = Formula("mine", Sum(exp(x[j]), j), wrt=x)
"""


@pytest.fixture
def wrong_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    last = PASSES["number"]
    monkeypatch.setitem(PASSES, "number", lambda work, body: (*last(work, body)[:-1],))


def test_a_wrong_program_stops_the_build_and_nothing_is_written(tmp_path: Path, wrong_passes: None) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    with pytest.raises(ProgramError, match=r"mine\.py:5: kernel mine is not its formula"):
        build(Job(tmp_path / "out", formulas=(tmp_path / "mine.py",), only=("mine",)))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("target", ["numpy", "c"])
def test_a_wrong_program_is_not_handed_out(wrong_passes: None, target: str) -> None:
    formula = Formula("never_built", Sum(exp(x[j] - 1), j), wrt=x)
    with pytest.raises(ProgramError, match="kernel never_built_grad is not its formula"):
        derive.load("never_built_grad", target, formulas=[formula])
