"""Centring: what does not change when one constant is added to a vector is computed with a constant taken off it.

    g_j - sum_k s_k g_k  =  (g_j - c) - sum_k s_k (g_k - c)        where sum_k s_k = 1, for every c

The pass knows no formula.  In every sum it asks whether terms that are linear in a vector add up to 0 with 1 in place
of each component; then any constant may be taken off.  Where exponentials weigh the components it is the component of
the class that weighs most: nothing is left of it, and what the others contribute is kept however small it is.
Elsewhere it is the mean.  What stands in the place of the components may be any function of the class.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

from sympy import Add, Integer, KroneckerDelta, Mul, Pow, Symbol, exp, factor, log

from derive.algebra import is_positive, rewrite
from derive.algebra.rational import with_atoms
from derive.algebra.rules import SUMS
from derive.derivations.first import size
from derive.language.axes import is_size
from derive.language.components import CACHED, Component, Vector
from derive.language.domains import domain_of
from derive.language.formula import unfold
from derive.language.inputs import Label
from derive.language.nodes import Binder, Max, Sum, TopIndex, in_parts, n, rename, substitute, symbols_of
from derive.numerics.forms import Centred, Select, Shifted, SumExcept, Supported

ZERO, ONE = Integer(0), Integer(1)

LARGEST = 200
"""Nodes of a sum of rates beyond which no algebra is tried on it."""

MOST = 8
"""So many terms are tried in pairs; of more than that only all of them together."""

STAND_IN = Vector("<a function of the class>")


@lru_cache(maxsize=CACHED)  # a value and a gradient are asked for alone and together
def centre(expression: Any) -> Any:
    """The expression with every such sum centred, the innermost first."""
    return _centre(unfold(expression))


def _centre(e: Any) -> Any:
    if not e.args or isinstance(e, (Component, Shifted, Centred)):
        return e
    e = in_parts(_centre, e)
    if isinstance(e, Add):
        for vector in sorted({c.vector for c in e.atoms(Component)}, key=str):
            e = _centred_sum(e, vector)
        e = _centred_functions(_without_constants(e))
    return e


def _centred_sum(total: Any, vector: Vector) -> Any:
    """The terms of a sum that together do not change with a constant added to the vector, with one taken off.

    Where they change little, by a rate ``r`` that is itself no small difference, ``c r`` is what has been taken off.
    """
    total = _at_labels(total, vector)
    if not isinstance(total, Add):
        return total
    linear = [(t, r) for t in total.args if (r := rate(t, vector)) is not None]
    for group, left in _cancelling(linear, vector):
        constant = _constant(group, vector, left)
        if constant is None:
            continue
        rest = [t for t in total.args if t not in group]
        taken = [_take_off(t, vector, constant) for t in group]
        return Add(*taken, left * constant, _centred_sum(Add(*rest), vector))
    return total


def _at_labels(total: Any, vector: Vector) -> Any:
    """``g_t - sum_k s_k g_k`` at a label as the sum over the others of ``s_k (g_t - g_k)``: it fades as they do."""
    if not isinstance(total, Add):
        return total
    for term in total.args:
        for own in (f for f in Mul.make_args(term) if isinstance(f, Component) and isinstance(f.index, Label)):
            beside = term / own
            if own.vector != vector or vector in beside.free_symbols:
                continue
            for other in total.args:
                average = _average_beside(other, beside, vector)
                if average is not None:
                    body, index = average.open()
                    others = SumExcept(_take_off(body, vector, own), index, own.index)
                    share = beside / _with_ones(average, vector)
                    return _at_labels(total - term - share * others + share * average, vector)
    return total


def _average_beside(term: Any, beside: Any, vector: Vector) -> Any:
    """The sum whose average, weighted by exponentials, a term subtracts at least once, in units of ``beside``."""
    taken, kind = term.as_coeff_Mul()
    for average in (f for f in Mul.make_args(kind) if type(f) is Sum and degree(f, vector) == 1):
        unit, same = (beside * average / _with_ones(average, vector)).as_coeff_Mul()
        if kind == same and -taken / unit >= 1 and largest_exponent(average) is not None:
            return average
    return None


# --- what changes how much -------------------------------------------------------------------------------------
def rate(term: Any, vector: Vector) -> Any:
    """What is added to a term, linear in the vector, for each 1 added to all components; ``None``: it is not linear."""
    if degree(term, vector) != 1:
        return None
    return rewrite(SUMS, _with_ones(term, vector))


def degree(e: Any, vector: Vector) -> int | None:
    """The degree of a homogeneous polynomial in the components of a vector; ``None`` for what is none."""
    if isinstance(e, Component):
        return int(e.vector == vector)
    if vector not in e.free_symbols:
        return 0
    if isinstance(e, Sum):
        return degree(e.body, vector)
    if isinstance(e, Mul):
        parts = [degree(a, vector) for a in e.args]
        return None if None in parts else sum(p for p in parts if p is not None)
    if isinstance(e, Add):
        degrees = {degree(a, vector) for a in e.args}
        return degrees.pop() if len(degrees) == 1 else None
    return None


def _with_ones(e: Any, vector: Vector) -> Any:
    if isinstance(e, Component):
        return ONE if e.vector == vector else e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_with_ones(body, vector), index)
    if not e.args or vector not in e.free_symbols:
        return e
    return e.func(*[_with_ones(a, vector) for a in e.args])


# --- which terms belong together -------------------------------------------------------------------------------
Linear = list[tuple[Any, Any]]


def _cancelling(linear: Linear, vector: Vector) -> Iterator[tuple[list[Any], Any]]:
    """The groups of terms whose rates add up to 0, then those that add up to little; and to what they add up.

    Where there are averages by different weights each is taken with terms of its own.
    """
    if len(linear) < 2:
        return
    groups = [linear] if len(_weights(linear, vector)) < 2 else []
    if len(linear) <= MOST:
        groups += [list(pair) for pair in combinations(linear, 2) if _within(pair, vector)]
    groups += [linear]
    found = [([t for t, _ in group], _added([r for _, r in group])) for group in groups]
    yield from ((terms, left) for terms, left in found if left == 0)
    yield from ((terms, left) for terms, left in found if left is not None and left != 0)


def _weights(linear: Linear, vector: Vector) -> set[Any]:
    """By what the averages among the terms are weighted."""
    return {largest_exponent(total) for term, _ in linear for total in _averages(term, vector)}


def _within(pair: tuple[Any, ...], vector: Vector) -> bool:
    """Whether no average of the pair leaves out the class of a component beside it."""
    skipped = {s.skip for term, _ in pair for s in _averages(term, vector) if isinstance(s, SumExcept)}
    alone = {
        f.index for term, _ in pair for f in Mul.make_args(term) if isinstance(f, Component) and f.vector == vector
    }
    return not skipped & alone


def _averages(term: Any, vector: Vector) -> list[Any]:
    return sorted((s for s in term.atoms(Sum) if vector in s.body.free_symbols), key=str)


def _added(rates: list[Any]) -> Any:
    """The sum of rates: 0, or what is left of them by algebra where that is less than each; else ``None``."""
    total = Add(*map(_with_totals, rates))
    if total == 0:
        return ZERO
    if len(rates) > MOST or size(total) > LARGEST:
        return None
    left = with_atoms(factor, total)
    return left if left == 0 or size(left) < max(map(size, rates)) else None


def _with_totals(e: Any) -> Any:
    """The sum of the exponentials of a vector as the number that it is known to be; one without a label as the rest."""
    left_out = [s for s in e.atoms(SumExcept) if isinstance(s.skip, Label)]
    e = substitute(e, {s: Sum(*s.args[:2]) - s.at(s.skip) for s in left_out}) if left_out else e
    known = {total: domain_of(total.body.args[0].vector).powers for total in e.atoms(Sum) if _is_of_powers(total)}
    return substitute(e, {total: number for total, number in known.items() if number is not None})


def _is_of_powers(total: Sum) -> bool:
    body = total.body
    return type(total) is Sum and isinstance(body, exp) and isinstance(body.args[0], Component)


# --- what is taken off -------------------------------------------------------------------------------------------
def _constant(terms: list[Any], vector: Vector, left: Any) -> Any:
    """The component of the class of the largest weight, or the mean; ``None`` where there is nothing to centre.

    Where the weights leave something to a constant beside them, nothing is taken off if that is the largest.
    """
    weighted = [s for t in terms for s in _averages(t, vector)]
    for total in weighted:
        exponent = largest_exponent(total)
        if exponent is not None:
            dominant = vector[TopIndex(exponent)]
            return dominant if left == 0 or isinstance(total, SumExcept) else Select(exponent, dominant, ZERO)
    if not weighted or left != 0 or any(t.atoms(exp) for t in weighted):
        return None
    index = Symbol("k", integer=True)
    return Sum(vector[index], index) / n


def largest_exponent(total: Any) -> Any:
    """The largest of the exponents by which a sum weighs its terms; ``None`` where it has none."""
    body, index = total.opened()
    moving = Add(*[_natural(f, index) for f in Mul.make_args(body) if index in f.free_symbols and _is_exponential(f)])
    if moving == 0:
        return None
    if isinstance(total, SumExcept):
        moving = Supported(ONE - KroneckerDelta(index, total.skip), moving)
    return Max(moving, index)


def _is_exponential(e: Any) -> bool:
    return isinstance(e, exp) or (isinstance(e, Pow) and bool(e.base.is_number))


def _natural(power: Any, index: Symbol) -> Any:
    """The exponent, without the constants that do not matter to where it is largest."""
    exponent = power.args[0] if isinstance(power, exp) else power.exp * log(power.base)
    shifts = {s: s.of for s in exponent.atoms(Shifted) if index not in s.shift.free_symbols}
    exponent = exponent.xreplace(shifts)
    return Mul(*[f for f in Mul.make_args(exponent) if index in f.free_symbols or not is_positive(f)])


def _take_off(e: Any, vector: Vector, constant: Any) -> Any:
    if isinstance(e, Component):
        return Centred(e, constant) if e.vector == vector else e
    if isinstance(e, Binder):
        body, index = e.opened(symbols_of(constant))
        return e.rebuild(_take_off(body, vector, constant), index)
    if not e.args or vector not in e.free_symbols:
        return e
    return e.func(*[_take_off(a, vector, constant) for a in e.args])


# --- functions of the class ----------------------------------------------------------------------------------------
def _centred_functions(total: Any) -> Any:
    """The same for ``f(x_j) - sum_k s_k f(x_k)``, whatever f."""
    if not isinstance(total, Add) or len(total.args) > LONGEST:
        return total
    places = sorted((s for s in total.free_symbols if s.is_integer and not is_size(s)), key=str)
    for average in sorted({f for t in total.args for f in Mul.make_args(t) if isinstance(f, Sum)}, key=str):
        body, index = average.open()
        for function in _functions(body, index):
            named = {average: average.rebuild(body / function * STAND_IN[index], index)}
            named |= {rename(function, index, place): STAND_IN[place] for place in places}
            spelled = Add(*[_spelled(t, named) for t in total.args])
            centred = _centred_sum(spelled, STAND_IN)
            if centred != spelled:
                return _centred_functions(_unspelled(centred, function, index))
    return total


def _without_constants(total: Any) -> Any:
    """``c + f_j - sum_k s_k (c + f_k)`` without the constant, which an average leaves as it is."""
    for term in total.args if isinstance(total, Add) else ():
        for average in (f for f in Mul.make_args(term) if type(f) is Sum):
            body, index = average.opened()
            for function in (f for f in Mul.make_args(body) if isinstance(f, Add)):
                constant = Add(*[c for c in function.args if index not in c.free_symbols])
                weights, beside = body / function, term / average
                taken = beside * constant * average.rebuild(weights, index)
                left = total - term + beside * average.rebuild(weights * (function - constant), index) + taken
                if constant != 0 and len(Add.make_args(left)) < len(total.args):
                    return _without_constants(left)
    return total


LONGEST = 12
"""Terms of a sum beyond which no function of the class is looked for."""


def _functions(body: Any, index: Symbol) -> Iterator[Any]:
    """What an exponential of the class may weigh: the other factors that depend on the class."""
    powers = _powers(body)
    for weight in [base for base in powers if isinstance(base, exp) and index in base.free_symbols]:
        left = {**powers, weight: powers[weight] - 1}
        function = Mul(*[b**p for b, p in left.items() if index in b.free_symbols])
        if powers[weight] > 0 and function != 1 and not function.has(Centred):
            yield function


def _powers(product: Any) -> dict[Any, Any]:
    """Base -> exponent of the factors; ``exp(2 u)`` is the square of ``exp(u)``."""
    found: dict[Any, Any] = {}
    for f in Mul.make_args(product):
        number, exponent = f.args[0].as_coeff_Mul() if isinstance(f, exp) else (ONE, ONE)
        base, power = (exp(exponent), number) if isinstance(f, exp) and number.is_Integer else f.as_base_exp()
        if isinstance(f, exp) and not number.is_Integer:
            base, power = f, ONE
        found[base] = found.get(base, ZERO) + power
    return found


def _spelled(term: Any, names: dict[Any, Any]) -> Any:
    """A term with a function of a class among its factors under the name of the stand-in."""
    have = _powers(term)
    for function, name in names.items():
        want = _powers(function)
        if all(base in have and (have[base] / q).is_number and have[base] / q >= 1 for base, q in want.items()):
            return Mul(*[base ** (p - want.get(base, 0)) for base, p in have.items()], name)
    return term


def _unspelled(e: Any, function: Any, index: Symbol) -> Any:
    """The function itself in the place of its stand-in; less its constant terms where the same is taken off it."""
    if isinstance(e, Component):
        return rename(function, index, e.index) if e.vector == STAND_IN else e
    if isinstance(e, Centred) and STAND_IN in e.args[0].free_symbols and isinstance(e.args[1], Component):
        moving = Add(*[term for term in Add.make_args(function) if index in term.free_symbols])
        return Centred(*[rename(moving, index, component.index) for component in e.args])
    if isinstance(e, Binder):
        body, opened = e.open()
        return e.rebuild(_unspelled(body, function, index), opened)
    if not e.args or STAND_IN not in e.free_symbols:
        return e
    return e.func(*[_unspelled(a, function, index) for a in e.args])
