"""Nest: expressions along several axes become nested loops, each value computed where its indices first stand open.

A value that does not change along an inner loop is computed before it.  The order of the loops of an output, and
whether a sum is kept in the output itself while its loop runs outside, is what costs least.  What no order computes
within the cost of the formula itself is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sympy import Mul, Symbol, exp, log

from derive.language.axes import CLASSES, Pick, axis_of, is_size
from derive.language.components import Component
from derive.language.errors import MISTAKE
from derive.language.formula import Formula
from derive.language.inputs import Label
from derive.language.nodes import Binder, Max, Sum, TopIndex
from derive.language.spoken import letters_along, spoken
from derive.loops.cost import degree_of_formula, indices_of
from derive.loops.ir import (
    Accumulate,
    ArgMax,
    Call,
    Element,
    Increase,
    Let,
    Lookup,
    Loop,
    Name,
    Number,
    Position,
    Slot,
    Statement,
    Store,
    Value,
)
from derive.loops.lower import FUNCTIONS, LowerError, Lowering
from derive.loops.minus import without_minus_zero
from derive.loops.order import LoopedTerm, running, way_of
from derive.numerics import Result
from derive.numerics.forms import Log1p, SumExcept


class _Scope:
    """A loop that is open, with those around it: its indices by their names in the program, and what was made in it."""

    def __init__(self, parent: _Scope | None = None, index: Symbol | None = None, name: str = "") -> None:
        self.parent, self.index, self.name = parent, index, name
        self.names: dict[Any, str] = {**parent.names, index: name} if parent else {}
        self.statements: list[Any] = []
        self.known: dict[Any, Value] = {}

    def home(self, indices: frozenset[Any]) -> _Scope:
        """The outermost of the loops in which all of these indices stand open."""
        here = self
        while here.parent is not None and indices <= set(here.parent.names):
            here = here.parent
        return here

    def closed(self) -> Loop:
        return Loop(self.name, tuple(self.statements), axis_of(self.index).size.name)


class Nest(Lowering):
    """The statements of the loops that are open."""

    def __init__(self, formula: Formula, fresh: Callable[[str], str], fixed: frozenset[str]) -> None:
        super().__init__(formula, fresh)
        self.scope, self.fixed = _Scope(), fixed
        self.loops = []

    # --- outputs ----------------------------------------------------------------------------------------------
    def store(self, result: Result) -> None:
        """In the order of loops that costs least; a sum of terms term by term, where no order is good for all."""
        way = way_of(result.expression, running(result.indices))
        if way.worst.degree > degree_of_formula(result.expression, running(result.indices)):
            self._refuse(result.output)
        if way.kept:
            self._filled(result)
        for part in way.parts:
            self._looped(Increase if way.kept else Store, part, result)

    def _refuse(self, output: str) -> None:
        raise LowerError(
            f"{self.formula.where}: formula {self.formula.name!r}: no nested loops compute {output} of "
            f"{spoken(self.formula.expression)} within the cost that it has on paper, for a sum would be taken again "
            f"at each step of another loop: give the values of that sum as an array"
        )

    def _filled(self, result: Result) -> None:
        self._inside(running(result.indices), lambda: self._put(Store, Number(Fraction(0)), result, {}))

    def _looped(self, keep: type[Store | Increase], part: LoopedTerm, result: Result) -> None:
        def put() -> None:
            value = self.row(part.expression)
            self._put(keep, value if result.indices else without_minus_zero(value), result, part.places)

        self._inside(part.order, put)

    def _put(self, keep: type[Store | Increase], value: Value, result: Result, places: Mapping[Any, Any]) -> None:
        indices = tuple(self._class(places.get(index, index)) for index in result.indices)
        self.scope.statements.append(keep(result.output, indices, value))

    def _inside(self, order: Sequence[Symbol], put: Callable[[], None]) -> None:
        """What is put inside the loops over these indices."""
        if not order:
            return put()
        outer = self.scope
        self.scope = _Scope(outer, order[0], self._name_of_index(order[0]))
        self._inside(order[1:], put)
        outer.statements.append(self.scope.closed())
        self.scope = outer
        return None

    def _name_of_index(self, index: Any) -> str:
        """A letter of its axis that no loop around it has, and nothing that is given or made."""
        taken = {*self.fixed, *self.scope.names.values()}
        own = [index.name] if index in self.formula.indices else []
        return next(letter for letter in (*own, *letters_along(axis_of(index))) if letter not in taken)

    # --- values -----------------------------------------------------------------------------------------------
    def row(self, expression: Any) -> Value:
        """A value in the outermost loop that has its indices, computed once there."""
        home = self.scope.home(indices_of(expression))
        if expression in home.known:
            return home.known[expression]
        before, self.scope = self.scope, home
        value = self._made(expression)
        if isinstance(value, Call) and (home is not before or self._deserves_a_name(expression)):
            value = self.let(_hint(expression, value), value)
        if isinstance(value, Name):
            home.known[expression] = value
        self.scope = before
        return value

    def inside(self, expression: Any, loops: dict[Any, str]) -> Value:
        return self.row(expression)

    def let(self, name: str, value: Value, note: str = "") -> Name:
        name = self.fresh(name)
        self.scope.statements.append(Let(name, value, note))
        return Name(name)

    def _deserves_a_name(self, expression: Any) -> bool:
        return expression.func in FUNCTIONS and not isinstance(expression.args[0], Component)

    def _made(self, expression: Any) -> Value:
        if isinstance(expression, Binder):
            return self._reduced(expression)
        if isinstance(expression, Component):
            return self._entry(expression)
        if is_size(expression):
            return Name(str(expression))
        if isinstance(expression, Pick) or (expression in self.scope.names):
            return Position(self._class(expression))
        return self.value(expression, self.scope.names)

    def _entry(self, component: Component) -> Value:
        vector, indices = component.vector, tuple(map(self._class, component.indices))
        return Element(vector.name, *indices) if vector.axes == (CLASSES,) else Slot(vector.name, indices)

    def _class(self, index: Any) -> str:
        """What an index is called in the program: that of a loop, a label, or one that labels pick."""
        if isinstance(index, Pick):
            return self._picked(index)
        if isinstance(index, Label):
            return str(index)
        if isinstance(index, TopIndex):
            return self._top(index)
        found = self.scope.names.get(index)
        if found is None:
            where = f"{self.formula.where}: formula {self.formula.name!r}"
            raise LowerError(f"{where}: {spoken(index)} runs in no loop: {MISTAKE}")
        return found

    def _picked(self, pick: Pick) -> str:
        home = self.scope.home(indices_of(pick))
        if pick not in home.known:
            name = self.fresh(f"{pick.labels.name}_here")
            home.statements.append(Lookup(name, pick.labels.name, tuple(map(self._class, pick.indices))))
            home.known[pick] = Name(name)
        found = home.known[pick]
        assert isinstance(found, Name)
        return found.name

    def _top(self, index: TopIndex) -> str:
        """Where a maximum is attained: asked of its loop."""
        largest = self.row(index.of)
        home = self.scope.home(indices_of(index.of))
        for position, loop in enumerate(home.statements):
            last = loop.body[-1] if isinstance(loop, Loop) else None
            if isinstance(loop, Loop) and isinstance(last, ArgMax) and Name(last.name) == largest:
                where = last.where or self.fresh("top")
                home.statements[position] = replace(loop, body=(*loop.body[:-1], replace(last, where=where)))
                return where
        raise AssertionError(index)

    def _reduced(self, binder: Binder) -> Value:
        """A loop of its own in the scope that is open."""
        body, index = binder.open()
        outer = self.scope
        skip = self._class(binder.skip) if isinstance(binder, SumExcept) else None
        self.scope = _Scope(outer, index, self._name_of_index(index))
        value = self.row(body)
        reduced = self._reduction(binder, value, skip)
        self.scope.statements.append(reduced)
        outer.statements.append(self.scope.closed())
        self.scope = outer
        return Name(reduced.name)

    def _reduction(self, binder: Binder, value: Value, skip: str | None) -> Accumulate | ArgMax:
        if isinstance(binder, Max):
            return ArgMax(self.fresh("largest"), value)
        if not isinstance(binder, Sum):
            raise LowerError(
                f"{self.formula.where}: formula {self.formula.name!r}: no loop makes {spoken(binder)}: {MISTAKE}"
            )
        if skip is not None:
            return Accumulate(self.fresh("others"), value, skip, f"all terms but the one at {skip}")
        return Accumulate(self.fresh(_name_of_sum(binder)), value)

    def _product(self, number: Any, factors: list[Any], part: Any, loops: dict[Any, str]) -> Value:
        """What is the same along the innermost loops is multiplied before them."""
        here = self.scope
        outer = [f for f in factors if here.home(indices_of(f)) is not here]
        if len(outer) < 2 or len(outer) == len(factors):
            return super()._product(number, factors, part, {})
        rest = [f for f in factors if f not in outer]
        return super()._product(number, [_Fixed(Mul(*outer)), *rest], lambda e: self._fixed(e, part), {})

    def _fixed(self, e: Any, part: Callable[[Any], Value]) -> Value:
        return part(e.args[0]) if isinstance(e, _Fixed) else part(e)


class _Fixed(Mul):  # type: ignore[misc]
    """A product that is not taken apart again."""

    def __new__(cls, of: Any) -> Any:
        return super(Mul, cls).__new__(cls, of)


def _name_of_sum(total: Sum) -> str:
    body = total.body
    if isinstance(body, exp):
        return "exp_sum"
    factors = Mul.make_args(body)
    return "dot" if len(factors) == 2 and all(isinstance(f, Component) for f in factors) else "total"


def _hint(expression: Any, value: Call) -> str:
    if isinstance(expression, (log, Log1p)):
        return "log_sum" if expression.has(Binder) else "logarithm"
    if isinstance(expression, exp):
        return "power"
    return {"div": "ratio", "mul": "scale", "sub": "gap", "add": "total", "finite_or_zero": "shift"}.get(
        value.op, "factor"
    )


def nest(
    formula: Formula, results: Sequence[Result], fresh: Callable[[str], str], fixed: frozenset[str] = frozenset()
) -> tuple[Statement, ...]:
    """The statements that compute the results in nested loops; ``fresh`` makes names other than the ``fixed`` ones."""
    lowering = Nest(formula, fresh, fixed)
    for result in results:
        lowering.store(result)
    return tuple(lowering.scope.statements)
