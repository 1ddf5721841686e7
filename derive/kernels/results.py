"""What the kernels of a formula compute, as mathematics, before any pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sympy import Symbol

from derive.algebra.records import Derived
from derive.derivations import free_index, tangent, upstream
from derive.derivations.first import before_axiom
from derive.derivations.saved import saved
from derive.language.components import Vector
from derive.language.formula import Formula, Variable
from derive.language.inputs import Input
from derive.language.kinds import by_name, taken_apart
from derive.loops.ir import Output
from derive.loops.passes import fresh_names

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


def of_scalar(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    """A scalar formula: its value, its gradients, both, and its product with the Hessian."""
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


def of_vector(formula: Formula, derived: Derived) -> tuple[tuple[Kernel, ...], tuple[Kernel, ...]]:
    """A vector formula: its value with the products by its first variable, and the products by the others."""
    i, named = formula.over, _output_names(formula)
    assert i is not None
    out = Output(named("out"), 1, "the value, one per class")
    value = Kernel("", "value", ((out, (i,), formula.expression, f"{formula.symbol}_{i}"),))
    first, *others = (tuple(_products(formula, by, derived, named)) for by in formula.variables)
    found = (value, *first, *_second_of_vector(formula, derived, named))
    return found, tuple(kernel for kernels in others for kernel in kernels)


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


def _output_names(formula: Formula) -> Callable[[str], str]:
    """Where an input is called as an output would be, the output gives way: ``grad_2``."""
    return cache(fresh_names({v.name for v in (*formula.inputs, upstream(formula), tangent(formula), saved(formula))}))


def _end(derived: Derived, name: str) -> Any:
    return before_axiom(derived.derivation(name))
