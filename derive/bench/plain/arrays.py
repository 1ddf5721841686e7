"""The writer for NumPy: one line for each function and each sum, on whole arrays."""

from __future__ import annotations

from typing import Any

from derive.bench.plain.reading import Plain, PlainError, Spelling, class_indices
from derive.language.components import Vector
from derive.language.functions import BY_NAME
from derive.language.inputs import Label

REDUCTIONS = {"Sum": "sum", "Max": "max", "Prod": "prod"}


def array_text(plain: Plain, library: str = "numpy") -> str:
    """A module with a function ``kernel``: vectors are (rows, classes), labels (rows,), the results as the kernel's."""
    writer = _Writer(plain)
    results = [_shaped(axes, writer.spelled(expression), expression) for axes, expression in plain.results]
    head = next(text for one, text in plain.names.items() if isinstance(one, Vector))
    lines = [f"import {library} as np", "", "", f"def kernel({plain.signature}):"]
    if any("classes" in line for line in (*writer.lines, *results)):
        writer.lines.insert(0, f"classes = np.arange({head}.shape[-1])")
    lines += [f"    {line}" for line in writer.lines]
    return "\n".join([*lines, f"    return {', '.join(results)}", ""]).replace("HEAD", head)


def _shaped(axes: int, text: str, expression: Any) -> str:
    if axes == 0:
        return f"({text})[:, 0]"
    return text if class_indices(expression) else f"np.broadcast_to({text}, HEAD.shape)"


class _Writer(Spelling):
    """What has one value for each row is (rows, 1): it goes with (rows, classes) as it is."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(plain)
        self.lines: list[str] = []
        self._made: dict[str, str] = {}

    def _named(self, stem: str, text: str) -> str:
        """A name for what takes work: the same text is the same value, for there is one axis of classes."""
        if text not in self._made:
            name = f"{stem}_{len(self._made) + 1}"
            self._made[text] = name
            self.lines.append(f"{name} = {text}")
        return self._made[text]

    def call(self, name: str, argument: Any) -> str:
        function = "np.sqrt" if name == "sqrt" else BY_NAME[name].numpy
        if not function.startswith("np."):
            raise PlainError(f"{self.plain.name}: NumPy has no {name}")
        return self._named(name, f"{function}({_bare(self.spelled(argument))})")

    def binder(self, e: Any) -> str:
        if class_indices(e):
            raise PlainError(f"{self.plain.name}: a sum within a sum that uses both indices has no plain form")
        body, index = e.opened()
        reduce = REDUCTIONS[e.word]
        if index not in class_indices(body):
            inner = self.spelled(body)
            return f"({inner} * HEAD.shape[-1])" if reduce == "sum" else inner
        return self._named(reduce, f"np.{reduce}({_bare(self.spelled(body))}, axis=-1, keepdims=True)")

    def component(self, e: Any) -> str:
        name = self.names[e.vector.name]
        if isinstance(e.index, Label):
            return self._named("at", f"np.take_along_axis({name}, {self.index(e.index)}, axis=-1)")
        return name

    def delta(self, e: Any) -> str:
        return f"({self.index(e.args[0])} == {self.index(e.args[1])})"

    def compare(self, e: Any) -> str:
        u, v, less, equal, more = map(self.spelled, e.args)
        return self._named("chosen", f"np.where({u} < {v}, {less}, np.where({u} == {v}, {equal}, {more}))")

    def count(self) -> str:
        return "HEAD.shape[-1]"

    def index(self, e: Any) -> str:
        return f"{self.names[e.name]}[:, None]" if isinstance(e, Label) else "classes"


def _bare(text: str) -> str:
    """Without the parentheses around the whole."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return text[1:-1] if place == len(text) - 1 else text
    return text
