"""What is missing in a function that is nearly a formula: the change to the formula that gives what it gives.

Tried are derivatives with a part held constant, as where a chain rule was forgotten, and the derived result with a
term left out or turned, or without a factor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, product
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, Symbol

from derive.derivations import tangent, upstream
from derive.derivations.first import before_axiom, component, free_indices, sum_over
from derive.language.axes import axis_of
from derive.language.components import Along, Component, Vector
from derive.language.formula import Formula, Variable, unfold
from derive.language.inputs import Parameter, indices
from derive.language.kinds import by_name, taken_apart
from derive.language.nodes import Binder, Partial, substitute
from derive.language.spoken import letters_along
from derive.loops.ir import Program
from derive.notation.plain import plain
from derive.proofs import derive_formula
from derive.verify.numbers import OracleError
from derive.verify.oracle import Oracle, Point, key_of

Answers = Sequence[tuple[Point, Sequence[Sequence[float]]]]
"""Points, and what the function gave there."""
CLOSE = 1e-9
MOST = 200
"""No more changes than these are tried."""
DERIVED = {"grad": "gradient", "vjp": "vjp", "jvp": "jvp", "jacobian": "jacobian", "hvp": "hvp"}


def reason(program: Program, seen: Answers) -> str:
    """In words what is missing, where one change explains all that was seen; else nothing."""
    by = taken_apart(program.kind, program.formula)[1]
    told = [(_with_copy(point, by), given) for point, given in seen]
    for position, (words, expression, places) in enumerate(_changes(program)):
        if position >= MOST:
            break
        if _explains(expression, places, told):
            return words
    return ""


Change = tuple[str, Any, tuple[Symbol, ...]]
"""What is said of it, the result so changed, and the indices of its axes."""


def _changes(program: Program) -> Iterator[Change]:
    formula = program.formula
    kind, by = taken_apart(program.kind, formula)
    if kind == "value_and_grad":
        kind = "grad"
    own, axes = formula.indices, free_indices(formula, by)
    if kind in ("", "value"):
        for change in (_terms, _factors):
            for words, e in _everywhere(unfold(formula.expression), change):
                yield words, e, own
        yield "the sign is wrong", -formula.expression, own
        return
    places = {"jacobian": (*own, *axes), "jvp": own}.get(kind, axes)
    end = before_axiom(derive_formula(formula).derivation(by_name(DERIVED[kind], formula, by)))
    terms, factors = (((words, e, places) for words, e in _everywhere(end, change)) for change in (_terms, _factors))
    held = (
        (words, _differentiated(rest, kind, formula, by, axes), places)
        for words, rest in (_everywhere(unfold(formula.expression), partial(_held_constant, by=by)))
        if kind != "hvp"
    )
    yield from chain(held, terms) if kind == "grad" else chain(terms, held)
    yield from factors
    yield "the sign is wrong", -end, places


Altered = Iterator[tuple[str, Any]]


def _everywhere(e: Any, change: Callable[[Any], Altered]) -> Altered:
    """What a change makes of an expression, and of what its sums are of: the outermost first."""
    yield from change(e)
    yield from _inside(e, change)


def _inside(e: Any, change: Callable[[Any], Altered]) -> Altered:
    for binder in _binders(e):
        index = _index_of(binder)
        body = binder.at(index)
        here = ((f"{words} in {plain(binder)}", changed) for words, changed in change(body))
        for words, changed in chain(here, _inside(body, change)):
            yield words, substitute(e, {binder: binder.rebuild(changed, index)})


def _index_of(binder: Binder) -> Any:
    """That by which a reader sees it bound."""
    taken = {str(symbol) for symbol in binder.free_symbols}
    return indices(next(c for c in letters_along(binder.axis) if c not in taken), binder.axis)


def _binders(e: Any) -> list[Binder]:
    """The sums that stand in no other, the outermost first."""
    found, waiting = [], [e]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, Binder):
            found.append(part)
        else:
            waiting += part.args if not isinstance(part, Component) else ()
    return list(dict.fromkeys(found))


# --- parts that count as constant -------------------------------------------------------------------------------------


def _copy_of(by: Variable) -> Variable:
    """A variable of the same values, by which nothing is differentiated: no input is called so."""
    name = f"{by.name}'"
    if isinstance(by, Vector):
        return Vector(name, by.domain, by.doc, by.axes)
    return Parameter(name, by.default, by.domain, by.doc)


def _with_copy(point: Point, by: Variable) -> Point:
    name = _copy_of(by).name
    if isinstance(by, Vector):
        return replace(point, vectors={**point.vectors, name: point.vectors[by.name]})
    return replace(point, scalars={**point.scalars, name: point.scalars[by.name]})


def _held_constant(e: Any, by: Variable) -> Altered:
    """The expression with a part that the variable does not reach: it is one of the copy."""
    for part in _parts(e):
        held = _of_copy(part, by)
        if held != part and part != e and (rest := substitute(e, {part: held})) != e:
            yield f"the derivative of {plain(part)} is missing: it counts as constant", rest


def _of_copy(part: Any, by: Variable) -> Any:
    copy = _copy_of(by)
    if isinstance(by, Vector) and isinstance(copy, Vector):
        return _with_components(part, by, copy)
    return substitute(part, {by: copy})


def _with_components(e: Any, by: Vector, copy: Vector) -> Any:
    if isinstance(e, Component):
        return Component(copy, *e.indices) if e.vector == by else e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(_with_components(body, by, copy), index)
    return e.func(*(_with_components(a, by, copy) for a in e.args)) if e.args else e


def _differentiated(e: Any, kind: str, formula: Formula, by: Variable, axes: tuple[Symbol, ...]) -> Any:
    """What a kind of kernel gives of an expression in place of its formula."""
    if kind == "jvp":
        return Partial(e, Along(by, tangent(formula, by)))
    if kind == "vjp":
        e = sum_over(Component(upstream(formula), *formula.indices) * e, formula.indices)
    return Partial(e, component(by, *axes))


def _parts(whole: Any) -> list[Any]:
    """Larger ones first; a sum is one, what it is of is looked at by itself."""
    found = []
    waiting = [whole]
    while waiting:
        e = waiting.pop(0)
        for part in e.args if not isinstance(e, Binder | Component) else ():
            if part.args and not part.is_number:
                found.append(part)
                waiting.append(part)
    return list(dict.fromkeys(found))


# --- terms and factors ------------------------------------------------------------------------------------------------


def _terms(e: Any) -> Altered:
    """With one term left out, or turned: the outermost first."""
    for node in _outside(e):
        if isinstance(node, Add):
            for term in node.args:
                yield f"the term {plain(term)} is missing", substitute(e, {node: node - term})
                yield f"the term {plain(term)} has the wrong sign", substitute(e, {node: node - 2 * term})


def _factors(e: Any) -> Altered:
    """With one factor left out: the outermost first, and last the whole as the one that there is."""
    for node in _outside(e):
        for factor in node.args if isinstance(node, Mul) else ():
            if not (factor.is_number or (isinstance(factor, Pow) and factor.exp == -1 and factor.base.is_number)):
                yield f"the factor {plain(factor)} is missing", substitute(e, {node: node / factor})
    if not isinstance(e, Add | Mul) and not e.is_number:
        yield f"the factor {plain(e)} is missing", Integer(1)


def _outside(e: Any) -> list[Expr]:
    """Terms and factors, the outermost first; what stands under a sum is altered with it (:func:`_everywhere`)."""
    found, waiting = [], [e]
    while waiting:
        part = waiting.pop(0)
        found += [part] if isinstance(part, Add | Mul) else []
        waiting += () if isinstance(part, Binder) else part.args
    return list(dict.fromkeys(found))


# --- what explains ----------------------------------------------------------------------------------------------------


def _explains(expression: Any, over: tuple[Symbol, ...], seen: Answers) -> bool:
    told = 0
    for point, given in seen:
        try:
            values = _values(expression, over, point)
        except (OracleError, ArithmeticError, KeyError, ValueError):
            return False
        got = given[-1]
        size = max(map(abs, values), default=0.0) + max(map(abs, got), default=0.0)
        if len(got) != len(values) or any(not abs(a - b) <= CLOSE * size for a, b in zip(got, values, strict=True)):
            return False
        told += any(values)
    return told > 0


def _values(e: Any, over: tuple[Symbol, ...], point: Point) -> list[float]:
    oracle = Oracle(point)
    places = product(*(range(1, oracle.size(axis_of(index)) + 1) for index in over))
    names = [key_of(index) for index in over]
    with oracle.numbers.working():
        return [float(_number(oracle, e, dict(zip(names, place, strict=True)))) for place in places]


def _number(oracle: Oracle, e: Any, place: dict[str, int]) -> Any:
    low, high = oracle.numbers.bounds(oracle.value(e, place))
    return (low.fraction + high.fraction) / 2
