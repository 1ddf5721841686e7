"""One kernel as two functions of C for each real type: one does a row, the other checks and goes over the rows."""

from __future__ import annotations

from dataclasses import dataclass

from derive.loops.ir import Program
from derive.targets.c.arguments import SIZES, Argument, Arguments, Check, checks, row_function, rows_function
from derive.targets.c.layout import INDENT, block_comment, fold, folded, indent
from derive.targets.c.names import Kind
from derive.targets.c.reals import Real
from derive.targets.c.statements import Statements
from derive.targets.c.tiles import Tile, can_be_tiled, tile
from derive.targets.c.unguarded import unguarded
from derive.targets.c.whole_sums import with_whole_sums


@dataclass(frozen=True)
class Function:
    """What the templates need of a kernel for one real type; every text is C, ready to be put in place.

    declaration: as the header has it.          definition: as the source has it.
    row_head, row_body: the function for a row. row_call:   its call, in the loop over the rows.
    tile: the function for a tile of rows of few classes, where there is one.
    rows_head, rows_call: the function for many rows, unchecked, and its call for those from ``first`` on.
    """

    declaration: str
    definition: str
    row_head: str
    row_body: list[str]
    row_call: str
    rows_head: str
    rows_call: str
    checks: list[Check]
    tile: Tile | None


def function(program: Program, real: Real) -> Function:
    program = unguarded(with_whole_sums(program))
    arguments = Arguments(program)
    body = _body(program, real, arguments)
    used = [a for a in arguments.all if a.name in arguments.scope.used]
    own = ["classes"] if "classes" in arguments.scope.used else []
    row, rows = row_function(program, real), rows_function(program, real)
    all_rows = [*SIZES, *(text for a in used for text in a.declared(real))]
    passed = ["count", "classes", *(text for a in used for text in a.from_row("first"))]
    row_parameters = [*(f"size_t {name}" for name in own), *(a.declared_for_row(real) for a in used)]
    return Function(
        declaration=_folded(f"derive_status {name_of(program, real)}({arguments.declared(real, '')});"),
        definition=_folded(f"derive_status {name_of(program, real)}({arguments.declared(real)}) {{"),
        row_head=_folded(f"DERIVE_INLINE void {row}({', '.join(row_parameters)}) {{"),
        row_body=folded(indent(body)),
        row_call="\n".join(folded(indent(_row_call(row, own, used), 2))),
        rows_head=_folded(f"DERIVE_CLONES static void {rows}({', '.join(all_rows)}) {{"),
        rows_call=_folded(f"{rows}({', '.join(passed)});", 2),
        checks=[Check(_folded(f"if ({c.fails}) {{", 1), c.status) for c in checks(arguments, real)],
        tile=tile(program, real) if can_be_tiled(program) else None,
    )


def name_of(program: Program, real: Real) -> str:
    return f"derive_{program.name}_{real.tag}"


def signature(program: Program, real: Real) -> str:
    """The declaration on one line, as it is listed."""
    return f"derive_status {name_of(program, real)}({Arguments(program).declared(real)})"


def about(program: Program) -> str:
    """The comment in front of a kernel's declarations: what it computes, and its arguments."""
    arguments = Arguments(program)
    width = max(len(a.name) for a in arguments.all)
    listed = [f" {a.name:<{width}}  {a.documented()}" for a in arguments.all]
    return block_comment([f"{program.title}.", [f" {m}" for m in program.math], listed, *program.remarks])


def _body(program: Program, real: Real, arguments: Arguments) -> list[str]:
    """The row's statements; the number of classes as a real number is made first, where one asks for it."""
    scope = arguments.scope
    statements = Statements(program, real, scope)
    n = scope.declare(Kind.SCALAR, "n")
    lines = statements.lines(program.body)
    return [f"const {real.name} {n} = ({real.name}){statements.classes};", *lines] if n in scope.used else lines


def _row_call(row: str, own: list[str], used: list[Argument]) -> list[str]:
    """The call for a row.  Where inputs may be NULL there is one that knows that none is, and one for all else.

    The function is inlined in either: with any compiler no loop over the classes of what is given asks again.
    """
    given = f"{row}({', '.join([*own, *(a.at_row() for a in used)])});"
    optional = [a.name for a in used if a.default is not None]
    if not optional:
        return [given]
    alone = len(optional) == 1
    otherwise = ", ".join([*own, *("NULL" if alone and a.default is not None else a.at_row(True) for a in used)])
    all_given = " && ".join(f"{name} != NULL" for name in optional)
    return [f"if ({all_given}) {{", *indent([given]), "} else {", *indent([f"{row}({otherwise});"]), "}"]


def _folded(line: str, depth: int = 0) -> str:
    return "\n".join(fold(INDENT * depth + line))
