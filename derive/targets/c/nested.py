"""A kernel along several axes as a function of C for each real type: arrays are contiguous, the last axis fastest."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.language.components import Labels, Vector
from derive.language.domains import domain_of
from derive.language.inputs import Input, Label, Parameter
from derive.loops.ir import Increase, Lookup, Loop, Name, Output, Program, Slot, Statement, Store
from derive.targets.c.arguments import RESTRICT, Check, any_of, default_of, or_null
from derive.targets.c.layout import INDENT, block_comment, comment, fold, folded, indent
from derive.targets.c.names import Kind, Scope
from derive.targets.c.reals import Real
from derive.targets.c.statements import Statements


@dataclass(frozen=True)
class Nested:
    """What the templates need of a kernel for one real type; every text is C, ready to be put in place."""

    declaration: str
    definition: str
    checks: list[Check]
    body: list[str]


def nested_function(program: Program, real: Real) -> Nested:
    """Raises PrintError where a statement has no meaning in C."""
    arguments = NestedArguments(program)
    name = f"derive_{program.name}_{real.tag}"
    return Nested(
        declaration=_folded(f"derive_status {name}({arguments.declared(real, '')});"),
        definition=_folded(f"derive_status {name}({arguments.declared(real)}) {{"),
        checks=[Check(_folded(f"if ({c.fails}) {{", 1), c.status) for c in arguments.checks(real)],
        body=folded(indent(_body(program, real, arguments.scope))),
    )


def nested_signature(program: Program, real: Real) -> str:
    """The declaration on one line, as it is listed."""
    return f"derive_status derive_{program.name}_{real.tag}({NestedArguments(program).declared(real)})"


def about_nested(program: Program) -> str:
    """The comment in front of a kernel's declarations: what it computes, and its arguments."""
    arguments = NestedArguments(program)
    axes = zip(arguments.sizes, program.formula.axes, strict=True)
    sizes = [(name, f"how many {axis.name} there are") for name, axis in axes]
    told = [*sizes, *((name, _documented(what)) for what, name in arguments.all)]
    width = max(len(name) for name, _ in told)
    listed = [f" {name:<{width}}  {text}" for name, text in told]
    return block_comment([f"{program.title}.", [f" {m}" for m in program.math], listed, *program.remarks])


def _documented(what: Input | Output) -> str:
    if isinstance(what, Parameter):
        kind = f"parameter{', > 0' if what.domain == 'positive' else ''}, usually {what.default!r}"
    elif isinstance(what, Label | Labels):
        kind = f"input, {_shape(what)}, each a place counted from 0"
    elif isinstance(what, Vector):
        told = domain_of(what).told
        kind = f"input, {_shape(what)}{f', each {told}' if told else ''}{or_null(what)}"
    else:
        kind = f"output, {' x '.join(what.shape) or 'one number'}"
    return f"{kind}: {what.doc}" if what.doc else kind


def _shape(what: Vector | Label | Labels) -> str:
    return " x ".join(_letters(what)) or "one number"


def _letters(what: Input | Output) -> tuple[str, ...]:
    """The sizes of the axes of an array, by their letters."""
    if isinstance(what, Output):
        return what.shape
    return tuple(axis.size.name for axis in what.axes) if isinstance(what, Vector | Labels) else ()


class NestedArguments:
    """The sizes, then the arguments of the program, and the scope in which its body finds them."""

    def __init__(self, program: Program) -> None:
        self.scope = Scope()
        self.letters = program.sizes
        self.sizes = [self.scope.declare(Kind.SIZE, letter) for letter in program.sizes]
        self.all = [(what, self.scope.declare(_kind(what), what.name)) for what in (*program.inputs, *program.outputs)]

    def size(self, letter: str) -> str:
        return self.sizes[self.letters.index(letter)]

    def declared(self, real: Real, restrict: str = RESTRICT) -> str:
        found = [f"size_t {size}" for size in self.sizes]
        for what, name in self.all:
            if isinstance(what, Parameter):
                found.append(f"{real.name} {name}")
            elif isinstance(what, Label):
                found.append(f"size_t {name}")
            else:
                kind = {Vector: f"const {real.name}", Labels: "const int64_t"}.get(type(what), real.name)
                found.append(f"{kind} *{restrict}{name}")
        return ", ".join(found)

    def checks(self, real: Real) -> Iterator[Check]:
        """Cheap ones first."""
        yield Check(" || ".join(f"{size} == 0" for size in self.sizes), "DERIVE_NO_CLASSES")
        yield Check(" || ".join(f"{name} == NULL" for name in self.pointers()), "DERIVE_NULL_POINTER")
        for status, found in (
            ("DERIVE_BAD_PARAMETER", list(self._parameters(real))),
            ("DERIVE_BAD_LABEL", list(self._labels())),
            ("DERIVE_BAD_VALUE", list(self._values(real))),
        ):
            if found:
                yield Check(any_of(found), status)

    def pointers(self) -> list[str]:
        """The arguments that may not be NULL."""
        arrays = ((what, name) for what, name in self.all if not isinstance(what, Parameter | Label))
        return [name for what, name in arrays if default_of(what) is None]

    def _parameters(self, real: Real) -> Iterator[str]:
        for what, name in self.all:
            if isinstance(what, Parameter):
                positive = f"!({name} > {real.literal(0.0)}) || !isfinite({name})"
                yield positive if what.domain == "positive" else f"isnan({name})"

    def _labels(self) -> Iterator[str]:
        for what, name in self.all:
            if isinstance(what, Label):
                yield f"{name} >= {self.size('n')}"
            elif isinstance(what, Labels):
                yield f"!derive_are_labels({name}, {self._count(_letters(what))}, {self.size(what.among.size.name)})"

    def _values(self, real: Real) -> Iterator[str]:
        for what, name in self.all:
            domain = domain_of(what)
            if isinstance(what, Vector) and domain.checked and domain.low is not None:
                high = real.literal(math.inf if domain.high is None else float(domain.high))
                *before, last = _letters(what)
                where = f"{name}, {self.size(last)}, {self._count(before)}, {self.size(last)}"
                fails = f"!derive_{real.tag}_are_within({where}, {real.literal(float(domain.low))}, {high})"
                yield fails if what.default is None else f"{name} != NULL && {fails}"

    def count(self, what: Input | Output) -> str:
        """How many elements an array has, one for each place along its axes."""
        return self._count(_letters(what))

    def _count(self, letters: Sequence[str]) -> str:
        return " * ".join(map(self.size, letters)) or "1"


def _kind(what: Input | Output) -> Kind:
    return {Label: Kind.INDEX, Parameter: Kind.SCALAR}.get(type(what), Kind.ARRAY)


def _body(program: Program, real: Real, scope: Scope) -> list[str]:
    """The statements; the sizes as real numbers are made first, where one asks for them."""
    statements = NestedStatements(program, real, scope)
    numbers = {letter: scope.declare(Kind.SCALAR, letter) for letter in program.sizes}
    lines = statements.lines(program.body)
    made = [
        f"const {real.name} {name} = ({real.name}){statements.size(letter)};"
        for letter, name in numbers.items()
        if name in scope.used
    ]
    return [*made, *lines]


@dataclass(frozen=True)
class NestedStatements(Statements):
    """Prints the statements of one block: what the base does, along any axes."""

    def inside(self, scope: Scope) -> NestedStatements:
        return NestedStatements(self.program, self.real, scope)

    def size(self, letter: str) -> str:
        return self.find(Kind.SIZE, letter, self.program)

    def classes_of(self, loop: Loop) -> str:
        return self.size(loop.size)

    def _statement(self, statement: Statement) -> list[str]:
        if isinstance(statement, Increase):
            return [*comment(statement.note), f"{self._at(statement)} += {self.expressions.text(statement.value)};"]
        if isinstance(statement, Lookup):
            labels = next(one for one in self.program.inputs if one.name == statement.labels)
            place = self._entry(statement.labels, statement.indices, _letters(labels))
            return [f"const size_t {self.scope.declare(Kind.INDEX, statement.name)} = (size_t){place};"]
        return super()._statement(statement)

    def _place(self, store: Store) -> str:
        return self._at(store)

    def _at(self, statement: Store | Increase) -> str:
        output = next(one for one in self.program.outputs if one.name == statement.output)
        if not output.shape:
            return f"*{self.find(Kind.ARRAY, output.name, statement)}"
        return self._entry(output.name, statement.indices, output.shape)

    def _entry(self, array: str, indices: Sequence[str], letters: Sequence[str]) -> str:
        found, place = self._located(array, indices, letters)
        return f"{found}[{place}]"

    def _located(self, array: str, indices: Sequence[str], letters: Sequence[str]) -> tuple[str, str]:
        """An array, and where in it an entry lies, the last axis fastest."""
        place = ""
        for index, letter in zip(indices, letters, strict=True):
            name = self.find(Kind.INDEX, index, array)
            inner = f"({place})" if " + " in place else place
            place = f"{inner} * {self.size(letter)} + {name}" if place else name
        return self.find(Kind.ARRAY, array, array), place

    def _atom(self, value: Name | Slot | str) -> str:  # type: ignore[override]
        if isinstance(value, Slot):
            given = next(one for one in self.program.inputs if one.name == value.array)
            array, place = self._located(value.array, value.indices, _letters(given))
            return self.read(value.array, array, place)
        return super()._atom(value)


def _folded(line: str, depth: int = 0) -> str:
    return "\n".join(fold(INDENT * depth + line))
