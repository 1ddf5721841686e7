"""Backward from what forward saved: products with the derivative as functions of the formula's own value.

    s_i = exp(x_i) / sum_k exp(x_k):  s_j (g_j - sum_k g_k s_k)
    y_i = log(1 + exp(x_i)):          g_j (1 - exp(-y_j))

Either the derivation ends in the value itself, or the definition is solved for the component: with the reductions of
the row as constants, ``y = f(x)`` gives ``x = h(y)``, and what is left has to be free of ``x`` and of the constants.
Where that is less work than beginning with ``x``, it is worth a kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sympy import Add, Dummy, Function, Mul, Pow, exp, log, tanh

from derive.algebra import rewrite
from derive.algebra.rational import collect, multiply_out, multiply_out_bodies, normal
from derive.algebra.rules import SUMS
from derive.derivations.directions import tangent, upstream
from derive.derivations.first import before_axiom, size
from derive.derivations.found import derivations_of
from derive.language.components import Vector
from derive.language.formula import Formula, Value, unfold
from derive.language.nodes import Binder, Max, Sum, TopIndex, in_place_of, substitute

PRODUCTS = ("vjp", "jvp", "hvp")
"""The derivations of a formula over the classes that a backward or a forward pass asks for."""

LONGEST = 250
"""Nodes beyond which an expression is left alone: the algebra would not end in time."""

REDUCTION, FUNCTION, DIVISION = 4, 4, 1
"""What a pass over the classes, an elementary function and a division cost, in divisions."""


def saved(formula: Formula) -> Vector:
    """The value of a formula over the classes as an input: by its symbol where it has one of its own, else ``y``."""
    taken = {v.name for v in (*formula.inputs, upstream(formula), tangent(formula))} | {"n"}
    own = [formula.symbol] if formula.symbol != formula.name else []
    name = next(name for name in (*own, "y", *(f"y_{k}" for k in range(2, len(taken) + 3))) if name not in taken)
    return Vector(name, doc=f"the value of {formula.name}, as forward saved it")


@cache
def through_value(formula: Formula) -> Mapping[str, Any]:
    """Name of a derivation -> what it comes to, in :func:`saved` and without the vector it is differentiated by."""
    if formula.over is None or not isinstance(formula.variable, Vector):
        return {}
    ends = {d.name: before_axiom(d) for d in derivations_of(formula) if d.name in PRODUCTS}
    found = {name: _through(formula, end) for name, end in ends.items()}
    return {name: e for name, e in found.items() if e is not None and work(e) < work(unfold(ends[name]))}


def work(expression: Any) -> int:
    """What an expression costs at a class, in divisions; what stands in it twice is computed once."""
    reductions = expression.atoms(Sum, Max)
    powers = [p for p in expression.atoms(Pow) if not p.exp.is_Integer]
    functions = {*expression.atoms(Function, exp), *powers} - {f for f in powers if f.is_number}
    below = {p for p in expression.atoms(Pow) if p.exp.is_Integer and p.exp.is_negative}
    return REDUCTION * len(reductions) + FUNCTION * len(functions) + DIVISION * len(below)


def _through(formula: Formula, end: Any) -> Any:
    """An expression without the vector of its formula; ``None`` where it cannot be, or does not change with it."""
    value, x = saved(formula), formula.vector
    if size(unfold(end)) > LONGEST:
        return None
    found = _with_saved(end, formula, value)
    if x in found.free_symbols:
        found = _solved(formula, unfold(found), value)
    return found if found is not None and value in found.free_symbols else None


def _with_saved(e: Any, formula: Formula, value: Vector) -> Any:
    if isinstance(e, Value) and e.formula == formula:
        return value[e.index]
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_with_saved(body, formula, value), index)
    return e.func(*[_with_saved(a, formula, value) for a in e.args]) if e.has(Value) else e


# --- solved for the component ----------------------------------------------------------------------------------------


def _solved(formula: Formula, e: Any, value: Vector) -> Any:
    """Where a maximum is attained, no number tells that is saved."""
    if e.has(TopIndex):
        return None
    definition, x, i = unfold(formula.expression), formula.vector, formula.over
    rows = {r: Dummy("r", real=True, positive=r.is_positive) for r in _reductions(definition, formula)}
    component = solved_for(substitute(definition, rows), x[i], value[i])
    if component is None:
        return None
    found = in_place_of(x, lambda index: substitute(component, {i: index}), substitute(e, rows))
    found = collect(multiply_out(normal(rewrite(SUMS, multiply_out_bodies(found)))))
    return None if {x, *rows.values()} & found.free_symbols else found


def _reductions(definition: Any, formula: Formula) -> list[Any]:
    """Those of the row: they do not depend on the class."""
    found = {b for b in definition.atoms(Sum, Max) if formula.over not in b.free_symbols}
    return sorted((b for b in found if formula.vector in b.free_symbols), key=str)


def solved_for(e: Any, unknown: Any, value: Any) -> Any:
    """The unknown where ``e = value``; ``None`` where it stands in more than one place, or more than one solves it."""
    while e != unknown:
        inside = [a for a in e.args if a.has(unknown)]
        if len(inside) != 1 or isinstance(e, Binder):
            return None
        (part,) = inside
        turned = _turned(e, part, value)
        if turned is None:
            return None
        e, value = part, turned
    return value


def _turned(e: Any, part: Any, value: Any) -> Any:
    """What a part is worth, of which an operation made ``value``."""
    if isinstance(e, Add):
        return value - (e - part)
    if isinstance(e, Mul):
        return value / (e / part)
    if isinstance(e, exp):
        return log(value)
    if isinstance(e, log):
        return exp(value)
    if isinstance(e, tanh):
        return log((1 + value) / (1 - value)) / 2
    if isinstance(e, Pow) and e.base == part and e.exp.is_number and (e.exp == -1 or part.is_nonnegative):
        return value ** (1 / e.exp)
    if isinstance(e, Pow) and e.exp == part and e.base.is_number and e.base.is_positive:
        return log(value) / log(e.base)
    return None
