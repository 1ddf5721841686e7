"""The kernels of a formula: which there are, and the passes that make each, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sympy import Symbol

from derive.algebra.records import Derived
from derive.algebra.rules import AXIOM
from derive.derivations import free_index, tangent, upstream
from derive.language.formula import Formula, Value, unfold
from derive.language.inputs import Input, Parameter
from derive.loops import PASSES, LowerError, Work, conventions, passed
from derive.loops.ir import Output, Program
from derive.loops.lower import lower
from derive.loops.passes import Body, fresh_names, work_on
from derive.loops.ranges import Ranges
from derive.notation.plain import plain
from derive.numerics import Result, Task, route
from derive.numerics.routes import each

GRAD_DOC = "the derivative by each component of {x}"


@dataclass(frozen=True)
class Kernel:
    """What a kernel computes, before any pass: its results as mathematics."""

    suffix: str
    title: str
    results: tuple[tuple[Output, tuple[Symbol, ...], Any, str], ...]
    extra: tuple[Input, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each result is of the formula: see :func:`derive.numerics.structural.as_computed`."""
        return {"_value_and_grad": ("value", "grad")}.get(self.suffix, (self.suffix.strip("_") or "value",))


def programs(formula: Formula, derived: Derived) -> tuple[Program, ...]:
    """Every kernel of the formula as a loop program."""
    return tuple(program(formula, kernel) for kernel in kernels(formula, derived))


def kernels(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    """The kernels of a scalar formula (value, gradient, both) or of a vector formula (value, products, Jacobian)."""
    return _of_scalar(formula, derived) if formula.over is None else _of_vector(formula, derived)


def _of_scalar(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    j = free_index(formula)
    named = _output_names(formula)
    value = (Output(named("value"), 0, "the value, one per row"), (), formula.expression, formula.symbol)
    doc = GRAD_DOC.format(x=formula.wrt.name)
    gradient = _end(derived, "gradient")
    grad = (Output(named("grad"), 1, doc), (j,), gradient, f"d{formula.symbol}/d{formula.wrt.name}_{j}")
    v = tangent(formula)
    doc = f"sum over k of the second derivative by components j and k of {formula.wrt.name} times {v.name}_k"
    turn = Output(named("out"), 1, doc)
    along = (turn, (j,), _end(derived, "hvp"), f"{turn.name}_{j}")
    return (
        Kernel("", "value", (value,)),
        Kernel("_grad", "gradient", (grad,)),
        Kernel("_value_and_grad", "value and gradient from the same passes", (value, grad)),
        Kernel("_hvp", "Hessian-vector product", (along,), (v,)),
    )


def _of_vector(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    i, j = formula.over, free_index(formula)
    assert i is not None
    g, v = upstream(formula), tangent(formula)
    s, x, named = formula.symbol, formula.wrt.name, _output_names(formula)
    pull, result = named("grad"), named("out")
    out = Output(result, 1, "the value, one per class")
    grad = Output(pull, 1, f"sum over i of {g.name}_i times the derivative of output i by each component of {x}")
    push = Output(result, 1, f"the derivative of each output along {v.name}")
    turn = Output(result, 1, f"the derivative, along {v.name}, of the vector-Jacobian product with {g.name}")
    matrix = Output(result, 2, f"the derivative of output {i} (row) by component {j} of {x} (column)")
    return (
        Kernel("", "value", ((out, (i,), formula.expression, f"{s}_{i}"),)),
        Kernel("_vjp", "vector-Jacobian product", ((grad, (j,), _end(derived, "vjp"), f"{pull}_{j}"),), (g,)),
        Kernel("_jvp", "Jacobian-vector product", ((push, (i,), _end(derived, "jvp"), f"{result}_{i}"),), (v,)),
        Kernel("_jacobian", "Jacobian", ((matrix, (i, j), _end(derived, "jacobian"), f"d{s}_{i}/d{x}_{j}"),)),
        Kernel("_hvp", "Hessian-vector product", ((turn, (j,), _end(derived, "hvp"), f"{result}_{j}"),), (g, v)),
    )


def _output_names(formula: Formula) -> Callable[[str], str]:
    """Where an input is called as an output would be, the output gives way: ``grad_2``."""
    return fresh_names({v.name for v in (*formula.inputs, upstream(formula), tangent(formula))})


def _end(derived: Derived, name: str) -> Any:
    """What a derivation comes to before it is used that a distribution sums to 1: rounded, it does not."""
    chain = derived.derivation(name)
    return next((step.before for step in chain.steps if step.rule == AXIOM), chain.end)


def program(formula: Formula, kernel: Kernel) -> Program:
    """All passes, in order: over expressions, then, lowered to loops, over these."""
    work, task = _work(formula, kernel), _task(formula, kernel)
    body = lower(formula, route(task).results(task), work.fresh)
    return _program(work, kernel, passed(work, body))


def stages(formula: Formula, kernel: Kernel) -> Iterator[tuple[str, Program]]:
    """The program after each pass, by the name of the pass.

    Expressions that passes are still to come to are lowered as they are; where they cannot be, the pass is left out.
    """
    task = _task(formula, kernel)
    way = route(task)
    for count, name in enumerate(way.passes, start=1):
        work = _work(formula, kernel)
        results = each(way.results(task, list(way.passes)[:count]), lambda result: unfold(result.expression))
        with suppress(LowerError):
            yield name, _program(work, kernel, lower(formula, results, work.fresh))
    for count, name in enumerate(PASSES, start=1):
        work = _work(formula, kernel)
        body = lower(formula, way.results(task), work.fresh)
        yield name, _program(work, kernel, passed(work, body, list(PASSES)[:count]))


def _work(formula: Formula, kernel: Kernel) -> Work:
    return work_on(formula, _inputs(formula, kernel.extra), tuple(output for output, *_ in kernel.results))


def _task(formula: Formula, kernel: Kernel) -> Task:
    derived = tuple(Result(output.name, indices, e) for output, indices, e, _ in kernel.results)
    return Task(formula, derived, kernel.kinds, kernel.extra)


def _program(work: Work, kernel: Kernel, body: Body) -> Program:
    formula = work.formula
    math = tuple(f"{left} = {plain(expression)}" for _, _, expression, left in kernel.results)
    math += tuple(f"where {line}" for line in _definitions([e for _, _, e, _ in kernel.results]))
    title = f"{formula.title or formula.name}: {kernel.title}"
    held = conventions(body, Ranges(formula, work.inputs))
    return Program(
        formula.name + kernel.suffix, formula, title, math, work.inputs, work.outputs, body, conventions=held
    )


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
    return formula.symbol if formula.over is None else f"{formula.symbol}_{formula.over}"


def _inputs(formula: Formula, extra: Sequence[Input]) -> tuple[Input, ...]:
    """One order for all kernels: the formula's own arrays, then what a product is taken with, then the parameters."""
    parameters = tuple(v for v in formula.inputs if isinstance(v, Parameter))
    arrays = tuple(v for v in formula.inputs if not isinstance(v, Parameter))
    return (*arrays, *extra, *parameters)
