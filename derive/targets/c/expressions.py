"""Values of the loop IR as C expressions, with no parentheses but those that C needs or a reader does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Any

from derive.elementary import functions
from derive.loops.ir import ARITY, Call, Element, Name, Number, Position, Same, Slot, Value
from derive.loops.operations import BY_NAME
from derive.targets.c.helpers import HELPERS
from derive.targets.c.reals import Real
from derive.targets.c.unguarded import NONPOSITIVE


class Bind(IntEnum):
    """How tightly an expression holds together."""

    SUM = 1
    PRODUCT = 2
    SIGN = 3
    ATOM = 4


@dataclass(frozen=True)
class Code:
    """A printed expression and how tightly it holds together."""

    text: str
    bind: Bind


ELEMENTARY = frozenset(function.name for function in functions())
"""Functions that a kernel brings along: a compiler turns them into vector instructions, unlike those of a library."""

BINDS = {"+": Bind.SUM, "-": Bind.SUM, "*": Bind.PRODUCT, "/": Bind.PRODUCT}


@dataclass(frozen=True)
class Expressions:
    """Prints values of one type.

    atom:   the C text of a name, an element or a class, in the scope at hand.
    refuse: raises the error for a value that cannot be printed.
    """

    real: Real
    atom: Callable[[Any], str]
    refuse: Callable[[object], Exception]

    def text(self, value: Value) -> str:
        return self._print(value).text

    def _print(self, value: Value) -> Code:
        if isinstance(value, Number):
            literal = self.real.literal(value.value)
            return Code(literal, Bind.SIGN if literal.startswith("-") else Bind.ATOM)
        if isinstance(value, (Name, Element, Slot)):
            return Code(self.atom(value), Bind.ATOM)
        if isinstance(value, Position):
            return Code(f"({self.real.name})({self.atom(value.index)} + 1)", Bind.ATOM)
        if isinstance(value, Same):
            one, zero = (self.real.literal(Fraction(number)) for number in (1, 0))
            return Code(f"({self.atom(value.left)} == {self.atom(value.right)} ? {one} : {zero})", Bind.ATOM)
        if isinstance(value, Call) and value.op == NONPOSITIVE:
            return self._function(value.op, value)
        if not isinstance(value, Call) or len(value.args) != ARITY.get(value.op):
            raise self.refuse(value)
        return self._call(value)

    def _call(self, call: Call) -> Code:
        function = BY_NAME[call.op].c
        if function in BINDS and len(call.args) == 2:
            return _infix(function, *map(self._print, call.args))
        if call.op == "neg":
            return Code(f"-{_within(self._print(call.args[0]), Bind.ATOM)}", Bind.SIGN)
        return self._function(function, call)

    def _function(self, function: str, call: Call) -> Code:
        listed = ", ".join(map(self.text, call.args))
        if function in HELPERS or function in ELEMENTARY:  # (a kernel ends in the tag: no clash)
            return Code(f"derive_{self.real.tag}_{function}({listed})", Bind.ATOM)
        return Code(f"{function}{self.real.suffix}({listed})", Bind.ATOM)


def _infix(sign: str, left: Code, right: Code) -> Code:
    """``left op right``: grouped from the left, as C does, so that only the right side needs to hold tighter."""
    bind = BINDS[sign]
    right_text = f"({right.text})" if right.bind is Bind.SIGN else _within(right, Bind(bind + 1))
    return Code(f"{_within(left, bind)} {sign} {right_text}", bind)


def _within(inner: Code, needed: Bind) -> str:
    return inner.text if inner.bind >= needed else f"({inner.text})"
