"""What a formula reads at an index: vectors, labels and their components, and the relabellings of claims."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Add, Basic, Expr, Mul, Pow, S, Symbol
from sympy.core.expr import AtomicExpr

from derive.language.axes import CLASSES, Axis, Pick, axis_of
from derive.language.domains import domain_of
from derive.language.errors import FormulaError

CACHED = 2**17
"""How many results a cache keeps: expressions are never changed, so what was found of one stays true."""

node: Callable[..., Any] = lru_cache(maxsize=CACHED)(Expr.__new__)
"""The node of a kind with these parts, one and the same at every call: SymPy keeps with it what it found of it."""


class Named(AtomicExpr):
    """An atom with a name, which is free in every expression that it stands in."""

    __slots__ = ("name",)
    name: str

    @property
    def free_symbols(self) -> set[Basic]:
        return {self}

    def sort_key(self, order: Any = None) -> Any:
        return self.class_key(), (1, (self.name,)), S.One.sort_key(), S.One

    def _sympystr(self, _printer: Any) -> str:
        return self.name


class Permutation(Named):
    """A relabelling of the classes; ``pi(k)`` is the class that ``k`` becomes.  Made by ``permutation``."""

    __slots__ = ()

    def __new__(cls, name: str) -> Permutation:
        made: Permutation = Named.__new__(cls)
        made.name = name
        return made

    def _hashable_content(self) -> tuple[str, ...]:
        return (self.name,)

    def __getnewargs__(self) -> tuple[str, ...]:
        return (self.name,)

    def __call__(self, index: Basic) -> Image:
        return Image(self, index)


class Image(Expr):
    """``pi(k)``: the class that a permutation puts in the place of ``k``."""

    is_commutative = True
    is_integer = True

    def __new__(cls, permutation: Permutation, index: Basic) -> Image:
        return node(cls, permutation, index)  # type: ignore[no-any-return]

    @property
    def permutation(self) -> Permutation:
        return self.args[0]  # type: ignore[return-value]

    @property
    def index(self) -> Symbol:
        return self.args[1]  # type: ignore[return-value]

    def _sympystr(self, printer: Any) -> str:
        return f"{self.permutation.name}({printer._print(self.index)})"


class Vector(Named):
    """An input with one value per class, or one for each place of the axes that it names.

    ``default`` is what each value is where a caller gives none; ``None``: one has to be given.
    Make one with :func:`derive.language.vector` or :func:`derive.language.array`.
    """

    is_commutative = True
    __slots__ = ("axes", "default", "doc", "domain")
    domain: str
    doc: str
    axes: tuple[Axis, ...]
    default: float | None

    def __new__(
        cls,
        name: str,
        domain: str = "real",
        doc: str = "",
        axes: tuple[Axis, ...] = (CLASSES,),
        default: float | None = None,
    ) -> Vector:
        made: Vector = Named.__new__(cls)
        made.name, made.domain, made.doc, made.axes = name, domain, doc, tuple(axes)
        made.default = None if default is None else float(default)
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        default = () if self.default is None else (self.default,)  # SymPy orders what is here
        return (self.name, self.domain, self.doc, tuple(axis.key for axis in self.axes), default)

    def __getnewargs__(self) -> tuple[Any, ...]:
        named = (self.name, self.domain, self.doc)
        if self.default is not None:
            return (*named, self.axes, self.default)
        return named if self.axes == (CLASSES,) else (*named, self.axes)

    def __getitem__(self, index: Any) -> Component:
        given = index if isinstance(index, tuple) else (index,)
        made = Component(self, *given)
        _refuse_other_axes(self, given)
        return made

    __iter__ = None  # a vector has no length to iterate over: n is a symbol


class Labels(Named):
    """Integers that each name a place along an axis, one for each place of the axes that they lie over.

    Make them with :func:`derive.language.label`, ``over=...``.
    """

    __slots__ = ("among", "axes", "doc")
    doc: str
    axes: tuple[Axis, ...]
    among: Axis

    def __new__(cls, name: str, axes: tuple[Axis, ...], among: Axis = CLASSES, doc: str = "") -> Labels:
        made: Labels = Named.__new__(cls)
        made.name, made.axes, made.among, made.doc = name, tuple(axes), among, doc
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.name, tuple(axis.key for axis in self.axes), self.among.key, self.doc)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.name, self.axes, self.among, self.doc)

    def __getitem__(self, index: Any) -> Pick:
        given = index if isinstance(index, tuple) else (index,)
        _refuse_other_axes(self, given)
        return node(Pick, self, *given)  # type: ignore[no-any-return]

    __iter__ = None


class Component(Expr):
    """``x[j]``: the value of a vector at class ``j``; ``x[r, j]`` where it lies along two axes."""

    is_commutative = True
    is_real = True
    is_extended_real = True

    def __new__(cls, vector: Vector, *indices: Any) -> Component:
        for index in indices:
            if isinstance(index, (Add, Mul, Pow)):
                raise FormulaError(
                    f"{vector.name}[{index}]: a class is named by one index, and classes have no neighbours: "
                    f"give the shifted values as a vector of their own"
                )
            if not isinstance(index, Symbol) and (not getattr(index, "is_integer", False) or index.is_number):
                raise FormulaError(f"{vector.name}[{index}]: a class is named by an index (from indices) or a label")
        return node(cls, vector, *indices)  # type: ignore[no-any-return]

    @property
    def vector(self) -> Vector:
        return self.args[0]  # type: ignore[return-value]

    @property
    def index(self) -> Symbol:
        """The first index: of a vector the class."""
        return self.args[1]  # type: ignore[return-value]

    @property
    def indices(self) -> tuple[Any, ...]:
        return self.args[1:]

    def _eval_is_positive(self) -> bool | None:
        return True if domain_of(self.vector).positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if domain_of(self.vector).nonnegative else None

    def _eval_is_nonpositive(self) -> bool | None:
        return True if domain_of(self.vector).nonpositive else None

    def _sympystr(self, printer: Any) -> str:
        return f"{self.vector.name}[{', '.join(map(printer._print, self.indices))}]"


def _refuse_other_axes(given: Vector | Labels, indices: tuple[Any, ...]) -> None:
    axes = given.axes
    shown = f"{given.name}[{', '.join(map(str, indices))}]"
    if len(indices) != len(axes):
        lies = ", ".join(one.name for one in axes)
        raise FormulaError(f"{shown}: {given.name} lies along {len(axes)} axes ({lies}): give one index for each")
    for place, (index, axis) in enumerate(zip(indices, axes, strict=True)):
        if axis_of(index) != axis:
            other = axis_of(index)
            raise FormulaError(
                f"{shown}: {index} runs along the {other.name}, but index {place + 1} of {given.name} "
                f"runs along the {axis.name}: give one along the {axis.name}"
            )


class Along(Expr):
    """``Along(x, v)`` as what a Partial is taken by: the derivative along v, ``sum_k v_k d/dx_k``."""

    is_commutative = True
    is_real = True
    is_extended_real = True

    def __new__(cls, vector: Basic, direction: Basic) -> Along:
        return node(cls, vector, direction)  # type: ignore[no-any-return]

    @property
    def vector(self) -> Vector:
        return self.args[0]  # type: ignore[return-value]

    @property
    def direction(self) -> Vector:
        return self.args[1]  # type: ignore[return-value]
