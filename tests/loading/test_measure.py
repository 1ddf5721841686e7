"""``derive verify``: the emitted kernels on rows near and far, at random and long, each with its right result."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive.catalogue import load_catalogue
from derive.cli import run
from derive.cli.display import Display
from derive.language import Formula, KroneckerDelta, Sum, exp, indices, vector
from derive.loading import emitted
from derive.loading.measure import PROGRAM, Measured, Report, measure
from derive.verify.asked import Asked, asked
from derive.verify.known import KnownRow
from derive.verify.long_rows import KINDS, LONG, LongRow, long_rows
from derive.verify.oracle import Point
from derive.verify.random_rows import random_rows
from derive.verify.rows import Row
from derive.verify.truth import Truth
from tests import once

CATALOGUE = {formula.name: formula for formula in load_catalogue()}
i, j, k = indices("i j k")
x = vector("x")
OF_X = Asked((x,), (), (x,), "a seed")


# --- long rows -------------------------------------------------------------------------------------------------------


def written_out(row: LongRow) -> Point:
    """The same row with nothing counted."""
    vectors = {name: row.vector(name).tolist() for name in row.point.vectors}
    labels = {name: row.label(name) + 1 for name in row.point.indices}
    return Point(len(row.places), vectors, labels, row.point.scalars)


@pytest.mark.parametrize("name", ["softmax", "cross_entropy_label", "kl_divergence"])
def test_what_is_counted_is_right(name: str) -> None:
    """The result of each class, and what it is held to, are those of the row class by class."""
    formula = CATALOGUE[name]
    programs = once.built(formula).programs
    given = asked(programs)
    for row in list(long_rows(given, 2 * KINDS + 4))[-2:]:
        counted, plain = (Truth(formula, given.directions, point, 1024) for point in (row.point, written_out(row)))
        for program in programs:
            kind = program.kind
            pairs = zip(program.outputs, counted.results(kind), plain.results(kind), strict=True)
            for output, found, wanted in pairs:
                for place, right in enumerate(wanted):
                    known = alike(row, place, output.axes)
                    if known is None or right is None:
                        continue
                    told = found[known]
                    assert told is not None and (told.near, told.rest) == (right.near, pytest.approx(right.rest))
                    if place % 7 == 0:
                        assert told.condition == pytest.approx(right.condition, abs=1e-6)


def alike(row: LongRow, place: int, axes: int) -> int | None:
    """The result of the point that a result of the row is."""
    if axes == 0:
        return 0
    if axes == 1:
        return row.known(int(row.places[place]))
    one, other = (int(row.places[p]) for p in divmod(place, len(row.places)))
    return one * row.point.classes + other if max(one, other) <= KINDS else None


def test_a_long_row_has_its_length_and_all_that_is_alike_counted() -> None:
    rows = list(long_rows(OF_X, 1000))
    assert len(rows) == len(LONG)
    for row in rows:
        assert len(row.places) == sum(row.point.counts) == 1000
        assert np.bincount(row.places).tolist() == list(row.point.counts)
    rising = rows[-1].vector("x")
    assert (np.diff(rising) >= 0).all() and rising[0] < rising[-1]


@pytest.mark.parametrize("expression", [
    Sum(k * x[k], k),
    Sum(Sum(KroneckerDelta(j, k) * x[j] * x[k], j), k),
])  # fmt: skip
def test_classes_that_are_told_apart_are_not_counted_as_alike(expression: Any) -> None:
    formula = Formula("apart", expression, wrt=x)
    for row in long_rows(OF_X, 1000):
        assert KnownRow(formula, [], Row(row.region, row.point)).results("") == []


def drifting(scores: Any) -> Any:
    """Its sum is made one by one, in the dtype of the row."""
    shares = np.exp(scores - scores.max())
    return shares / np.cumsum(shares)[-1]


@pytest.mark.parametrize(("kernel", "most"), [(drifting, math.inf), (None, 8)])
def test_a_kernel_that_drifts_is_found_on_a_long_row(monkeypatch: pytest.MonkeyPatch, kernel: Any, most: float) -> None:
    if kernel is not None:
        monkeypatch.setattr(emitted, "_kernel", lambda *_: lambda x: kernel(x))
    program = once.built(CATALOGUE["softmax"]).programs[0]
    found = [seen["float32"] for _, _, seen in emitted.on_long_rows([program], 10**5)]
    assert (max(found)[0] > 64) == (most > 64) and max(found)[0] <= most
    assert all(where.endswith("n = 100000") for _, where in found)


def test_loops_in_loops_are_spared_long_rows() -> None:
    programs = {p.name: p for p in once.built(CATALOGUE["softmax"]).programs}
    assert emitted.affordable(programs["softmax_vjp"], 10**6)
    assert emitted.affordable(programs["softmax_jacobian"], 1000)
    assert not emitted.affordable(programs["softmax_jacobian"], 10**6)


# --- rows at random --------------------------------------------------------------------------------------------------


def test_a_seed_gives_the_same_rows_and_another_others() -> None:
    one, again, other = (list(random_rows(OF_X, seed)) for seed in ("a", "a", "b"))
    assert one == again and one != other
    assert any(-math.inf in row.point.vectors["x"] for seed in "abc" for row in random_rows(OF_X, seed))


# --- the table -------------------------------------------------------------------------------------------------------


def test_every_target_is_seen_on_every_kind_of_row() -> None:
    told: list[str] = []
    report = measure(CATALOGUE["logsumexp"], lengths=(1000,), tell=told.append)
    assert told == ["derive", "steps", "programs", "rows", "random rows", "rows of 1000"]
    for kernel in report.kernels:
        assert set(kernel.seen) == {PROGRAM, *emitted.targets()} and not kernel.outside
    worse = replace(report.kernels[0], seen={"numpy": {"float32": (9.0, "here")}})
    assert worse.bound == 8 and worse.outside and not replace(worse, bound=None).outside


def test_verify_tells_what_was_seen_and_where_and_fails_beyond_a_bound(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["verify", "softplus", "--quick"]) == 0
    out = capsys.readouterr().out
    assert "8 programs are right" in out and "bound 8" in out
    assert "    numpy   float32 " in out and "n = " in out
    assert max(map(len, out.splitlines())) <= 100

    def ones(kernel: object, program: Any, given: Any, dtype: str) -> list[Any]:
        ((*_, classes),) = [value.shape for value in given.values() if isinstance(value, np.ndarray)][:1]
        return [np.ones((classes,) * output.axes) for output in program.outputs]

    monkeypatch.setattr(emitted, "_results", ones)
    assert run(["verify", "softplus", "--quick"]) == 1


def test_what_is_left_out_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    jacobian = Measured("pairs_jacobian", 8, {}, left_out=(10**6,), depth=2)
    Display().report(Report(Formula("pairs", exp(x[i]) * Sum(x[k], k), over=i, wrt=x), 1, 0, (jacobian,)))
    assert "no rows of 1000000: its loops take n^2 steps" in " ".join(capsys.readouterr().out.split())
