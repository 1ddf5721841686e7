"""Claims by their parts, and who refuses one: what the tests of the proof engine are written with.

Two stand behind a theorem: the engine (``theorem_of``), which follows a proof line by line, and the oracle
(``check_theorem``), which holds it against numbers.  What is false has to be refused by one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
import sympy
from sympy import KroneckerDelta

from derive.algebra.records import Theorem
from derive.language import (
    Claim,
    DeriveError,
    Formula,
    Max,
    Sum,
    Witness,
    by,
    distribution,
    exp,
    indices,
    label,
    parameter,
    permutation,
    scalar,
    sums_to,
    vector,
)
from derive.language.claims import Line
from derive.proofs import theorem_of
from derive.verify import StepError
from derive.verify.steps import check_theorem

a, b, i, j, k, m = indices("a b i j k m")
x, z, v = vector("x"), vector("z"), vector("v")
w, q, p = vector("w", domain="positive"), vector("q", domain="unit"), distribution("p")
c, r, u = scalar("c"), scalar("r", domain="positive"), scalar("u", domain="unit")
T, s = parameter("T", default=1, domain="positive"), parameter("s", default=1)
t, rho = label("t"), permutation("rho")
delta = KroneckerDelta
TOP = Max(x[k], k)

HOME = Formula("home", Sum(x[k] ** 2, k), wrt=x, symbol="H")
"""What the claims of these tests are about."""


@dataclass(frozen=True)
class Case:
    """A claim by its parts."""

    left: Any
    relation: str
    right: Any
    proof: tuple[Line, ...]
    assuming: tuple[Any, ...] = ()
    about: Formula = HOME

    def claim(self, name: str = "claimed") -> Claim:
        return Claim(name, self.about, self.left, self.relation, self.right, self.proof, assuming=self.assuming)


def case(left: Any, relation: str, right: Any, *proof: Line, assuming: Any = (), about: Formula = HOME) -> Case:
    return Case(sympy.sympify(left), relation, sympy.sympify(right), proof, tuple(assuming), about)


def checked(claim: Claim) -> Theorem:
    """The theorem, past both the engine and the oracle."""
    theorem = theorem_of(claim)
    check_theorem(theorem, claim.about)
    return theorem


def refusal(claim: Claim) -> str:
    """``engine: message`` or ``oracle: message``, by who refuses the claim; one line that says where."""
    try:
        theorem = theorem_of(claim)
    except DeriveError as error:
        who, message = "engine", str(error)
        assert message.startswith(__file__), message
    else:
        with pytest.raises(StepError) as wrong:
            check_theorem(theorem, claim.about)
            pytest.fail(f"PASSED: {claim.left} {claim.relation} {claim.right}")
        who, message = "oracle", str(wrong.value)
        assert message.startswith(claim.about.where), message
    assert "\n" not in message
    return f"{who}: {message}"


NO_LEAD = "the rule does not lead from the line before to this one"
NO_WAY = "the rule does not make the line before"


def one(left: Any, relation: str, right: Any, reason: str, assuming: Any = (), about: Formula = HOME) -> Case:
    """A proof of one line."""
    return case(left, relation, right, Line(relation, sympy.sympify(right), reason), assuming=assuming, about=about)


VANISHES = case(exp(c) - 1, "=", 0, by("assumption"), assuming=[sums_to(c, 0)]).claim("vanishes")


def named(formula: Formula, *items: Claim | Witness) -> Formula:
    """The formula with what is claimed of it, as the catalogue puts it there."""
    return replace(formula, theory=items)
