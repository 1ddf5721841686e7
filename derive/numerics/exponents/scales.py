"""Scales: whatever stands in an exponent is taken off as a common factor before an exponential is formed.

    sum_k c_k exp(a_k) + c_0  =  exp(m) (sum_k c_k exp(a_k - m) + c_0 exp(-m))        for every m

The pass knows no formula and asks for no theorem.  Every expression is written as ``exp(s) v``: products add the scales
``s`` of their factors and quotients subtract them, so that a quotient of sums that share an ``m`` has none left; a
logarithm gives ``s + log(v)``.  For a sum over the classes ``m`` is the largest exponent; where a constant stands
beside exponentials it is 0, until they outgrow the constant by far.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import Abs, Add, Integer, KroneckerDelta, Mul, Pow, exp, expand_mul, log, sign

from derive.algebra import is_nonnegative, is_positive
from derive.language.axes import Pick, axis_of, is_size
from derive.language.components import CACHED, Component
from derive.language.inputs import Label, Parameter
from derive.language.nodes import Binder, Max, Sum, TopIndex
from derive.numerics.forms import (
    Centred,
    Expm1,
    FiniteOrZero,
    InOrder,
    Larger,
    Log1p,
    Shifted,
    Smaller,
    Steady,
    SumExcept,
    Supported,
    Weighted,
)
from derive.numerics.powers import weighs_exponentials

ZERO, ONE = Integer(0), Integer(1)

ROOM = Integer(20)
"""By how much exponents may outgrow a constant beside them before it is scaled down: ``exp(20)`` is far from overflow,
and a logarithm of the sum keeps what is small beside the constant by ``log1p``."""


@dataclass(frozen=True)
class Scaled:
    """``exp(exponent) * value``.

    exponent: a sum of exponents and of shifts (:class:`FiniteOrZero`).
    terms:    where the value is a sum over different exponents: these and their factors, before the scale is taken off.
    """

    exponent: Any
    value: Any
    terms: tuple[tuple[Any, Any], ...] = ()


def scale(expression: Any) -> Any:
    """The expression with every exponential on a scale on which it cannot overflow."""
    return gathered(_plain(_scaled(expression, False)))


def _plain(scaled: Scaled) -> Any:
    return _product(power(scaled.exponent), scaled.value)


@lru_cache(maxsize=CACHED)
def _scaled(e: Any, divides: bool, below: tuple[Any, ...] = ()) -> Scaled:
    """The expression on a scale.

    divides: the value is one to divide by, or to take a logarithm of: it must not vanish by underflow either.
    below:   sums that it is divided by, on their scales, whose largest exponent is sought among those with a weight.
    """
    if not has_exponential(e) or isinstance(e, (Steady, Shifted)):
        return Scaled(ZERO, e)
    if isinstance(e, exp):
        return Scaled(scale(e.args[0]), ONE)
    if _is_power_of_number(e):
        return Scaled(scale(e.exp) * log(e.base), ONE)
    if isinstance(e, Mul):
        below = (*below, *_supported_below(e))
        return _times([_scaled(a, divides, below) for a in e.args])
    if isinstance(e, Pow) and not has_exponential(e.exp):
        return _power(e, divides, below)
    if isinstance(e, Add):
        return _add([_scaled(a, divides, below) for a in e.args], divides)
    if isinstance(e, Sum):
        return _sum(e, divides, below)
    if isinstance(e, Centred):
        return _centred(*[_scaled(a, divides) for a in e.args])
    if isinstance(e, log):
        return Scaled(ZERO, _log(_scaled(e.args[0], True)))
    if isinstance(e, Binder):
        body, index = e.opened()
        return Scaled(ZERO, e.rebuild(scale(body), index))
    return Scaled(ZERO, e.func(*[scale(a) for a in e.args]))


@lru_cache(maxsize=CACHED)
def has_exponential(e: Any) -> bool:
    """Whether an exponential of an input stands in the expression, on no scale yet."""
    if isinstance(e, (Steady, Shifted, Component)) or not e.args or e.is_number:
        return False
    return isinstance(e, exp) or _is_power_of_number(e) or any(map(has_exponential, e.args))


def _is_power_of_number(e: Any) -> bool:
    """Whether an expression is a power of a number or a parameter, with inputs in its exponent."""
    given = isinstance(e, Pow) and bool(e.base.is_positive) and not e.base.atoms(Component)
    return given and bool(e.exp.atoms(Component))


def exposed(e: Any, divides: bool = False) -> bool:
    """Whether an exponential may overflow, or underflow where it divides: it stands on no scale, or on a wrong one.

    The largest component of a vector is the largest exponent only where nothing else in it depends on the class.
    """
    if isinstance(e, Shifted) or not e.args or e.is_number:
        return False
    if isinstance(e, Steady):  # of a sum over the classes in it nobody knows that it is
        return _vanishes(e.of, divides) or any(map(exposed, e.of.atoms(Sum)))
    if isinstance(e, exp) or _is_power_of_number(e):
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


def _times(parts: list[Scaled]) -> Scaled:
    return Scaled(Add(*[p.exponent for p in parts]), _product(*[p.value for p in parts]))


def _product(*factors: Any) -> Any:
    return Mul(*factors)


def _supported_below(product: Any) -> Iterable[Any]:
    """The sums in the denominator of a product on whose scale only what has a weight is compared."""
    for factor in product.args:
        if isinstance(factor, Pow) and not is_nonnegative(factor.exp) and isinstance(factor.base, Sum):
            total = _scaled(factor.base, True).value
            if isinstance(total, Sum) and isinstance(total.body, Weighted):
                yield total


def _power(e: Any, divides: bool, below: tuple[Any, ...]) -> Scaled:
    base = _scaled(e.base, divides or not is_nonnegative(e.exp), below)
    if e.exp.is_number:
        return Scaled(_spread(e.exp, base.exponent), base.value**e.exp)
    if base.exponent != 0 and is_positive(base.value):
        whole, rest = e.exp.as_coeff_Add()
        if whole.is_Integer and whole != 0:  # what is a whole power meets the factors around it
            return _times([_scaled(e.base**part, divides) for part in (rest, whole)])
        return Scaled(e.exp * Steady(_in_pairs(base.exponent)), base.value**e.exp)
    return Scaled(ZERO, _plain(base) ** e.exp)


def _spread(number: Any, exponent: Any) -> Any:
    """The number times each term: what cancels between two scales has to be met term by term."""
    return Add(*[number * term for term in Add.make_args(exponent)])


def _sum(total: Any, divides: bool, below: tuple[Any, ...]) -> Scaled:
    body, index = total.open()
    inside = _scaled(body, divides)
    terms = Add.make_args(inside.exponent)
    moving = Add(*[t for t in terms if index in t.free_symbols])
    fixed = inside.exponent - moving
    if moving == 0:
        return Scaled(fixed, total.rebuild(inside.value, index))
    if not divides and is_paired(moving):
        return Scaled(fixed, total.rebuild(_product(power(moving), inside.value), index))
    if not divides and is_paired(inside.exponent):  # with what is the same for all terms
        return Scaled(ZERO, total.rebuild(_product(power(inside.exponent), inside.value), index))
    weight = inside.value
    for given, term in (one.at(index).args for one in below if one.axis == total.axis):
        if term.args[0].of == moving and set(Mul.make_args(given)) <= set(Mul.make_args(weight)):
            return Scaled(fixed + term.args[0].shift, total.rebuild(weight / given * Weighted(given, term), index))
    vanishing = divides and not is_positive(weight) and not weight.is_number
    kept = Supported(weight, moving) if vanishing else moving
    if isinstance(total, SumExcept) and isinstance(total.skip, Label | Pick):
        kept = Supported(ONE - KroneckerDelta(index, total.skip), kept)
    shift = FiniteOrZero(Max(kept, index))
    term = exp(Shifted(moving, shift))
    return Scaled(fixed + shift, total.rebuild(Weighted(weight, term) if vanishing else weight * term, index))


def _add(parts: list[Scaled], divides: bool) -> Scaled:
    groups: dict[Any, list[Any]] = {}
    for part in parts:
        groups.setdefault(part.exponent, []).append(part.value)
    terms = [(exponent, Add(*values)) for exponent, values in groups.items()]
    terms = sorted([(a, v) for a, v in terms if v != 0], key=str)
    if not terms:
        return Scaled(ZERO, ZERO)
    if len(terms) == 1:
        return Scaled(*terms[0])
    constant = any(exponent == 0 and is_positive(value) for exponent, value in terms)
    settled = all(is_paired(exponent) for exponent, _ in terms) and (constant or not divides)
    if settled or (constant and all(is_bounded(exponent) for exponent, _ in terms)):
        return Scaled(ZERO, Add(*[_product(power(exponent), value) for exponent, value in terms]), tuple(terms))
    if len(terms) == 2 and terms[0][1] == -terms[1][1]:
        return _difference(terms)
    shift = _common_shift([exponent for exponent, _ in terms])
    value = Add(*[_product(_shifted_power(exponent, shift), value) for exponent, value in terms])
    return Scaled(shift, value, tuple(terms))


def _difference(terms: list[tuple[Any, Any]]) -> Scaled:
    """``v exp(a) - v exp(b) = sign(a - b) v exp(m) (1 - exp(-|a - b|))`` with m the larger: however near a is to b."""
    (a, value), (b, _) = terms
    gap = expand_mul(a - b)
    if is_nonnegative(gap):
        return Scaled(a, -_product(value, Expm1(-gap)))
    if is_nonnegative(-gap):
        return Scaled(b, _product(value, Expm1(gap)))
    shift, gap = _common_shift([a, b]), Steady(_in_pairs(gap))
    left = _product(sign(gap), value, _shifted_power(Larger(a, b), shift), -Expm1(-Abs(gap)))
    return Scaled(shift, left)


def _centred(of: Scaled, constant: Scaled) -> Scaled:
    if of.exponent == constant.exponent:
        return Scaled(of.exponent, Centred(of.value, constant.value))
    shift = FiniteOrZero(Larger(of.exponent, constant.exponent))
    values = [_product(_shifted_power(s.exponent, shift), s.value) for s in (of, constant)]
    return Scaled(shift, Centred(*values))


def _common_shift(exponents: list[Any]) -> Any:
    """The largest exponent; beside a constant 0, until the others are :data:`ROOM` above it."""
    others = [exponent for exponent in exponents if exponent != 0]
    if len(others) == len(exponents):
        return FiniteOrZero(Larger(*exponents))
    return FiniteOrZero(Larger(*[exponent - ROOM for exponent in others], ZERO))


def _shifted_power(exponent: Any, shift: Any) -> Any:
    return exp(Shifted(_in_pairs(exponent), shift))


def _log(scaled: Scaled) -> Any:
    """``exponent + log(value)``; what is small beside the largest of positive terms is kept by ``log1p``."""
    number, value = scaled.value.as_coeff_Mul()
    if len(scaled.terms) >= 2 and all(is_nonnegative(v) for _, v in scaled.terms):
        beside = _log_beside_one(scaled) or _log_beside_constant(scaled) or _log_of_two(scaled)
        if beside is not None:
            return beside
    if number.is_positive and number != 1 and not value.is_number:
        return scaled.exponent + log(number) + log_of_product(value)
    return scaled.exponent + log_of_product(scaled.value)


def log_of_product(value: Any) -> Any:
    """Factors that are known to be positive each have a logarithm of their own."""
    if isinstance(value, Pow) and value.exp.is_number and is_positive(value.base):
        return value.exp * log_of_product(value.base)
    if not isinstance(value, Mul):
        return log(value)
    known = [f for f in value.args if is_positive(f)]
    rest = [f for f in value.args if f not in known]
    return Add(*map(log_of_product, known), *([log(Mul(*rest))] if rest else []))


def _log_beside_one(scaled: Scaled) -> Any:
    """``log(1 + sum_k exp(a_k))``: whichever is larger, 1 or the largest term, and beside it all the others."""
    others = [(exponent, value) for exponent, value in scaled.terms if exponent != 0]
    if len(others) != 1 or (ZERO, ONE) not in scaled.terms:
        return None
    exponent, total = others[0]
    if type(total) is not Sum or not isinstance(total.body, exp):
        return None
    body, index = total.open()
    shifts = [s.shift for s in body.atoms(Shifted) if isinstance(s.shift, FiniteOrZero) and isinstance(s.shift.of, Max)]
    if len(shifts) != 1 or exponent != shifts[0]:
        return None
    shift = FiniteOrZero(Larger(exponent, ZERO))
    tail = SumExcept(body, index, TopIndex(shifts[0].of))
    largest, smallest = (Shifted(of(exponent, ZERO), shift) for of in (Larger, Smaller))
    return shift + Log1p(InOrder(Expm1(largest), exp(smallest), exp(Shifted(exponent, shift)) * tail))


def _log_beside_constant(scaled: Scaled) -> Any:
    """``log(c + r) = log(c) + log1p(r / c)``, on the scale of the sum."""
    constants = [value for exponent, value in scaled.terms if exponent == 0]
    if not constants or not is_positive(constants[0]):
        return None
    constant, shift = constants[0], scaled.exponent
    others = [(exponent, value / constant) for exponent, value in scaled.terms if exponent != 0]
    if shift == 0:
        rest = Add(*[_product(power(exponent), value) for exponent, value in others])
    else:
        rest = Expm1(-shift) + Add(*[_product(_shifted_power(exponent, shift), value) for exponent, value in others])
    return shift + log(constant) + Log1p(rest)


def _log_of_two(scaled: Scaled) -> Any:
    """``log(exp(a) + exp(b))``: the smaller beside the larger."""
    if len(scaled.terms) != 2 or scaled.exponent == 0:
        return None
    (a, one), (b, other) = scaled.terms
    if one != other or not is_positive(one):
        return None
    a, b, shift = _in_pairs(a), _in_pairs(b), scaled.exponent
    rest = InOrder(Expm1(Shifted(Larger(a, b), shift)), exp(Shifted(Smaller(a, b), shift)))
    return shift + (log(one) if one != 1 else ZERO) + Log1p(rest)


# --- exponents and shifts ---------------------------------------------------------------------------------------
def pairs_of(exponent: Any) -> tuple[list[tuple[Any, Any, Any]], Any]:
    """The exponent as a sum of ``c (u - m)``, where ``u`` is one of those whose largest is ``m``, and the rest."""
    pairs: list[tuple[Any, Any, Any]] = []
    shifts = sorted({s for s in exponent.atoms(FiniteOrZero) if _coefficient(exponent, s) is not None}, key=str)
    for shift in shifts:
        found = True
        while found:
            coefficient = _coefficient(exponent, shift)
            found = False
            if coefficient is None or not coefficient.is_negative:
                break
            for unit in _units(shift, exponent):
                step = min(-coefficient, ONE) if coefficient.is_Integer else -coefficient
                left = exponent - _spread(step, unit) + step * shift
                if _count(left) == _count(exponent) - _count(unit) - (1 if coefficient + step == 0 else 0):
                    pairs.append((step, unit, shift))
                    exponent, found = left, True
                    break
                if coefficient.is_Integer and coefficient != -1:
                    left = exponent - _spread(-coefficient, unit) - coefficient * shift
                    if _count(left) == _count(exponent) - _count(unit) - 1:
                        pairs.append((-coefficient, unit, shift))
                        exponent, found = left, True
                        break
    return pairs, exponent


def _count(expression: Any) -> int:
    return 0 if expression == 0 else len(Add.make_args(expression))


def _coefficient(exponent: Any, shift: Any) -> Any:
    """The number in front of a shift in a sum; ``None`` where it has none."""
    for term in Add.make_args(exponent):
        number, rest = term.as_coeff_Mul()
        if rest == shift:
            return number
    return None


def _units(shift: Any, exponent: Any) -> Iterable[Any]:
    """The exponents of which a shift is the largest, at the classes that an exponent names."""
    of = shift.of
    if isinstance(of, Max):
        free = {s for s in exponent.free_symbols if s.is_integer and not is_size(s)} | exponent.atoms(Pick)
        indices = sorted((i for i in free if axis_of(i) == of.axis), key=str)
        return [unit for index in indices if (unit := _supported(of.at(index))) is not None]
    if not isinstance(of, Larger):
        return []
    constant = ZERO in of.args
    largest = [a + ROOM if a.as_coeff_Add()[0] == -ROOM else a for a in of.args if a != 0]
    below = [unit for one in largest if isinstance(one, FiniteOrZero) for unit in _units(one, exponent)]
    return [*largest, *below, *([ZERO] if constant else [])]


def _supported(exponent: Any) -> Any:
    """The exponent itself, whatever its weight; ``None`` where it has none: it is not among those compared."""
    if not isinstance(exponent, Supported):
        return exponent
    return None if exponent.args[0] == 0 else _supported(exponent.args[1])


def is_paired(exponent: Any) -> bool:
    """Whether an exponent is made of differences from the largest alone: it is on a scale already."""
    return bool(pairs_of(exponent)[1] == 0)


def is_bounded(exponent: Any) -> bool:
    """Whether an exponent is never above 0, or above :data:`ROOM`."""
    _, rest = pairs_of(exponent)
    return bool(rest == 0 or is_nonnegative(-rest) or _negative_terms(rest))


def _negative_terms(rest: Any) -> bool:
    return all(is_nonnegative(-term) for term in Add.make_args(rest))


def power(exponent: Any) -> Any:
    """``exp(exponent)``: one exponential for each pair where all of them are bounded, else one of the whole."""
    if exponent == 0:
        return ONE
    pairs, rest = pairs_of(exponent)
    if rest != 0 and not _negative_terms(rest):
        return exp(_in_pairs(exponent))
    return Mul(*[exp(number * Shifted(unit, shift)) for number, unit, shift in pairs], exp(rest))


def _in_pairs(exponent: Any) -> Any:
    """The same exponent, the differences of its pairs taken first."""
    pairs, rest = pairs_of(exponent)
    if not pairs:
        return exponent
    terms = [number * Shifted(unit, shift) for number, unit, shift in pairs]
    return Steady(terms[0]) if rest == 0 and len(terms) == 1 else InOrder(*terms, *([] if rest == 0 else [rest]))


# --- sums that hold a shift -------------------------------------------------------------------------------------
def gathered(expression: Any) -> Any:
    """``m + log(v) - x_t`` as ``log(v) - (x_t - m)``: what a shift can be subtracted from is, before all else."""
    if not expression.args or not expression.has(FiniteOrZero) or isinstance(expression, (Shifted, FiniteOrZero)):
        return expression
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(gathered(body), index)
    expression = expression.func(*[gathered(a) for a in expression.args])
    return _gathered_sum(expression) if isinstance(expression, Add) else expression


def _gathered_sum(total: Any) -> Any:
    pairs: list[Any] = []
    for shift in sorted({f for t in total.args for f in Mul.make_args(t) if isinstance(f, FiniteOrZero)}, key=str):
        for coefficient in [t / shift for t in total.args if shift in Mul.make_args(t)]:
            for unit in _units(shift, total):
                taken = Add(*[coefficient * term for term in Add.make_args(unit)])
                left = total - coefficient * shift + taken
                if taken != 0 and _count(left) == _count(total) - 1 - _count(unit):
                    pairs.append(-coefficient * Shifted(unit, shift))
                    total = left
                    break
    if not pairs:
        return total
    small = [t for t in Add.make_args(total) if t.has(Log1p)]
    large = [t for t in Add.make_args(total) if not t.has(Log1p) and t != 0]
    return InOrder(*pairs, *large, *small) if len(pairs) + len(large) + len(small) > 1 else pairs[0]
