"""Kernels of arrays in half precision as functions of C: rows become floats, block by block, and results are rounded.

They allocate nothing: the caller gives them room for a block of floats, and a function says for how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from derive.language.components import Vector
from derive.language.inputs import Input, Parameter
from derive.loops.ir import Output, Program
from derive.targets.c.arguments import RESTRICT, SIZES, Argument, Arguments, checks, default_of, stem
from derive.targets.c.definitions import name_of
from derive.targets.c.layout import INDENT, block_comment, fold, folded, indent
from derive.targets.c.nested import NestedArguments
from derive.targets.c.reals import FLOAT, Real


@dataclass(frozen=True)
class Half:
    """A format of 16 bits.  bits: the type that holds them, as arguments of a kernel have it; word: its name in C."""

    bits: Real
    word: str


HALVES = tuple(Half(Real("uint16_t", tag, "f", 24, "uint32_t"), f"DERIVE_{tag.upper()}") for tag in ("f16", "bf16"))


@dataclass(frozen=True)
class HalfFunction:
    """A kernel for one format.  blocks_head, blocks: what does all rows unchecked; none where axes are named."""

    declaration: str
    definition: str
    body: list[str]
    blocks_head: str = ""
    blocks: Sequence[str] = ()


@dataclass(frozen=True)
class HalfKernel:
    """What the templates need of a kernel.  room: how many floats it needs, in C."""

    remark: str
    room_declaration: str
    room_definition: str
    room: str
    functions: list[HalfFunction]


def half_kernel(program: Program) -> HalfKernel:
    made = _AlongAxes(program) if program.formula.has_axes else _OfRows(program)
    head = f"size_t derive_{program.name}_half_room({', '.join(made.sizes)})"
    return HalfKernel(
        remark=_remark(program),
        room_declaration=_folded(f"{head};"),
        room_definition=_folded(f"{head} {{"),
        room=made.room,
        functions=[made.function(half) for half in HALVES],
    )


def half_signature(program: Program) -> str:
    """The declarations on one line, as they are listed."""
    return "; ".join(" ".join(f.declaration.split()).removesuffix(";") for f in half_kernel(program).functions)


def name_of_half(program: Program, half: Half) -> str:
    return name_of(program, half.bits)


def _remark(program: Program) -> str:
    told = (
        f"Its arguments are those of {name_of(program, FLOAT)}, in float where they are parameters, and room: so many "
        "floats as the function for it says, which overlap no array.  Each result is that of the kernel of float, "
        "rounded once."
    )
    return block_comment([f"{program.title}.", told])


class _OfRows:
    """A kernel that goes row by row."""

    def __init__(self, program: Program) -> None:
        self.program, self.sizes = program, list(SIZES)
        self.arguments = Arguments(program)
        reserve = self.arguments.scope.reserve
        self.block, self.height, self.status, self.given = map(reserve, ("block", "height", "status", "room"))
        self.own = {a.name: reserve(f"{a.name}_room") for a in self.arguments.all if _is_real(a)}

    @property
    def room(self) -> str:
        widths = [_width(a) for a in self.arguments.all if _is_real(a)]
        counts = Counter(widths).items()
        return f"derive_half_block(rows, classes) * ({' + '.join(_times(count, width) for width, count in counts)})"

    def function(self, half: Half) -> HalfFunction:
        name, blocks = name_of_half(self.program, half), f"{stem(self.program)}_blocks_{half.bits.tag}"
        passed = ", ".join(["rows", "classes", *(p for a in self.arguments.all for p in _passed(a)), self.given])
        return HalfFunction(
            declaration=_folded(f"derive_status {name}({self._declared(half, '')});"),
            definition=_folded(f"derive_status {name}({self._declared(half)}) {{"),
            body=folded(indent([*self._checks(half), f"return {blocks}({passed});"])),
            blocks_head=_folded(f"DERIVE_CLONES static derive_status {blocks}({self._declared(half)}) {{"),
            blocks=folded(indent(self._blocks(half))),
        )

    def _declared(self, half: Half, restrict: str = RESTRICT) -> str:
        listed = (text for a in self.arguments.all for text in a.declared(_type(a, half), restrict))
        return ", ".join([*SIZES, *listed, f"float *{restrict}{self.given}"])

    def _checks(self, half: Half) -> list[str]:
        lines = ["if (rows == 0) {", f"{INDENT}return DERIVE_OK;", "}"]
        for check in checks(self.arguments, half.bits):
            fails = check.fails.replace(f"derive_{half.bits.tag}_are_within(", f"derive_half_is_within({half.word}, ")
            null = f" || {self.given} == NULL" if check.status == "DERIVE_NULL_POINTER" else ""
            lines += [f"if ({fails}{null}) {{", f"{INDENT}return {check.status};", "}"]
        return lines

    def _blocks(self, half: Half) -> list[str]:
        reals = [a for a in self.arguments.all if _is_real(a)]
        lines = [f"const size_t {self.block} = derive_half_block(rows, classes);"]
        place = self.given
        for a in reals:
            lines.append(f"float *{self.own[a.name]} = {place};")
            place = f"{self.own[a.name]} + {self.block}{'' if _width(a) == '1' else f' * {_width(a)}'}"
        called = ", ".join([self.height, "classes", *(p for a in self.arguments.all for p in self._in_block(a))])
        inner = [
            f"const size_t {self.height} = rows - row < {self.block} ? rows - row : {self.block};",
            *(line for a in reals if not isinstance(a.what, Output) for line in self._widened(half, a)),
            f"const derive_status {self.status} = {name_of(self.program, FLOAT)}({called});",
            f"if ({self.status} != DERIVE_OK) {{",
            f"{INDENT}return {self.status};",
            "}",
            *(self._converted(half, a) for a in reals if isinstance(a.what, Output)),
        ]
        head = f"for (size_t row = 0; row < rows; row += {self.block}) {{"
        return [*lines, head, *indent(inner), "}", "return DERIVE_OK;"]

    def _converted(self, half: Half, a: Argument) -> str:
        """One array of the block, widened or narrowed."""
        stride = a.stride or "1"
        there = f"{a.name} + row * {stride}" if a.stride else f"{a.name} + row"
        rest = f"{self.height}, {_width(a)}"
        if isinstance(a.what, Output):
            return f"derive_half_narrow({half.word}, {there}, {stride}, {self.own[a.name]}, {rest});"
        return f"derive_half_widen({half.word}, {self.own[a.name]}, {there}, {stride}, {rest});"

    def _widened(self, half: Half, a: Argument) -> list[str]:
        return [self._converted(half, a)] if a.default is None else where_not_null(a.name, self._converted(half, a))

    def _in_block(self, a: Argument) -> list[str]:
        """What stands for it in the call of the kernel of float."""
        if not _is_real(a):
            return a.from_row("row")
        room = self.own[a.name] if a.default is None else f"{a.name} == NULL ? NULL : {self.own[a.name]}"
        return [room, *([_width(a)] if a.stride else [])]


def _times(count: int, width: str) -> str:
    return str(count) if width == "1" else width if count == 1 else f"{count} * {width}"


def _is_real(a: Argument) -> bool:
    return isinstance(a.what, Vector | Output)


def _type(a: Argument, half: Half) -> Real:
    return FLOAT if isinstance(a.what, Parameter) else half.bits


def _width(a: Argument) -> str:
    """How many numbers of a row it has."""
    axes = len(a.what.shape) if isinstance(a.what, Output) else 1
    return " * ".join(["classes"] * axes) or "1"


def _passed(a: Argument) -> list[str]:
    return [a.name, *([a.stride] if a.stride else [])]


class _AlongAxes:
    """A kernel along several axes: whole arrays at once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.arguments = NestedArguments(program)
        self.sizes = [f"size_t {size}" for size in self.arguments.sizes]
        reserve = self.arguments.scope.reserve
        self.status, self.given = map(reserve, ("status", "room"))
        self.reals = [(what, name) for what, name in self.arguments.all if isinstance(what, Vector | Output)]
        self.own = {name: reserve(f"{name}_room") for _, name in self.reals}

    @property
    def room(self) -> str:
        return " + ".join(self.arguments.count(what) for what, _ in self.reals)

    def function(self, half: Half) -> HalfFunction:
        name = name_of_half(self.program, half)
        return HalfFunction(
            declaration=_folded(f"derive_status {name}({self._declared(half, '')});"),
            definition=_folded(f"derive_status {name}({self._declared(half)}) {{"),
            body=folded(indent(self._body(half))),
        )

    def _declared(self, half: Half, restrict: str = RESTRICT) -> str:
        """As for float, but for the arrays of real numbers."""
        reals = {name for _, name in self.reals}
        one_by_one = self.arguments.declared(FLOAT, restrict).split(", ")
        spelled = [
            text.replace("float", half.bits.name, 1) if text.split()[-1].lstrip("*") in reals else text
            for text in one_by_one
        ]
        return ", ".join([*spelled, f"float *{restrict}{self.given}"])

    def _body(self, half: Half) -> list[str]:
        pointers = [*self.arguments.pointers(), self.given]
        lines = [f"if ({' || '.join(f'{name} == NULL' for name in pointers)}) {{"]
        lines += [f"{INDENT}return DERIVE_NULL_POINTER;", "}"]
        place = self.given
        for what, name in self.reals:
            lines.append(f"float *{self.own[name]} = {place};")
            place = f"{self.own[name]} + {self.arguments.count(what)}"
        sizes = self.arguments.sizes
        called = ", ".join([*sizes, *(self._in_call(what, name) for what, name in self.arguments.all)])
        for what, name in self.reals:
            if not isinstance(what, Output):
                count = self.arguments.count(what)
                widened = f"derive_half_widen_all({half.word}, {self.own[name]}, {name}, {count});"
                lines += [widened] if default_of(what) is None else where_not_null(name, widened)
        lines += [
            f"const derive_status {self.status} = {name_of(self.program, FLOAT)}({called});",
            f"if ({self.status} != DERIVE_OK) {{",
            f"{INDENT}return {self.status};",
            "}",
        ]
        for what, name in self.reals:
            if isinstance(what, Output):
                lines.append(
                    f"derive_half_narrow_all({half.word}, {name}, {self.own[name]}, {self.arguments.count(what)});"
                )
        return [*lines, "return DERIVE_OK;"]

    def _in_call(self, what: Input | Output, name: str) -> str:
        """What stands for an argument in the call of the kernel of float."""
        own = self.own.get(name, name)
        return own if default_of(what) is None else f"{name} == NULL ? NULL : {own}"


def where_not_null(name: str, line: str) -> list[str]:
    return [f"if ({name} != NULL) {{", f"{INDENT}{line}", "}"]


def _folded(line: str) -> str:
    return "\n".join(fold(line))
