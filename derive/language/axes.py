"""Axes: what an index runs along, each with a size of its own.

The classes are one axis, of size ``n``; a formula may name others: the rows of a batch, features, keys.  What it does
not name stays implicit: kernels run through it.
"""

from __future__ import annotations

from typing import Any

from sympy import Dummy, Expr, Symbol


class Size(Symbol):
    """How many places an axis has that is not the classes; always a symbol."""

    __slots__ = ()

    def __new__(cls, name: str) -> Size:
        return Symbol.__xnew__(cls, name, integer=True, positive=True)  # type: ignore[no-any-return]

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.name,), {}


class Axis:
    """What an index runs along.  Make one with :func:`derive.language.axis`; two of one name and size are the same.

    name: what it is called in words (``"rows"``).
    size: the letter of its size (``m``).
    """

    __slots__ = ("name", "size")

    def __init__(self, name: str, size: Symbol) -> None:
        self.name, self.size = name, size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Axis) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others, in an order."""
        return self.name, self.size.name

    def __repr__(self) -> str:
        return f"axis({self.name!r}, size={self.size.name!r})"


n = Symbol("n", integer=True, positive=True)
"""The number of classes; always a symbol."""
CLASSES = Axis("classes", n)
"""The axis of every index, vector and label that names no other."""


class Index(Symbol):
    """An index along an axis that is not the classes (along these it is a plain symbol)."""

    __slots__ = ("axis",)
    axis: Axis

    def __new__(cls, name: str, axis: Axis) -> Index:
        made: Index = Symbol.__xnew__(cls, name, integer=True)
        made.axis = axis
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, Axis], dict[str, Any]]:
        return (self.name, self.axis), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), *self.axis.key)


class AxisDummy(Dummy):
    """An opened index along an axis that is not the classes."""

    __slots__ = ("axis",)
    axis: Axis

    def __new__(cls, name: str, axis: Axis, dummy_index: int | None = None) -> AxisDummy:
        plain = Dummy(name, dummy_index, integer=True)
        made: AxisDummy = Symbol.__xnew__(cls, name, integer=True)
        made.dummy_index, made.axis = plain.dummy_index, axis
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, self.axis, self.dummy_index), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), *self.axis.key)


def axis_of(index: Any) -> Axis:
    """What an index, or what picks a place along an axis, runs along."""
    return getattr(index, "axis", CLASSES)


def dummy(hint: str, axis: Axis, dummy_index: int | None = None) -> Dummy:
    """A fresh index along an axis."""
    return Dummy(hint, dummy_index, integer=True) if axis == CLASSES else AxisDummy(hint, axis, dummy_index)


def is_size(symbol: Any) -> bool:
    """Whether a whole number is the size of an axis, and no index."""
    return symbol == n or isinstance(symbol, Size)


class Pick(Expr):
    """``t[r]``: the place that a label has in a row, as an index along the axis that the labels are of."""

    is_commutative = True
    is_integer = True

    @property
    def labels(self) -> Any:
        return self.args[0]

    @property
    def indices(self) -> tuple[Any, ...]:
        return self.args[1:]

    @property
    def axis(self) -> Axis:
        return self.labels.among  # type: ignore[no-any-return]

    def _sympystr(self, printer: Any) -> str:
        return f"{self.labels.name}[{', '.join(map(printer._print, self.indices))}]"
