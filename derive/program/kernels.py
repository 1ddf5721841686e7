"""The kernels of a formula: which there are, and the passes that make each, in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Symbol

from derive.calculus.derive import tangent, upstream
from derive.calculus.differentiation import free_index
from derive.calculus.records import Derived
from derive.language.formula import Formula, Value
from derive.language.inputs import Input
from derive.language.nodes import Vector
from derive.language.plain import plain
from derive.program.caveats import caveats, conventions
from derive.program.fuse import fuse
from derive.program.ir import Output, Program
from derive.program.keep import keep
from derive.program.lower import lower
from derive.program.number import number
from derive.program.set_apart import complement_at_labels, set_top_apart
from derive.program.share import share
from derive.program.specialise import Result, specialise
from derive.program.stabilise import stabilise

GRAD_DOC = "the derivative by each component of {x}"


@dataclass(frozen=True)
class Kernel:
    """What a kernel computes, before any pass: its results as mathematics."""

    suffix: str
    title: str
    results: tuple[tuple[Output, tuple[Symbol, ...], Any, str], ...]
    extra: tuple[Input, ...] = ()


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
    value = (Output("value", 0, "the value, one per row"), (), formula.expression, formula.symbol)
    doc = GRAD_DOC.format(x=formula.wrt.name)
    gradient = _end(derived, "gradient")
    grad = (Output("grad", 1, doc), (j,), gradient, f"d{formula.symbol}/d{formula.wrt.name}_{j}")
    v = tangent(formula)
    doc = f"sum over k of the second derivative by components j and k of {formula.wrt.name} times {v.name}_k"
    along = (Output("out", 1, doc), (j,), _end(derived, "hvp"), f"out_{j}")
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
    out = Output("out", 1, "the value, one per class")
    s, x = formula.symbol, formula.wrt.name
    grad = Output("grad", 1, f"sum over i of {g.name}_i times the derivative of output i by each component of {x}")
    push = Output("out", 1, f"the derivative of each output along {v.name}")
    turn = Output("out", 1, f"the derivative, along {v.name}, of the vector-Jacobian product with {g.name}")
    matrix = Output("out", 2, f"the derivative of output {i} (row) by component {j} of {x} (column)")
    return (
        Kernel("", "value", ((out, (i,), formula.expression, f"{s}_{i}"),)),
        Kernel("_vjp", "vector-Jacobian product", ((grad, (j,), _end(derived, "vjp"), f"grad_{j}"),), (g,)),
        Kernel("_jvp", "Jacobian-vector product", ((push, (i,), _end(derived, "jvp"), f"out_{i}"),), (v,)),
        Kernel("_jacobian", "Jacobian", ((matrix, (i, j), _end(derived, "jacobian"), f"d{s}_{i}/d{x}_{j}"),)),
        Kernel("_hvp", "Hessian-vector product", ((turn, (j,), _end(derived, "hvp"), f"out_{j}"),), (g, v)),
    )


def _end(derived: Derived, name: str) -> Any:
    return derived.derivation(name).end


def program(formula: Formula, kernel: Kernel) -> Program:
    """The passes, in order: specialise, stabilise, set apart, lower, fuse, keep, share, number."""
    inputs = _inputs(formula, kernel.extra)
    outputs = tuple(output for output, *_ in kernel.results)
    fixed = {i.name for i in inputs} | {o.name for o in outputs} | {"n"}
    fresh = _fresh(set(fixed))
    cases = specialise([Result(o.name, indices, e) for o, indices, e, _ in kernel.results])
    results = [Result(r.output, r.indices, stabilise(r.expression, formula.wrt)) for r in cases]
    warned = caveats(r.expression for r in results)
    apart = set_top_apart([complement_at_labels(r.expression, r.diagonal) for r in results])
    results = [Result(r.output, r.indices, e) for r, e in zip(results, apart, strict=True)]
    body = fuse(lower(formula, results, fresh))
    body = number(share(keep(body, outputs, fresh), fresh), fixed)
    math = tuple(f"{left} = {plain(expression)}" for _, _, expression, left in kernel.results)
    math += tuple(f"where {line}" for line in _definitions([e for _, _, e, _ in kernel.results]))
    title = f"{formula.title or formula.name}: {kernel.title}"
    name = formula.name + kernel.suffix
    return Program(name, formula, title, math, inputs, outputs, body, warned, conventions(body))


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
    vectors = tuple(v for v in formula.inputs if isinstance(v, Vector))
    others = tuple(v for v in formula.inputs if not isinstance(v, Vector))
    return (*vectors, *extra, *others)


def _fresh(taken: set[str]) -> Callable[[str], str]:
    def fresh(name: str) -> str:
        found, count = name, 1
        while found in taken:
            count += 1
            found = f"{name}_{count}"
        taken.add(found)
        return found

    return fresh
