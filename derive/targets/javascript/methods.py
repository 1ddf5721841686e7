"""One kernel as a function of JavaScript: its arguments are checked, then its statements are carried out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.language.axes import Axis
from derive.language.components import Labels, Vector
from derive.language.domains import domain_of
from derive.language.inputs import Input, Label, Parameter
from derive.loops.ir import Output, Program
from derive.targets.base import PrintError
from derive.targets.javascript.names import REAL, Kind, Scope
from derive.targets.javascript.statements import Statements


@dataclass(frozen=True)
class Function:
    """What the template needs of a kernel: every text is JavaScript, ready to be put in place."""

    name: str
    about: list[str]
    arguments: str
    body: list[str]


def function(program: Program) -> Function:
    """Raises PrintError where a statement has no meaning in JavaScript."""
    arguments = _Arguments(program)
    checks, outputs, end = list(arguments.checks()), list(arguments.opened()), arguments.returned()
    lines = Statements(program, arguments.scope).lines(program.body)
    return Function(program.name, _about(program), arguments.declared, [*checks, *outputs, *lines, end])


def signature(program: Program) -> str:
    return f"{program.name}({_Arguments(program).declared})"


def _about(program: Program) -> list[str]:
    """What it computes, and its arguments."""
    sizes = [f"{axis.size.name}: how many {axis.name} there are" for axis in _sized(program)]
    told = [*sizes, *(f"{what.name}: {_documented(what)}" for what in (*program.inputs, *program.outputs))]
    lines = [f"{program.title}.", "", *(f"  {line}" for line in program.math), "", *told]
    return [" ".join(line.split()).replace("*/", "* /") if line.strip() else "" for line in lines]


def _sized(program: Program) -> Sequence[Axis]:
    return program.formula.axes if program.formula.has_axes else ()


def _documented(what: Input | Output) -> str:
    if isinstance(what, Parameter):
        kind = f"a number{', > 0' if what.domain == 'positive' else ''}, usually {what.default!r}"
    elif isinstance(what, Output):
        kind = f"output, {' x '.join(what.shape) or 'a number'}"
    elif isinstance(what, Label):
        kind = "a class, counted from 0"
    elif isinstance(what, Labels):
        kind = f"{_product(_letters(what))} places, each counted from 0"
    else:
        told = domain_of(what).told
        kind = f"{_product(_letters(what))} numbers{f', each {told}' if told else ''}"
    return f"{kind}: {what.doc}" if what.doc else kind


def _letters(what: Vector | Labels) -> tuple[str, ...]:
    return tuple(axis.size.name for axis in what.axes)


def _product(factors: Sequence[str]) -> str:
    return " * ".join(factors) or "1"


class _Arguments:
    """The arguments of a kernel in order, and the scope in which its body finds them, its sizes and its outputs."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.scope = Scope()
        self._letters = program.sizes or ("n",)
        self._sizes = {letter: self.scope.declare(Kind.SIZE, letter) for letter in self._letters}
        for letter, size in self._sizes.items():
            self.scope.reveal(Kind.SCALAR, letter, size)
        self._inputs = [(what, self.scope.declare(_kind(what), what.name)) for what in program.inputs]
        self._outputs = [(what, self.scope.declare(Kind.ARRAY, what.name)) for what in program.outputs]

    @property
    def declared(self) -> str:
        sizes = list(self._sizes.values()) if self._program.sizes else []
        return ", ".join([*sizes, *(name for _, name in self._inputs)])

    def checks(self) -> Iterator[str]:
        """Each argument in the type of the kernel; an error, in one line, for one that cannot be taken."""
        for letter, size in self._sizes.items():
            if self._program.sizes:
                yield f"{REAL}.size({self._told(letter)}, {size});"
            else:
                yield f"const {size} = {REAL}.size({self._told(letter)}, {self._first()}.length);"
        for what, name in self._inputs:
            yield self._check(what, name)

    def opened(self) -> Iterator[str]:
        """The outputs, with nothing in them yet."""
        for what, name in self._outputs:
            yield f"const {name} = {REAL}.array({self._count(what.shape)});" if what.shape else f"let {name} = NaN;"

    def returned(self) -> str:
        if len(self._outputs) == 1:
            return f"return {self._outputs[0][1]};"
        found = (what.name if what.name == name else f"{what.name}: {name}" for what, name in self._outputs)
        return f"return {{ {', '.join(found)} }};"

    def _check(self, what: Input, name: str) -> str:
        told = self._told(what.name)
        if isinstance(what, Parameter):
            return f"{name} = {REAL}.parameter({told}, {name}, {'0' if what.domain == 'positive' else '-Infinity'});"
        if isinstance(what, Label):
            return f"{REAL}.labels({told}, [{name}], 1, {self._sizes['n']});"
        count = self._count(_letters(what))
        if isinstance(what, Labels):
            return f"{REAL}.labels({told}, {name}, {count}, {self._sizes[what.among.size.name]});"
        domain = domain_of(what)
        low, high = (domain.low, domain.high) if domain.checked else (None, None)
        ends = "" if low is None else f", {low}, {'Infinity' if high is None else high}"
        return f"{name} = {REAL}.vector({told}, {name}, {count}{ends});"

    def _told(self, name: str) -> str:
        return f"{json.dumps(self._program.name)}, {json.dumps(name)}"

    def _count(self, letters: Sequence[str]) -> str:
        return _product([self._sizes[letter] for letter in letters])

    def _first(self) -> str:
        """The vector that says how many classes there are."""
        for what, name in self._inputs:
            if isinstance(what, Vector):
                return name
        raise PrintError(f"kernel {self._program.name!r}: no vector says how many classes there are")


def _kind(what: Input) -> Kind:
    return {Label: Kind.INDEX, Parameter: Kind.SCALAR}.get(type(what), Kind.ARRAY)
