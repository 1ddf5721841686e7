"""Values of the loop IR as JavaScript expressions: each operation is rounded to the type that a kernel computes in."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.loops.ir import ARITY, Call, Element, Name, Number, Position, Same, Slot, Value
from derive.targets.javascript.helpers import FUNCTIONS
from derive.targets.javascript.names import REAL, ROUND

SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
EXACT_BELOW = 2**24
"""Whole numbers up to here are the same in both types."""


@dataclass(frozen=True)
class Expressions:
    """Prints values.

    atom:   the text of a name, an element or a class, in the scope at hand.
    refuse: makes the error for a value that cannot be printed.
    """

    atom: Callable[[Any], str]
    refuse: Callable[[object], Exception]

    def text(self, value: Value) -> str:
        if isinstance(value, Number):
            return _number(value.value)
        if isinstance(value, Name | Element | Slot):
            return self.atom(value)
        if isinstance(value, Position):
            return f"{ROUND}({self.atom(value.index)} + 1)"
        if isinstance(value, Same):
            return f"({self.atom(value.left)} === {self.atom(value.right)} ? 1 : 0)"
        if not isinstance(value, Call) or len(value.args) != ARITY.get(value.op):
            raise self.refuse(value)
        return self._call(value)

    def _call(self, call: Call) -> str:
        texts = [self.text(argument) for argument in call.args]
        if call.op in SIGNS:
            return f"{ROUND}({texts[0]} {SIGNS[call.op]} {texts[1]})"
        if call.op == "neg":
            return f"-{texts[0]}" if isinstance(call.args[0], Name | Element | Slot) else f"-({texts[0]})"
        if call.op not in FUNCTIONS:
            raise self.refuse(call)
        return f"{REAL}.{call.op}({', '.join(texts)})"


def _number(value: Fraction | float) -> str:
    """The nearest double, in the fewest digits that give it back; rounded where the other type may not hold it."""
    try:
        nearest = float(value)
    except OverflowError:
        nearest = math.inf if value > 0 else -math.inf
    if not math.isfinite(nearest):
        return repr(nearest).replace("inf", "Infinity").replace("nan", "NaN")
    if nearest.is_integer() and abs(nearest) <= EXACT_BELOW:
        return f"{int(nearest)}" if nearest >= 0 else f"({int(nearest)})"
    return f"{ROUND}({nearest!r})"
