"""What a program has to know in order to call the kernels: their names, inputs and outputs, as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment

from derive.language.inputs import Input, Parameter
from derive.loops.ir import Program
from derive.targets import Built


class JsonTarget:
    """``<formula>.json`` for each formula, ``index.json`` for all.  Implements :class:`derive.targets.Target`."""

    name = "json"
    folder = "json"

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        kernels = [_kernel(program) for program in built.programs]
        about = {"name": built.formula.name, "title": str(built.formula.title), "kernels": kernels}
        return {f"{built.formula.name}.json": _text(about)}

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        made_by = str(templates.globals["command"])
        return {"index.json": _text({"formulas": sorted(one.formula.name for one in built), "made_by": made_by})}

    def signatures(self, built: Built) -> Mapping[str, str]:
        return {p.name: f"{p.name}({', '.join(str(i.name) for i in p.inputs)})" for p in built.programs}


def _kernel(program: Program) -> dict[str, Any]:
    return {
        "name": program.name,
        "inputs": [_input(one) for one in program.inputs],
        "outputs": [{"name": one.name, "class_axes": one.axes, "doc": one.doc} for one in program.outputs],
        "bound": program.bound,
    }


def _input(one: Input) -> dict[str, Any]:
    told = {"name": one.name, "kind": type(one).__name__.lower(), "doc": one.doc}
    return {**told, "default": one.default} if isinstance(one, Parameter) else told


def _text(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


TARGET = JsonTarget()
