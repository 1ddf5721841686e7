"""One-hot: what a share lacks to a one-hot target is taken class by class: all the others, then the label.

    sum_k f(s_k - [k = t])  =  sum over k != t of f(s_k)  +  f(s_t - 1)

At the label ``s_t - 1`` then stands by itself, and is minus the sum of the other shares.  So is a label left out:

    sum_k (1 - [k = t]) f(u_k - u_t)  =  sum over k != t of f(u_k - u_t)

and not the sum over all, less the term of the label, beside which the others may be small.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, KroneckerDelta, Mul, exp

from derive.language.components import CACHED, Component
from derive.language.inputs import Label
from derive.language.nodes import Binder, Sum, substitute
from derive.numerics.forms import SumExcept


@lru_cache(maxsize=CACHED)
def labels_apart(e: Any) -> Any:
    """The expression with every such sum in its two parts."""
    if not e.args or not e.atoms(KroneckerDelta):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        body = labels_apart(body)
        return _parted(body, index) if type(e) is Sum else e.rebuild(body, index)
    return e.func(*[labels_apart(a) for a in e.args])


def _parted(body: Any, index: Any) -> Any:
    for delta in sorted(_beside_shares(body, index) | _left_out(body, index), key=str):
        label = next(i for i in delta.args if i != index)
        there = substitute(substitute(body, {delta: 1}), {index: label})
        return SumExcept(substitute(body, {delta: 0}), index, label) + there
    return Sum(body, index)


def _left_out(body: Any, index: Any) -> set[Any]:
    """Of exponentials with a factor ``1 - [k = t]`` that are measured by the label, that delta."""
    given = {1 - f for f in Mul.make_args(body)} if body.has(exp) else set()
    deltas = {d for d in given if isinstance(d, KroneckerDelta) and index in d.args}
    measures = {c.index for c in body.atoms(Component)} & set(body.atoms(Label))
    return {d for d in deltas if measures & set(d.args)}


def _beside_shares(body: Any, index: Any) -> set[Any]:
    """The one-hot targets in differences from a share of the class."""
    found = set()
    for total in body.atoms(Add):
        deltas = [d for t in total.args for d in Mul.make_args(t) if isinstance(d, KroneckerDelta) and index in d.args]
        if any(index in t.free_symbols and t.has(exp, Sum) for t in total.args if not t.has(KroneckerDelta)):
            found |= {d for d in deltas if any(isinstance(i, Label) for i in d.args)}
    return found
