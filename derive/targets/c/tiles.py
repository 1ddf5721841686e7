"""A kernel for rows of few classes as C: a tile of rows at once, the rows of the tile in the lanes.

A tile holds its rows side by side: class k of row r at ``k * DERIVE_TILE + r``.  What is a scalar of the row is an
array over the rows; a reduction is a plain sum over few classes.  Nothing depends on how many rows are in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from derive.language.components import Vector
from derive.language.inputs import Label, Parameter
from derive.loops.ir import Accumulate, ArgMax, Element, Let, Loop, Name, Output, Program, Statement, Value
from derive.targets.c.arguments import Argument, Arguments, tile_function
from derive.targets.c.layout import comment, fold, folded, indent
from derive.targets.c.names import Kind, Scope
from derive.targets.c.reals import Real
from derive.targets.c.statements import Statements

ROW = "row"
ROWS = "rows"
"""How many rows of the tile are computed."""


@dataclass(frozen=True)
class Tile:
    """The function for a tile, and what the kernel does around its call; every text is C.

    buffers: the tile's inputs and outputs, filled where an input is NULL.
    fills, spills: copy rows into them, and out of them.
    """

    head: str
    body: list[str]
    buffers: list[str]
    fills: list[str]
    call: str
    spills: list[str]


def can_be_tiled(program: Program) -> bool:
    """Whether no output has two class axes: those of a tile would not fit in the cache."""
    return all(output.axes < 2 for output in program.outputs) and not any(_is_nested(s) for s in program.body)


def _is_nested(statement: Statement) -> bool:
    return isinstance(statement, Loop) and any(isinstance(inner, Loop) for inner in statement.body)


def tile(program: Program, real: Real) -> Tile:
    arguments = Arguments(program)
    body = _Rows(program, real, arguments).lines()
    used = [a for a in arguments.all if {a.name, _in_row(a.name)} & arguments.scope.used]
    own = ["size_t classes"] if "classes" in arguments.scope.used else []
    name = tile_function(program, real)
    parameters = ", ".join([f"size_t {ROWS}", *own, *(_declared(a, real) for a in used)])
    passed = ", ".join(["derive_strips(height)", *(["classes"] if own else []), *(_passed(a) for a in used)])
    return Tile(
        head="\n".join(fold(f"DERIVE_INLINE void {name}({parameters}) {{")),
        body=folded(indent(body)),
        buffers=[
            *(_buffer(a, real) for a in used if not isinstance(a.what, Parameter)),
            *(line for a in used if a.default is not None for line in _all_default(a, real)),
        ],
        fills=folded(line for a in used if isinstance(a.what, (Vector, Label)) for line in _filled(a, real)),
        call="\n".join(fold(f"            {name}({passed});")),
        spills=folded(_spilled(a, real) for a in used if isinstance(a.what, Output)),
    )


def _is_flat(argument: Argument) -> bool:
    """Whether it has one entry for each row, not one for each class."""
    return argument.stride is None


def _declared(argument: Argument, real: Real) -> str:
    if isinstance(argument.what, Parameter):
        return f"{real.name} {argument.name}"
    kind = {Vector: f"const {real.name}", Label: "const uint32_t"}.get(type(argument.what), real.name)
    return f"{kind} *restrict {argument.name}"


def _passed(argument: Argument) -> str:
    return argument.name if isinstance(argument.what, Parameter) else f"{argument.name}_tile"


def _buffer(argument: Argument, real: Real) -> str:
    kind = "uint32_t" if isinstance(argument.what, Label) else real.name
    size = "DERIVE_TILE" if _is_flat(argument) else "DERIVE_FEW * DERIVE_TILE"
    return f"        _Alignas(64) {kind} {argument.name}_tile[{size}];"


def _filled(argument: Argument, real: Real) -> list[str]:
    name = argument.name
    if isinstance(argument.what, Label):
        return [f"            derive_fill_labels({name}_tile, {name} + row, height);"]
    where = f"{name} + row * {argument.stride}, {argument.stride}"
    lines = [f"derive_{real.tag}_fill_tile({name}_tile, {where}, height, classes);"]
    return indent(lines if argument.default is None else _if(f"{name} != NULL", lines), 3)


def _all_default(argument: Argument, real: Real) -> list[str]:
    """What fills the tile of an input that is NULL, once for all tiles."""
    default = real.literal(Fraction(argument.default or 0))
    filled = f"{argument.name}_tile[k] = {default};"
    loop = ["for (size_t k = 0; k < classes * DERIVE_TILE; k++) {", *indent([filled]), "}"]
    return indent(_if(f"{argument.name} == NULL", loop), 2)


def _if(condition: str, lines: list[str]) -> list[str]:
    return [f"if ({condition}) {{", *indent(lines), "}"]


def _spilled(argument: Argument, real: Real) -> str:
    name, stride = argument.name, argument.stride
    where = f"{name} + row, 1" if stride is None else f"{name} + row * {stride}, {stride}"
    classes = "1" if stride is None else "classes"
    return f"            derive_{real.tag}_spill_tile({where}, {name}_tile, height, {classes});"


@dataclass(frozen=True)
class _Elements(Statements):
    """Statements whose arrays hold the rows of a tile side by side."""

    def element(self, array: str, index: str) -> str:
        return f"{array}[{index} * DERIVE_TILE + {ROW}]"

    def scalar(self, array: str) -> str:
        return _in_row(array)

    def read(self, name: str, array: str, place: str) -> str:
        """Of an input that is NULL too: its tile is filled."""
        return self.element(array, place)

    def inside(self, scope: Scope) -> Statements:
        return _Elements(self.program, self.real, scope)


class _Rows:
    """The printing of a tile's function."""

    def __init__(self, program: Program, real: Real, arguments: Arguments) -> None:
        self._program, self._real, self._scope = program, real, arguments.scope
        for argument in arguments.all:
            if isinstance(argument.what, Label):
                self._scope.reveal(Kind.INDEX, argument.what.name, _in_row(argument.name))
        self._statements = _Elements(program, real, self._scope)

    def lines(self) -> list[str]:
        """The number of classes as a real number is made first, where one asks for it."""
        n = self._scope.declare(Kind.SCALAR, "n")
        lines = list(self._blocks())
        name = self._real.name
        return [f"const {name} {n} = ({name}){self._statements.classes};", *lines] if n in self._scope.used else lines

    def _blocks(self) -> Iterator[str]:
        for _, group in groupby(self._program.body, lambda s: isinstance(s, Loop)):
            statements = list(group)
            loops = [s for s in statements if isinstance(s, Loop)]
            yield from (line for loop in loops for line in self._pass(loop))
            yield from [] if loops else self._scalars(statements)

    def _scalars(self, statements: Iterable[Statement]) -> list[str]:
        """Scalars of the row: arrays over the rows."""
        arrays: list[str] = []
        body: list[str] = []
        for statement in statements:
            if isinstance(statement, Let):
                text = self._statements.expressions.text(statement.value)
                name = self._scope.reserve(statement.name)
                arrays.append(f"_Alignas(64) {self._real.name} {name}[DERIVE_TILE];")
                body += [*comment(statement.note), f"{_in_row(name)} = {text};"]
                self._scope.reveal(Kind.SCALAR, statement.name, _in_row(name))
            else:
                body += self._statements.lines((statement,))
        return [*arrays, *_over_rows(body)]

    def _pass(self, loop: Loop) -> list[str]:
        """A loop over the classes, and in it one over the rows; what it reduces to has a place for each row."""
        inner = self._statements.inside(Scope(self._scope))
        k = inner.scope.declare(Kind.INDEX, loop.index)
        opened, places = self._open(loop)
        body: list[str] = []
        for statement in loop.body:
            if isinstance(statement, Accumulate):
                body += _add(statement, inner, k, places)
            elif isinstance(statement, ArgMax):
                body += _compare(statement, inner, k, places)
            else:
                body += inner.lines((statement,))
        for statement in loop.body:
            if isinstance(statement, (Accumulate, ArgMax)):
                self._scope.reveal(Kind.SCALAR, statement.name, places[statement.name])
            if isinstance(statement, ArgMax) and statement.where:
                self._scope.reveal(Kind.INDEX, statement.where, places[statement.where])
        head = f"for (uint32_t {k} = 0; {k} < {self._statements.classes}; {k}++) {{"
        sums = [s for s in loop.body if isinstance(s, Accumulate)]
        whole = [_whole(places[s.name], places[_lost(s)], self._real) for s in sums]
        return [*opened, head, *indent(_over_rows(body)), "}", *_over_rows(whole)]

    def _open(self, loop: Loop) -> tuple[list[str], dict[str, str]]:
        """The arrays of what the loop reduces to, empty; and the place of the present row in each, by name."""
        arrays: list[str] = []
        empty: list[str] = []
        places: dict[str, str] = {}

        def array(name: str, kind: str, neutral: str, note: str = "") -> None:
            made = self._scope.reserve(name)
            places[name] = _in_row(made)
            arrays.extend([*comment(note), f"_Alignas(64) {kind} {made}[DERIVE_TILE];"])
            empty.append(f"{places[name]} = {neutral};")

        for statement in loop.body:
            if isinstance(statement, Accumulate):
                array(statement.name, self._real.name, self._real.zero(), statement.note)
                array(_lost(statement), self._real.name, self._real.zero())
            elif isinstance(statement, ArgMax):
                array(statement.name, self._real.name, "-INFINITY", statement.note)
                if statement.where:
                    array(statement.where, "uint32_t", "0")
        return [*arrays, *_over_rows(empty)], places


def _lost(statement: Accumulate) -> str:
    """What is called what rounding took from a sum."""
    return f"{statement.name}_lost"


def _add(statement: Accumulate, inner: Statements, k: str, places: dict[str, str]) -> list[str]:
    """One more summand; the class to be left out adds 0, chosen without a branch."""
    lines: list[str] = []
    text = inner.expressions.text(statement.value)
    if statement.skip is not None:
        lines, text = _named(statement.value, f"{statement.name}_here", text, inner)
        skip = inner.find(Kind.INDEX, statement.skip, statement)
        text = f"{k} == {skip} ? {inner.real.zero()} : {text}"
    place, lost = places[statement.name], places[_lost(statement)]
    return [*lines, f"derive_{inner.real.tag}_add(&{place}, &{lost}, {text});"]


def _whole(place: str, lost: str, real: Real) -> str:
    return f"{place} = derive_{real.tag}_whole({place}, {lost});"


def _compare(statement: ArgMax, inner: Statements, k: str, places: dict[str, str]) -> list[str]:
    largest = places[statement.name]
    lines, text = _named(statement.value, f"{statement.name}_here", inner.expressions.text(statement.value), inner)
    if statement.where is None:
        return [*lines, f"{largest} = {text} > {largest} ? {text} : {largest};"]
    where, larger = places[statement.where], inner.scope.reserve("larger")
    return [
        *lines,
        f"const bool {larger} = {text} > {largest};",
        f"{where} = {larger} ? {k} : {where};",
        f"{largest} = {larger} ? {text} : {largest};",
    ]


def _named(value: Value, wanted: str, text: str, inner: Statements) -> tuple[list[str], str]:
    """A value of the present class under a name, where it has none; and that name."""
    if isinstance(value, (Name, Element)):
        return [], text
    name = inner.scope.reserve(wanted)
    return [f"const {inner.real.name} {name} = {text};"], name


def _in_row(array: str) -> str:
    return f"{array}[{ROW}]"


def _over_rows(body: list[str]) -> list[str]:
    return [f"for (size_t {ROW} = 0; {ROW} < {ROWS}; {ROW}++) {{", *indent(body), "}"] if body else []
