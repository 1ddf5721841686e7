"""Real numbers that remember how they were made, so that one way back gives the derivatives by all inputs at once.

They stand over the oracle's numbers: where the oracle computes with these, its derivatives come for the price of a few
values, also those of a derivative, which the condition of a kernel asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from typing import Any

from derive.verify.dual import slope
from derive.verify.numbers import Dyadic, OracleError, Reals, UndeterminedError

_ORDER = count()


class Node:
    """A number, and the numbers that it was made from.

    ``varies`` tells whether an input is among those that it was made from.
    """

    __slots__ = ("made", "order", "tape", "value", "varies")

    def __init__(self, tape: TapeReals, value: Any, made: tuple[Any, ...] = (), varies: bool = False) -> None:
        self.tape, self.value, self.made, self.varies = tape, value, made, varies
        self.order = next(_ORDER)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, int):
            return Node(self.tape, self.value + other, ("add", self), self.varies)
        if not isinstance(other, Node):
            return NotImplemented
        return Node(self.tape, self.value + other.value, ("add", self, other), self.varies or other.varies)

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, int):
            return Node(self.tape, self.value * other, ("scale", self, other), self.varies and other != 0)
        if not isinstance(other, Node):
            return NotImplemented
        return Node(self.tape, self.value * other.value, ("mul", self, other), self.varies or other.varies)

    def __neg__(self) -> Node:
        return Node(self.tape, -self.value, ("scale", self, -1), self.varies)

    def __rtruediv__(self, other: int) -> Any:
        return other * Node(self.tape, 1 / self.value, ("inverse", self), self.varies)

    __radd__, __rmul__ = __add__, __mul__

    def passed(self, coming: Any, numbers: Any, read: Callable[[Node], Any]) -> Sequence[tuple[Node, Any]]:
        """What goes on to each number that varies and that this was made from, of what comes to this one.

        read: what is computed with in place of a number that remembers.
        """
        if not self.made:
            return ()
        kind, *of = self.made
        if kind == "tie":
            if read(self) is self:
                raise OracleError("which slope a kernel takes where two values tie depends on the variable")
            return ((of[0], coming),)
        if kind == "add":
            return [(part, coming) for part in of if part.varies]
        if kind == "mul":
            pairs = zip(of, reversed(of), strict=True)
            return [(part, coming * read(beside)) for part, beside in pairs if part.varies]
        if kind == "scale":
            return ((of[0], coming * of[1]),)
        value = read(self)
        if kind == "inverse":
            return ((of[0], -(coming * (value * value))),)
        return ((of[1], coming * slope(numbers, of[0], read(of[1]), value)),)


class TapeReals:
    """Numbers of another kind that remember."""

    def __init__(self, numbers: Reals) -> None:
        self.numbers, self.name = numbers, numbers.name

    def working(self) -> AbstractContextManager[None]:
        return self.numbers.working()

    def number(self, value: int | float | Fraction) -> Node:
        return Node(self, self.numbers.number(value))

    def variable(self, value: int | float | Fraction) -> Node:
        return Node(self, self.numbers.number(value), varies=True)

    def pi(self) -> Node:
        return Node(self, self.numbers.pi())

    def function(self, name: str, value: Node) -> Node:
        return Node(self, self.numbers.function(name, value.value), ("function", name, value), value.varies)

    def largest(self, one: Node, other: Node) -> Node:
        sign = self.numbers.sign(one.value + -other.value)
        if sign is None:
            raise UndeterminedError("which of two numbers is larger is not determined")
        if sign == 0 and one is not other and (one.varies or other.varies):
            return self._tied(one, other)
        return other if sign < 0 else one

    def _tied(self, one: Node, other: Node) -> Node:
        """Beside a constant the kernels take its slope, 0; of two that vary the value is known, and no slope."""
        if not (one.varies and other.varies):
            return other if one.varies else one
        return Node(self, one.value, ("tie", one), varies=True)

    def blurred(self, value: Node, radius: int) -> Node:
        return Node(self, self.numbers.blurred(value.value, radius))

    def sign(self, value: Node) -> int | None:
        return self.numbers.sign(value.value)

    def refuse_infinite(self, value: Node) -> None:
        self.numbers.refuse_infinite(value.value)

    def bounds(self, value: Node) -> tuple[Dyadic, Dyadic]:
        return self.numbers.bounds(value.value)

    def size(self, value: Node) -> float:
        return self.numbers.size(value.value)


def slopes(result: Node, inputs: Sequence[Node]) -> list[Any]:
    """The derivative of a number by each input: a whole number, or another number that remembers."""
    return _swept(result, inputs, result.tape, lambda node: node)


def plain_slopes(result: Node, inputs: Sequence[Node]) -> list[Any]:
    """The same as numbers that remember nothing, for a fraction of the price."""
    return _swept(result, inputs, result.tape.numbers, lambda node: node.value)


def _swept(result: Node, inputs: Sequence[Node], numbers: Any, read: Callable[[Node], Any]) -> list[Any]:
    """From the result back to the inputs: each number after all that were made from it."""
    coming: dict[Node, Any] = {result: 1}
    waiting = [(-result.order, result)] if result.varies else []
    while waiting:
        _, node = heappop(waiting)
        for part, what in node.passed(coming[node], numbers, read):
            before = coming.get(part)
            if before is None:
                heappush(waiting, (-part.order, part))
            coming[part] = what if before is None else before + what
    return [coming.get(one, 0) if one.varies else 0 for one in inputs]
