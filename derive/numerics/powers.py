"""Powers: a power whose exponent is no number is taken factor by factor, before a factor that it would restore is lost.

    (exp(u) / s)^q = exp(q u) / s^q        for s > 0

``exp(u)`` may be far below the smallest float where ``exp(q u)`` is not; and a sum of such powers then has a factor in
common, which its logarithm gives away as a term.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Mul, Pow, exp, expand_mul

from derive.algebra import is_positive, rewrite
from derive.algebra.rules import LOGARITHMS, SUMS
from derive.language.components import Component
from derive.language.nodes import Binder
from derive.numerics.forms import Shifted


def powers_apart(e: Any) -> Any:
    """The expression with every such power taken apart."""
    apart = _apart(e)
    return e if apart == e else _joined(rewrite((*LOGARITHMS, *SUMS), apart))


def _apart(e: Any) -> Any:
    if not e.args or not e.atoms(Pow):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_apart(body), index)
    e = e.func(*[_apart(a) for a in e.args])
    return _of_factors(e) if isinstance(e, Pow) and not e.exp.is_number else e


def _of_factors(power: Any) -> Any:
    factors = Mul.make_args(power.base)
    if not power.base.has(exp) or not all(map(is_positive, factors)):
        return power
    return Mul(*[_of_one(factor, power.exp) for factor in factors])


def _of_one(factor: Any, exponent: Any) -> Any:
    if isinstance(factor, exp):
        return exp(exponent * factor.args[0])
    if isinstance(factor, Pow) and factor.exp.is_number:
        return factor.base ** (exponent * factor.exp)
    return factor**exponent


def _joined(e: Any) -> Any:
    """Powers of one base in a product as one power: ``exp((q - 1) u) exp(u)`` as ``exp(q u)``."""
    if not e.args:
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_joined(body), index)
    e = e.func(*[_joined(a) for a in e.args])
    return _of_product(e) if isinstance(e, Mul) else e


def _of_product(product: Any) -> Any:
    powers: dict[Any, list[Any]] = {}
    for factor in product.args:
        base, exponent = _base_and_exponent(factor)
        powers.setdefault(base, []).append(exponent)
    if not any(len(found) > 1 for found in powers.values()):
        return product
    return Mul(*[_power(base, expand_mul(Add(*found))) for base, found in powers.items()])


def _base_and_exponent(factor: Any) -> tuple[Any, Any]:
    """``exp(q u)`` is a power of ``exp(u)``, where u is one value of the row."""
    if not isinstance(factor, exp):
        return factor.as_base_exp()  # type: ignore[no-any-return]
    units = [f for f in Mul.make_args(factor.args[0]) if f.atoms(Component) or isinstance(f, Shifted)]
    unit = Mul(*units)
    return exp(unit), factor.args[0] / unit


def _power(base: Any, exponent: Any) -> Any:
    return exp(exponent * base.args[0]) if isinstance(base, exp) else base**exponent
