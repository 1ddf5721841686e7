"""Algebra of rational expressions, with everything else as an atom.

SymPy's ``expand``, ``cancel`` and ``factor_terms`` are only ever given plain symbols and numbers: sums,
exponentials and components are replaced first, so no bound index can come to harm.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from math import comb, prod
from typing import Any

from sympy import Add, Dummy, Expr, Integer, KroneckerDelta, Mul, Pow, exp, factor_terms

from derive.algebra.lowest_terms import lowest_terms, multiplied_out
from derive.algebra.naming import factors
from derive.language.choices import Compare
from derive.language.components import CACHED
from derive.language.nodes import Binder, BoundIndex

ZERO, ONE = Integer(0), Integer(1)


def with_atoms(operation: Callable[[Any], Any], expression: Any) -> Any:
    """``operation`` on the expression in which every part that is not rational stands as one symbol.

    What the operation makes of symbols is kept, by the operation: give the same function for the same work.
    """
    atoms: dict[Any, Any] = {}
    result = _on_symbols(operation, _atomise(expression, atoms))
    return result.xreplace({symbol: part for part, symbol in atoms.items()})


@lru_cache(maxsize=CACHED)
def _on_symbols(operation: Callable[[Any], Any], expression: Any) -> Any:
    return operation(expression)


def _atomise(expression: Any, atoms: dict[Any, Any]) -> Any:
    if expression.is_number:
        return expression
    if isinstance(expression, (Add, Mul)) or is_whole_power(expression):
        return expression.func(*[_atomise(a, atoms) for a in expression.args])
    if isinstance(expression, Pow) and expression.exp.is_Integer and expression.exp < 0:
        return 1 / _atom(1 / expression, atoms)  # so that it goes against the same power above the line
    if isinstance(expression, exp):
        base, count = _whole_power_of(expression)
        return _atom(base, atoms) ** count
    return _atom(expression, atoms)


@lru_cache(maxsize=CACHED)
def _whole_power_of(power: exp) -> tuple[Any, Any]:
    """``exp(2 u)`` and ``exp(-u)`` as powers of ``exp(u)``."""
    sign = -1 if power.args[0].could_extract_minus_sign() else 1
    ((base, count),) = factors(exp(sign * power.args[0])).items()
    return base, sign * count


def is_whole_power(expression: Any) -> bool:
    """Whether an expression is a whole power that algebra may multiply out; a larger one it takes as a whole."""
    return isinstance(expression, Pow) and expression.exp.is_Integer and _is_short(expression)


LARGEST_POWER, MOST_TERMS = 32, 1000
"""How high a power may be, and how many terms that of a sum would be multiplied out: no page could hold more."""


def _is_short(power: Any) -> bool:
    parts, times = len(Add.make_args(power.base)), abs(int(power.exp))
    return times <= LARGEST_POWER and comb(times + parts - 1, parts - 1) <= MOST_TERMS


def _atom(expression: Any, atoms: dict[Any, Any]) -> Any:
    if expression not in atoms:
        atoms[expression] = _symbol(len(atoms), _is_positive(expression))
    return atoms[expression]


@lru_cache(maxsize=CACHED)
def _is_positive(expression: Any) -> bool:
    return bool(expression.is_positive)


@cache
def _symbol(place: int, positive: bool) -> Dummy:
    """The same at every call, so that work on expressions of one form is not done twice.

    That a part has the symbol of another is no matter: all parts are put back at once.
    """
    return Dummy(f"a{place}", positive=positive or None, real=True)


def _inside_binders(operation: Callable[[Any], Any], part: Any) -> Any:
    if isinstance(part, Binder):
        body, index = part.opened()
        return part.rebuild(with_atoms(operation, _inside_binders(operation, body)), index)
    if not part.args:
        return part
    return part.func(*[_inside_binders(operation, a) for a in part.args])


@lru_cache(maxsize=CACHED)
def _terms(e: Any) -> int:
    """How many there are when all is multiplied out, above and below the line, before any meet."""
    if isinstance(e, Add):
        return sum(map(_terms, e.args))
    if isinstance(e, Mul):
        return prod(map(_terms, e.args))
    if is_whole_power(e):
        parts, times = _terms(e.base), abs(int(e.exp))
        return comb(times + parts - 1, parts - 1)
    return 1


def _within_budget(e: Any) -> Any:
    return multiplied_out(e) if _terms(e) <= MOST_TERMS else e


@lru_cache(maxsize=CACHED)
def multiply_out_bodies(expression: Any) -> Any:
    """Products multiplied out in the bodies of sums, and nowhere else."""
    return _inside_binders(_within_budget, expression)


@lru_cache(maxsize=CACHED)
def multiply_out(expression: Any) -> Any:
    """Products multiplied out, at every level."""
    return with_atoms(_within_budget, multiply_out_bodies(expression))


def collect(expression: Any) -> Any:
    """What all terms share put in front: ``a b - a c`` becomes ``a (b - c)``.

    A sign is never put in front, and one that stands there goes into a difference: ``-a (b - c)`` is ``a (c - b)``.
    """

    return with_atoms(_collected, expression)


def _collected(e: Any) -> Any:
    if not isinstance(e, (Add, Mul)):
        return e
    found = factor_terms(e, sign=False)
    return _turned(found) if isinstance(found, Mul) else e


def _turned(product: Any) -> Any:
    number, rest = product.as_coeff_Mul()
    for factor in Mul.make_args(rest) if number.is_negative else ():
        if isinstance(factor, Add) and any(term.could_extract_minus_sign() for term in factor.args):
            return -number * (rest / factor) * -factor
    return product


def merge_powers(expression: Any) -> Any:
    """``u u**(a - 1)`` as ``u**a``: one power of each base, so that none is taken of a ``u`` near 0 only to vanish."""
    return expression.replace(lambda e: isinstance(e, Mul), _with_one_power_of_each_base)


def _with_one_power_of_each_base(product: Any) -> Any:
    exponents: dict[Any, list[Any]] = {}
    for factor in product.args:
        base, exponent = (factor, Integer(1)) if isinstance(factor, exp) else factor.as_base_exp()
        exponents.setdefault(base, []).append(exponent)
    merged = {base for base, powers in exponents.items() if len(powers) > 1 and not base.is_number}
    if not merged:
        return product
    return Mul(*[base ** Add(*powers) if base in merged else Mul(*[base**p for p in powers])
                 for base, powers in exponents.items()])  # fmt: skip


def merge_delta_powers(expression: Any) -> Any:
    """A delta is 0 or 1, so its powers are itself."""
    return expression.replace(
        lambda e: isinstance(e, Pow) and isinstance(e.base, KroneckerDelta) and e.exp.is_Integer and e.exp > 1,
        lambda e: e.base,
    )


def deltas_out(expression: Any) -> Any:
    """Cases with a delta in their values as ``f + delta g``, without it: so a sum over its index can be sifted."""
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(deltas_out(body), index)
    if not expression.args:
        return expression
    expression = expression.func(*map(deltas_out, expression.args))
    deltas = (
        sorted({d for v in expression.values for d in _free_deltas(v)}, key=str)
        if isinstance(expression, Compare)
        else []
    )
    if not deltas:
        return expression
    without, put = ([value.xreplace({deltas[0]: number}) for value in expression.values] for number in (ZERO, ONE))
    slopes = [multiply_out(one - other) for one, other in zip(put, without, strict=True)]
    rest, factor = (deltas_out(Compare(*expression.sides, *values)) for values in (without, slopes))
    return rest + deltas[0] * factor


def _free_deltas(value: Any) -> list[Any]:
    return [d for d in value.atoms(KroneckerDelta) if not any(isinstance(s, BoundIndex) for s in d.free_symbols)]


@lru_cache(maxsize=CACHED)
def normal(expression: Any) -> Expr:
    """One fraction in lowest terms, multiplied out: 0 for every expression that is 0 by algebra alone."""
    return with_atoms(lowest_terms, expression)  # type: ignore[no-any-return]
