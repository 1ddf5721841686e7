"""The writer for Numba: loops over rows and classes, a number at a time."""

from __future__ import annotations

from typing import Any

from derive.bench.plain.reading import Plain, PlainError, Spelling, class_indices
from derive.language.components import Vector
from derive.language.inputs import Label, Parameter

MATH = {"exp", "log", "tanh", "sin", "cos", "erf", "erfc", "sqrt"}
STARTS = {"Sum": "0.0", "Max": "-np.inf", "Prod": "1.0"}
STEPS = {"Sum": "{0} += {1}", "Max": "{0} = max({0}, {1})", "Prod": "{0} *= {1}"}


def row_text(plain: Plain, dtype: str, parallel: bool) -> str:
    """A module with a function ``kernel``: the inputs, then an array for each result, which it fills."""
    writer = _Writer(plain)
    stores: list[str] = []
    for place, (axes, expression) in enumerate(plain.results):
        if axes == 0:
            stores.append(f"out_{place}[r] = {writer.spelled(expression)}")
        else:
            stores += writer.loop(f"out_{place}[r, k] = {{}}", expression)
    head = next(text for one, text in plain.names.items() if isinstance(one, Vector))
    outputs = ", ".join(f"out_{place}" for place in range(len(plain.results)))
    options = f"parallel={parallel}, fastmath=True, error_model='numpy'"
    real = [f"    {name} = real({name})" for one, name in plain.names.items() if isinstance(one, Parameter)]
    return "\n".join(
        [
            "import math",
            "",
            "import numba",
            "import numpy as np",
            "",
            f"real = np.{dtype}",
            "",
            "",
            f"@numba.njit({options})",
            f"def kernel({plain.signature}, {outputs}):",
            f"    n = {head}.shape[1]",
            *real,
            f"    for r in numba.prange({head}.shape[0]):",
            *(f"        {line}" for line in (*writer.lines, *stores)),
            "",
        ]
    )


class _Writer(Spelling):
    """Lines of a row; while a loop is open, what depends on its class goes into the loop."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(plain)
        self.lines: list[str] = []
        self._made: dict[str, str] = {}
        self._open: list[str] | None = None
        self._inside: dict[str, str] = {}
        self._count = 0

    def loop(self, step: str, body: Any) -> list[str]:
        """The lines of a loop over the classes ``k`` that does this with the value of the body."""
        if self._open is not None:
            raise PlainError(f"{self.plain.name}: a sum within a sum that uses both indices has no plain form")
        self._open, self._inside = [], {}
        last = step.format(self.spelled(body))
        lines, self._open = [*self._open, last], None
        return ["for k in range(n):", *(f"    {line}" for line in lines)]

    def _named(self, stem: str, text: str, inside: bool) -> str:
        made, lines = (self._inside, self._open) if inside and self._open is not None else (self._made, self.lines)
        if text not in made:
            self._count += 1
            made[text] = f"{stem}_{self._count}"
            lines.append(f"{made[text]} = {text}")
        return made[text]

    def binder(self, e: Any) -> str:
        if class_indices(e):
            raise PlainError(f"{self.plain.name}: a sum within a sum that uses both indices has no plain form")
        key = repr(e)
        if key not in self._made:
            held, inside = self._open, self._inside
            self._open = None  # a value of the row: its loop comes before the one that is open
            self._count += 1
            name = f"{e.word.lower()}_{self._count}"
            lines = self.loop(STEPS[e.word].format(name, "{}"), e.opened()[0])
            self.lines += [f"{name} = real({STARTS[e.word]})", *lines]
            self._made[key], self._open, self._inside = name, held, inside
        return self._made[key]

    def number(self, e: Any) -> str:
        return f"real({float(e)!r})"

    def call(self, name: str, argument: Any) -> str:
        text = self.spelled(argument)
        if name == "abs":
            return f"abs({text})"
        if name not in MATH:
            raise PlainError(f"{self.plain.name}: a loop in Numba has no {name}")
        return self._named(name, f"math.{name}({text})", bool(class_indices(argument)))

    def square(self, base: Any) -> str:
        if base.is_Symbol or not base.args:
            return f"({self.spelled(base)} * {self.spelled(base)})"
        text = self._named("base", self.spelled(base), bool(class_indices(base)))
        return f"({text} * {text})"

    def component(self, e: Any) -> str:
        return f"{self.names[e.vector.name]}[r, {self.index(e.index)}]"

    def delta(self, e: Any) -> str:
        return f"(real(1.0) if {self.index(e.args[0])} == {self.index(e.args[1])} else real(0.0))"

    def compare(self, e: Any) -> str:
        u, v, less, equal, more = map(self.spelled, e.args)
        return f"({less} if {u} < {v} else {equal} if {u} == {v} else {more})"

    def count(self) -> str:
        return "real(n)"

    def index(self, e: Any) -> str:
        return f"{self.names[e.name]}[r]" if isinstance(e, Label) else "k"

    def symbol(self, e: Any) -> str:
        text = super().symbol(e)
        return text if not (text.startswith("(") and text.endswith(")")) else f"real{text}"
