"""A loss of one row as a loss of many: its sum, its mean or its weighted mean over the rows, as a formula.

What a kernel of a loss does with ``reduction="mean"`` at a call, these do in the formula, so that the reduction is
derived, printed, checked and built like everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Expr, Integer, sympify

from derive.language.axes import CLASSES, Axis, Size
from derive.language.components import Component, Labels, Vector
from derive.language.errors import FormulaError
from derive.language.formula import Formula, unfold
from derive.language.inputs import Label, indices
from derive.language.nodes import Binder, Sum, substitute
from derive.language.spoken import letters_along
from derive.language.text import Text

SUM = Text("{title}: the sum over the rows", zh="{title}：对各行求和")
MEAN = Text("{title}: the mean over the rows", zh="{title}：对各行求平均")


def sum_over_rows(loss: Formula, *, shared: Sequence[Vector] = (), rows: Axis | None = None, name: str = "") -> Formula:
    """``sum_r f_r``: every vector and label of the loss has a row axis in front, those that are ``shared`` have none.

    rows: the axis; default: of size ``m``, or the first letter behind it that the loss does not use.
    Raises FormulaError where the formula is no loss of one row.
    """
    return _over_rows(loss, Integer(0), shared, rows, name or f"{loss.name}_sum", SUM)


def mean_over_rows(
    loss: Formula, *, weights: Any = 1, shared: Sequence[Vector] = (), rows: Axis | None = None, name: str = ""
) -> Formula:
    """``(sum_r f_r) / (sum_r w_r)``; without weights the denominator is the number of rows.

    weights: what a row counts in the denominator, as an expression of it, such as ``w[t]``; the loss holds it itself
             where it weighs there too (:func:`derive.language.with_weight`).
    Otherwise as :func:`sum_over_rows`.
    """
    return _over_rows(loss, sympify(weights), shared, rows, name or f"{loss.name}_mean", MEAN)


def _over_rows(
    loss: Formula, weights: Expr, shared: Sequence[Vector], rows: Axis | None, name: str, title: Text
) -> Formula:
    _check(loss, shared)
    along = rows or Axis("rows", Size(_size(loss)))
    taken = {str(s) for s in unfold(loss.expression).free_symbols} | {one.name for one in loss.inputs}
    r = indices(next(c for c in letters_along(along) if c not in taken and c != along.size.name), along)
    moved = {one: _in_rows(one, along) for one in loss.inputs if one not in shared and not one.is_Symbol}
    picked = {one: Labels(one.name, (along,), CLASSES, one.doc)[r] for one in loss.inputs if isinstance(one, Label)}

    def at_row(e: Expr) -> Any:
        return _rowed(substitute(unfold(e), picked), moved, r)

    total = Sum(at_row(loss.expression), r)
    counted = Sum(at_row(weights), r) if weights.free_symbols else weights * along.size
    variables = tuple(moved.get(one, one) for one in loss.variables)
    told = title.filled(title=loss.title or loss.name)
    return Formula(name, total if weights == 0 else total / counted, variables, symbol=loss.symbol, title=told)


def _in_rows(vector: Any, rows: Axis) -> Vector:
    domain = "closed_unit" if vector.domain == "probability" else vector.domain
    return Vector(vector.name, domain, vector.doc, (rows, *vector.axes), vector.default)


def _rowed(e: Any, moved: dict[Any, Vector], r: Any) -> Any:
    """With the index of the row in front of that of the class."""
    if isinstance(e, Component):
        return Component(moved[e.vector], r, *e.indices) if e.vector in moved else e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_rowed(body, moved, r), index)
    return e.func(*[_rowed(part, moved, r) for part in e.args]) if e.args else e


def _size(loss: Formula) -> str:
    """The letter of the number of rows."""
    taken = {one.name for one in loss.inputs} | {loss.symbol}
    return next(c for c in "mbBMN" if c not in taken)


def _check(loss: Formula, shared: Sequence[Vector]) -> None:
    if loss.has_axes or loss.over is not None:
        what = "it names its axes" if loss.has_axes else "it runs over the classes"
        raise FormulaError(f"{loss.where}: {loss.name} is no loss of one row, for {what}: give one that is a number")
    for one in shared:
        if one not in loss.inputs:
            raise FormulaError(f"{loss.where}: {loss.name} has no vector {one} to share: name one of its inputs")
    if all(one in shared for one in loss.inputs if isinstance(one, Vector)):
        raise FormulaError(f"{loss.where}: every vector of {loss.name} is shared: leave one of them to the rows")
