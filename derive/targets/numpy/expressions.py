"""Values of the loop IR as NumPy expressions, with no parentheses but those that Python needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Any

from derive.loops.ir import ARITY, Call, Element, Name, Number, Position, Same, Slot, Value
from derive.loops.operations import BY_NAME


class Bind(IntEnum):
    """How tightly an expression holds together."""

    SUM = 1
    PRODUCT = 2
    SIGN = 3
    ATOM = 4


BINDS = {"+": Bind.SUM, "-": Bind.SUM, "*": Bind.PRODUCT, "/": Bind.PRODUCT}
INTO = {"+": "np.add", "-": "np.subtract", "*": "np.multiply", "/": "np.divide"}
"""The functions behind the signs: they can write into an array that is there."""


@dataclass(frozen=True)
class Code:
    """A printed expression, how tightly it holds together, and whether it is a plain Python number."""

    text: str
    bind: Bind
    plain: bool = False


@dataclass(frozen=True)
class Expressions:
    """Prints values.

    head:   the vector whose dtype everything has.
    atom:   the text of a name, an element or a class where the value is used.
    use:    told of each helper function that the text calls.
    refuse: makes the error for a value that cannot be printed.
    """

    head: str
    atom: Callable[[Any], str]
    use: Callable[[str], None]
    refuse: Callable[[object], Exception]

    def text(self, value: Value) -> str:
        return self._print(value).text

    def typed(self, value: Value) -> str:
        """The text of a value made of numbers alone, in the dtype of the vectors."""
        found = self._print(value)
        return self._typed(found).text if found.plain else found.text

    def into(self, value: Value, place: str) -> str:
        """The statement that writes a value into an array, which may hold the first of its arguments."""
        if isinstance(value, Call) and (ufunc := ufunc_of(value)):
            texts = [self.text(argument) for argument in value.args]
            sign = BY_NAME[value.op].numpy
            if sign in ("+", "*") and texts[1] == place:
                texts.reverse()
            if sign in BINDS and len(texts) == 2 and texts[0] == place:
                return f"{place} {sign}= {texts[1]}"
            return f"{ufunc}({', '.join(texts)}, out={place})"
        return f"{place}[...] = {self.text(value)}"

    def operand(self, value: Value) -> str:
        """The text, in parentheses where something may not be hung on it directly."""
        return _within(self._print(value), Bind.ATOM)

    def _print(self, value: Value) -> Code:
        if isinstance(value, Number):
            return _number(value.value)
        if isinstance(value, Name | Element | Slot):
            return Code(self.atom(value), Bind.ATOM)
        if isinstance(value, Position):
            return Code(f"({self.atom(value.index)} + 1).astype({self.head}.dtype)", Bind.ATOM)
        if isinstance(value, Same):
            same = f"({self.atom(value.left)} == {self.atom(value.right)})"
            return Code(f"{same}.astype({self.head}.dtype)", Bind.ATOM)
        if not isinstance(value, Call) or len(value.args) != ARITY.get(value.op):
            raise self.refuse(value)
        return self._call(value)

    def _call(self, call: Call) -> Code:
        match call.args:
            case (Call("neg", (inner,)),) if call.op == "neg":
                return self._print(inner)  # -(-u) is u, exactly
        args = [self._print(a) for a in call.args]
        if call.op == "neg":
            return Code(f"-{_within(args[0], Bind.ATOM)}", Bind.SIGN, args[0].plain)
        if all(a.plain for a in args):
            args = [self._typed(a) for a in args]
        function = BY_NAME[call.op].numpy
        if (bind := BINDS.get(function)) is not None:
            return Code(f"{_within(args[0], bind)} {function} {_within(args[1], Bind(bind + 1))}", bind)
        if function.startswith("_"):
            self.use(function)
        return Code(f"{function}({', '.join(a.text for a in args)})", Bind.ATOM)

    def _typed(self, number: Code) -> Code:
        """A number in the dtype of the vectors: Python's own would make float64 of float32, and not divide by 0."""
        return Code(f"{self.head}.dtype.type({number.text})", Bind.ATOM)


def ufunc_of(call: Call) -> str | None:
    """The function of NumPy for an operation: it can write into an array that is there."""
    function = "np.negative" if call.op == "neg" else BY_NAME[call.op].numpy
    found = INTO.get(function, function)
    return found if found.startswith("np.") else None


def _number(value: Fraction | float) -> Code:
    """The nearest double, in the fewest digits that give it back."""
    try:
        nearest = float(value)
    except OverflowError:
        nearest = math.inf if value > 0 else -math.inf
    text = repr(nearest).replace("inf", "np.inf").replace("nan", "np.nan")
    return Code(text, Bind.SIGN if text.startswith("-") else Bind.ATOM, plain=True)


def _within(inner: Code, needed: Bind) -> str:
    return inner.text if inner.bind >= needed else f"({inner.text})"
