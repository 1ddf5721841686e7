"""The kernels of a formula: which there are, and the passes that make each, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Symbol, exp

from derive.algebra import is_nonnegative
from derive.algebra.canonical import canonical
from derive.algebra.records import Derived
from derive.derivations import free_index, tangent, upstream
from derive.derivations.first import before_axiom
from derive.derivations.saved import saved, through_value
from derive.language.formula import SAVED, Formula, Value, Variable, unfold
from derive.language.inputs import Input, Parameter
from derive.language.kinds import by_name, kernel_names, taken_apart
from derive.language.nodes import Sum, Vector, in_place_of
from derive.loops import PASSES, LowerError, Work, conventions, passed
from derive.loops.ir import Output, Program, Saved
from derive.loops.lower import lower
from derive.loops.passes import Body, fresh_names, work_on
from derive.loops.ranges import Ranges
from derive.notation.plain import plain
from derive.numerics import Result, Task, route
from derive.numerics.routes import each

GRAD_DOC = "the derivative by each component of {x}"


Sought = tuple[Output, tuple[Symbol, ...], Any, str]
"""An output, the indices of its axes, what it is, and how that is called in mathematics."""


@dataclass(frozen=True)
class Kernel:
    """What a kernel computes, before any pass: its results as mathematics.

    extra:   the vectors that a product is taken with.
    through: where it takes the value of its formula in place of the vector that this came from, the result as a
             formula of that value: what the passes work on.
    """

    suffix: str
    title: str
    results: tuple[Sought, ...]
    extra: tuple[Input, ...] = ()
    through: Formula | None = None

    def kinds(self, formula: Formula) -> tuple[tuple[str, Variable], ...]:
        """What each result is of the formula, by which variable: :func:`derive.numerics.structural.as_computed`."""
        if self.through is not None:
            return (("value", self.through.variable),)
        if self.suffix == "_value_and_grad":
            return (("value", formula.variable), *(("grad", by) for by in formula.variables))
        kind, by = taken_apart(self.suffix.removeprefix("_"), formula)
        return ((kind or "value", by),)


def programs(formula: Formula, derived: Derived) -> tuple[Program, ...]:
    """Every kernel of the formula as a loop program; one from the saved value only where that becomes loops."""
    found = []
    for kernel in kernels(formula, derived):
        with suppress(*([LowerError] if kernel.through is not None else [])):
            found.append(program(formula, kernel))
    return tuple(found)


def all_kernel_names(formula: Formula) -> tuple[str, ...]:
    """The names of all kernels of a formula, in order.  Raises DeriveError where it cannot be differentiated."""
    return (*kernel_names(formula), *(f"{formula.name}_{name}_{SAVED}" for name in through_value(formula)))


def kernels(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    """The kernels of a scalar formula (value, gradient, both) or of a vector formula (value, products, Jacobian)."""
    return _of_scalar(formula, derived) if formula.over is None else _of_vector(formula, derived)


def _of_scalar(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    named = _output_names(formula)
    value = (Output(named("value"), 0, "the value, one per row"), (), formula.expression, formula.symbol)
    first, *others = (_slope(formula, by, derived, named) for by in formula.variables)
    return (
        Kernel("", "value", (value,)),
        Kernel("_grad", "gradient", (first,)),
        Kernel("_value_and_grad", "value and gradient from the same passes", (value, first, *others)),
        *_second_of_scalar(formula, derived, named),
        *(
            Kernel(f"_grad_{by.name}", f"gradient by {by.name}", (slope,))
            for by, slope in zip(formula.variables[1:], others, strict=True)
        ),
    )


def _slope(formula: Formula, by: Variable, derived: Derived, named: Callable[[str], str]) -> Sought:
    """The derivative of a scalar formula by a variable: one per class for a vector, one per row for a parameter."""
    end, name = _end(derived, by_name("gradient", formula, by)), named(by_name("grad", formula, by))
    left = f"d{formula.symbol}/d{by.name}"
    if not isinstance(by, Vector):
        return Output(name, 0, f"the derivative by {by.name}, one per row"), (), end, left
    j = free_index(formula)
    return Output(name, 1, GRAD_DOC.format(x=by.name)), (j,), end, f"{left}_{j}"


def _second_of_scalar(formula: Formula, derived: Derived, named: Callable[[str], str]) -> Iterator[Kernel]:
    if not isinstance(formula.variable, Vector):
        return
    j, v = free_index(formula), tangent(formula)
    doc = f"sum over k of the second derivative by components j and k of {formula.variable.name} times {v.name}_k"
    turn = Output(named("out"), 1, doc)
    along = (turn, (j,), _end(derived, "hvp"), f"{turn.name}_{j}")
    yield Kernel("_hvp", "Hessian-vector product", (along,), (v,))


def _of_vector(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    i, named = formula.over, _output_names(formula)
    assert i is not None
    out = Output(named("out"), 1, "the value, one per class")
    value = Kernel("", "value", ((out, (i,), formula.expression, f"{formula.symbol}_{i}"),))
    first, *others = (tuple(_products(formula, by, derived, named)) for by in formula.variables)
    found = (value, *first, *_second_of_vector(formula, derived, named))
    return (*found, *_from_saved(formula, found), *(kernel for kernels in others for kernel in kernels))


def _products(formula: Formula, by: Variable, derived: Derived, named: Callable[[str], str]) -> Iterator[Kernel]:
    """The products with the derivative of a vector formula by a variable, and the Jacobian itself."""
    i, j, other = formula.over, free_index(formula), None if by == formula.variable else by
    assert i is not None
    g, v, s, x = upstream(formula), tangent(formula), formula.symbol, by.name
    each, classwise = isinstance(by, Vector), (j,) if isinstance(by, Vector) else ()
    tail, told = ("", "") if other is None else (f"_{x}", f" by {x}")

    def end(name: str) -> Any:
        return _end(derived, by_name(name, formula, by))

    pull, result = named("grad" + tail), named("out")
    what = f"each component of {x}" if each else x
    grad = Output(pull, len(classwise), f"sum over {i} of {g.name}_{i} times the derivative of output {i} by {what}")
    left = f"{pull}_{j}" if each else pull
    yield Kernel(f"_vjp{tail}", f"vector-Jacobian product{told}", ((grad, classwise, end("vjp"), left),), (g,))
    if each:
        push = Output(result, 1, f"the derivative of each output along {v.name}{' in ' + x if other else ''}")
        along = (push, (i,), end("jvp"), f"{result}_{i}")
        yield Kernel(f"_jvp{tail}", f"Jacobian-vector product{told}", (along,), (v,))
    doc = (
        f"the derivative of output {i} (row) by component {j} of {x} (column)"
        if each
        else f"the derivative of each output by {x}"
    )
    matrix = Output(result, 1 + len(classwise), doc)
    slopes = (matrix, (i, *classwise), end("jacobian"), f"d{s}_{i}/d{x}" + (f"_{j}" if each else ""))
    yield Kernel(f"_jacobian{tail}", f"Jacobian{told}", (slopes,))


def _second_of_vector(formula: Formula, derived: Derived, named: Callable[[str], str]) -> Iterator[Kernel]:
    if not isinstance(formula.variable, Vector):
        return
    j, g, v = free_index(formula), upstream(formula), tangent(formula)
    turn = Output(named("out"), 1, f"the derivative, along {v.name}, of the vector-Jacobian product with {g.name}")
    along = (turn, (j,), _end(derived, "hvp"), f"{turn.name}_{j}")
    yield Kernel("_hvp", "Hessian-vector product", (along,), (g, v))


def _from_saved(formula: Formula, known: Sequence[Kernel]) -> Iterator[Kernel]:
    """The products that can be computed from the value of the formula, which forward has already."""
    found, given = through_value(formula), saved(formula)
    bounded = _bounded(given, formula, known[0]) if found else given
    for kernel in known:
        if (name := kernel.suffix.strip("_")) in found:
            ((output, indices, _, left),) = kernel.results
            suffix, product = f"{kernel.suffix}_{SAVED}", in_place_of(given, lambda k: bounded[k], found[name])
            through = Formula(formula.name + suffix, product, bounded, indices[0], file=formula.file, line=formula.line)
            results = ((output, indices, product, left),)
            yield Kernel(suffix, f"{kernel.title} from the saved value", results, kernel.extra, through)


def _bounded(given: Vector, formula: Formula, value: Kernel) -> Vector:
    """The saved value with what is known of it: that its exponentials sum to 1, its sign, the range of its program."""
    definition = unfold(formula.expression)
    if canonical(Sum(exp(definition), formula.over)) == 1:
        return Vector(given.name, "log_share", given.doc)
    made = program(formula, value)
    ranges = Ranges(formula, made.inputs)
    for statement in made.body:
        ranges.take(statement)
    found = ranges.arrays[made.outputs[0].name]
    low, high = found.low >= 0 or is_nonnegative(definition), found.high <= 0 or is_nonnegative(-definition)
    domain = "share" if low and found.high <= 1 else "nonnegative" if low else "nonpositive" if high else "real"
    return Vector(given.name, domain, given.doc)


def _output_names(formula: Formula) -> Callable[[str], str]:
    """Where an input is called as an output would be, the output gives way: ``grad_2``."""
    return cache(fresh_names({v.name for v in (*formula.inputs, upstream(formula), tangent(formula), saved(formula))}))


def _end(derived: Derived, name: str) -> Any:
    return before_axiom(derived.derivation(name))


def program(formula: Formula, kernel: Kernel) -> Program:
    """All passes, in order: over expressions, then, lowered to loops, over these."""
    work, task = _work(formula, kernel), _task(formula, kernel)
    body = lower(task.formula, route(task).results(task), work.fresh)
    return _program(formula, work, kernel, passed(work, body))


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
    held = conventions(body, Ranges(work.formula, work.inputs))
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
    return formula.symbol if formula.over is None else f"{formula.symbol}_{formula.over}"


def _inputs(formula: Formula, extra: Sequence[Input]) -> tuple[Input, ...]:
    """One order for all kernels: the formula's own arrays, then what a product is taken with, then the parameters."""
    parameters = tuple(v for v in formula.inputs if isinstance(v, Parameter))
    arrays = tuple(v for v in formula.inputs if not isinstance(v, Parameter) and v not in extra)
    return (*arrays, *extra, *parameters)
