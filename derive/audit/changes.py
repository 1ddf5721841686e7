"""What is missing in a function that is nearly a formula: the change to the formula that gives what it gives.

Tried are derivatives with a part held constant, as where a chain rule was forgotten, and the derived result with a
term left out or turned, or without a factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sympy import Add, Mul, Pow, Symbol

from derive.derivations import free_index
from derive.derivations.first import before_axiom, component
from derive.language.components import Vector
from derive.language.formula import Formula, unfold
from derive.language.kinds import by_name, taken_apart
from derive.language.nodes import Binder, Partial, substitute
from derive.loops.ir import Program
from derive.notation.plain import plain
from derive.proofs import derive_formula
from derive.verify.numbers import OracleError
from derive.verify.oracle import Oracle, Point, key_of

Answers = Sequence[tuple[Point, Sequence[Sequence[float]]]]
"""Points, and what the function gave there."""
CLOSE = 1e-9
MOST = 60
"""No more changes than these are tried."""
DERIVED = {"grad": "gradient", "vjp": "vjp", "jvp": "jvp", "jacobian": "jacobian", "hvp": "hvp"}


def reason(program: Program, seen: Answers) -> str:
    """In words what is missing, where one change explains all that was seen; else nothing."""
    for position, (words, expression, indices, scalars) in enumerate(_changes(program)):
        if position >= MOST:
            break
        if _explains(expression, indices, scalars, seen):
            return words
    return ""


Change = tuple[str, Any, tuple[Symbol, ...], Mapping[str, Any]]
"""What is said of it, the result so changed, the indices of its axes, and symbols that stand for parts."""


def _changes(program: Program) -> Iterator[Change]:
    formula = program.formula
    kind, by = taken_apart(program.kind, formula)
    j = free_index(formula)
    if kind == "value_and_grad":
        kind = "grad"
    own = () if formula.over is None else (formula.over,)
    if kind in ("", "value"):
        for words, e in _altered(unfold(formula.expression)):
            yield words, e, own, {}
        return
    axes = (j,) if isinstance(by, Vector) else ()
    if kind == "grad":
        yield from _held_constant(formula, component(by, j), axes)
    end = before_axiom(derive_formula(formula).derivation(by_name(DERIVED[kind], formula, by)))
    indices = {"jacobian": (*own, *axes), "jvp": own}.get(kind, axes)
    for words, e in _altered(end):
        yield words, e, indices, {}


def _held_constant(formula: Formula, by: Any, axes: tuple[Symbol, ...]) -> Iterator[Change]:
    """Derivatives in which a part of the formula counts as constant."""
    whole = unfold(formula.expression)
    for part in _parts(whole):
        held = Symbol("held", real=True)
        rest = substitute(whole, {part: held})
        if rest != whole and rest != held:
            words = f"the derivative of {plain(part)} is missing: it counts as constant"
            yield words, Partial(rest, by), axes, {"held": part}


def _parts(whole: Any) -> list[Any]:
    """Larger ones first: those that stand in no sum, for there they are many."""
    found = []
    waiting = [whole]
    while waiting:
        e = waiting.pop(0)
        for part in e.args if not isinstance(e, Binder) else ():
            if part.args and not part.is_number:
                found.append(part)
                waiting.append(part)
    return list(dict.fromkeys(found))


def _altered(e: Any) -> Iterator[tuple[str, Any]]:
    """With one term left out, one term turned, one factor left out: the outermost first."""
    for node in _outside(e):
        if isinstance(node, Add):
            for term in node.args:
                yield f"the term {plain(term)} is missing", substitute(e, {node: node - term})
                yield f"the term {plain(term)} has the wrong sign", substitute(e, {node: node - 2 * term})
    for node in _outside(e):
        if isinstance(node, Mul):
            for factor in node.args:
                if factor.is_number or (isinstance(factor, Pow) and factor.exp == -1 and factor.base.is_number):
                    continue
                yield f"the factor {plain(factor)} is missing", substitute(e, {node: node / factor})
    yield "the sign is wrong", -e


def _outside(e: Any) -> list[Any]:
    """Sums and products, the outermost first; what stands under a sum over the classes is left alone."""
    found, waiting = [], [e]
    while waiting:
        part = waiting.pop(0)
        found += [part] if isinstance(part, Add | Mul) else []
        waiting += () if isinstance(part, Binder) else part.args
    return list(dict.fromkeys(found))


def _explains(expression: Any, indices: tuple[Symbol, ...], parts: Mapping[str, Any], seen: Answers) -> bool:
    told = 0
    for point, given in seen:
        try:
            values = _values(expression, indices, parts, point)
        except (OracleError, ArithmeticError, KeyError, ValueError):
            return False
        got = given[-1]
        size = max(map(abs, values), default=0.0) + max(map(abs, got), default=0.0)
        if len(got) != len(values) or any(not abs(a - b) <= CLOSE * size for a, b in zip(got, values, strict=True)):
            return False
        told += any(values)
    return told > 0


def _values(e: Any, indices: tuple[Symbol, ...], parts: Mapping[str, Any], point: Point) -> list[float]:
    plain_oracle = Oracle(point)
    scalars = dict(point.scalars)
    with plain_oracle.numbers.working():
        for name, part in parts.items():
            scalars[name] = _number(plain_oracle, part, {})
    oracle = Oracle(Point(point.classes, point.vectors, point.indices, scalars))
    places: list[dict[str, int]] = [{}]
    for index in indices:
        places = [{**place, key_of(index): k + 1} for place in places for k in range(point.classes)]
    return [float(_number(oracle, e, place)) for place in places]


def _number(oracle: Oracle, e: Any, place: dict[str, int]) -> Any:
    low, high = oracle.numbers.bounds(oracle.value(e, place))
    return (low.fraction + high.fraction) / 2
