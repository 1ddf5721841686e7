"""How the compiled kernels of a formula are called with arrays: a C file beside theirs.

All kernels get one form, a list of slots, whatever their inputs are: what calls them is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jinja2 import Environment

from derive.loading.described import LABEL, PARAMETER, VECTOR, Described

REALS = {"f32": "float", "f64": "double"}
MOST = 16
"""Inputs and outputs of a kernel; one with more is called the long way."""


def can_be_called(kernel: Described) -> bool:
    return len(kernel.inputs) + len(kernel.outputs) <= MOST


def call_files(kernels: Sequence[Described], header: str, templates: Environment) -> dict[str, str]:
    """``derive_calls.c`` for the kernels that a header declares, and what it includes."""
    values = {"header": header, "tags": list(REALS), "kernels": [_values(k) for k in kernels if can_be_called(k)]}
    return {
        "derive_calls.c": templates.get_template("load/calls.c").render(values),
        **{name: templates.get_template(f"load/{name}").render() for name in ("derive_call.h", "derive_half.h")},
    }


def _values(kernel: Described) -> dict[str, Any]:
    what = [*(_kind(given.kind, given.positive) for given in kernel.inputs), *(str(o.axes) for o in kernel.outputs)]
    arrays = [f"a{k}" for k in range(len(kernel.inputs) + len(kernel.outputs) - len(kernel.of_kind(PARAMETER)))]
    numbers = [f"p{k}" for k in range(len(kernel.of_kind(PARAMETER)))]
    return {
        "taken": ", ".join([*(f"const void *{a}" for a in arrays), *(f"double {p}" for p in numbers)]),
        "arrays": ", ".join(arrays),
        "numbers": ", ".join([*numbers, "0.0"]),  # a list in C holds something
        "name": kernel.name,
        "inputs": len(kernel.inputs),
        "outputs": len(kernel.outputs),
        "what": ", ".join(what),
        "divides": "false" if any(given.told for given in kernel.inputs) else "true",
        "given": {tag: ", ".join(_given(kernel, real)) for tag, real in REALS.items()},
        "functions": ", ".join(f"derive_call_{kernel.name}_{tag}" for tag in REALS),
    }


def _kind(kind: str, positive: bool) -> str:
    if kind == PARAMETER:
        return "DERIVE_POSITIVE" if positive else "DERIVE_NUMBER"
    return {VECTOR: "DERIVE_VECTOR", LABEL: "DERIVE_LABEL"}[kind]


def _given(kernel: Described, real: str) -> Iterable[str]:
    for k, given in enumerate(kernel.inputs):
        if given.kind == PARAMETER:
            yield f"({real})s[{k}].number"
        else:
            yield from _pointer(f"const {'int64_t' if given.kind == LABEL else real}", k, given.kind == VECTOR)
    for k, made in enumerate(kernel.outputs, len(kernel.inputs)):
        yield from _pointer(real, k, made.axes > 0)


def _pointer(kind: str, slot: int, strided: bool) -> Iterator[str]:
    yield f"({kind} *)s[{slot}].data"
    if strided:
        yield f"s[{slot}].stride"
