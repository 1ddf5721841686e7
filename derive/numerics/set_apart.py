"""Set apart: keep what a sum or a difference would lose to rounding.

Two identities, applied wherever they fit:

*   ``log sum_k e_k = log1p((e_top - 1) + sum over k != top of e_k)``: the largest term of a shifted exponential
    sum is 1, so the logarithm keeps tails far below the spacing of numbers near 1
    (Blanchard, Higham & Higham 2021, algorithm 3.2).
*   ``1 - a_t / sum_k a_k = (sum over k != t of a_k) / sum_k a_k`` at a label ``t``: no cancellation where the
    label holds nearly the whole sum.

The largest exponent less the largest is 0 to the last bit, or all that was set apart is lost in what is left.  A
machine that multiplies and subtracts in one rounding leaves something of ``c u - m`` where ``m`` was rounded from
``c u``: an exponent that is computed is not subtracted from again, its largest value is.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from typing import Any

from sympy import Abs, Add, Integer, KroneckerDelta, Mul, Pow, Symbol, exp, log, sign

from derive.algebra import is_positive
from derive.language.axes import axis_of, is_size
from derive.language.components import CACHED, Component
from derive.language.inputs import NAMES_ONE
from derive.language.nodes import Binder, Max, Sum, TopIndex, in_parts, rename, substitute, symbols_of
from derive.numerics.forms import (
    Centred,
    Expm1,
    FiniteOrZero,
    InOrder,
    Log1p,
    Select,
    Shifted,
    Steady,
    SumExcept,
)

ONE = Integer(1)


@lru_cache(maxsize=CACHED)  # a value and a gradient are asked for alone and together
def complement_at_labels(expression: Any, diagonal: Symbol | None = None, beside: Any = ONE) -> Any:
    """``p - p a_t / sum a`` as ``p`` times the share of all the others.

    On the ``diagonal`` of a matrix the same is done at its index: there every row has a loop over the others anyway.
    ``beside`` is what stands around the expression in a product.
    """
    if not expression.args or isinstance(expression, Shifted):
        return expression
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(complement_at_labels(body), index)
    around = diagonal is not None and isinstance(expression, Mul)  # nobody else asks for it
    near = [beside * expression / a if around else ONE for a in expression.args]
    args = zip(expression.args, near, strict=True)
    if isinstance(expression, log) and isinstance(expression.args[0], Add):
        return _log_of_complement(expression, diagonal)
    expression = expression.func(*[complement_at_labels(a, diagonal, outside) for a, outside in args])
    if isinstance(expression, Add):
        for whole, part in permutations(expression.args, 2):
            others = _others(whole, part, diagonal, beside)
            if others is not None:
                rest = Add(*[a for a in expression.args if a not in (whole, part)])
                return complement_at_labels(rest + whole * others, diagonal, beside)
    return expression


def vanishes_in_logarithm(e: Any) -> bool:
    """Whether the logarithm of a share's complement is taken: of a sum without its largest class there is no scale."""
    return any(_log_of_complement(one, None).has(SumExcept) for one in e.atoms(log) if isinstance(one.args[0], Add))


def _log_of_complement(logarithm: Any, diagonal: Symbol | None) -> Any:
    """``log(1 - a_t / sum a)`` as ``-log(1 + a_t / (sum of the others))``: for shares near 0 and near 1."""
    inside = logarithm.args[0]
    for whole, part in permutations(inside.args, 2) if len(inside.args) == 2 else ():
        others = _others(whole, part, diagonal, ONE)
        if others is not None:
            return -log(ONE - part / whole / others) + (log(whole) if whole != 1 else 0)
    return log(complement_at_labels(inside, diagonal))


def _others(whole: Any, part: Any, diagonal: Symbol | None, beside: Any) -> Any:
    """``1 + part/whole``, where ``-part/whole`` is the share of one class, ``a_t / sum_k a_k``: that of the others."""
    ratio = _with_one_exponential(-part / whole)
    if not isinstance(ratio, (Mul, Pow)):
        return None
    for total in _explicit_totals(ratio):
        if _sizes(ratio * total) in total.args:
            return (total - _sizes(ratio * total)) / total
    for total, of in _totals(ratio):
        body, index = of.opened(symbols_of(total))
        beside_it = total - of
        for label in sorted((i for i in ratio.atoms(*NAMES_ONE) if axis_of(i) == of.axis), key=str):
            if ratio * total == of.at(label):
                return (beside_it + SumExcept(body, index, label)) / total
        if diagonal is not None and ratio * total == of.at(diagonal):
            # Either the product around is divided or each share is, not both.
            divided = beside_it != 0 or (whole * beside).has(total)
            others = SumExcept(body if divided else body / total, index, diagonal)
            return (beside_it + others) / total if divided else others
    return None


def _sizes(product: Any) -> Any:
    """``u sign(u)`` as ``|u|``."""
    for factor in (f for f in Mul.make_args(product) if isinstance(f, sign) and f.args[0] in product.args):
        return _sizes(product / factor / factor.args[0] * Abs(factor.args[0]))
    return product


def _with_one_exponential(product: Any) -> Any:
    """A product of exponentials as the one of their sum: ``exp(2 u + 2 v) / exp(u + v)`` is ``exp(u + v)``."""
    powers = [f for f in Mul.make_args(product) if isinstance(f, exp)]
    if len(powers) < 2:
        return product
    return Mul(*[f for f in Mul.make_args(product) if f not in powers], exp(Add(*[f.args[0] for f in powers])))


def _explicit_totals(ratio: Any) -> list[Any]:
    """Sums that a ratio is divided by of terms that are never negative, one of them positive."""
    below = [f.base for f in Mul.make_args(ratio) if isinstance(f, Pow) and f.exp == -1 and isinstance(f.base, Add)]
    return [total for total in below if is_positive(total)]


def _totals(ratio: Any) -> list[tuple[Any, Any]]:
    """What a ratio is divided by, and the sum over the classes in it: a sum alone, or one beside positive terms."""
    below = [f.base for f in Mul.make_args(ratio) if isinstance(f, Pow) and f.exp == -1]
    found = [(total, total) for total in below if type(total) is Sum]
    for total in (total for total in below if isinstance(total, Add)):
        sums = [term for term in total.args if type(term) is Sum]
        if len(sums) == 1 and all(is_positive(term) for term in total.args if term not in sums):
            found.append((total, sums[0]))
    return found


def set_top_apart(expressions: list[Any]) -> list[Any]:
    """Every shifted exponential sum of which a logarithm is taken, with its largest term apart."""
    totals = sorted({s.args[0] for e in expressions for s in e.atoms(log) if _top_exponent(s.args[0])}, key=str)
    for total in totals:
        exponent, top = _top_exponent(total)  # type: ignore[misc]
        body, index = total.open()
        tail: Any = SumExcept(body, index, top)
        # Elsewhere the sum stays one sum: a share of it, and the sum of the others, are rounded as it is, so that the
        # gradient is exactly -1 at a label that is masked.
        expressions = [substitute(e, {log(total): Log1p(Expm1(exponent) + tail)}) for e in expressions]
    weighted = sorted({s for e in expressions for s in e.atoms(log) if _weights(s.args[0])}, key=str)
    known = {logarithm: _log_of_weighted(logarithm.args[0]) for logarithm in weighted}
    expressions = [paired(substitute(e, known)) for e in expressions] if known else expressions
    return [exact_at_top(e) if e.atoms(Log1p) else e for e in expressions]


def exact_at_top(e: Any) -> Any:
    """Differences from the largest, outside exponentials: at the class that has it, that of the largest itself."""
    if not e.args or isinstance(e, exp) or not e.has(FiniteOrZero):
        return e
    if isinstance(e, Shifted):
        return _from_largest(e)
    return in_parts(exact_at_top, e)


def _from_largest(difference: Shifted) -> Any:
    """``a_t - max a`` where the exponent ``a`` is computed, and not a component that is there to be read."""
    shift = difference.shift
    if not (isinstance(shift, FiniteOrZero) and isinstance(shift.of, Max)) or isinstance(difference.of, Component):
        return difference
    top, largest = TopIndex(shift.of), Shifted(shift.of, shift)
    if shift.of.at(top) == difference.of:
        return largest
    for index in sorted((s for s in difference.of.free_symbols if s.is_integer and not is_size(s)), key=str):
        if shift.of.at(index) == difference.of:
            return Select(KroneckerDelta(index, top) - ONE, largest, difference)
    return difference


def _weights(total: Any) -> Any:
    """The positive weights of a sum of shifted exponentials; ``None`` for any other."""
    if type(total) is not Sum or not isinstance(total.body, Mul):
        return None
    powers = [f for f in total.body.args if isinstance(f, exp) and isinstance(f.args[0], Shifted)]
    weight = total.body / Mul(*powers)
    return weight if len(powers) == 1 and is_positive(weight) and not weight.has(exp) else None


def _log_of_weighted(total: Any) -> Any:
    """``log sum_k w_k e_k = log(w_top) + log(e_top) + log1p((sum of the others) / (w_top e_top))``."""
    body, index = total.open()
    weight = rename(_weights(total), total.index, index)
    (power,) = [f for f in Mul.make_args(body) if isinstance(f, exp)]
    top = TopIndex(Max(body, index))
    largest, others = rename(body, index, top), SumExcept(body, index, top)
    logarithm = log(rename(weight, index, top)) + rename(power.args[0], index, top)
    return logarithm + Log1p(others / Steady(largest))


def paired(e: Any) -> Any:
    """In sums with a small logarithm: the differences of like terms first, what is small last."""
    if not e.args or not e.atoms(Log1p):
        return e
    e = in_parts(paired, e)
    if not isinstance(e, Add) or not any(isinstance(t, Log1p) for t in e.args):
        return e
    small = [t for t in e.args if isinstance(t, Log1p)]
    left = [t for t in e.args if t not in small]
    pairs: list[Any] = []
    for term in [t for t in left if t.could_extract_minus_sign()]:
        like = next((t for t in left if t != term and _shape(t) == _shape(-term)), None)
        if like is not None:
            pairs.append(Centred(like, -term))
            left = [t for t in left if t not in (term, like)]
    return InOrder(*pairs, *left, *small) if pairs else e


def _shape(e: Any) -> Any:
    """An expression without the classes that it is of."""
    if isinstance(e, TopIndex) or (isinstance(e, Symbol) and e.is_integer):
        return _ANY
    if isinstance(e, Binder) or not e.args:
        return e
    return e.func(*[_shape(a) for a in e.args])


_ANY = Symbol("any", integer=True)


def _top_exponent(total: Any) -> tuple[Any, Any] | None:
    """The natural exponent of the largest term and its class, for a sum of shifted exponentials."""
    if type(total) is not Sum:
        return None
    body, index = total.open()
    shifts = sorted({s.shift for s in body.atoms(Shifted)}, key=str)
    if len(shifts) != 1 or not isinstance(body, (exp, Pow)):
        return None
    exponent = body.args[0] if isinstance(body, exp) else body.exp * log(body.base)
    top = TopIndex(_maximum(shifts[0]))
    return rename(exponent, index, top), top


def _maximum(shift: FiniteOrZero) -> Any:
    return next(iter(sorted(shift.atoms(Max), key=str)))
