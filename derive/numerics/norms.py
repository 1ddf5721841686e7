"""Sums of powers on the scale of the largest base: high powers leave every format, and so do squares of large numbers.

    sum_k c_k u_k^p  =  m^p sum_k c_k (u_k / m)^p        for every m > 0

With ``m`` the largest ``|u_k|`` no power is above 1; the smallest where p is negative, and where p may have either
sign it decides.  What stands beside such a sum meets it: a root of it gives ``m``
itself, a quotient of two has none of it left, and a power of one of the bases is taken on the same scale.

A maximum costs a loop.  Where p is a parameter it is always worth it; where p is a number, as in a sum of squares,
only under a root, below a line or in a logarithm, where the result is an ordinary number though the sum is none.  A
constant beside the squares, as LayerNorm has one, keeps them from vanishing: such a sum stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy import Abs, Add, Mul, Pow, Rational, exp, log

from derive.algebra import is_nonnegative, is_positive
from derive.language.axes import axis_of, is_size
from derive.language.components import Component
from derive.language.nodes import Binder, Max, Sum, symbols_of
from derive.numerics.forms import Larger, Select, Steady

LEAST = Rational(1, 2**126)
"""No scale is smaller: where all bases are 0, or subnormal, they can be divided by it."""


def on_largest(e: Any) -> Any:
    """The expression with every such sum on its scale."""
    if not e.args or not any(_is_power(power) or _is_even(power) for power in e.atoms(Pow)):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        e = e.rebuild(on_largest(body), index)
        return _scaled(e, None) if type(e) is Sum else e
    e = e.func(*map(on_largest, e.args))
    if isinstance(e, Mul):
        return _met(e)
    if isinstance(e, Pow | log):
        return _given_out(e)
    return e


def _is_power(e: Any) -> bool:
    """Whether it is a power of an input that may be as large as any."""
    if not isinstance(e, Pow) or e.exp.is_number or e.exp.atoms(Component):
        return False
    return bool(e.base.atoms(Component)) and not e.base.has(exp, Steady) and is_nonnegative(e.base)


def _is_growing(e: Any) -> bool:
    """Whether it is such a power that grows with its base."""
    return _is_power(e) and is_positive(e.exp)


def _is_even(e: Any) -> bool:
    """Whether it is a whole power of an input that is never negative."""
    if not isinstance(e, Pow) or not e.exp.is_Integer or e.exp < 2 or not _is_of_input(e.base):
        return False
    return bool(e.exp % 2 == 0) or is_nonnegative(e.base)


def _is_whole(e: Any) -> bool:
    """Whether it is an input, or a whole power of one: it meets a scale, and needs none by itself."""
    base, power = e.as_base_exp()
    return bool(power.is_Integer) and power > 0 and _is_of_input(base)


def _is_of_input(base: Any) -> bool:
    return bool(base.atoms(Component)) and not base.has(exp, Steady, Max) and not isinstance(base, Sum | log)


def _scaled(total: Any, given: Any, is_taken: Callable[[Any], bool] | None = None) -> Any:
    """A sum on the scale that is given, else on its own; as it is where it has no such powers.

    is_taken: which factors of the body are such powers; default: those whose exponent is no number.
    """
    body, index = total.opened(frozenset() if given is None else symbols_of(given))
    for power in (f for f in Mul.make_args(body) if (is_taken or _is_growing)(f) and index in f.free_symbols):
        base, exponent = power.as_base_exp()
        if index in exponent.free_symbols:
            continue
        m = _scale(base, exponent, index) if given is None else given
        if given is None or _compared(given).at(index) == _size(base):
            rest = Mul(*[f for f in Mul.make_args(body) if f is not power])
            return m**exponent * total.rebuild(rest * Steady(base / m) ** exponent, index)
    return total


def _on_its_own(total: Any) -> Any:
    found = _scaled(total, None, _is_even)
    return _turned(total) if found == total else found


def _turned(total: Any) -> Any:
    """A sum of powers whose exponent may be negative, on the scale of the largest of them.

    Where they are weighted, the largest may have no weight: such a sum stays as it is.
    """
    body, index = total.open()
    powers = [f for f in Mul.make_args(body) if index in f.free_symbols]
    alone = len(powers) == 1 and _is_power(powers[0]) and is_positive(powers[0].base)
    return _scaled(total, None, _is_power) if alone else total


def _scale(base: Any, exponent: Any, index: Any) -> Any:
    """The base of the largest power: the largest, or the smallest where the exponent is negative."""
    size = _size(base)
    if is_positive(exponent):
        return Larger(Max(size, index), LEAST)
    turned = -size if is_positive(-exponent) else Select(exponent, size, -size)
    return Larger(Abs(Max(turned, index)), LEAST)


def _size(base: Any) -> Any:
    return base if is_nonnegative(base) else Abs(base)


def _compared(scale: Any) -> Max:
    """The bases among which a scale was sought, as the largest of them."""
    found = next(a for one in scale.args for a in (one, *one.args[:1]) if isinstance(a, Max))
    body, index = found.opened()
    body = body.args[1] if isinstance(body, Select) else body if found in scale.args else -body
    return Max(body, index)


def _scales(product: Any) -> list[Any]:
    found = [f.as_base_exp()[0] for f in Mul.make_args(product)]
    return [b for b in found if isinstance(b, Larger) and LEAST in b.args]


def _met(product: Any) -> Any:
    """Powers, and sums of them, on a scale that stands beside them."""
    for m in dict.fromkeys(_scales(product)):
        factors = [f for factor in Mul.make_args(product) for f in Mul.make_args(_on(m, factor))]
        of_scale = [f.as_base_exp()[1] for f in factors if f.as_base_exp()[0] == m]
        rest = [f for f in factors if f.as_base_exp()[0] != m]
        scale = m ** Add(*of_scale).expand()
        inside = next((f for f in rest if isinstance(f, Add) and _holds(m, f)), None)
        if inside is None or scale == 1:
            product = Mul(*rest, scale)
        else:
            terms = [_met(Mul(*Mul.make_args(term), *Mul.make_args(scale))) for term in inside.args]
            product = Mul(*[f for f in rest if f is not inside]) * Add(*terms)
    return product


def _holds(m: Any, e: Any) -> bool:
    """Whether the scale, or a power that goes on it, stands in an expression."""
    return e.has(m) or any(
        _meets(p) and p.as_base_exp()[0] in _bases(m, p.as_base_exp()[0]) for p in e.atoms(Pow, Component)
    )


def _on(m: Any, factor: Any) -> Any:
    base, power = factor.as_base_exp()
    if type(base) is Sum and power.is_Integer and power > 0:
        return _scaled(base, m, _meets) ** power
    if _meets(factor) and base in _bases(m, base):
        return Steady(base / m) ** power * m**power
    return factor


def _meets(e: Any) -> bool:
    return _is_power(e) or _is_whole(e)


def _bases(m: Any, base: Any) -> Iterable[Any]:
    """What the scale is the largest of, at each index of a base; also without its sign."""
    largest = _compared(m)
    indices = [i for i in base.free_symbols if i.is_integer and not is_size(i) and axis_of(i) == largest.axis]
    found = [largest.at(i) for i in indices]
    return [*found, *([base] if Abs(base) in found else [])]


def _given_out(e: Any) -> Any:
    """A scale leaves a power and a logarithm as what it is by itself."""
    inside = e.args[0]
    if isinstance(e, log) or not (e.exp.is_Integer and e.exp > 0):
        sums = [_on_its_own(f) if type(f) is Sum else f for f in Mul.make_args(inside)]
        inside = Mul(*[f for one in sums for f in Mul.make_args(one)])
    taken = [f for f in Mul.make_args(inside) if _scales(f)]
    if not taken:
        return e
    rest = Mul(*[f for f in Mul.make_args(inside) if f not in taken])
    parts = [f.as_base_exp() for f in taken]
    if isinstance(e, log):
        return Add(*[power * log(m) for m, power in parts], log(rest))
    return Mul(*[m ** (power * e.exp).expand() for m, power in parts]) * rest**e.exp
