"""Each pass by itself: what it changes, what it leaves alone, and what it costs."""

from __future__ import annotations

import math

import pytest
from sympy import KroneckerDelta, log

from derive.formulas.cross_entropy import cross_entropy
from derive.formulas.cross_entropy_label import cross_entropy_label, t
from derive.formulas.log_softmax import log_softmax
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import softmax, x
from derive.kernels import programs
from derive.language import DeriveError, Formula, Sum, exp, indices, label, vector
from derive.loops.fuse import fuse
from derive.loops.ir import Accumulate, Call, Element, Loop, Name, Output, Program, Statement, Store, walk
from derive.loops.keep import keep
from derive.loops.passes import fresh_names
from derive.loops.uses import makes, reads, values
from derive.numerics import Result
from derive.numerics.exponents.stabilise import stabilise
from derive.numerics.forms import FiniteOrZero, Log1p, Shifted, SumExcept
from derive.numerics.set_apart import complement_at_labels, set_top_apart
from derive.numerics.specialise import specialise
from derive.proofs import derive_formula
from tests import once
from tests.interpret import run

i, j, k = indices("i j k")


def kernel(formula: Formula, suffix: str = "") -> Program:
    return next(p for p in once.built(formula).programs if p.name == formula.name + suffix)


def loops(program: Program) -> list[Loop]:
    return [s for s in program.body if isinstance(s, Loop)]


# --- stabilise ---------------------------------------------------------------------------------------------------
def test_stabilise_shifts_every_component_of_an_invariant_expression() -> None:
    steady = stabilise(softmax.expression, x)
    assert len(steady.atoms(Shifted)) == 2 and all(s.shift.func is FiniteOrZero for s in steady.atoms(Shifted))


def test_stabilise_works_on_the_parts_where_the_whole_has_no_shift_theorem() -> None:
    """(log-sum-exp)^2 is not equivariant, the log-sum-exp inside it is."""
    steady = stabilise(logsumexp.value**2, x)
    assert steady.func.__name__ == "Pow" and steady.has(Shifted)


def test_factors_that_only_together_have_a_shift_theorem_are_shifted_together() -> None:
    """log(S) exp(x_j)/S: the logarithm is shifted by itself, the quotient as one; no exponential stays as it was."""
    steady = stabilise(logsumexp.value * softmax[j] + softmax[j], x)
    assert steady.has(Shifted)
    assert all(e.has(Shifted) for e in steady.atoms(exp))


def test_terms_that_belong_together_are_shifted_together() -> None:
    """A loss with a penalty: the loss in it stays log S - (x_t - m), it does not become (log S + m) - x_t."""
    steady = stabilise(cross_entropy_label.value + logsumexp.value**2, x)
    assert any(isinstance(-term, Shifted) for term in steady.args)


def test_stabilise_leaves_alone_what_has_no_exponential() -> None:
    squares = log(Sum(x[j] ** 2, j))
    assert stabilise(squares, x) == squares


def test_the_loss_at_a_label_keeps_the_shifted_logit_together() -> None:
    """log S - (x_t - m), never (log S + m) - x_t."""
    steady = stabilise(cross_entropy_label.expression, x)
    assert any(isinstance(-term, Shifted) for term in steady.args)


# --- set apart ---------------------------------------------------------------------------------------------------
def test_the_largest_term_goes_through_log1p() -> None:
    (apart,) = set_top_apart([stabilise(logsumexp.expression, x)])
    assert apart.has(Log1p) and apart.has(SumExcept) and not apart.has(log)


def test_at_a_label_one_minus_its_share_is_the_share_of_the_others() -> None:
    steady = stabilise(1 - softmax[t], x)
    rest = complement_at_labels(steady)
    assert rest.has(SumExcept) and not rest.is_Add


def test_a_difference_that_is_no_complement_stays() -> None:
    steady = stabilise(2 - softmax[t], x)
    assert complement_at_labels(steady) == steady


# --- specialise --------------------------------------------------------------------------------------------------
def test_specialise_writes_the_class_of_a_delta_apart() -> None:
    general, single = specialise([Result("grad", (j,), x[j] - KroneckerDelta(j, t))])
    assert (general.indices, general.expression) == ((j,), x[j])
    assert (single.indices, single.expression) == ((t,), x[t] - 1)


def test_where_two_deltas_meet_the_last_case_knows_of_both() -> None:
    u = label("u")
    cases = specialise([Result("grad", (j,), x[j] - KroneckerDelta(j, t) - 2 * KroneckerDelta(j, u))])
    assert [case.indices for case in cases] == [(j,), (u,), (t,)]
    assert cases[-1].expression == x[t] - 1 - 2 * KroneckerDelta(t, u)


@pytest.mark.parametrize("places", [(0, 2), (2, 0), (1, 1)])
def test_two_labels_in_one_output(places: tuple[int, int]) -> None:
    formula = Formula("mixed", -log(softmax[t]) - 2 * log(softmax[label("u")]), wrt=x)
    row, (one, other) = [0.3, -1.2, 2.5], places
    total = sum(math.exp(v) for v in row)
    wanted = [3 * math.exp(v) / total - (c == one) - 2 * (c == other) for c, v in enumerate(row)]
    assert run(kernel(formula, "_grad"), {"x": row, "t": one, "u": other})["grad"] == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_label_and_a_diagonal_in_one_matrix(place: int) -> None:
    """s_i - x_t: the rows, then the diagonal, then the column of the label, then the entry where they meet."""
    formula = Formula("margin", softmax[i] - x[t], wrt=x, over=i)
    row = [0.3, -1.2, 2.5]
    s = [math.exp(v) / sum(map(math.exp, row)) for v in row]
    found = run(kernel(formula, "_jacobian"), {"x": row, "t": place})["out"]
    for a in range(3):
        wanted = [s[a] * ((a == b) - s[b]) - (b == place) for b in range(3)]
        assert found[a] == pytest.approx(wanted, rel=1e-13)


# --- fuse, share, keep ---------------------------------------------------------------------------------------------
def test_fuse_joins_what_does_not_wait_and_nothing_else() -> None:
    def total(name: str, of: str) -> Loop:
        return Loop("k", (Accumulate(name, Call("mul", (Element("x", "k"), Name(of)))),))

    fused = fuse((total("a", "T"), total("b", "T"), total("c", "a")))
    assert [len(s.body) for s in fused if isinstance(s, Loop)] == [2, 1]


def test_keep_stores_an_exponential_in_the_output_that_needs_it() -> None:
    e = Call("exp", (Element("x", "k"),))
    before: tuple[Statement, ...] = (
        Loop("k", (Accumulate("total", e),)),
        Loop("k", (Store("out", ("k",), Call("div", (e, Name("total")))),)),
    )
    kept = keep(before, (Output("out", 1, ""),), lambda name: name)
    assert isinstance(kept[0], Loop) and Store("out", ("k",), Name("e")) in kept[0].body
    assert sum(isinstance(p, Call) and p.op == "exp" for s in kept for v in values(s) for p in walk(v)) == 1


def test_an_output_that_keeps_what_another_needs_is_read_before_it_is_overwritten() -> None:
    """Also when the other keeps something of its own."""
    a, b = (Call("exp", (Element(name, "k"),)) for name in "ab")
    both = Call("sub", (Call("mul", (b, Name("total"))), a))
    before: tuple[Statement, ...] = (
        Loop("k", (Accumulate("total", Call("add", (a, b))),)),
        Loop("k", (Store("one", ("k",), Call("mul", (a, Name("total")))), Store("two", ("k",), both))),
    )
    kept = keep(before, (Output("one", 1, ""), Output("two", 1, "")), fresh_names(set()))
    filling = kept[1]
    assert isinstance(filling, Loop)
    overwritten: set[str] = set()
    for statement in filling.body:
        assert not {p.array for v in values(statement) for p in walk(v) if isinstance(p, Element)} & overwritten
        overwritten |= makes(statement)


@pytest.mark.parametrize(
    ("formula", "suffix", "passes"),
    [
        (softmax, "", 3),
        (softmax, "_vjp", 3),
        (logsumexp, "", 2),
        (cross_entropy_label, "_value_and_grad", 3),
        (cross_entropy, "_value_and_grad", 3),
    ],
    ids=lambda v: getattr(v, "name", v),
)
def test_few_passes_and_one_exponential_per_class(formula: Formula, suffix: str, passes: int) -> None:
    program = kernel(formula, suffix)
    assert len(loops(program)) == passes
    inside = [
        p for loop in loops(program) for v in values(loop) for p in walk(v) if isinstance(p, Call) and p.op == "exp"
    ]
    assert len(inside) == 1
    assert not any(isinstance(s, Loop) for loop in loops(program) for s in loop.body), "a pass over pairs of classes"


def test_a_jacobian_takes_one_exponential_per_class() -> None:
    """Kept in the last row of the matrix until the loop over the rows comes to it."""
    for formula in (softmax, log_softmax):
        program = kernel(formula, "_jacobian")
        exps = [p for s in program.body for v in values(s) for p in walk(v) if isinstance(p, Call) and p.op == "exp"]
        nested = [s for loop in loops(program) for s in loop.body if isinstance(s, Loop)]
        assert len(exps) == len(nested) == 1
        assert not any(isinstance(p, Call) and p.op == "exp" for s in nested for v in values(s) for p in walk(v))


def test_the_diagonal_of_a_jacobian_does_not_cancel() -> None:
    """s_i (1 - s_i) where class 0 has nearly everything: 1 - s_0 is the sum of the others."""
    row = [0.0, -40.0, -41.0]
    rest = math.exp(-40) + math.exp(-41)
    assert run(kernel(softmax, "_jacobian"), {"x": row})["out"][0][0] == pytest.approx(rest, rel=1e-15)
    assert run(kernel(log_softmax, "_jacobian"), {"x": row})["out"][0][0] == pytest.approx(rest, rel=1e-15)
    square = Formula("square", softmax[i] ** 2, wrt=x, over=i)
    assert run(kernel(square, "_jacobian"), {"x": row})["out"][0][0] == pytest.approx(2 * rest, rel=1e-15)


def test_a_loss_of_zero_is_not_minus_zero() -> None:
    certain = {"x": [0.0, -800.0], "y": [1.0, 0.0], "t": 0}
    for formula in (cross_entropy, cross_entropy_label):
        value = run(kernel(formula), {k: v for k, v in certain.items() if k in {i.name for i in formula.inputs}})
        assert math.copysign(1.0, value["value"]) == 1.0 and value["value"] == 0.0


def test_names_count_up_without_gaps() -> None:
    for program in once.built(cross_entropy_label).programs:
        assert not any(name.endswith("_2") for s in program.body for name in makes(s)), program.name


def test_no_name_is_computed_and_never_read() -> None:
    for formula in (softmax, logsumexp, cross_entropy, cross_entropy_label):
        for program in once.built(formula).programs:
            outputs = {o.name for o in program.outputs}
            made = [name for s in program.body for name in makes(s)]
            used = {name for s in program.body for name in reads(s)}
            inner = {name for loop in loops(program) for s in loop.body for name in reads(s)}
            assert set(made) - outputs <= used | inner, program.name


def test_an_inner_sum_over_the_outer_class_is_refused() -> None:
    formula = Formula("pairs", Sum(log(Sum(exp(x[j] * x[k]), j)), k), wrt=x)
    with pytest.raises(DeriveError, match="'pairs'.*n passes"):
        programs(formula, derive_formula(formula))


def test_it_is_refused_in_the_words_of_the_formula() -> None:
    y = vector("y")
    formula = Formula("pairs", Sum(Sum(y[k] * log(1 + exp(x[j] - x[k])), k), j), wrt=x)
    with pytest.raises(DeriveError, match=r"Sum\(log\(exp\(x\[k\] - x\[l\]\) \+ 1\)\*y\[l\], l\) is a reduction"):
        programs(formula, derive_formula(formula))


# --- the programs compute the formulas --------------------------------------------------------------------------------
def test_a_program_run_by_hand_is_the_formula() -> None:
    row = [0.3, -1.2, 2.5, 0.0]
    total = sum(math.exp(v) for v in row)
    found = run(kernel(softmax), {"x": row})["out"]
    assert found == pytest.approx([math.exp(v) / total for v in row], rel=1e-15)
    both = run(kernel(cross_entropy_label, "_value_and_grad"), {"x": row, "t": 2})
    assert both["value"] == pytest.approx(math.log(total) - row[2], rel=1e-14)
    assert both["grad"] == pytest.approx([math.exp(v) / total - (c == 2) for c, v in enumerate(row)], rel=1e-14)


def test_mutations_reach_the_program() -> None:
    """A change of the formula alone changes what is computed: another base, a square, a weight."""
    g = vector("w", doc="weights")
    plain = kernel(logsumexp).body
    for expression in (log(Sum(2 ** x[j], j)), logsumexp.value**2, log(Sum(g[j] * exp(x[j]), j))):
        assert kernel(Formula("changed", expression, wrt=x)).body != plain
