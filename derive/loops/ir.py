"""The loop IR: what is computed for one row, as passes over the class axis.

A program is a list of statements.  ``Let`` computes a scalar of the row; ``Loop`` is one pass over the
classes; inside a loop, ``Let`` names a value of the present class, ``Accumulate`` reduces over the pass and
``Store`` writes an output.  A statement may use only what an earlier one made (a reduction is complete after
its loop).  Targets print this and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.language.components import Vector
from derive.language.formula import SAVED, Formula
from derive.language.inputs import Input
from derive.loops.operations import OPERATIONS

ARITY = {operation.name: operation.arity for operation in OPERATIONS}
"""Every operation and how many values it takes; what each means: :data:`derive.loops.operations.OPERATIONS`."""


LAST_ROW = "<last row>"
"""In place of an index: the last row of a matrix output."""


@dataclass(frozen=True)
class Number:
    """A constant: exact where it is rational, else the nearest double."""

    value: Fraction | float


@dataclass(frozen=True)
class Name:
    """A scalar of the row, a value of the present class, a parameter, or the class count ``n`` as a real number."""

    name: str


@dataclass(frozen=True)
class Element:
    """``array[index]``: ``index`` is the variable of an enclosing loop, a label, or an index found by ``ArgMax``.

    ``array`` is a vector input or an output already stored at that index (work kept in the output).  Of a matrix
    output the element is that of :data:`LAST_ROW`: work kept there until the loop over the rows comes to it.
    """

    array: str
    index: str


@dataclass(frozen=True)
class Slot:
    """``array[indices]``: of an input that lies along several axes, or along one that is not the classes."""

    array: str
    indices: tuple[str, ...]


@dataclass(frozen=True)
class Same:
    """1 where two classes are the same, else 0; each is a loop variable, a label, or an index found by ``ArgMax``."""

    left: str
    right: str


@dataclass(frozen=True)
class Position:
    """The number of a class, counted from 1: a loop variable, a label, or an index found by ``ArgMax``."""

    index: str


@dataclass(frozen=True)
class Call:
    """An operation of :data:`ARITY` on values."""

    op: str
    args: tuple[Value, ...]


Value = Number | Name | Element | Slot | Same | Position | Call


@dataclass(frozen=True)
class Let:
    """``name = value``: a scalar of the row, or inside a loop a value of the present class."""

    name: str
    value: Value
    note: str = ""


@dataclass(frozen=True)
class Accumulate:
    """``name = sum of value over the loop``, without the class ``skip`` where one is named (a label or an ArgMax)."""

    name: str
    value: Value
    skip: str | None = None
    note: str = ""


@dataclass(frozen=True)
class ArgMax:
    """``name`` = the largest ``value`` over the loop and ``where`` = the first class that has it.

    ``where`` is ``None`` where nobody asks for the class.  A NaN is never larger than anything: a row of NaN and
    -inf alone has ``name = -inf`` and ``where = 0``.  (A NaN reaches the result through the sums.)
    """

    name: str
    value: Value
    where: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Store:
    """``output[indices] = value``; no indices: a scalar output.  Outside a loop an index is a label, or
    one found by ``ArgMax``.

    The first of two indices may be :data:`LAST_ROW`: work that is kept, not yet a result.
    """

    output: str
    indices: tuple[str, ...]
    value: Value
    note: str = ""


@dataclass(frozen=True)
class Increase:
    """``output[indices] += value``: a sum that is kept in the output, which holds 0 before."""

    output: str
    indices: tuple[str, ...]
    value: Value
    note: str = ""


@dataclass(frozen=True)
class Lookup:
    """``name = labels[indices]``: an index along the axis that the labels are of, counted from 0."""

    name: str
    labels: str
    indices: tuple[str, ...]


@dataclass(frozen=True)
class Loop:
    """One pass along an axis, of the classes where ``size`` names no other; ``body`` may hold other loops."""

    index: str
    body: tuple[Statement, ...]
    size: str = "n"


Statement = Let | Accumulate | ArgMax | Store | Loop
"""What the passes over the classes work on; loops along other axes hold :class:`Increase` and :class:`Lookup` too."""
AnyStatement = Statement | Increase | Lookup


@dataclass(frozen=True)
class Output:
    """``axes`` is how many axes it has, of the classes unless ``sizes`` names others: 0 is a scalar per row."""

    name: str
    axes: int
    doc: str
    sizes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[str, ...]:
        """The sizes of its axes, by their letters."""
        return self.sizes or ("n",) * self.axes


@dataclass(frozen=True)
class Saved:
    """What a kernel takes in place of the vector by which its formula is differentiated.

    value:   the input that holds the value of the formula, computed before.
    product: the result as a formula of that value.
    """

    value: Vector
    product: Formula


@dataclass(frozen=True)
class Program:
    """One kernel: computes ``outputs`` from ``inputs``, row by row.

    name:        the kernel's full name, e.g. ``f_value_and_grad``.
    math:        for each output what it is in mathematics, in one line ("s_i = exp(x_i) / sum_k exp(x_k)"), then what
                 the symbols in it stand for.
    inputs:      the vectors and labels of the formula, then those of the kernel (upstream gradient, direction), then
                 the parameters.
    bound:       the units of ``u * condition`` that its error kept within when it was checked (:mod:`derive.verify`).
    caveats:     what may go wrong in its arithmetic, each in a sentence or two.
    conventions: what it gives at the edges of the domain (0 log 0).
    saved:       where it computes from the value of its formula: that input.
    """

    name: str
    formula: Formula
    title: str
    math: tuple[str, ...]
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    body: tuple[Statement, ...]
    bound: int | None = None
    caveats: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    saved: Saved | None = None

    @property
    def sizes(self) -> tuple[str, ...]:
        """The letters of the sizes of all axes that the formula names, in order; none for one over the classes alone.

        Such a kernel takes whole arrays: no row of them is implicit.
        """
        return tuple(axis.size.name for axis in self.formula.axes) if self.formula.has_axes else ()

    def default_of(self, array: str) -> float | None:
        """What each value of an input is where none is given; ``None``: it has to be, or it is no such input."""
        found = (one.default for one in self.inputs if isinstance(one, Vector) and one.name == array)
        return next(found, None)

    @property
    def origins(self) -> tuple[Input, ...]:
        """The inputs that all others follow from: in place of a saved value those of the formula that it is of."""
        if self.saved is None:
            return self.inputs
        others = (one for one in self.inputs if one != self.saved.value)
        return tuple(dict.fromkeys((*self.formula.inputs, *others)))

    @property
    def directions(self) -> tuple[Vector, ...]:
        """The vectors that a product is taken with."""
        own = self.formula.inputs
        return tuple(one for one in self.origins if isinstance(one, Vector) and one not in own)

    @property
    def kind(self) -> str:
        """What it computes of its formula, from whatever it takes: ``""`` (the value), ``"vjp"``, ``"grad_T"``."""
        found = self.name.removeprefix(self.formula.name).removeprefix("_")
        return found if self.saved is None else found.removesuffix(f"_{SAVED}")

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a user of the kernel has to know of its arithmetic, each in a sentence or two."""
        whole = "" if self.saved is None else f", {self.saved.value.name} among them,"
        kept = (
            f"Held to its formula in float32 and float64: on all rows tried the error is within {self.bound} u (|f| + "
            f"sum over the inputs v{whole} of |v df/dv|), with u = 2^-24 or 2^-53."
        )
        return (*self.conventions, *(() if self.bound is None else (kept,)), *self.caveats)


def children(value: Value) -> tuple[Value, ...]:
    return value.args if isinstance(value, Call) else ()


def walk(value: Value) -> list[Value]:
    """The value and every value inside it."""
    return [value, *(inner for child in children(value) for inner in walk(child))]


def values_of(body: tuple[Statement, ...]) -> list[Value]:
    """Every value in the statements, those inside others and in inner loops included."""
    found: list[Value] = []
    for statement in body:
        if isinstance(statement, Loop):
            found += values_of(statement.body)
        elif hasattr(statement, "value"):  # of those that are nested Lookup has none
            found += walk(statement.value)
    return found
