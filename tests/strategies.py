"""Random formulas over the language, tame enough that each has a value in ordinary numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from sympy import Rational

from derive.language import (
    Abs,
    Formula,
    KroneckerDelta,
    Max,
    Sum,
    cos,
    erf,
    erfc,
    exp,
    indices,
    label,
    larger,
    log,
    parameter,
    relu,
    sin,
    sqrt,
    tanh,
    vector,
    where,
)
from derive.language.components import Vector
from derive.language.inputs import Parameter

i, j, k = indices("i j k")
x, y = vector("x"), vector("y")
p, u = vector("p", domain="positive"), vector("u", domain="unit")
q = vector("q", domain="probability")
a, b = parameter("a", default=0.5), parameter("b", default=1.5, domain="positive")
t = label("t")


def share(of: Any, index: Any) -> Any:
    """The softmax of a vector."""
    return exp(of[index]) / Sum(exp(of[j]), j)


def terms(index: Any, depth: int) -> st.SearchStrategy[Any]:
    """Expressions of one class, of any sign."""
    leaves = [x[index], x[index], y[index], p[index], u[index], q[index], a, x[t], Rational(1, 2), Rational(2)]
    found = st.sampled_from(leaves)
    for _ in range(depth):
        found = st.one_of(found, _larger(found, index))
    return found


def positives(part: st.SearchStrategy[Any], index: Any) -> st.SearchStrategy[Any]:
    """Expressions that are positive wherever they have a value."""
    return st.one_of(
        st.sampled_from([p[index], u[index], b]),
        part.map(lambda e: 1 + e**2),
        part.map(lambda e: exp(tanh(e))),
        part.map(lambda e: 1 + Abs(e)),
        part.map(lambda e: log(1 + exp(e))),
    )


def _larger(part: st.SearchStrategy[Any], index: Any) -> st.SearchStrategy[Any]:
    above = positives(part, index)
    return st.one_of(
        st.tuples(part, part).map(lambda e: e[0] + e[1]),
        st.tuples(part, part).map(lambda e: e[0] * e[1]),
        st.tuples(part, above).map(lambda e: e[0] / e[1]),
        st.tuples(above, part).map(lambda e: e[0] ** tanh(e[1])),
        st.tuples(part, st.sampled_from([2, 3])).map(lambda e: e[0] ** e[1]),
        st.tuples(st.sampled_from([exp, tanh, sin, cos, erf, erfc, Abs, relu]), part).map(lambda e: e[0](e[1])),
        st.tuples(st.sampled_from([log, sqrt]), above).map(lambda e: e[0](e[1])),
        st.tuples(part, part).map(lambda e: larger(*e)),
        st.tuples(part, part, part).map(lambda e: where(e[0] < Rational(1, 3), e[1], e[2])),
        part.map(lambda e: e * KroneckerDelta(index, t)),
    )


def totals(depth: int) -> st.SearchStrategy[Any]:
    """Numbers of a row: sums over the classes, and what is made of them."""
    single = terms(k, depth).map(lambda e: Sum(e, k))
    above = positives(terms(k, depth - 1), k).map(lambda e: Sum(e, k))
    return st.one_of(
        single,
        above.map(log),
        terms(k, depth - 1).map(lambda e: Max(e, k)),
        above.map(sqrt),
        st.tuples(single, above).map(lambda e: e[0] / e[1]),
        terms(k, 0).map(lambda e: Sum(share(x, k) * (e + log(share(y, k))), k)),
        st.tuples(terms(k, depth - 1), terms(j, depth - 1)).map(lambda e: Sum(e[0] * Sum(e[1], j), k)),
    )


@st.composite
def formulas(draw: Any, depth: int = 2) -> Formula:
    """A formula per row, or over the classes; by ``x``, and by another input beside it."""
    over = draw(st.booleans())
    total = draw(totals(depth))
    expression = draw(terms(i, depth)) * total + x[i] if over else total + Sum(x[k] ** 2, k)
    if over and i not in expression.free_symbols:
        expression += x[i]
    formula = Formula("random", expression, wrt=x, over=i if over else None)
    others = [one for one in formula.inputs[1:] if isinstance(one, Vector | Parameter)]
    beside = draw(st.sampled_from([None, *others]))
    return formula if beside is None else replace(formula, wrt=(x, beside))
