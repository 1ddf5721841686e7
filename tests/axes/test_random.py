"""Random formulas along three axes: each is derived, lowered and checked, or refused in one line."""

from __future__ import annotations

import random
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from derive.kernels import programs
from derive.language import Formula, FormulaError, Sum, array, axis, classes, exp, indices, label, log, parameter, tanh
from derive.loops import LowerError
from derive.proofs import derive_formula
from derive.verify.programs import check_programs
from derive.verify.steps import check_derived

rows, features = axis("rows", size="m"), axis("features", size="d")
AXES = (rows, features, classes)
ARRAYS = (
    array("x", rows, classes), array("h", rows, features), array("W", classes, features),
    array("u", rows), array("b", classes), array("c", features),
)  # fmt: skip
t, T = label("t", over=rows), parameter("T", default=1.5, domain="positive")


class Writer:
    """Writes formulas at random, from indices that are open."""

    def __init__(self, seed: int) -> None:
        self.dice, self.count = random.Random(seed), 0

    def formula(self) -> Formula:
        open_ = {along: self._index(along) for along in self.dice.sample(AXES, self.dice.choice((0, 0, 1, 2)))}
        written = self._sum_or(open_, 3)
        for along, index in list(open_.items()):
            if index not in written.free_symbols:
                del open_[along]
        used = sorted({one.args[0] for one in written.atoms(type(ARRAYS[0][self._index(rows), self._index(classes)]))},
                      key=lambda one: one.name)  # fmt: skip
        wrt = tuple(self.dice.sample(used, min(2, len(used))))
        return Formula("drawn", written, wrt, over=tuple(open_.values()), symbol="Z")

    def _index(self, along: Any) -> Any:
        self.count += 1
        return indices(f"i{self.count}", along)

    def _sum_or(self, open_: dict[Any, Any], depth: int) -> Any:
        missing = [along for along in AXES if along not in open_]
        if not missing:
            return self._term(open_, depth)
        along = self.dice.choice(missing)
        index = self._index(along)
        total = Sum(self._term({**open_, along: index}, depth - 1), index)
        return self.dice.choice((total, log(1 + Sum(exp(self._term({**open_, along: index}, 1)), index)), total / T))

    def _term(self, open_: dict[Any, Any], depth: int) -> Any:
        fitting = [one for one in ARRAYS if set(one.axes) <= set(open_)]
        if depth <= 0 and fitting:
            return self._entry(self.dice.choice(fitting), open_)
        ways = [lambda: self._sum_or(open_, depth - 1)] * (len(open_) < 3)
        if fitting:
            one, other = (self._entry(self.dice.choice(fitting), open_) for _ in range(2))
            ways += [lambda: one * other, lambda: tanh(one), lambda: one + self._term(open_, depth - 1), lambda: one]
        return self.dice.choice(ways)()

    def _entry(self, given: Any, open_: dict[Any, Any]) -> Any:
        places = [open_[along] for along in given.axes]
        if given.axes == (rows, classes) and self.dice.random() < 0.3:
            places[1] = t[open_[rows]]
        return given[tuple(places)]


def drawn(seed: int) -> Formula:
    """The first that makes sense, and names an axis."""
    for attempt in count():
        with suppress(FormulaError):
            if (formula := Writer(seed + 1000 * attempt).formula()).has_axes:
                return formula
    raise AssertionError


@pytest.mark.parametrize("seed", range(16))
def test_a_formula_that_nobody_thought_of(seed: int) -> None:
    formula = drawn(seed)
    derived = derive_formula(formula)
    check_derived(derived)
    try:
        made = programs(formula, derived)
    except LowerError as error:
        assert "within the cost that it has on paper" in str(error)
        return
    check_programs(made)
