"""Whether an exponential may overflow, or underflow where it divides."""

from __future__ import annotations

from typing import Any

from sympy import Add, KroneckerDelta, Mul, Pow, exp, log

from derive.algebra import is_nonnegative, is_positive
from derive.language.components import Component
from derive.language.inputs import Parameter
from derive.language.nodes import Binder, Sum
from derive.numerics.exponents.pairs import ZERO
from derive.numerics.forms import InOrder, Shifted, Steady
from derive.numerics.powers import weighs_exponentials


def exposed(e: Any, divides: bool = False) -> bool:
    """Whether an exponential may overflow, or underflow where it divides: it stands on no scale, or on a wrong one.

    The largest component of a vector is the largest exponent only where nothing else in it depends on the class.
    """
    if isinstance(e, Shifted) or not e.args or e.is_number:
        return False
    if isinstance(e, Steady):  # of a sum over the classes in it nobody knows that it is
        return _vanishes(e.of, divides) or any(map(exposed, e.of.atoms(Sum)))
    if isinstance(e, exp) or is_power_of_number(e):
        exponent = e.args[-1]
        if exponent.has(Shifted):
            beside = exponent.xreplace(dict.fromkeys(exponent.atoms(Shifted), ZERO))
            return bool(beside.atoms(Component, KroneckerDelta, Parameter))
        return bool(exponent.atoms(Component, Parameter)) and (divides or not is_nonnegative(-exponent))
    if isinstance(e, Pow):
        return exposed(e.base, divides or not is_nonnegative(e.exp)) or exposed(e.exp)
    if isinstance(e, Binder):
        body, index = e.opened()
        lacks = _may_lack_its_largest(body, index) or weighs_exponentials(body, index)
        return (divides and lacks) or exposed(body, divides)
    if isinstance(e, (Add, InOrder)) and any(is_positive(a) and not a.has(exp) for a in e.args):
        divides = False  # a constant beside exponentials is there when they underflow
    return any(exposed(a, divides or isinstance(e, log)) for a in e.args)


def _may_lack_its_largest(body: Any, index: Any) -> bool:
    """Whether the weight of exponentials may be 0 where the exponent is largest: the others may all have underflown."""
    factors = Mul.make_args(body)
    weights = [f for f in factors if index in f.free_symbols and not f.has(Shifted)]
    return len(weights) < len(factors) and not all(map(is_positive, weights))


def _vanishes(e: Any, divides: bool) -> bool:
    """Whether exponentials that cannot overflow divide where all of them may underflow."""
    if isinstance(e, (exp, Shifted)) or not e.args or e.is_number:
        return isinstance(e, exp) and divides and not e.has(Shifted)
    if isinstance(e, (Add, InOrder)) and any(is_positive(a) and not a.has(exp) for a in e.args):
        divides = False
    below = isinstance(e, Pow) and not is_nonnegative(e.exp)
    return any(_vanishes(a, divides or below or isinstance(e, log)) for a in e.args)


def is_power_of_number(e: Any) -> bool:
    """Whether an expression is a power of a number or a parameter, with inputs in its exponent."""
    given = isinstance(e, Pow) and bool(e.base.is_positive) and not e.base.atoms(Component)
    return given and bool(e.exp.atoms(Component))
