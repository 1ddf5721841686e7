"""Set apart: keep what a sum or a difference would lose to rounding.

Two identities, applied wherever they fit:

*   ``log sum_k e_k = log1p((e_top - 1) + sum over k != top of e_k)``: the largest term of a shifted exponential
    sum is 1, so the logarithm keeps tails far below the spacing of numbers near 1
    (Blanchard, Higham & Higham 2021, algorithm 3.2).
*   ``1 - a_t / sum_k a_k = (sum over k != t of a_k) / sum_k a_k`` at a label ``t``: no cancellation where the
    label holds nearly the whole sum.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from sympy import Add, Integer, Mul, Pow, Symbol, exp, log

from derive.language.inputs import Label
from derive.language.nodes import Binder, Max, Sum, rename, substitute
from derive.program.nodes import Expm1, FiniteOrZero, Log1p, Shifted, SumExcept, TopIndex

ONE = Integer(1)


def complement_at_labels(expression: Any, diagonal: Symbol | None = None, beside: Any = ONE) -> Any:
    """``p - p a_t / sum a`` as ``p`` times the share of all the others.

    On the ``diagonal`` of a matrix the same is done at its index: there every row has a loop over the others anyway.
    ``beside`` is what stands around the expression in a product.
    """
    if not expression.args or isinstance(expression, (Shifted, Binder)):
        return expression
    near = [beside * expression / a if isinstance(expression, Mul) else ONE for a in expression.args]
    args = zip(expression.args, near, strict=True)
    expression = expression.func(*[complement_at_labels(a, diagonal, around) for a, around in args])
    if isinstance(expression, Add):
        for whole, part in permutations(expression.args, 2):
            others = _others(whole, part, diagonal, beside)
            if others is not None:
                rest = Add(*[a for a in expression.args if a not in (whole, part)])
                return complement_at_labels(rest + whole * others, diagonal, beside)
    return expression


def _others(whole: Any, part: Any, diagonal: Symbol | None, beside: Any) -> Any:
    """``1 + part/whole``, where ``-part/whole`` is the share of one class, ``a_t / sum_k a_k``: that of the others."""
    ratio = -part / whole
    if not isinstance(ratio, (Mul, Pow)):
        return None
    totals = [f.base for f in Mul.make_args(ratio) if isinstance(f, Pow) and f.exp == -1 and type(f.base) is Sum]
    for total in totals:
        body, index = total.open()
        for label in sorted(ratio.atoms(Label), key=lambda s: s.name):
            if ratio * total == total.at(label):
                return SumExcept(body, index, label) / total
        if diagonal is not None and ratio * total == total.at(diagonal):
            # Either the product around is divided or each share is, not both.
            divided = (whole * beside).has(total)
            return SumExcept(body, index, diagonal) / total if divided else SumExcept(body / total, index, diagonal)
    return None


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
    return expressions


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
