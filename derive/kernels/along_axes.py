"""The kernels of a formula that names its axes: its value, its first derivatives, and the products with them.

Each result may be computed from several expressions that are the same on paper: as it was derived, by the rules of
differentiation alone, and with its sums in the order that computes least.  The first that costs no more than any other
is taken, so that what is read in a derivation is what is computed wherever that is no slower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from sympy import Symbol

from derive.algebra.records import Derived
from derive.derivations import tangent, upstream
from derive.derivations.first import before_axiom, component, free_indices, sum_over
from derive.kernels.results import Kernel, Sought
from derive.language.axes import axis_of
from derive.language.components import Along, Component, Vector
from derive.language.formula import Formula, Variable, unfold
from derive.language.kinds import by_name
from derive.loops.ir import Output
from derive.loops.order import loop_degree
from derive.loops.passes import fresh_names
from derive.numerics import Result
from derive.numerics.contraction import contracted
from derive.numerics.moments import centred_moments
from derive.numerics.routes import along
from derive.numerics.structural import derivative as structural


def along_axes(formula: Formula, derived: Derived) -> tuple[Kernel, ...]:
    """The kernels, in order."""
    named = _output_names(formula)
    return tuple(_of_scalar(formula, derived, named) if not formula.indices else _of_array(formula, derived, named))


def _of_scalar(formula: Formula, derived: Derived, named: Callable[[str], str]) -> Iterator[Kernel]:
    value = _value(formula, named("value"), "the value")
    first, *others = (_slope(formula, by, derived, named) for by in formula.variables)
    yield Kernel("", "value", (value,))
    yield Kernel("_grad", "gradient", (first,))
    yield Kernel("_value_and_grad", "value and gradient", (value, first, *others))
    for by, slope in zip(formula.variables[1:], others, strict=True):
        yield Kernel(f"_grad_{by.name}", f"gradient by {by.name}", (slope,))
    if isinstance(formula.variable, Vector):
        yield _second(formula, derived, named, ())


def _of_array(formula: Formula, derived: Derived, named: Callable[[str], str]) -> Iterator[Kernel]:
    yield Kernel("", "value", (_value(formula, named("out"), "the value"),))
    g = upstream(formula)
    for by in formula.variables:
        told, each = ("" if by == formula.variable else f" by {by.name}"), free_indices(formula, by)
        pull = by_name("grad", formula, by)
        doc = f"sum over the outputs of {g.name} times their derivative by each component of {by.name}"
        output = _output(named(pull), doc, each)
        vjp = output, each, _end(derived, by_name("vjp", formula, by)), _shown(output.name, each)
        yield Kernel(f"_{by_name('vjp', formula, by)}", f"vector-Jacobian product{told}", (vjp,), (g,))
        if isinstance(by, Vector):
            v = tangent(formula, by)
            output = _output(
                named("out"), f"the derivative of each output along {v.name} in {by.name}", formula.indices
            )
            jvp = output, formula.indices, _end(derived, by_name("jvp", formula, by)), _shown("out", formula.indices)
            yield Kernel(f"_{by_name('jvp', formula, by)}", f"Jacobian-vector product{told}", (jvp,), (v,))
    if isinstance(formula.variable, Vector):
        yield _second(formula, derived, named, (g,))


def _second(formula: Formula, derived: Derived, named: Callable[[str], str], pulled: tuple[Vector, ...]) -> Kernel:
    """The derivative, along a direction, of the gradient or of the product with what is pulled back."""
    v, each = tangent(formula), free_indices(formula, formula.variable)
    what = f"the vector-Jacobian product with {pulled[0].name}" if pulled else "the gradient"
    output = _output(named("out"), f"the derivative, along {v.name}, of {what}", each)
    turned = output, each, _end(derived, "hvp"), _shown(output.name, each)
    return Kernel("_hvp", "Hessian-vector product", (turned,), (*pulled, v))


def _value(formula: Formula, name: str, doc: str) -> Sought:
    output = _output(name, doc, formula.indices)
    return output, formula.indices, formula.expression, _shown(formula.symbol, formula.indices)


def _slope(formula: Formula, by: Variable, derived: Derived, named: Callable[[str], str]) -> Sought:
    indices = free_indices(formula, by)
    doc = f"the derivative by each component of {by.name}" if indices else f"the derivative by {by.name}"
    end, left = _end(derived, by_name("gradient", formula, by)), f"d{formula.symbol}/d{_shown(by.name, indices)}"
    return _output(named(by_name("grad", formula, by)), doc, indices), indices, end, left


def _output(name: str, doc: str, indices: Sequence[Symbol]) -> Output:
    return Output(name, len(indices), doc, tuple(axis_of(index).size.name for index in indices))


def _shown(name: str, indices: Sequence[Symbol]) -> str:
    if len(indices) == 1:
        return f"{name}_{indices[0]}"
    return f"{name}[{', '.join(map(str, indices))}]" if indices else name


def _output_names(formula: Formula) -> Callable[[str], str]:
    """Where an input is called as an output would be, the output gives way."""
    directions = (tangent(formula, by) for by in formula.variables)
    return cache(fresh_names({v.name for v in (*formula.inputs, upstream(formula), *directions)}))


def _end(derived: Derived, name: str) -> Any:
    return before_axiom(derived.derivation(name))


def results_along_axes(formula: Formula, kernel: Kernel) -> list[Result]:
    """What is computed, in a form that floats can take: see :func:`derive.numerics.routes.along`."""
    kinds = kernel.kinds(formula)
    cheapest = [
        Result(output.name, indices, _cheapest(list(_ways(formula, kind, by, end, indices)), indices))
        for (output, indices, end, _), (kind, by) in zip(kernel.results, kinds, strict=True)
    ]
    return list(along(cheapest))


def _ways(formula: Formula, kind: str, by: Variable, end: Any, indices: Sequence[Symbol]) -> Iterator[Any]:
    """The same result in several forms, those first that lose the fewest digits: nothing is multiplied out in them."""
    written = unfold(formula.expression)
    whole = centred_moments(written)
    derived = [unfold(end)] if whole == written else [whole] * (kind == "value")
    forms = [_structural(e, places) for e, places in _derivatives(whole, formula, kind, by, indices)] + derived
    yield from forms
    yield from map(contracted, forms)


def _derivatives(
    whole: Any, formula: Formula, kind: str, by: Variable, indices: Sequence[Symbol]
) -> Iterator[tuple[Any, Sequence[Any]]]:
    """What is differentiated for a kernel, and by what in turn."""
    pulled = whole
    if formula.indices and kind in ("vjp", "hvp"):
        pulled = sum_over(Component(upstream(formula), *formula.indices) * whole, formula.indices)
    if kind in ("grad", "vjp"):
        yield pulled, [component(by, *indices)]
    elif kind == "jvp":
        yield whole, [Along(by, tangent(formula, by))]
    elif kind == "hvp":
        yield pulled, [component(by, *indices), Along(by, tangent(formula, by))]


def _structural(e: Any, places: Sequence[Any]) -> Any:
    for place in places:
        e = structural(e, place)
    return e


def _cheapest(ways: Sequence[Any], indices: Sequence[Symbol]) -> Any:
    return min(ways, key=lambda e: loop_degree(e, indices))
