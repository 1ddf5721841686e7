"""The files of the NumPy target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jinja2 import Environment

from derive.language.components import Vector
from derive.language.domains import domain_of
from derive.language.inputs import Label, Parameter
from derive.loops.ir import Output, Program
from derive.targets.base import Built, PrintError
from derive.targets.numpy.helpers import HELPERS, NEEDS, modules_of
from derive.targets.numpy.names import POSITIONAL, argument_names, clashes, module_name
from derive.targets.numpy.prose import WIDTH, about, entry, opening, returned, wrap
from derive.targets.numpy.quotients import with_quotients
from derive.targets.numpy.statements import Printer
from derive.targets.numpy.whole_arrays import arrays_module
from derive.targets.templates import again

INDENT = "    "


class NumpyTarget:
    """Importable modules; their folder is not called numpy, so that it can never hide the real one.

    Implements :class:`derive.targets.base.Target`.
    """

    name = "numpy"
    folder = "numpy_kernels"

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        """``<formula>.py``: every kernel of the formula, self-contained.

        Raises PrintError where a statement has no meaning in NumPy, or a kernel has a name that the module needs.
        """
        _refuse_clash(built)
        if built.formula.has_axes:
            return {f"{module_name(built.formula.name)}.py": arrays_module(built, templates)}
        functions = [_function(p) for p in built.programs]
        called = {helper for f in functions for helper in f["helpers"]}
        has_labels = any(f["has_labels"] for f in functions)
        used = called.union(*(NEEDS.get(helper, ()) for helper in called), {"_are_labels"} if has_labels else ())
        values = {
            "about": about(built, again(templates, built.formula.name)),
            "functions": functions,
            "modules": modules_of(used, parameters=any(f["has_parameters"] for f in functions)),
            "helpers": [text.strip("\n") for name, text in HELPERS.items() if name in used],
            "names": sorted(f["name"] for f in functions),
            "has_labels": has_labels,
            "has_domains": any(f["has_domains"] for f in functions),
            "has_several": any(len(p.outputs) > 1 for p in built.programs),
            "has_parameters": any(f["has_parameters"] for f in functions),
        }
        return {f"{module_name(built.formula.name)}.py": templates.get_template("numpy/module.py.jinja").render(values)}

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        """``__init__.py``: the folder is a package."""
        modules = sorted(module_name(b.formula.name) for b in built)
        return {"__init__.py": templates.get_template("numpy/package.py.jinja").render(modules=modules)}

    def signatures(self, built: Built) -> Mapping[str, str]:
        """The ``def`` line of each kernel."""
        return {p.name: f"{p.name}({', '.join(_arguments(p))}) -> {returned(p)}" for p in built.programs}


def _function(program: Program) -> dict[str, Any]:
    """What the template needs of one kernel."""
    given = argument_names(program.inputs)
    vectors, labels, scalars = (
        {what.name: name for what, name in given.items() if isinstance(what, kind)}
        for kind in (Vector, Label, Parameter)
    )
    printer = Printer(with_quotients(program), vectors, labels, scalars, WIDTH - len(INDENT))
    body = printer.print()
    results = printer.results()
    head, kernel = _head(program, given), _quoted(program.name)
    rows_of, listed = f"_{program.name}_rows", ", ".join(vectors.values())
    arrays, parameters = [*vectors.values(), *labels.values()], list(scalars.values())
    named = ", ".join(f"{_quoted(v)}: {v}" for v in vectors.values())
    axes = ", ".join(f"{_quoted(o.name)}: {o.axes}" for o in program.outputs)
    bounded = [v for v in program.inputs if isinstance(v, Vector) and domain_of(v).told]
    domains = [(given[p], p.domain) for p in program.inputs if isinstance(p, Parameter)]
    optional = [(given[v], v.default) for v in program.inputs if isinstance(v, Vector) and v.default is not None]
    checks = [
        *([f"if {v} is None:", f"{INDENT}{v} = np.full_like({head}, {default!r})"] for v, default in optional),
        _call(f"axis, ({listed}{',' * (len(vectors) == 1)}) = _vectors", f"{kernel}, axis, {{{named}}}"),
        *(_call("_within", f"{kernel}, {_quoted(given[v])}, {given[v]}, {_ends(v)}") for v in bounded),
        *(_call(f"{t} = _labels", f"{kernel}, {_quoted(t)}, {t}, {head}") for t in labels.values()),
        *(_call(f"{p} = _parameter", f"{kernel}, {_quoted(p)}, {p}, {_quoted(d)}, {head}.dtype") for p, d in domains),
        _call("_check_out", f"{kernel}, out, axis, {head}, {{{axes}}}"),
    ]
    return {
        "name": program.name,
        "arguments": _arguments(program),
        "returns": returned(program),
        "doc": _doc(program, given),
        "checks": [line for call in checks for line in call],
        "has_labels": bool(labels),
        "has_parameters": bool(scalars),
        "has_domains": bool(bounded),
        "body": body,
        "computed": _call(
            "return _computed" if len(results) == 1 else "computed = _computed",
            f"{rows_of}, out, axis, {_tuple(str(o.axes) for o in program.outputs)}, {_tuple(arrays)}"
            f"{''.join(f', {p}' for p in parameters)}",
            "[0]" if len(results) == 1 else "",
        ),
        "returned": ", ".join(f"computed[{number}]" for number in range(len(results))) if len(results) > 1 else "",
        "rows_of": _heading(
            rows_of,
            [
                *(f"{name}: Array" for name in arrays),
                *(f"{name}: Any" for name in parameters),
                *(f"{name}: Array" for name in results),
            ],
        ),
        "helpers": sorted(printer.helpers),
    }


def _call(function: str, arguments: str, behind: str = "") -> list[str]:
    """A call as a statement of its own, over three lines where it is too long for one."""
    line = f"{function}({arguments}){behind}"
    return [line] if len(INDENT + line) <= WIDTH else [f"{function}(", INDENT + arguments, f"){behind}"]


def _heading(function: str, arguments: list[str]) -> list[str]:
    """The head of a function that returns nothing, over several lines where it is too long for one."""
    listed = ", ".join(arguments)
    line = f"def {function}({listed}) -> None:"
    if len(line) <= WIDTH:
        return [line]
    inner = [INDENT + listed] if len(INDENT + listed) <= WIDTH else [f"{INDENT}{argument}," for argument in arguments]
    return [f"def {function}(", *inner, ") -> None:"]


def _tuple(parts: Iterable[str]) -> str:
    listed = list(parts)
    return f"({', '.join(listed)}{',' * (len(listed) == 1)})"


def _ends(vector: Vector) -> str:
    """The ends of a vector's domain, and how they are told."""
    domain = domain_of(vector)
    high = "np.inf" if domain.high is None else f"{domain.high}.0"
    return f"{domain.low}.0, {high}, {_quoted(domain.told)}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _refuse_clash(built: Built) -> None:
    for program in built.programs:
        if clashes(program.name):
            formula = built.formula
            raise PrintError(
                f"{formula.where}: formula {formula.name!r}: the NumPy module itself uses the name {program.name!r}: "
                f"call the formula otherwise"
            )


def _arguments(program: Program) -> list[str]:
    given = argument_names(program.inputs)
    arrays = [f"{given[v]}: {_annotation(v)}" for v in program.inputs if not isinstance(v, Parameter)]
    arrays.insert(POSITIONAL, "*")
    options = [f"{given[p]}: float = {p.default!r}" for p in program.inputs if isinstance(p, Parameter)]
    return [*arrays, *options, "axis: int = -1", f"out: {returned(program)} | None = None"]


def _annotation(what: Any) -> str:
    return "Array" if getattr(what, "default", None) is None else "Array | None"


def _head(program: Program, given: Mapping[Any, str]) -> str:
    """The first vector, whose shape and dtype the others have: one that has to be given."""
    return next(given[v] for v in program.inputs if isinstance(v, Vector) and v.default is None)


def _doc(program: Program, given: Mapping[Any, str]) -> list[str]:
    lines = opening(program)
    for what in program.inputs:
        lines += entry(given[what], _type(what, first=what == program.inputs[0]), what.doc)
    lines += entry("axis", "int", "the axis of the classes")
    lines += entry("out", "array or tuple of arrays, optional", "where the result is written, with its shape and dtype")
    lines += ["", "Returns", "-------"]
    for output in program.outputs:
        lines += entry(output.name, _shape(output), output.doc)
    lines += ["", "Raises", "------"]
    raised = "for a dtype other than float32 and float64 (labels: integers), or dtypes that differ"
    lines += entry("TypeError", "", raised)
    lines += entry("ValueError", "", "for shapes that do not fit, no classes, or a value outside its domain")
    if any(isinstance(what, Label) for what in program.inputs):
        lines += entry("IndexError", "", "for a label outside 0..n-1")
    if remarks := program.remarks:
        lines += ["", "Notes", "-----", *(line for remark in remarks for line in wrap(remark))]
    return [*lines, *(["", *wrap(f"Source: {program.formula.source}.")] if program.formula.source else [])]


def _type(what: Any, *, first: bool) -> str:
    if isinstance(what, Vector):
        told = domain_of(what).told
        shapes = "shape (..., n)" if first else "shape (..., n) or (n,)"
        none = "" if what.default is None else f", or None for {what.default:g} everywhere"
        return f"array of float32 or float64{f', each {told}' if told else ''}, {shapes}{none}"
    if isinstance(what, Label):
        return "array of integers in 0..n-1, shape (...)"
    return f"{'positive ' if what.domain == 'positive' else ''}float, default {what.default!r}"


def _shape(output: Output) -> str:
    return f"array, shape (...{', n' * output.axes})"


TARGET = NumpyTarget()
