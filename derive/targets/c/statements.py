"""Statements of the loop IR as lines of C: the body of the function that does one row."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.loops.ir import LAST_ROW, Element, Let, Loop, Name, Program, Statement, Store
from derive.targets.base import PrintError
from derive.targets.c.class_loops import Pass
from derive.targets.c.expressions import Expressions
from derive.targets.c.layout import comment
from derive.targets.c.names import Kind, Scope
from derive.targets.c.reals import Real


@dataclass(frozen=True)
class Statements:
    """Prints the statements of one block of a program, for one real type, with the names visible in it."""

    program: Program
    real: Real
    scope: Scope

    def lines(self, body: tuple[Statement, ...]) -> list[str]:
        """The block, as lines without indentation."""
        return [line for statement in body for line in self._statement(statement)]

    def inside(self, scope: Scope) -> Statements:
        """The printer of a block inside this one."""
        return Statements(self.program, self.real, scope)

    @property
    def expressions(self) -> Expressions:
        return Expressions(self.real, self._atom, self.refuse)

    @property
    def classes(self) -> str:
        """The identifier of the number of classes."""
        return self.find(Kind.SIZE, "classes", self.program)

    def classes_of(self, loop: Loop) -> str:
        """The identifier of how many steps a loop has."""
        return self.classes

    def find(self, kind: Kind, name: str, node: object) -> str:
        """The identifier of a name that ``node`` uses."""
        found = self.scope.find(kind, name)
        if found is None:
            raise self.refuse(node, f"nothing before it makes the {kind.value} {name!r}")
        return found

    def refuse(self, node: object, why: str = "it is not in the loop IR") -> PrintError:
        return PrintError(
            f"formula {self.program.formula.name!r}, kernel {self.program.name!r}: C cannot be printed for {node!r}: "
            f"{why}; the pass 'lower' (derive/loops) should not leave it so"
        )

    def _statement(self, statement: Statement) -> list[str]:
        if isinstance(statement, Let):
            return self._let(statement)
        if isinstance(statement, Store):
            return [*comment(statement.note), f"{self._place(statement)} = {self.expressions.text(statement.value)};"]
        if isinstance(statement, Loop):
            return Pass(self, statement).lines()
        raise self.refuse(statement)

    def _let(self, let: Let) -> list[str]:
        text = self.expressions.text(let.value)
        return [*comment(let.note), f"const {self.real.name} {self.scope.declare(Kind.SCALAR, let.name)} = {text};"]

    def _place(self, store: Store) -> str:
        """Where a value is stored: ``*value``, ``grad[k]`` or ``out[i * classes + j]``."""
        if (store.output, len(store.indices)) not in {(o.name, o.axes) for o in self.program.outputs}:
            raise self.refuse(store, f"no output {store.output!r} has {len(store.indices)} class indices")
        array = self.find(Kind.ARRAY, store.output, store)
        if store.indices[:1] == (LAST_ROW,):
            return f"{array}[{self._in_last_row(store.indices[1], store)}]"
        indices = [self.find(Kind.INDEX, i, store) for i in store.indices]
        if not indices:
            return self.scalar(array)
        if len(indices) == 1:
            return self.element(array, indices[0])
        return f"{array}[{indices[0]} * {self.classes} + {indices[1]}]"

    def scalar(self, array: str) -> str:
        """Where the scalar output of the present row is."""
        return f"*{array}"

    def element(self, array: str, index: str) -> str:
        """Where a class of the present row is in a vector."""
        return f"{array}[{index}]"

    def _atom(self, value: Name | Element | str) -> str:
        if isinstance(value, str):
            return self.find(Kind.INDEX, value, value)
        if isinstance(value, Name):
            return self.find(Kind.SCALAR, value.name, value)
        array = self.find(Kind.ARRAY, value.array, value)
        if any(o.name == value.array and o.axes == 2 for o in self.program.outputs):
            return f"{array}[{self._in_last_row(value.index, value)}]"
        return self.read(value.array, array, self.find(Kind.INDEX, value.index, value))

    def read(self, name: str, array: str, place: str) -> str:
        """An element of an array; of an input that may be NULL, what stands for it there."""
        default = self.program.default_of(name)
        if default is None:
            return self.element(array, place)
        return f"derive_{self.real.tag}_given({array}, {place}, {self.real.literal(Fraction(default))})"

    def _in_last_row(self, index: str, node: object) -> str:
        return f"({self.classes} - 1) * {self.classes} + {self.find(Kind.INDEX, index, node)}"
