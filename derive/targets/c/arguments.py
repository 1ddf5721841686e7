"""The arguments of a kernel: their C names, declarations, documentation and checks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.language.components import Vector
from derive.language.domains import domain_of
from derive.language.inputs import Input, Label, Parameter
from derive.loops.ir import Output, Program
from derive.targets.base import PrintError
from derive.targets.c.names import Kind, Scope
from derive.targets.c.reals import REALS, Real

SIZES = ("size_t rows", "size_t classes")
"""What comes before the arguments of a program."""
RESTRICT = "restrict "
"""What a definition promises of its pointers, and a declaration need not: C++ and other readers know no such word."""


def stem(program: Program) -> str:
    """What the names of a kernel's own functions begin with: never with ``derive_``, as those do that others see.

    No two kernels differ in capitals alone, so that no two kernels share it.
    """
    return f"D{program.name[1:]}" if program.name.startswith("derive_") else program.name


def rows_function(program: Program, real: Real) -> str:
    """What the function is called that does all rows."""
    return f"{stem(program)}_rows_{real.tag}"


def row_function(program: Program, real: Real) -> str:
    """What the function is called that does one row."""
    return f"{stem(program)}_row_{real.tag}"


def tile_function(program: Program, real: Real) -> str:
    """What the function is called that does a tile of rows."""
    return f"{stem(program)}_tile_{real.tag}"


def default_of(what: Input | Output) -> float | None:
    """What each value of an argument is where its pointer is NULL; ``None``: it may not be."""
    return what.default if isinstance(what, Vector) else None


@dataclass(frozen=True)
class Argument:
    """An input or an output under its C name; ``stride`` is the name of its row stride, where it has one."""

    what: Input | Output
    name: str
    stride: str | None

    @property
    def default(self) -> float | None:
        """What each value is where the pointer is NULL; ``None``: it may not be."""
        return default_of(self.what)

    def from_row(self, row: str) -> list[str]:
        """What stands for it where the rows from one on are passed on."""
        if isinstance(self.what, Parameter):
            return [self.name]
        return [self.at(f"{row} * {self.stride}"), self.stride] if self.stride else [self.at(row)]

    def at(self, offset: str) -> str:
        """The pointer so many numbers on: what may be NULL stays so."""
        moved = f"{self.name} + {offset}"
        return moved if self.default is None else f"{self.name} == NULL ? NULL : {moved}"

    def declared(self, real: Real, restrict: str = RESTRICT) -> list[str]:
        """As parameters of the kernel: all rows."""
        if isinstance(self.what, Parameter):
            return [f"{real.name} {self.name}"]
        kind = {Vector: f"const {real.name}", Label: "const int64_t"}.get(type(self.what), real.name)
        return [f"{kind} *{restrict}{self.name}", *([f"size_t {self.stride}"] if self.stride else [])]

    def declared_for_row(self, real: Real) -> str:
        """As a parameter of the function that does one row."""
        if isinstance(self.what, Label):
            return f"size_t {self.name}"
        return self.declared(real)[0]

    def at_row(self, or_null: bool = False) -> str:
        """What the function for one row is given; ``or_null``: what may be NULL stays so."""
        if isinstance(self.what, Parameter):
            return self.name
        if isinstance(self.what, Label):
            return f"(size_t){self.name}[row]"
        offset = f"row * {self.stride}" if self.stride else "row"
        return self.at(offset) if or_null else f"{self.name} + {offset}"

    def documented(self) -> str:
        """Its line in the comment of the kernel."""
        what = self.what
        if isinstance(what, Vector):
            told = domain_of(what).told
            kind = f"input, a vector per row{f', each {told}' if told else ''}{or_null(what)}"
        elif isinstance(what, Label):
            kind = "input, a class per row, counted from 0"
        elif isinstance(what, Parameter):
            kind = f"parameter{', > 0' if what.domain == 'positive' else ''}, usually {what.default!r}"
        else:
            kind = ("output, a scalar per row", "output, a vector per row", "output, classes x classes per row")[
                len(what.shape)
            ]
        return f"{kind}: {what.doc}" if what.doc else kind


def or_null(vector: Vector) -> str:
    """What the comment of a kernel says of a vector that need not be given."""
    return "" if vector.default is None else f", or NULL for {vector.default:g} everywhere"


class Arguments:
    """All arguments of a program, in order, and the scope in which its body finds them."""

    def __init__(self, program: Program) -> None:
        _refuse_clashes(program)
        self.scope = Scope()
        for name in (
            "rows",
            "row",
            *(f(program, real) for real in REALS for f in (row_function, rows_function, tile_function)),
        ):
            self.scope.reserve(name)
        self.scope.declare(Kind.SIZE, "classes")
        self.all = [self._argument(what) for what in (*program.inputs, *program.outputs)]

    def declared(self, real: Real, restrict: str = RESTRICT) -> str:
        listed = (text for a in self.all for text in a.declared(real, restrict))
        return ", ".join([*SIZES, *listed])

    def _argument(self, what: Input | Output) -> Argument:
        kind = {Label: Kind.INDEX, Parameter: Kind.SCALAR}.get(type(what), Kind.ARRAY)
        name = self.scope.declare(kind, what.name)
        strided = isinstance(what, Vector) or (isinstance(what, Output) and len(what.shape) > 0)
        return Argument(what, name, self.scope.reserve(f"{what.name}_stride") if strided else None)


@dataclass(frozen=True)
class Check:
    """If ``fails`` is true, the kernel returns ``status``."""

    fails: str
    status: str


def checks(arguments: Arguments, real: Real) -> list[Check]:
    """What a kernel checks before it writes anything: cheap checks first, labels and values of all rows last."""
    groups = [
        (["classes == 0"], "DERIVE_NO_CLASSES"),
        (list(_null(arguments)), "DERIVE_NULL_POINTER"),
        (list(_strides(arguments)), "DERIVE_BAD_STRIDE"),
        (list(_parameters(arguments, real)), "DERIVE_BAD_PARAMETER"),
        (list(_labels(arguments)), "DERIVE_BAD_LABEL"),
        (list(_values(arguments, real)), "DERIVE_BAD_VALUE"),
    ]
    return [Check(any_of(conditions), status) for conditions, status in groups if conditions]


def any_of(conditions: Sequence[str]) -> str:
    """That one of them holds; those of two parts in parentheses, where they stand beside others."""
    several = len(conditions) > 1
    return " || ".join(f"({one})" if several and " && " in one else one for one in conditions)


def _null(arguments: Arguments) -> Iterator[str]:
    return (f"{a.name} == NULL" for a in arguments.all if not isinstance(a.what, Parameter) and a.default is None)


def _strides(arguments: Arguments) -> Iterator[str]:
    for argument in arguments.all:
        if argument.stride:
            kind = (
                "input" if not isinstance(argument.what, Output) else ("output", "square")[len(argument.what.shape) - 1]
            )
            yield where_given(argument, f"!derive_is_{kind}_stride({argument.stride}, classes)")


def _parameters(arguments: Arguments, real: Real) -> Iterator[str]:
    for name, what in ((a.name, a.what) for a in arguments.all):
        if isinstance(what, Parameter) and what.domain == "positive":
            yield f"!({name} > {real.literal(0.0)}) || !isfinite({name})"
        elif isinstance(what, Parameter):
            yield f"isnan({name})"


def _labels(arguments: Arguments) -> Iterator[str]:
    return (f"!derive_are_labels({a.name}, rows, classes)" for a in arguments.all if isinstance(a.what, Label))


def _values(arguments: Arguments, real: Real) -> Iterator[str]:
    """A check of those vectors alone that have a domain: it costs a pass over them."""
    for argument in arguments.all:
        domain = domain_of(argument.what)
        if isinstance(argument.what, Vector) and domain.checked and domain.low is not None:
            high = real.literal(math.inf if domain.high is None else float(domain.high))
            ends = f"{real.literal(float(domain.low))}, {high}"
            where = f"{argument.name}, {argument.stride}, rows, classes"
            yield where_given(argument, f"!derive_{real.tag}_are_within({where}, {ends})")


def where_given(argument: Argument, fails: str) -> str:
    """A check of what may be NULL, which then passes."""
    return fails if argument.default is None else f"{argument.name} != NULL && {fails}"


def _refuse_clashes(program: Program) -> None:
    names = [what.name for what in (*program.inputs, *program.outputs)]
    clashing = sorted({name for name in names if names.count(name) > 1} | ({"n"} & set(names)))
    if clashing:
        raise PrintError(
            f"formula {program.formula.name!r}, kernel {program.name!r}: the name {', '.join(clashing)} stands for two "
            f"things (an output, or n, the number of classes): rename the input in the formula"
        )
