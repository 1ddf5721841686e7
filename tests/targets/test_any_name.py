"""Any identifier may be an input's name: the kernels are those of plain names, in both targets."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from derive.catalogue import CatalogueError
from derive.language import Formula, FormulaError, KroneckerDelta, Sum, exp, indices, label, log, parameter, vector
from derive.language.kinds import kernel_names

NAMES = """
    grad value out result g v w u k l e i j N
    x_max exp_sum exp_sum_2 shift top rest tail total ratio norm log_sum e_2 grad_2 kept part placed found
    np math numbers Any Array NDArray annotations self cls args kwargs kernel head array dtype print sum range
    axis axis_ lambda None class match type float tuple list dict int
    row rows classes rows_ base width lane exp_sum_lanes x_stride grad_stride
    many_row_f32 many_value_and_grad_row_f64 each_row_f64 many each each_vjp
    auto switch inline restrict register double int64_t size_t bool template
    I EOF NULL INFINITY NAN M_PI INT_MAX BUFSIZ DERIVE_LANES derive_x linux unix complex far min max errno
    exp expf y0 j1 yn gamma sqrt fabs isfinite isnan main
    x X Xx xX data data_ Data very_long_name_of_an_input_that_goes_on_beyond_the_sixty_three_characters_that_c_promises
""".split()
ROLES = 5
PLAIN = tuple(f"a{place}" for place in range(ROLES))
STARTS = [*range(0, len(NAMES) - ROLES, ROLES), len(NAMES) - ROLES]


def in_order(names: list[str], vectors_turned: bool) -> tuple[str, ...]:
    """The order of names is that of arguments and of terms: the names in a group are in the order of the plain ones."""
    first, second, *rest = sorted(names)
    return (second, first, *rest) if vectors_turned else (first, second, *rest)


GROUPS = [in_order(NAMES[start : start + ROLES], bool(place % 2)) for place, start in enumerate(STARTS)]


def formula_of(names: tuple[str, ...]) -> Formula:
    """A formula whose vectors, labels and parameter are called so."""
    r, s = indices("r s")
    x, y = vector(names[0], doc="scores"), vector(names[1], domain="probability", doc="weights")
    t, u = label(names[2], doc="a class"), label(names[3], doc="another class")
    a = parameter(names[4], default=0.75, domain="positive", doc="a scale")
    symbol = next(letter for letter in "LMPQRZ" if letter not in names)
    if names[0] < names[1]:
        return Formula(
            "many", y[u] * log(Sum(exp(a * x[s]), s)) + (1 - KroneckerDelta(t, u)) * x[t], wrt=x, symbol=symbol
        )
    return Formula(
        "each", exp(a * x[r]) / Sum(exp(a * x[s]), s) * y[t] + KroneckerDelta(r, u) * x[t], over=r, wrt=x, symbol=symbol
    )


def results(names: tuple[str, ...], target: str) -> list[Any]:
    """What every kernel gives, each input given by its name, in the order that all kernels have."""
    formula = formula_of(names)
    dice = np.random.default_rng(11)
    values = [dice.normal(0, 2, (3, 7)), dice.random((3, 7)), np.array([0, 3, 6]), np.array([0, 2, 5])]
    own = dict(zip(names, values, strict=False))
    extra = (np.cos(values[0]), np.sin(values[0]))
    found: list[Any] = []
    for name in kernel_names(formula):
        kernel = derive.load(name, target=target, formulas=[formula])
        *arrays, scale = [p for p in inspect.signature(kernel).parameters if p not in ("axis", "out")]
        given = [*(own[v.name] for v in formula.inputs[:-1]), *extra]
        made = kernel(**dict(zip(arrays, given, strict=False)), **{scale: 1.25})
        found += made if isinstance(made, tuple) else (made,)
    return found


@cache
def plain(vector_first: bool, target: str) -> list[Any]:
    return results(PLAIN if vector_first else (*PLAIN[1::-1], *PLAIN[2:]), target)


@pytest.mark.parametrize("target", ["numpy", "c"])
@pytest.mark.parametrize("names", GROUPS, ids="-".join)
def test_a_name_changes_nothing(names: tuple[str, ...], target: str) -> None:
    """Not a bit of any result."""
    for got, wanted in zip(results(names, target), plain(names[0] < names[1], target), strict=True):
        np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("name", ["n", "_x", "é", "x y", "1x", ""])
def test_what_is_no_name_is_refused_with_file_and_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormulaError):
        vector(name)
    file = tmp_path / "mine.py"
    file.write_text(f"from derive.language import vector\n\nx = vector({name!r})\n", encoding="utf-8")
    from derive.catalogue import load_catalogue

    with pytest.raises(CatalogueError, match="mine.py:3: "):
        load_catalogue([file])
