"""Claims about one formula have names of their own."""

from __future__ import annotations

import pytest

from derive.formulas.softmax import softmax
from derive.language import DeriveError, Sum, Witness, n
from derive.proofs import derive_formula
from tests.proofs.claims import HOME, i, k, named, one, x


def test_a_claim_is_not_called_like_a_theorem_that_the_engine_finds() -> None:
    for name in ("shift", "choice", "exponents"):
        clash = one(Sum(x[i], k), "=", n * x[i], "sum of a constant", about=softmax).claim(name)
        with pytest.raises(DeriveError) as error:
            derive_formula(named(softmax, clash))
        found = f"derive proves one of that name of the formula at {softmax.where}"
        assert str(error.value) == f"{clash.where}: claim {name!r}: {found}: rename it"


def test_two_claims_about_a_formula_do_not_share_a_name() -> None:
    first = one(Sum(x[i], k), "=", n * x[i], "sum of a constant").claim("twice")
    second = Witness("twice", HOME, x[i], "<", 2, {x: (1,), i: 1})
    with pytest.raises(DeriveError) as error:
        derive_formula(named(HOME, first, second))
    assert str(error.value) == (
        f"{second.where}: witness 'twice': another claim of home is called so, at {first.where}: rename it"
    )


def test_different_names_are_no_clash() -> None:
    first = one(Sum(x[i], k), "=", n * x[i], "sum of a constant").claim("once")
    assert [theorem.name for theorem in derive_formula(named(HOME, first)).theorems] == ["once"]
