"""Powers: a power whose exponent is no number is taken factor by factor, before a factor that it would restore is lost.

    (exp(u) / s)^q = exp(q u) / s^q        for s > 0

``exp(u)`` may be far below the smallest float where ``exp(q u)`` is not; and a sum of such powers then has a factor in
common, which its logarithm gives away as a term.

Where such a power weighs exponentials in a sum that has to keep its largest term, it is one of them:

    b_k^q exp(u_k) = exp(u_k + q log(b_k))        for b_k > 0
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sympy import Add, Mul, Pow, exp, expand_mul, log

from derive.algebra import is_positive, rewrite
from derive.algebra.rules import LOGARITHMS, SUMS
from derive.language.components import Component
from derive.language.nodes import Binder, Sum, in_parts
from derive.numerics.forms import Shifted, Steady


def powers_apart(e: Any) -> Any:
    """The expression with every such power taken apart."""
    apart = _apart(e)
    return e if apart == e else _joined(rewrite((*LOGARITHMS, *SUMS), apart))


def _apart(e: Any) -> Any:
    if not e.args or not e.atoms(Pow):
        return e
    e = in_parts(_apart, e)
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
    e = in_parts(_joined, e)
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


def weighs_exponentials(body: Any, index: Any) -> bool:
    """Whether a product has exponentials of a class, and a power of that class whose exponent is no number."""
    factors = [f for f in Mul.make_args(body) if index in f.free_symbols]
    return any(isinstance(f, exp) for f in factors) and any(map(_is_weight, factors))


def _is_weight(e: Any) -> bool:
    if not isinstance(e, Pow) or e.exp.is_number or e.exp.atoms(Component) or e.base.has(exp, Steady):
        return False
    return bool(e.base.atoms(Component)) and is_positive(e.base)


def powers_as_exponentials(e: Any) -> Any:
    """Powers that weigh exponentials, where these are divided by or their logarithm is taken, as exponentials too."""
    vectors = set(_vectors_in_weights(e, False))
    return _as_exponentials(e, vectors) if vectors else e


def _vectors_in_weights(e: Any, divides: bool) -> Iterator[Any]:
    """The vectors of such powers."""
    if not e.args or not e.atoms(Pow):
        return
    if isinstance(e, Binder):
        body, index = e.opened()
        if divides and weighs_exponentials(body, index):
            yield from (c.vector for f in Mul.make_args(body) if _is_weight(f) for c in f.base.atoms(Component))
        yield from _vectors_in_weights(body, divides)
        return
    inside = isinstance(e, log) or (isinstance(e, Pow) and not (e.exp.is_Integer and e.exp > 0))
    for part in e.args:
        yield from _vectors_in_weights(part, divides or inside)


def _as_exponentials(e: Any, vectors: set[Any]) -> Any:
    if not e.args or not e.atoms(Pow) or isinstance(e, Component):
        return e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_as_exponentials(body, vectors), index)
    if _is_weight(e) and vectors & {c.vector for c in e.base.atoms(Component)}:
        return exp(Steady(e.exp * log(e.base)))
    return e.func(*[_as_exponentials(a, vectors) for a in e.args])


def quotients_inside(e: Any) -> Any:
    """``a^q / b^q`` as ``(a / b)^q``, where q is no number: either may leave every format and their quotient not."""
    if not e.args or not e.atoms(Pow):
        return e
    e = in_parts(quotients_inside, e)
    return _with_quotients(e) if isinstance(e, Mul) else e


def _with_quotients(product: Any) -> Any:
    powers = [f for f in product.args if isinstance(f, Pow) and not f.exp.is_number and _is_total(f.base)]
    for one, other in combinations(powers, 2):
        if one.exp == -other.exp:
            below, above = (one, other) if one.exp.could_extract_minus_sign() else (other, one)
            quotient = Steady(above.base / below.base) ** above.exp
            return _with_quotients(Mul(*[f for f in product.args if f not in (one, other)], quotient))
    return product


def _is_total(base: Any) -> bool:
    """Whether it is positive and made of sums: no input that a norm puts on a scale."""
    return bool(base.atoms(Sum)) and is_positive(base)
