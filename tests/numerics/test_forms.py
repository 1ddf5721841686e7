"""What the nodes of numerics say to those who read them."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Abs, Rational, exp, log

from derive.language import Sum, indices, label, vector
from derive.language.functions import erfc
from derive.language.spoken import spoken
from derive.numerics import forms
from derive.numerics.forms import MEANINGS, in_mathematics

x, y = vector("x"), vector("y")
i, k = indices("i k")
t = label("t")
ONE, OTHER, THIRD = Rational(3, 2), Rational(-1, 4), Rational(5)

SAID: dict[str, Any] = {
    "FiniteOrZero": ONE,
    "Shifted": ONE - OTHER,
    "Centred": ONE - OTHER,
    "Expm1": exp(ONE) - 1,
    "Log1p": log(1 + ONE),
    "Erfcx": exp(ONE**2) * erfc(ONE),
    "Steady": ONE,
    "InOrder": ONE + OTHER,
    "Weighted": ONE * OTHER,
    "Select": OTHER,
    "Larger": ONE,
    "Smaller": OTHER,
    "Supported": OTHER,
    "Ramp": ONE,
}
COUNT = {"FiniteOrZero": 1, "Expm1": 1, "Log1p": 1, "Erfcx": 1, "Steady": 1, "Ramp": 1, "Select": 3}


@pytest.mark.parametrize("name", sorted(SAID))
def test_a_node_says_what_it_computes(name: str) -> None:
    given = (x[i], y[i], x[k])[: COUNT.get(name, 2)]
    said = in_mathematics(getattr(forms, name)(*given))
    assert not said.atoms(*MEANINGS)
    assert said.subs(dict(zip((x[i], y[i], x[k]), (ONE, OTHER, THIRD), strict=True))).equals(SAID[name])


def test_every_node_has_its_words() -> None:
    nodes = {value for value in vars(forms).values() if isinstance(value, type) and issubclass(value, forms._Real)}
    assert nodes - {forms._Real} == set(MEANINGS) == {getattr(forms, name) for name in SAID}


def test_nothing_inside_a_sum_is_left_unsaid() -> None:
    inner = forms.Steady(forms.InOrder(forms.Select(x[k], x[k], 0), forms.Log1p(forms.Steady(exp(-Abs(x[k]))))))
    assert spoken(in_mathematics(Sum(inner, k))) == "Sum(log(1 + exp(-Abs(x[k]))) + where(x[k] < 0, 0, x[k]), k)"
    assert "SumExcept" not in spoken(in_mathematics(forms.SumExcept(inner, k, t)))
