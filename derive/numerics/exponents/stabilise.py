"""Stabilise: take the chosen constant off the vector wherever a shift theorem allows it.

The pass knows no formula.  It asks the engine for ``E(x + c) = E(x) + a c``; where that is proved, ``E(x)`` is
computed as ``E(x - m) + a m`` with ``m`` the largest component, so that no exponential can overflow.  Where an
expression as a whole has no such theorem, its parts are asked.  What is made of powers of one exponential alone is
balanced before (:mod:`derive.numerics.exponents.balance`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Add, Mul, Pow, exp, log

from derive.algebra import is_positive, rewrite
from derive.algebra.rules import LOGARITHMS, SUMS
from derive.derivations.bounds import chosen_constant
from derive.derivations.shift import shift_rate
from derive.language.components import CACHED, Component, Vector
from derive.language.formula import unfold
from derive.language.nodes import Binder, TopIndex, symbols_of
from derive.numerics.exponents.balance import balance
from derive.numerics.forms import FiniteOrZero, Shifted, Steady


@lru_cache(maxsize=CACHED)
def stabilise(expression: Any, vector: Vector) -> Any:
    """The expression in a form whose exponents do not depend on a common offset of the vector."""
    balanced = balance(rewrite(LOGARITHMS, _split_logarithms(unfold(expression))))
    return _shift(rewrite((*LOGARITHMS, *SUMS), balanced), vector)


def _shift(expression: Any, vector: Vector) -> Any:
    if not expression.args or vector not in expression.free_symbols:
        return expression
    if isinstance(expression, Steady) and not expression.atoms(Binder):
        return expression
    steady = _as_a_whole(expression, vector)
    if steady is not None:
        return steady
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_shift(body, vector), index)
    if isinstance(expression, (Add, Mul)):
        return _shift_parts(expression, vector)
    return expression.func(*[_shift(a, vector) for a in expression.args])


def _as_a_whole(expression: Any, vector: Vector) -> Any:
    """The shifted expression where it has a shift theorem and exponentials to shift; else ``None``."""
    constant = chosen_constant(expression, vector)
    plain = _plain_apart(expression, vector) if constant is not None else []
    if plain:
        steady = _as_a_whole(Add(*[part for part in expression.args if part not in plain]), vector)
        return Add(steady, *plain)
    rate = shift_rate(expression, vector) if constant is not None else None
    if rate is None:
        return None
    shift = FiniteOrZero(constant)
    return _take_off(expression, vector, shift) + rate * shift


def _plain_apart(expression: Any, vector: Vector) -> list[Any]:
    """The terms of a sum that have nothing to shift, where the others move with no offset: they keep their digits.

    In ``s_j + x_j`` it is ``x_j``; in ``log S - x_t`` there is none, for only together do the two not move.
    """
    plain = [part for part in expression.args if chosen_constant(part, vector) is None]
    if not isinstance(expression, Add) or not plain:
        return []
    return plain if shift_rate(Add(*[part for part in expression.args if part not in plain]), vector) == 0 else []


def _shift_parts(expression: Any, vector: Vector) -> Any:
    """A sum or product without a shift theorem: its parts that have one, then what is left, taken together.

    ``log S - x_t + (log S)^2``: the first two terms are shifted as one, so that the gap between them is kept.
    ``log(S) exp(x_j) / S``: the logarithm has a theorem of its own; neither ``exp(x_j)`` nor ``1/S`` has, their
    product does.
    """
    parts = expression.args
    if chosen_constant(expression, vector) is None and not _exposed(expression, vector):
        return expression
    if isinstance(expression, Add):
        rated = [part for part in parts if shift_rate(part, vector) is not None]
        together = _as_a_whole(Add(*rated), vector) if 1 < len(rated) < len(parts) else None
        if together is not None:
            rest = [part for part in parts if part not in rated]
            return together + _shift(Add(*rest), vector)
    done: list[Any] = []
    left: list[Any] = []
    for part in parts:
        steady = (_as_a_whole(part, vector) or _inside_out(part, vector)) if part.args else None
        if steady is None and _exposed(part, vector):
            left.append(part)
        else:
            done.append(part if steady is None else steady)
    joint = _as_a_whole(expression.func(*left), vector) if 1 < len(left) < len(parts) else None
    return expression.func(*done, *([joint] if joint is not None else [_shift(part, vector) for part in left]))


def _inside_out(part: Any, vector: Vector) -> Any:
    """A part that has no theorem, or none that algebra sees, but needs none: all that is in it has one."""
    if isinstance(part, exp):
        return None
    steady = _shift(part, vector)
    return None if _exposed(steady, vector) else steady


def _exposed(expression: Any, vector: Vector) -> bool:
    """Whether a component of the vector stands in an exponent, neither shifted nor balanced."""
    if isinstance(expression, (Steady, Shifted)):
        return False
    if isinstance(expression, exp) or (isinstance(expression, Pow) and not expression.exp.is_number):
        exponent = expression.args[-1]
        if vector in exponent.free_symbols and not exponent.has(Shifted):
            return True
    return any(_exposed(part, vector) for part in expression.args)


def _split_logarithms(expression: Any) -> Any:
    """``log(u v)`` as ``log(u) + log(v)`` where v is known to be positive: u then is as the product is, 0 included."""
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_split_logarithms(body), index)
    if not expression.args:
        return expression
    args = [_split_logarithms(a) for a in expression.args]
    expression = expression.func(*args)
    if not (isinstance(expression, log) and isinstance(expression.args[0], Mul) and expression.has(exp)):
        return expression
    known = [f for f in expression.args[0].args if is_positive(f)]
    return Add(log(expression.args[0] / Mul(*known)), *map(log, known))


def _take_off(expression: Any, vector: Vector, shift: Any) -> Any:
    if isinstance(expression, TopIndex):
        return expression
    if isinstance(expression, Component):
        return Shifted(expression, shift) if expression.vector == vector else expression
    if isinstance(expression, Binder):
        body, index = expression.opened(symbols_of(shift))
        return expression.rebuild(_take_off(body, vector, shift), index)
    if not expression.args:
        return expression
    return expression.func(*[_take_off(a, vector, shift) for a in expression.args])
