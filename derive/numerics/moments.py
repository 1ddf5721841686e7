"""Moments: a mean of products less the product of the means, as the mean product of what lies beside the means.

    sum_k w_k a_k b_k - (sum_k w_k a_k) (sum_k w_k b_k) / W  =  sum_k w_k (a_k - A) (b_k - B)

with ``W = sum_k w_k``, ``A = sum_k w_k a_k / W`` and ``B`` likewise.  The left side is what people write for a variance
or a covariance; far from 0 it is a small difference of large numbers, the right side is none.  What the weights are is
read off the sums: the product of the bodies of the two means over the body of the mean product.  No weight has to be
positive, for the identity holds for all numbers; it is used before differentiation, so that derivatives keep it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, permutations
from typing import Any

from sympy import Add, Integer, Mul, Pow, Symbol

from derive.algebra import rewrite
from derive.algebra.rules import SUMS
from derive.language.axes import dummy
from derive.language.components import CACHED
from derive.language.nodes import Sum, in_parts

ONE = Integer(1)
MOST = 8
"""Terms of a sum beyond which no two of them are tried together."""


@lru_cache(maxsize=CACHED)
def centred_moments(e: Any) -> Any:
    """The expression with every such difference centred, the innermost first."""
    if not e.args or sum(1 for one in e.atoms(Sum) if type(one) is Sum) < 2:
        return e
    e = in_parts(centred_moments, e)
    return _of_terms(e) if isinstance(e, Add) else e


def _of_terms(total: Any) -> Any:
    if not isinstance(total, Add) or len(total.args) > MOST:
        return total
    for products, means in permutations(total.args, 2):
        centred = _beside_means(products, means)
        if centred is not None:
            return centred + _of_terms(total - products - means)
    return total


def _beside_means(products: Any, means: Any) -> Any:
    """Two terms as one sum of products of differences from means; ``None`` where they are no such moments."""
    for one, other in combinations(_sums(means), 2):
        for both in _sums(products):
            if both.axis == one.axis == other.axis:
                index = dummy("k", both.axis)
                found = _centred([products / both, means / one / other], [both, one, other], index)
                if found is not None:
                    return found
    return None


def _sums(term: Any) -> list[Any]:
    """The sums among the factors of a term; a power of one counts as often as it stands there."""
    return [base for f in Mul.make_args(term) for base in _repeated(f) if type(base) is Sum]


def _repeated(factor: Any) -> Iterator[Any]:
    base, power = factor.as_base_exp() if isinstance(factor, Pow) else (factor, ONE)
    yield from [base] * min(int(power), 2) if power.is_Integer and power > 0 else ()


def _centred(fronts: list[Any], sums: list[Any], index: Symbol) -> Any:
    """``f sum r + g (sum u) (sum v)`` as ``f sum w (a - A) (b - B)`` where ``f + g sum w`` is 0."""
    (f, r), (before, u), (after, v) = [_constants_out(one.at(index), index) for one in sums]
    front, behind = fronts[0] * f, fronts[1] * before * after
    weight = u * v / r
    left, right = u / weight, v / weight
    if any(index not in e.free_symbols for e in (left, right)):
        return None
    if front + behind * rewrite(SUMS, Sum(weight, index)) != 0:
        return None
    parts = [_moving(part, index) for part in (left, right)]
    middles = [-behind / front * Sum(weight * part, index) for part in parts]
    return front * Sum(weight * Mul(*[part - middle for part, middle in zip(parts, middles, strict=True)]), index)


def _constants_out(body: Any, index: Symbol) -> tuple[Any, Any]:
    """The factors of a body that do not depend on the index, and those that do."""
    constant, moving = body.as_independent(index, as_Add=False)
    return constant, moving


def _moving(part: Any, index: Symbol) -> Any:
    """What of a function of the class is not the same for all: only these terms differ from their mean."""
    return Add(*[term for term in Add.make_args(part) if index in term.free_symbols])
