"""The kernels of a formula: which there are, and the passes that make each, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sympy import Symbol

from derive.algebra.records import Derived
from derive.algebra.rules import AXIOM
from derive.derivations import free_index, tangent, upstream
from derive.derivations.first import size
from derive.language.formula import Formula, Value, unfold
from derive.language.inputs import Input, Parameter
from derive.loops import LowerError, conventions
from derive.loops.fuse import fuse
from derive.loops.ir import Output, Program, Statement
from derive.loops.keep import keep
from derive.loops.lower import lower
from derive.loops.minus import with_plain_zeros
from derive.loops.number import number
from derive.loops.ranges import Ranges
from derive.loops.share import share
from derive.loops.weights import weigh
from derive.notation.plain import plain
from derive.numerics import centre, complement_at_labels, exposed, scale, set_top_apart
from derive.numerics.exponents.stabilise import stabilise
from derive.numerics.saturation import saturated
from derive.numerics.set_apart import vanishes_in_logarithm
from derive.numerics.specialise import Result, specialise
from derive.numerics.structural import as_computed, divides_by_difference, flat

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


def kernel_names(formula: Formula) -> tuple[str, ...]:
    """The names of the kernels that a formula has."""
    first = ("_grad", "_value_and_grad") if formula.over is None else ("_vjp", "_jvp", "_jacobian")
    suffixes = ("", *first, "_hvp")
    return tuple(formula.name + suffix for suffix in suffixes)


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
    return _fresh({v.name for v in (*formula.inputs, upstream(formula), tangent(formula))})


def _end(derived: Derived, name: str) -> Any:
    """What a derivation comes to before it is used that a distribution sums to 1: rounded, it does not."""
    chain = derived.derivation(name)
    return next((step.before for step in chain.steps if step.rule == AXIOM), chain.end)


@dataclass(frozen=True)
class Work:
    """What every pass may ask for: whose kernel it is, inputs, outputs, names that are taken, how to make a new one."""

    formula: Formula
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    directions: tuple[Any, ...]
    fixed: frozenset[str]
    fresh: Callable[[str], str]


Results = Sequence[Result]
Body = tuple[Statement, ...]


@dataclass(frozen=True)
class Route:
    """A way from mathematics to expressions that floats can take: where it starts, and the passes in order."""

    start: Callable[[Formula, Kernel], Results]
    passes: Mapping[str, Callable[[Work, Results], Results]]


def _derived(formula: Formula, kernel: Kernel) -> Results:
    """The results as they were derived."""
    return [Result(output.name, indices, e) for output, indices, e, _ in kernel.results]


def _computed(formula: Formula, kernel: Kernel) -> Results:
    """The results by derivatives that multiply nothing out."""
    return [
        Result(output.name, indices, as_computed(formula, kind, indices, kernel.extra))
        for kind, (output, indices, _, _) in zip(kernel.kinds, kernel.results, strict=True)
    ]


SHIFTED = Route(
    _derived,
    {
        "specialise": lambda work, results: specialise(results),
        "stabilise": lambda work, results: _each(results, lambda r: stabilise(r.expression, work.formula.wrt)),
        "saturate": lambda work, results: _each(results, lambda r: saturated(r.expression)),
        "centre": lambda work, results: _each(results, lambda r: centre(r.expression)),
        "complement": lambda work, results: _each(results, lambda r: complement_at_labels(r.expression, r.diagonal)),
        "set apart": lambda work, results: _with(results, set_top_apart([r.expression for r in results])),
    },
)
"""Where the formula's own shift theorem keeps every exponential in range: the largest component is taken off."""

SCALED = Route(
    _computed,
    {
        "specialise": lambda work, results: specialise(results),
        "saturate": lambda work, results: _each(results, lambda r: saturated(r.expression)),
        "flatten": lambda work, results: _each(results, lambda r: flat(r.expression, work.directions)),
        "centre": lambda work, results: _each(results, lambda r: centre(r.expression)),
        "complement": lambda work, results: _each(results, lambda r: complement_at_labels(r.expression, r.diagonal)),
        "scale": lambda work, results: _each(results, lambda r: scale(r.expression)),
        "set apart": lambda work, results: _with(results, set_top_apart([r.expression for r in results])),
    },
)
"""Where it does not: every exponential on a scale of its own."""


LONGEST = 250
"""Nodes of a derived result beyond which no theorem is tried on it: the algebra would not end in time."""


def route(formula: Formula, kernel: Kernel) -> Route:
    """The way that a kernel takes."""
    work = _work(formula, kernel)
    if max(size(unfold(e)) for _, _, e, _ in kernel.results) > LONGEST:
        return SCALED
    derived = _rewritten(work, kernel, SHIFTED, ("specialise",))
    if any(divides_by_difference(result.expression) for result in derived):
        computed = _rewritten(work, kernel, SCALED, ("specialise",))
        if not any(divides_by_difference(result.expression) for result in computed):
            return SCALED
    shifted = SHIFTED.passes["stabilise"](work, derived)
    value = stabilise(formula.expression, formula.wrt)
    needed = any(exposed(e) or vanishes_in_logarithm(e) for e in (value, *(result.expression for result in shifted)))
    return SCALED if needed else SHIFTED


PASSES: dict[str, Callable[[Work, Body], Body]] = {
    "fuse": lambda work, body: fuse(body),
    "weigh": lambda work, body: weigh(body, Ranges(work.formula, work.inputs)),
    "plain zeros": lambda work, body: with_plain_zeros(body, Ranges(work.formula, work.inputs)),
    "keep": lambda work, body: keep(body, work.outputs, work.fresh),
    "share": lambda work, body: share(body, work.fresh),
    "number": lambda work, body: number(body, set(work.fixed)),
}
"""The passes over loops, in order.  Between the two, expressions are lowered to loops."""


def program(formula: Formula, kernel: Kernel) -> Program:
    """All passes, in order."""
    work, way = _work(formula, kernel), route(formula, kernel)
    results = _rewritten(work, kernel, way, way.passes)
    return _program(work, kernel, _passed(work, lower(formula, results, work.fresh), PASSES))


def stages(formula: Formula, kernel: Kernel) -> Iterator[tuple[str, Program]]:
    """The program after each pass, by the name of the pass.

    Expressions that passes are still to come to are lowered as they are; where they cannot be, the pass is left out.
    """
    way = route(formula, kernel)
    for count, name in enumerate(way.passes, start=1):
        work = _work(formula, kernel)
        results = _rewritten(work, kernel, way, list(way.passes)[:count])
        with suppress(LowerError):
            yield name, _program(work, kernel, lower(formula, _each(results, _unfolded), work.fresh))
    for count, name in enumerate(PASSES, start=1):
        work = _work(formula, kernel)
        body = lower(formula, _rewritten(work, kernel, way, way.passes), work.fresh)
        yield name, _program(work, kernel, _passed(work, body, list(PASSES)[:count]))


def _unfolded(result: Result) -> Any:
    return unfold(result.expression)


def _work(formula: Formula, kernel: Kernel) -> Work:
    outputs = tuple(output for output, *_ in kernel.results)
    inputs = _inputs(formula, kernel.extra)
    fixed = {i.name for i in inputs} | {o.name for o in outputs} | {"n"}
    return Work(formula, inputs, outputs, kernel.extra, frozenset(fixed), _fresh(set(fixed)))


def _rewritten(work: Work, kernel: Kernel, way: Route, passes: Iterable[str]) -> Results:
    results = way.start(work.formula, kernel)
    for name in passes:
        results = way.passes[name](work, results)
    return results


def _passed(work: Work, body: Body, passes: Iterable[str]) -> Body:
    for name in passes:
        body = PASSES[name](work, body)
    return body


def _each(results: Results, rewrite: Callable[[Result], Any]) -> Results:
    return _with(results, [rewrite(result) for result in results])


def _with(results: Results, expressions: Sequence[Any]) -> Results:
    return [replace(result, expression=e) for result, e in zip(results, expressions, strict=True)]


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


def _fresh(taken: set[str]) -> Callable[[str], str]:
    def fresh(name: str) -> str:
        found, count = name, 1
        while found in taken:
            count += 1
            found = f"{name}_{count}"
        taken.add(found)
        return found

    return fresh
