"""The NumPy module of a formula that names its axes: each kernel takes whole arrays, and perhaps many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment

from derive.language.axes import Axis
from derive.language.components import Labels, Vector
from derive.language.domains import domain_of
from derive.language.inputs import Label, Parameter
from derive.loops.ir import Program
from derive.targets.base import Built
from derive.targets.numpy.helpers import HELPERS, NEEDS, modules_of
from derive.targets.numpy.names import POSITIONAL, argument_names
from derive.targets.numpy.nested import NestedPrinter
from derive.targets.numpy.prose import about, entry, opening, returned, wrap
from derive.targets.templates import again


def arrays_module(built: Built, templates: Environment) -> str:
    """The text of the module.  Raises PrintError where a statement has no meaning in NumPy."""
    functions = [_function(program) for program in built.programs]
    called = {helper for f in functions for helper in f["helpers"]}
    used = called.union(*(NEEDS.get(helper, ()) for helper in called))
    values = {
        "about": about(built, again(templates, built.formula.name)),
        "functions": functions,
        "helpers": [text.strip("\n") for name, text in HELPERS.items() if name in used],
        "names": sorted(f["name"] for f in functions),
        "modules": modules_of(used, parameters=any(f["parameters"] for f in functions)),
        "has_labels": any(f["labels"] for f in functions),
        "has_domains": any(f["domains"] for f in functions),
        "has_parameters": any(f["parameters"] for f in functions),
    }
    return templates.get_template("numpy/arrays.py.jinja").render(values)


def _function(program: Program) -> dict[str, Any]:
    """What the template needs of one kernel."""
    given = argument_names(program.inputs)
    printer = NestedPrinter(program)
    body = printer.print()
    arrays = [(name, what) for what, name in given.items() if isinstance(what, Vector | Label | Labels)]
    labels = {name: size_of(what) for name, what in arrays if isinstance(what, Label | Labels)}
    numbers = [(name, what.domain) for what, name in given.items() if isinstance(what, Parameter)]
    results = ", ".join(output.name for output in program.outputs)
    return {
        "name": program.name,
        "arguments": arguments(program),
        "returns": returned(program),
        "doc": _doc(program, given),
        "labels": labels,
        "arrays": [(name, shape_of(what), labels.get(name, "")) for name, what in arrays],
        "domains": [(given[v], *_ends(v)) for v in program.inputs if isinstance(v, Vector) and domain_of(v).told],
        "parameters": numbers,
        "sizes": _unpacked(program.sizes),
        "taken": ", ".join([*(f"{name}: Array" for name, _ in arrays), *(f"{name}: Any" for name, _ in numbers)]),
        "outputs": ", ".join(f'"{" ".join(output.shape)}"' for output in program.outputs),
        "results": f"({results},)" if len(program.outputs) == 1 else results,
        "returned": ", ".join(f"found[{place}]" for place in range(len(program.outputs))),
        "body": body,
        "helpers": sorted(printer.helpers),
    }


def _unpacked(sizes: Sequence[str]) -> str:
    """The line that gives each size its letter."""
    if len(sizes) == 1:
        return f'{sizes[0]} = sizes["{sizes[0]}"]'
    listed = ", ".join(f'sizes["{size}"]' for size in sizes)
    return f"{', '.join(sizes)} = {listed}"


def shape_of(what: Any) -> tuple[str, ...]:
    """The sizes of the axes of an array, by their letters; one label alone has none."""
    return tuple(axis.size.name for axis in what.axes) if isinstance(what, Vector | Labels) else ()


def size_of(labels: Any) -> str:
    """How many places labels choose from, by its letter."""
    among: Axis | None = getattr(labels, "among", None)
    return among.size.name if among is not None else "n"


def arguments(program: Program) -> list[str]:
    """The parameters of the function, as they are written."""
    given = argument_names(program.inputs)
    arrays = [f"{given[v]}: Array" for v in program.inputs if not isinstance(v, Parameter)]
    options = [f"{given[p]}: float = {p.default!r}" for p in program.inputs if isinstance(p, Parameter)]
    if len(arrays) > POSITIONAL:
        arrays.insert(POSITIONAL, "*")
    elif options:
        arrays.append("*")
    return [*arrays, *options]


def _ends(vector: Vector) -> tuple[str, str, str]:
    domain = domain_of(vector)
    return f"{domain.low}.0", "np.inf" if domain.high is None else f"{domain.high}.0", domain.told


def _doc(program: Program, given: Mapping[Any, str]) -> list[str]:
    lines = opening(program)
    for what in program.inputs:
        lines += entry(given[what], _type(what), what.doc)
    lines += ["", "Returns", "-------"]
    for output in program.outputs:
        lines += entry(output.name, f"array, shape {shape_text(output.shape)}", output.doc)
    lines += ["", "Raises", "------"]
    lines += entry(
        "TypeError", "", "for a dtype other than float32 and float64 (labels: integers), or dtypes that differ"
    )
    lines += entry("ValueError", "", "for shapes that do not fit, an empty axis, or a value outside its domain")
    if any(isinstance(what, Label | Labels) for what in program.inputs):
        lines += entry("IndexError", "", "for a label that names no place along its axis")
    lines += ["", "Notes", "-----", *wrap("Axes before those that are named run through many arrays at once.")]
    lines += [line for remark in program.remarks for line in wrap(remark)]
    return [*lines, *(["", *wrap(f"Source: {program.formula.source}.")] if program.formula.source else [])]


def shape_text(shape: Sequence[str]) -> str:
    """A shape, with what may stand before it."""
    return f"(..., {', '.join(shape)})" if shape else "(...)"


def _type(what: Any) -> str:
    if isinstance(what, Vector):
        told = domain_of(what).told
        return f"array of float32 or float64{f', each {told}' if told else ''}, shape {shape_text(shape_of(what))}"
    if isinstance(what, Label | Labels):
        return f"array of integers in 0..{size_of(what)}-1, shape {shape_text(shape_of(what))}"
    return f"{'positive ' if what.domain == 'positive' else ''}float, default {what.default!r}"
