"""Dominant: what is left of a share beside another is computed from the other classes where one class has nearly all.

    s_j sum_k y_k - y_j  =  s_j (sum over k != j of y_k) - y_j (sum over k != j of s_k)        where sum_k s_k = 1

Only one class can hold more than half of the whole: at the class of the largest exponent the right side is taken, with
two sums over the others; anywhere else the left side loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

from sympy import Add, Integer, KroneckerDelta, Mul, Pow, Symbol

from derive.language.inputs import Label
from derive.language.nodes import Binder, Sum, n
from derive.numerics.centring import largest_exponent
from derive.numerics.forms import Centred, Select, Shifted, SumExcept, TopIndex

ONE = Integer(1)


def dominant_apart(e: Any) -> Any:
    """The expression with every such difference taken apart at the class that dominates."""
    if not e.args or isinstance(e, (Shifted, Centred)):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(dominant_apart(body), index)
    return _in_sum(e.func(*[dominant_apart(a) for a in e.args]))


def _in_sum(e: Any) -> Any:
    for mine, other in permutations(e.args, 2) if isinstance(e, Add) else ():
        for apart in _apart(mine, other):
            return _in_sum(Add(*[a for a in e.args if a not in (mine, other)], apart))
    return e


def _apart(mine: Any, other: Any) -> Iterator[Any]:
    """``mine = c a_j (sum y) / (sum a)`` and ``other = -c y_j``, in the two cases: j is the dominant class, or not."""
    for whole in (f.base for f in Mul.make_args(mine) if isinstance(f, Pow) and f.exp == -1 and type(f.base) is Sum):
        largest = largest_exponent(whole)
        for given in (f for f in Mul.make_args(mine) if type(f) is Sum) if largest is not None else ():
            share = mine / given * whole
            for j in (s for s in share.free_symbols if s.is_integer and s != n and not isinstance(s, Label)):
                beside = share / whole.at(j)
                if j not in beside.free_symbols and other == -beside * given.at(j):
                    yield _at_dominant(mine + other, beside, whole, given, j, TopIndex(largest))


def _at_dominant(difference: Any, beside: Any, whole: Any, given: Any, j: Symbol, top: Any) -> Any:
    others = [SumExcept(body, index, top) for body, index in (given.open(), whole.open())]
    there = beside * (whole.at(top) / whole * others[0] - given.at(top) * others[1] / whole)
    return Select(KroneckerDelta(j, top) - ONE, there, difference)
