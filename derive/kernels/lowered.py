"""A kernel through the passes: over expressions, then, lowered to loops, over these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from derive.kernels.along_axes import results_along_axes
from derive.kernels.results import Kernel
from derive.language.formula import Formula, Value, unfold
from derive.language.inputs import Input, Parameter
from derive.loops import PASSES, LowerError, Work, conventions, passed
from derive.loops.ir import Program, Saved
from derive.loops.lower import lower
from derive.loops.nest import nest
from derive.loops.number import number
from derive.loops.passes import Body, work_on
from derive.loops.ranges import Ranges
from derive.notation.plain import plain
from derive.numerics import Result, Task, route
from derive.numerics.routes import each


def program(formula: Formula, kernel: Kernel) -> Program:
    """All passes, in order: over expressions, then, lowered to loops, over these."""
    if formula.has_axes:
        return _along_axes(formula, kernel)
    work, task = _work(formula, kernel), _task(formula, kernel)
    body = lower(task.formula, route(task).results(task), work.fresh)
    return _program(formula, work, kernel, passed(work, body))


def _along_axes(formula: Formula, kernel: Kernel) -> Program:
    work = _work(formula, kernel)
    body = number(nest(formula, results_along_axes(formula, kernel), work.fresh, work.fixed), set(work.fixed))
    return _program(formula, work, kernel, body)


def stages(formula: Formula, kernel: Kernel) -> Iterator[tuple[str, Program]]:
    """The program after each pass, by the name of the pass.

    Expressions that passes are still to come to are lowered as they are; where they cannot be, the pass is left out.
    """
    if formula.has_axes:
        yield "nest", _along_axes(formula, kernel)
        return
    task = _task(formula, kernel)
    way = route(task)
    for count, name in enumerate(way.names, start=1):
        work = _work(formula, kernel)
        results = each(way.results(task, way.names[:count]), lambda result: unfold(result.expression))
        with suppress(LowerError):
            yield name, _program(formula, work, kernel, lower(task.formula, results, work.fresh))
    for count, name in enumerate(PASSES, start=1):
        work = _work(formula, kernel)
        body = lower(task.formula, way.results(task), work.fresh)
        yield name, _program(formula, work, kernel, passed(work, body, list(PASSES)[:count]))


def _work(formula: Formula, kernel: Kernel) -> Work:
    source = kernel.through or formula
    return work_on(source, _inputs(source, kernel.extra), tuple(output for output, *_ in kernel.results))


def _task(formula: Formula, kernel: Kernel) -> Task:
    derived = tuple(Result(output.name, indices, e) for output, indices, e, _ in kernel.results)
    return Task(kernel.through or formula, derived, kernel.kinds(formula), kernel.extra)


def _program(formula: Formula, work: Work, kernel: Kernel, body: Body) -> Program:
    name, title = formula.name + kernel.suffix, f"{formula.title or formula.name}: {kernel.title}"
    math = tuple(f"{left} = {plain(expression)}" for _, _, expression, left in kernel.results)
    taken = None if kernel.through is None else Saved(kernel.through.vector, kernel.through)
    expressions = [e for _, _, e, _ in kernel.results]
    if taken is not None:
        math += (f"where {taken.value.name}_{formula.over} = {plain(formula.expression)}, as forward saved it",)
        expressions = [formula.expression]
    math += tuple(f"where {line}" for line in _definitions(expressions))
    held = () if formula.has_axes else conventions(body, Ranges(work.formula, work.inputs))
    return Program(name, formula, title, math, work.inputs, work.outputs, body, conventions=held, saved=taken)


def _definitions(expressions: Sequence[Any]) -> tuple[str, ...]:
    """What each symbol of a formula stands for, in one line."""
    found: dict[str, Formula] = {}
    waiting = list(expressions)
    while waiting:
        for value in sorted(waiting.pop(0).atoms(Value), key=str):
            if value.formula.name not in found:
                found[value.formula.name] = value.formula
                waiting.append(value.formula.expression)
    return tuple(f"{_symbol(f)} = {plain(f.expression)}" for f in found.values())


def _symbol(formula: Formula) -> str:
    return plain(formula.at_indices)


def _inputs(formula: Formula, extra: Sequence[Input]) -> tuple[Input, ...]:
    """One order for all kernels: the formula's own arrays, then what a product is taken with, then the parameters."""
    parameters = tuple(v for v in formula.inputs if isinstance(v, Parameter))
    arrays = tuple(v for v in formula.inputs if not isinstance(v, Parameter) and v not in extra)
    return (*arrays, *extra, *parameters)
