"""Whole over part: the logarithm of a whole over one of its parts goes by the other parts.

    log(sum_k a_k) - log(a_t)  =  log(1 + (sum over k != t of a_k) / a_t)        for positive a

Where the label holds nearly all, the logarithms are nearly the same.  A derivative has no logarithm to lose digits in:
this is for values.  Of sums of exponentials alone it is no news: their scales meet.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from sympy import Add, Mul, Pow, exp, log

from derive.algebra import is_positive
from derive.language.inputs import Label
from derive.language.nodes import Sum, in_parts
from derive.numerics.forms import SumExcept


def by_the_others(e: Any) -> Any:
    """The expression with every such logarithm written so."""
    if not e.args or not e.atoms(log):
        return e
    e = in_parts(by_the_others, e)
    if isinstance(e, log) and isinstance(e.args[0], Mul):
        return _of_quotient(e)
    return _of_difference(e) if isinstance(e, Add) else e


def _of_quotient(logarithm: Any) -> Any:
    """``log(b a_t / sum a)``."""
    factors = Mul.make_args(logarithm.args[0])
    for total in (f.base for f in factors if isinstance(f, Pow) and f.exp == -1):
        for part in (f for f in factors if _is_part(f, total)):
            rest = logarithm.args[0] * total / part
            return (log(rest) if rest != 1 else 0) - _of_others(total, part)
    return logarithm


def _of_difference(e: Any) -> Any:
    """``c log(sum a) - c log(a_t)`` among the terms of a sum."""
    for one, other in permutations(e.args, 2):
        for whole in (f for f in Mul.make_args(one) if isinstance(f, log)):
            beside = one / whole
            part = -other / beside
            if isinstance(part, log) and _is_part(part.args[0], whole.args[0]):
                return _of_difference(e - one - other + beside * _of_others(whole.args[0], part.args[0]))
    return e


def _is_part(part: Any, total: Any) -> bool:
    """Whether it is the term of a sum at a label, and not one exponential."""
    if type(total) is not Sum or not is_positive(total.body):
        return False
    if any(isinstance(f, exp) for f in Mul.make_args(total.body)):
        return False
    return any(total.at(label) == part for label in part.atoms(Label))


def _of_others(total: Any, part: Any) -> Any:
    """The logarithm of the whole over the part."""
    label = next(label for label in part.atoms(Label) if total.at(label) == part)
    body, index = total.open()
    return log(1 + SumExcept(body, index, label) / part)
