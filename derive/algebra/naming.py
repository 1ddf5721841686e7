"""Writing results by the symbols of known formulas: ``exp(x_j) / sum exp(x_k)`` is ``s_j``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product as combinations
from typing import Any

from sympy import Expr, Mul, Pow, Rational, exp

from derive.language.axes import axis_of
from derive.language.components import CACHED, Component
from derive.language.formula import Formula, Head, Value, unfold
from derive.language.nodes import Binder, Sum, substitute, symbols_of

Factors = dict[Any, Any]


def fold(expression: Any, known: tuple[Formula, ...]) -> Any:
    """Put the symbol of each known formula where its definition stands: in all its places, or in none.

    A definition stands there as it was written, by the symbols of others, or with all of them written out.
    """
    for formula in known:
        for definition in dict.fromkeys((unfold(formula.expression), formula.expression)):
            expression = _fold(expression, formula, definition)
    return expression


def by_other_parts(expression: Any, known: tuple[Formula, ...]) -> Iterator[Any]:
    """The expression without one of its parts, where the definition of another says what it is.

    With ``m_i = (s_i + r_i)/2`` a result in ``m``, ``s`` and ``r`` is one in two of them: ``r_i = 2 m_i - s_i``.
    """
    for formula in known:
        if not any(value.formula == formula for value in expression.atoms(Value)):
            continue
        whole, own = formula.expression.expand(), Value(Head(formula), *formula.indices)
        for part in sorted((v for v in whole.atoms(Value) if v.indices == formula.indices), key=str):
            rate = whole.coeff(part)
            rest = whole - rate * part
            if rate != 0 and rate.is_number and not rest.has(part):
                yield _with(expression, part.formula, formula, (own - rest) / rate)


def _with(expression: Any, part: Formula, formula: Formula, solved: Any) -> Any:
    """The expression with what the indices of ``formula`` say of a part in place of it."""
    if isinstance(expression, Value):
        return _at(solved, formula, expression.indices) if expression.formula == part else expression
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_with(body, part, formula, solved), index)
    if not expression.args or isinstance(expression, Component):
        return expression
    return expression.func(*[_with(a, part, formula, solved) for a in expression.args])


def _fold(expression: Any, formula: Formula, definition: Any) -> Any:
    if isinstance(definition, Pow) and definition.exp.is_Rational:
        return _fold_power(expression, formula, definition)
    number, rest = definition.as_coeff_Mul()
    if formula.over is None and not isinstance(rest, Mul):
        return substitute(expression, {rest: Value(Head(formula)) / number})
    if isinstance(definition, Mul):
        return _fold_product(expression, formula, definition)
    return _fold_whole(expression, formula, definition)


def places_of(formula: Formula, expression: Any) -> list[tuple[Any, ...]]:
    """The indices at which an expression may hold the value of a formula: those that its components have."""
    found = {index for c in expression.atoms(Component) for index in c.indices}
    ordered = sorted(found, key=lambda s: s.sort_key())
    return list(combinations(*([i for i in ordered if axis_of(i) == axis_of(own)] for own in formula.indices)))


@lru_cache(maxsize=CACHED)  # it is asked for at every product
def _at(definition: Any, formula: Formula, place: tuple[Any, ...]) -> Any:
    return substitute(definition, dict(zip(formula.indices, place, strict=True)))


def _fold_whole(expression: Any, formula: Formula, definition: Expr) -> Any:
    places = places_of(formula, expression)
    values = {_at(definition, formula, place): Value(Head(formula), *place) for place in places}
    return substitute(expression, values)


def _fold_power(expression: Any, formula: Formula, definition: Any) -> Any:
    """Every power of the base that is a whole power of the definition, once one of them shows that it is meant.

    The base by itself does not: ``sum x^2`` need not come from the root of it.
    """
    for place in places_of(formula, expression):
        here, value = _at(definition, formula, place), Value(Head(formula), *place)
        base, one = here.as_base_exp()
        powers = {p: p.exp / one for p in expression.atoms(Pow) if p.base == base and (p.exp / one).is_Integer}
        if any(p == here or not p.exp.is_Integer for p in powers):
            alone = {base: 1 / one} if (1 / one).is_Integer else {}
            expression = substitute(expression, {p: value**times for p, times in {**alone, **powers}.items()})
    return expression


def _fold_product(expression: Any, formula: Formula, definition: Expr) -> Any:
    if not expression.args:
        return expression
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_fold_product(body, formula, definition), index)
    if isinstance(expression, Mul):
        for place in places_of(formula, expression):
            expression = _take_out(expression, _at(definition, formula, place), Value(Head(formula), *place))
        expression = _taken_into_sums(expression, formula, definition)
    if not isinstance(expression, Mul):
        return (
            expression.func(*[_fold_product(a, formula, definition) for a in expression.args])
            if expression.args
            else expression
        )
    return Mul(*[_fold_product(a, formula, definition) for a in expression.args])


def _taken_into_sums(product: Any, formula: Formula, definition: Expr) -> Any:
    """Where a factor in front of a sum makes the symbol with one in it: ``(sum_k c_k exp(x_k)) / sum_k exp(x_k)``."""
    own = [axis_of(index) for index in formula.indices]
    for total in product.args if isinstance(product, Mul) else ():
        if type(total) is Sum and own == [total.axis]:
            body, index = total.opened(symbols_of(product))
            here, value = _at(definition, formula, (index,)), Value(Head(formula), index)
            found = _take_out(body * (product / total), here, value)
            inside, beside = found.as_independent(index, as_Add=False)[::-1]
            if found.has(Value) and not body.has(Value):
                return beside * Sum(inside, index)
    return product


def _take_out(product: Any, definition: Any, value: Value) -> Any:
    """The product with ``definition`` taken out of it as often as it is in it, and ``value`` in its place."""
    need = factors(definition)
    have = _in_roots(factors(product), need)
    times = 0
    while all(_holds(have.get(base, 0), power) for base, power in need.items()):
        have = {base: power - need.get(base, 0) for base, power in have.items()}
        times += 1
    if not times:
        return product
    return Mul(*[_power(base, power) for base, power in have.items()]) * value**times


def _in_roots(have: Factors, need: Factors) -> Factors:
    """``u`` as ``sqrt(u)`` twice, where ``sqrt(u)`` is what is looked for."""
    roots = {root.base: (root, root.exp.q) for root in need if isinstance(root, Pow) and root.exp.is_Rational}
    found: Factors = {}
    for base, power in have.items():
        root, times = roots.get(base, (base, 1))
        found[root] = found.get(root, 0) + power * times
    return found


def _holds(have: Any, need: Any) -> bool:
    return bool(have == need or ((have > 0) == (need > 0) and abs(have) >= abs(need))) if have != 0 else False


def factors(product: Any) -> Factors:
    """Base -> number of times; ``exp(2 u)`` counts as ``exp(u)`` twice."""
    found: Factors = {}
    for factor in Mul.make_args(product):
        base, power = _split(factor)
        found[base] = found.get(base, 0) + power
    return found


def _split(factor: Any) -> tuple[Any, Any]:
    if isinstance(factor, exp):
        count, exponent = factor.args[0].primitive()
        if count.is_Integer:
            return exp(exponent), count
    if isinstance(factor, Pow):
        if factor.exp.is_Integer:
            base, power = _split(factor.base)
            return base, power * factor.exp
        if factor.exp.is_Rational:
            return Pow(factor.base, Rational(1, factor.exp.q)), factor.exp.p
        count, exponent = factor.exp.as_coeff_Mul()
        if count.is_Integer and not factor.exp.is_number:
            return factor.base**exponent, count
    return factor, 1


def _power(base: Any, power: Any) -> Any:
    return base**power
