"""Values of the loop IR as NumPy expressions, with no parentheses but those that Python needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from derive.program.ir import ARITY, Call, Element, Name, Number, Value


class Bind(IntEnum):
    """How tightly an expression holds together."""

    SUM = 1
    PRODUCT = 2
    SIGN = 3
    POWER = 4
    ATOM = 5


OPERATORS = {"add": ("+", Bind.SUM), "sub": ("-", Bind.SUM), "mul": ("*", Bind.PRODUCT), "div": ("/", Bind.PRODUCT)}
FUNCTIONS = {
    "exp": "np.exp",
    "exp2": "np.exp2",
    "expm1": "np.expm1",
    "log": "np.log",
    "log1p": "np.log1p",
    "sqrt": "np.sqrt",
    "abs": "np.abs",
    "tanh": "np.tanh",
    "max": "np.maximum",
    "finite_or_zero": "_finite_or_zero",
    "weighted": "_weighted",
}


@dataclass(frozen=True)
class Text:
    """A printed expression, how tightly it holds together, and the helpers of the module that it calls."""

    text: str
    bind: Bind


@dataclass(frozen=True)
class Expressions:
    """Prints values.

    atom:   the text of a name or an element where the value is used.
    use:    told of each helper function that the text calls.
    refuse: makes the error for a value that cannot be printed.
    """

    atom: Callable[[Name | Element], str]
    use: Callable[[str], None]
    refuse: Callable[[object], Exception]

    def text(self, value: Value) -> str:
        return self._print(value).text

    def _print(self, value: Value) -> Text:
        if isinstance(value, Number):
            return _number(value.value)
        if isinstance(value, Name | Element):
            return Text(self.atom(value), Bind.ATOM)
        if not isinstance(value, Call) or len(value.args) != ARITY.get(value.op):
            raise self.refuse(value)
        return self._call(value)

    def _call(self, call: Call) -> Text:
        args = [self._print(a) for a in call.args]
        if call.op in OPERATORS:
            sign, bind = OPERATORS[call.op]
            return Text(f"{_within(args[0], bind)} {sign} {_within(args[1], Bind(bind + 1))}", bind)
        if call.op == "neg":
            return Text(f"-{_within(args[0], Bind.POWER)}", Bind.SIGN)
        if call.op == "pow":
            return Text(f"{_within(args[0], Bind.ATOM)} ** {_within(args[1], Bind.SIGN)}", Bind.POWER)
        if call.op not in FUNCTIONS:
            raise self.refuse(call)
        function = FUNCTIONS[call.op]
        if function.startswith("_"):
            self.use(function)
        return Text(f"{function}({', '.join(a.text for a in args)})", Bind.ATOM)


def _number(value: Fraction | float) -> Text:
    """The nearest double, in the fewest digits that give it back."""
    text = repr(float(value))
    return Text(text, Bind.SIGN if text.startswith("-") else Bind.ATOM)


def _within(inner: Text, needed: Bind) -> str:
    return inner.text if inner.bind >= needed else f"({inner.text})"
