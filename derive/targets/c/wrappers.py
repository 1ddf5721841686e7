"""The kernels as functions of C++ on spans: sizes come with what is passed, and a status that is not good is thrown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.language.components import Labels
from derive.language.inputs import Input, Label, Parameter
from derive.loops.ir import Output, Program
from derive.targets.base import PrintError
from derive.targets.c.arguments import Argument, Arguments, default_of
from derive.targets.c.definitions import name_of
from derive.targets.c.layout import INDENT, fold
from derive.targets.c.names import KEYWORDS, LIBRARY
from derive.targets.c.nested import NestedArguments
from derive.targets.c.reals import REALS, Real

OWN = ("span", "rows", "repeated", "error", "inside")
"""What the header itself declares in the namespace."""


@dataclass(frozen=True)
class Demand:
    """Where ``holds`` is false, an argument is refused, as ``told`` says: both are halves of a call."""

    holds: str
    told: str


@dataclass(frozen=True)
class Wrapper:
    """One function of C++ for one real type; every text is C++, ready to be put in place."""

    head: str
    fits: list[Demand]
    call: str


def wrappers(program: Program) -> list[Wrapper]:
    """The function of a kernel for each real type: overloads, which are called as the kernel is where C++ lets them."""
    made = _along_axes if program.formula.has_axes else _of_rows
    return [made(program, _name(program.name), real) for real in REALS]


def _name(kernel: str) -> str:
    while kernel in OWN or kernel in KEYWORDS or kernel in LIBRARY:
        kernel += "_"
    return kernel


def _wrapper(name: str, declared: Sequence[str], fits: Iterator[Demand], called: str, passed: Sequence[str]) -> Wrapper:
    head = _folded(f"inline void {name}({', '.join(declared)}) {{")
    folded = [Demand(_folded(f'inside::fit({one.holds}, "{name}",', 1), f'"{one.told}");') for one in fits]
    return Wrapper(head, folded, _folded(f"inside::done(::{called}({', '.join(passed)}));", 1))


def _folded(line: str, depth: int = 0) -> str:
    return "\n".join(fold(INDENT * depth + line))


# --- Kernels of rows -------------------------------------------------------------------------------------------------


def _of_rows(program: Program, name: str, real: Real) -> Wrapper:
    """As many rows, of as many classes, as the first that has classes.  Raises PrintError where there is none."""
    arguments = Arguments(program).all
    head = next((a for a in arguments if a.stride and _power(a) == 1 and a.default is None), None)
    if head is None:
        raise PrintError(f"kernel {program.name!r}: no argument tells how many classes there are")
    passed = [f"{head.name}.size()", f"{head.name}.width()", *(text for a in arguments for text in _passed(a))]
    fits = (_fit(a, head) for a in arguments if a is not head and not isinstance(a.what, Parameter))
    return _wrapper(name, [_declared(a, real) for a in arguments], fits, name_of(program, real), passed)


def _power(argument: Argument) -> int:
    """How many classes there are in a row of it, as a power of their number."""
    return len(argument.what.shape) if isinstance(argument.what, Output) else 1


def _declared(argument: Argument, real: Real) -> str:
    kind = _element(argument.what, real)
    if isinstance(argument.what, Parameter):
        return f"{kind} {argument.name}"
    return f"derive::{'rows' if argument.stride else 'span'}<{kind}> {argument.name}"


def _element(what: Input | Output, real: Real) -> str:
    if isinstance(what, Parameter | Output):
        return real.name
    return "const std::int64_t" if isinstance(what, Label | Labels) else f"const {real.name}"


def _passed(argument: Argument) -> list[str]:
    if isinstance(argument.what, Parameter):
        return [argument.name]
    return [f"{argument.name}.data()", *([f"{argument.name}.stride()"] if argument.stride else [])]


def _or_none(name: str, fits: str) -> str:
    """A demand on an input that need not be given: that of none is met."""
    return f"{name}.data() == nullptr || {fits}"


def _fit(argument: Argument, head: Argument) -> Demand:
    size = f"{argument.name}.size() == {head.name}.size()"
    if not argument.stride:
        return Demand(size, f"{argument.name} has not one number for each row of {head.name}")
    width = " * ".join([f"{head.name}.width()"] * _power(argument))
    squared = "as wide as" if _power(argument) == 1 else "as wide as the square of"
    told = f"{argument.name} has not as many rows, {squared} those of {head.name}"
    fits = f"{size} && {argument.name}.width() == {width}"
    return Demand(fits if argument.default is None else _or_none(argument.name, f"({fits})"), told)


# --- Kernels along named axes ----------------------------------------------------------------------------------------


def _along_axes(program: Program, name: str, real: Real) -> Wrapper:
    """The sizes come first, as in C; an array has as many elements as its axes say."""
    arguments = NestedArguments(program)
    declared = [f"std::size_t {size}" for size in arguments.sizes]
    passed, fits = list(arguments.sizes), []
    for what, own in arguments.all:
        if isinstance(what, Parameter | Label):
            declared.append(f"{'std::size_t' if isinstance(what, Label) else real.name} {own}")
            passed.append(own)
        else:
            count = arguments.count(what)
            declared.append(f"derive::span<{_element(what, real)}> {own}")
            passed.append(f"{own}.data()")
            size = f"{own}.size() == {count}"
            holds = size if default_of(what) is None else _or_none(own, size)
            fits.append(Demand(holds, f"{own} has not the size {count}"))
    return _wrapper(name, declared, iter(fits), name_of(program, real), passed)
