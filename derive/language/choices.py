"""Values that are chosen by a comparison: ``where``, and what a formula file writes with SymPy's own words for it."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import And, Expr, Not, Or, S, Symbol, sympify
from sympy import Max as LargestOf
from sympy.core.relational import GreaterThan, LessThan, StrictGreaterThan, StrictLessThan

from derive.language.components import node
from derive.language.errors import FormulaError
from derive.language.spoken import spoken


class Compare(Expr):
    """``Compare(u, v, below, equal, above)``: one of the last three, by the order of the numbers u and v."""

    is_commutative = True
    is_real = True
    is_extended_real = True

    def __new__(cls, left: Any, right: Any, below: Any, equal: Any, above: Any) -> Expr:
        left, right, below, equal, above = map(sympify, (left, right, below, equal, above))
        if below == equal == above or left == right:
            return equal  # type: ignore[no-any-return]
        if left.is_number and right.is_number:
            return below if left < right else above if left > right else equal  # type: ignore[no-any-return]
        if left.is_number:
            left, right, below, above = right, left, above, below
        return node(cls, left, right, below, equal, above)  # type: ignore[no-any-return]

    @property
    def sides(self) -> tuple[Any, Any]:
        return self.args[0], self.args[1]

    @property
    def values(self) -> tuple[Any, Any, Any]:
        """Where the left side is below, equal to, and above the right one."""
        return self.args[2], self.args[3], self.args[4]

    def _eval_is_positive(self) -> bool | None:
        return True if all(value.is_positive for value in self.values) else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if all(value.is_nonnegative for value in self.values) else None

    def _sympystr(self, printer: Any) -> str:
        """By the word that a formula file has for it."""
        (one, other), (below, equal, above) = self.sides, self.values
        left, right, below, equal, above = map(printer._print, (one, other, below, equal, above))
        if below == equal:
            return f"where({left} > {right}, {above}, {below})"
        if equal == above:
            return f"where({left} < {right}, {below}, {above})"
        return f"where({left} < {right}, {below}, where({left} > {right}, {above}, {equal}))"


def where(condition: Any, one: Any, other: Any) -> Any:
    """``one`` where the condition holds, else ``other``: ``where(x[i] < 1, x[i]**2, 2*x[i] - 1)``.

    A condition compares two real expressions by ``<``, ``<=``, ``>`` or ``>=``; conditions are joined by ``&``, ``|``
    and ``~``.  Raises FormulaError for any other.
    """
    one, other = _value(one), _value(other)
    if isinstance(condition, bool):
        raise FormulaError(
            f"where({condition}, ...): Python answered the condition by itself, as it does to == and !=: compare by <, "
            f"<=, > or >=; an equality of classes is a KroneckerDelta(i, j)"
        )
    if condition in (True, False, S.true, S.false):
        return one if condition else other
    if isinstance(condition, Not):
        return where(condition.args[0], other, one)
    if isinstance(condition, And):
        first, *rest = condition.args
        return where(first, where(And(*rest), one, other), other)
    if isinstance(condition, Or):
        first, *rest = condition.args
        return where(first, one, where(Or(*rest), one, other))
    if not isinstance(condition, (StrictLessThan, LessThan, StrictGreaterThan, GreaterThan)):
        raise FormulaError(
            f"where({spoken(condition)}, ...): its condition compares two real expressions by <, <=, > or >=; "
            f"an equality of classes is a KroneckerDelta(i, j)"
        )
    left, right = condition.lhs, condition.rhs
    if isinstance(condition, (StrictGreaterThan, GreaterThan)):
        left, right = right, left
    strict = isinstance(condition, (StrictLessThan, StrictGreaterThan))
    return Compare(left, right, one, other if strict else one, other)


def _value(value: Any) -> Any:
    try:
        return sympify(value, strict=True)
    except sympy.SympifyError as error:
        raise FormulaError(f"{value!r} is no value: write numbers and expressions") from error


def larger(*values: Any) -> Any:
    """The largest of a few values: ``larger(x[i], 0)``.  (The largest over the classes is ``Max(x[k], k)``.)"""
    if len(values) < 2:
        raise FormulaError("larger takes two values or more; the largest over the classes is Max(x[k], k)")
    for value in map(_value, values):
        if isinstance(value, Symbol) and value.is_integer:
            raise FormulaError(
                f"larger(..., {value}) compares values, and {value} is an index: the largest over the classes is "
                f"Max(..., {value})"
            )
    return LargestOf(*values)


def smaller(*values: Any) -> Any:
    """The smallest of a few values."""
    return -larger(*(-_value(value) for value in values))


def relu(value: Any) -> Any:
    """The value where it is positive, else 0."""
    return larger(value, 0)


def in_own_words(node: Any) -> Any:
    """A node of SymPy's for which the language has a word of its own, by that word; any other as it is."""
    if isinstance(node, sympy.Min):
        return -LargestOf(*(-part for part in node.args))
    if isinstance(node, sympy.Heaviside):
        return where(node.args[0] > 0, 1, where(node.args[0] >= 0, node.args[1], 0))
    if not isinstance(node, sympy.Piecewise):
        return node
    *pairs, last = node.args
    if last.cond != S.true:
        raise FormulaError(f"{spoken(node)}: its last case needs the condition True, so that one case holds everywhere")
    found = last.expr
    for pair in reversed(pairs):
        found = where(pair.cond, pair.expr, found)
    return found
