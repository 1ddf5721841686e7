"""Lower: expressions become a loop program, one loop for each reduction and each output.

Every reduction becomes a pass over the classes before its first use, once; what does not depend on the class of
a loop is computed outside of it.  Fusing the loops is left to :mod:`derive.loops.fuse`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from sympy import Add, Integer, KroneckerDelta, Mul, Pow, Rational, Symbol, exp, log
from sympy import Max as LargestOf

from derive.language.choices import Compare
from derive.language.components import Component, Vector
from derive.language.errors import MISTAKE, DeriveError
from derive.language.formula import Formula, unfold
from derive.language.functions import FUNCTIONS as TABLE
from derive.language.inputs import Label, Parameter
from derive.language.nodes import Binder, Max, Sum, TopIndex, n, substitute
from derive.language.spoken import spoken
from derive.loops.ir import (
    Accumulate,
    ArgMax,
    Call,
    Element,
    Let,
    Loop,
    Name,
    Number,
    Position,
    Same,
    Statement,
    Store,
    Value,
)
from derive.loops.minus import turned_sum, without_minus_zero
from derive.loops.opposites import negated
from derive.loops.uses import makes
from derive.loops.weights import choices
from derive.numerics import Result
from derive.numerics.forms import (
    Centred,
    Erfcx,
    Expm1,
    FiniteOrZero,
    InOrder,
    Larger,
    Log1p,
    Ramp,
    Select,
    Shifted,
    Smaller,
    Steady,
    SumExcept,
    Supported,
    Weighted,
    in_mathematics,
)

FUNCTIONS: dict[Any, str] = {
    **{function.head: function.name for function in TABLE},
    Expm1: "expm1", Log1p: "log1p", Select: "where_nonnegative", Weighted: "weighted",
    Supported: "supported", Erfcx: "erfcx",
}  # fmt: skip


ONE = Integer(1)


class LowerError(DeriveError):
    """An expression that no pass can turn into loops."""


class Lowering:
    """The statements so far, and the name of everything that has been computed for the row."""

    def __init__(self, formula: Formula, fresh: Callable[[str], str]) -> None:
        self.formula = formula
        self.fresh = fresh
        self.statements: list[Statement] = []
        self.rows: dict[Any, Value] = {}
        self.loops = [fresh("k"), fresh("l")]

    def let(self, name: str, value: Value, note: str = "") -> Name:
        name = self.fresh(name)
        self.statements.append(Let(name, value, note))
        return Name(name)

    # --- outputs ----------------------------------------------------------------------------------------------
    def store(self, result: Result) -> None:
        """One output, or the classes of it that a delta singles out."""
        classes = [i for i in result.indices if not isinstance(i, (Label, TopIndex))]
        if not classes:
            value = self.row(result.expression)
            value = value if result.indices else without_minus_zero(value)
            self.statements.append(Store(result.output, tuple(map(self._class, result.indices)), value))
        elif len(set(classes)) == 1:
            self._store_in_loop(result, classes[0])
        else:
            i, j = classes
            outer, inner = self.loops
            value = self.inside(result.expression, {i: outer, j: inner})
            self.statements.append(Loop(outer, (Loop(inner, (Store(result.output, (outer, inner), value),)),)))

    def _store_in_loop(self, result: Result, index: Symbol) -> None:
        loop = self.loops[0]
        indices = tuple(loop if i == index else self._class(i) for i in result.indices)
        if result.diagonal and (rows := self._rows(result.output)) is not None:
            # The diagonal of a matrix is written in the loop that writes its rows.
            self.statements.remove(rows)
            inside, expression = self._sums_of_others(rows.body[-1], result)
            store = Store(result.output, indices, self.inside(expression, {index: loop}))
            self.statements.append(Loop(loop, (*rows.body[:-1], inside, store)))
        else:
            store = Store(result.output, indices, self.inside(result.expression, {index: loop}))
            self.statements.append(Loop(loop, (store,)))

    def _rows(self, output: str) -> Loop | None:
        """The loop over the rows of a matrix, where it is the last to write into it."""
        writing = [s for s in self.statements if output in makes(s)]
        last = writing[-1] if writing else None
        return last if isinstance(last, Loop) and isinstance(last.body[-1], Loop) else None

    def _sums_of_others(self, inner: Any, result: Result) -> tuple[Loop, Any]:
        """The sums over all classes but that of the row, in the loop that is there already."""
        sums: dict[Any, Any] = {}
        added: list[Statement] = []
        found = sorted((s for s in result.expression.atoms(SumExcept) if s.skip == result.diagonal), key=str)
        for others in found:
            body, index = others.open()
            value = self.inside(body, {index: inner.index})
            name = self.fresh("others")
            added.append(Accumulate(name, value, self.loops[0], "all terms but that of the row"))
            sums[others] = Component(
                Vector(name), result.diagonal
            )  # changes with the row: never hoisted out of its loop
            self.rows[sums[others]] = Name(name)
        return Loop(inner.index, (*added, *inner.body)), substitute(result.expression, sums)

    # --- values of the row ------------------------------------------------------------------------------------
    def row(self, expression: Any) -> Value:
        """A value that is the same for the whole row; computed once, whoever asks."""
        if expression in self.rows:
            return self.rows[expression]
        value = self._row(expression)
        self.rows[expression] = value
        return value

    def _row(self, expression: Any) -> Value:
        if isinstance(expression, Sum):
            return self._reduce(expression)
        if isinstance(expression, Max):
            return self._maximum(expression)
        if isinstance(expression, FiniteOrZero):
            note = "the largest, or 0 where no finite one exists"
            return self.let("shift", Call("finite_or_zero", (self.row(expression.of),)), note)
        if isinstance(expression, (log, Log1p)) and not expression.is_number:
            return self.let("log_sum", self.value(expression, {}))
        if (
            isinstance(expression, Add)
            and any(isinstance(t, SumExcept) for t in expression.args)
            and expression.has(exp, Pow)
        ):
            return self.let("exp_sum_less_one" if expression.has(Expm1) else "exp_sum", self.value(expression, {}))
        return self.value(expression, {})

    def _reduce(self, total: Sum) -> Name:
        loop = self.loops[0]
        body, index = total.open()
        value = self.inside(body, {index: loop})
        skip = self._class(total.skip) if isinstance(total, SumExcept) else None
        name = self.fresh(self._name_of_sum(total))
        note = f"all terms but the one at {skip}" if skip else ""
        self.statements.append(Loop(loop, (Accumulate(name, value, skip, note),)))
        return Name(name)

    def _name_of_sum(self, total: Sum) -> str:
        if isinstance(total, SumExcept):
            return "rest" if isinstance(total.skip, Label) else "tail"
        if isinstance(total.body, Component):
            return f"{total.body.vector.name}_sum"
        return (
            "exp_sum"
            if isinstance(total.body, exp) or (isinstance(total.body, Pow) and not total.body.exp.is_number)
            else "total"
        )

    def _maximum(self, maximum: Max) -> Name:
        loop = self.loops[0]
        body, index = maximum.open()
        value = self.inside(body, {index: loop})
        name = self.fresh(f"{body.vector.name}_max" if isinstance(body, Component) else "largest")
        self.statements.append(Loop(loop, (ArgMax(name, value),)))
        return Name(name)

    def _class(self, index: Any) -> str:
        """The name of a class of the row: a label, or where a maximum is attained (asked of its loop)."""
        if isinstance(index, Label):
            return str(index)
        if isinstance(index, TopIndex):
            found = self.row(index.of)
            assert isinstance(found, Name)
            return self._where(found.name)
        raise LowerError(
            f"{self.formula.where}: formula {self.formula.name!r}: {spoken(index)} is not a class of the row: {MISTAKE}"
        )

    def _where(self, maximum: str) -> str:
        for position, loop in enumerate(self.statements):
            if isinstance(loop, Loop) and isinstance(loop.body[0], ArgMax) and loop.body[0].name == maximum:
                found = loop.body[0]
                where = found.where or self.fresh("top")
                self.statements[position] = Loop(loop.index, (ArgMax(found.name, found.value, where),))
                return where
        raise AssertionError(maximum)

    # --- values of a class --------------------------------------------------------------------------------------
    def inside(self, expression: Any, loops: dict[Any, str]) -> Value:
        """A value inside loops: whatever does not depend on their classes is computed outside."""
        if expression in loops:
            return Position(loops[expression])
        if not expression.args or not (set(loops) & expression.free_symbols):
            value = self.row(expression)
            return self._hoisted(("row", expression), value)
        return self.rows.get(expression) or self.value(expression, loops)

    def _hoisted(self, expression: Any, value: Value) -> Value:
        if expression in self.rows:
            return self.rows[expression]
        if isinstance(value, Call):
            value = self.let(
                {"div": "ratio", "mul": "scale", "sub": "gap", "add": "total"}.get(value.op, "factor"), value
            )
            self.rows[expression] = value
        return value

    def value(self, expression: Any, loops: dict[Any, str]) -> Value:
        """The operations of an expression; ``loops`` names the loop of each class index in it."""

        def part(e: Any) -> Value:
            return self.inside(e, loops) if loops else self.row(e)

        if expression.is_number and not isinstance(expression, Rational):
            return self._leaf(expression)
        if isinstance(expression, Binder):
            written = _sum_in_a_sum(unfold(self.formula.expression)) or in_mathematics(expression)
            raise LowerError(
                f"{self.formula.where}: formula {self.formula.name!r}: {spoken(written)} is a reduction "
                f"inside a loop over another class: it would take n passes; write it so that the inner sum does not "
                f"depend on the outer index"
            )
        if isinstance(expression, Component):
            return Element(expression.vector.name, loops.get(expression.index) or self._class(expression.index))
        if isinstance(expression, (Shifted, Centred)):
            return Call("sub", (part(expression.args[0]), part(expression.args[1])))
        if isinstance(expression, FiniteOrZero):
            return Call("finite_or_zero", (part(expression.of),))
        if isinstance(expression, Steady):
            return part(expression.of)
        if isinstance(expression, Ramp):
            return Call("max", (part(expression.of), Number(Fraction(0))))
        if isinstance(expression, (Larger, Smaller)):
            return self._extreme(expression, part)
        if isinstance(expression, (Add, InOrder)):
            return self._add(expression, part)
        if isinstance(expression, Mul):
            return self._mul(expression, part, loops)
        if isinstance(expression, Pow):
            return self._pow(expression, part)
        if isinstance(expression, KroneckerDelta):
            left, right = (loops.get(i) or self._class(i) for i in expression.args)
            return Same(left, right)
        if isinstance(expression, log) and isinstance(expression.args[0], Add):
            one, beside = expression.args[0].as_coeff_Add()
            if one == 1:
                return Call("log1p", (part(beside),))
        if isinstance(expression, Compare):
            return Call("compare", tuple(map(part, expression.args)))
        if isinstance(expression, LargestOf):
            return self._largest(tuple(map(part, expression.args)))
        if isinstance(expression, (Label, TopIndex)):
            return Position(self._class(expression))
        if expression.func in FUNCTIONS:
            return Call(FUNCTIONS[expression.func], tuple(map(part, expression.args)))
        return self._leaf(expression)

    def _largest(self, values: Sequence[Value]) -> Value:
        """In the order that SymPy has: numbers first, and they stand last."""
        found = values[-1]
        for other in values[-2::-1]:
            found = Call("max", (found, other))
        return found

    def _leaf(self, expression: Any) -> Value:
        if isinstance(expression, Rational):
            return Number(Fraction(int(expression.p), int(expression.q)))
        if expression.is_number and expression.is_real:
            return Number(float(expression.evalf(25)))
        if isinstance(expression, Parameter) or expression == n:
            return Name(str(expression))
        raise LowerError(
            f"{self.formula.where}: formula {self.formula.name!r}: no pass lowers {spoken(expression)}: {MISTAKE}"
        )

    def _extreme(self, expression: Any, part: Any) -> Value:
        """The largest of values, or the smallest: minus the largest of their negatives."""
        smallest = isinstance(expression, Smaller)
        values = [negated(part(a)) if smallest else part(a) for a in expression.args]
        found = values[0]
        for value in values[1:]:
            found = Call("max", (found, value))
        return Call("neg", (found,)) if smallest else found

    def _add(self, expression: Any, part: Any) -> Value:
        terms = expression.args if isinstance(expression, InOrder) else expression.as_ordered_terms()
        plus = [t for t in terms if not t.could_extract_minus_sign()]
        minus = [-t for t in terms if t.could_extract_minus_sign()]
        if not plus:
            return negated(part(expression.func(*minus)) if len(minus) > 1 else part(minus[0]))
        value = part(plus[0])
        for term in plus[1:]:
            value = Call("add", (value, part(term)))
        for term in minus:
            value = Call("sub", (value, part(term)))
        return value

    def _mul(self, expression: Any, part: Any, loops: dict[Any, str]) -> Value:
        if expression.could_extract_minus_sign():
            turned = turned_sum(expression)
            if turned is not None:
                return part(turned)
            return negated(self._mul_positive(-expression.as_coeff_Mul()[0], expression, part, loops))
        return self._mul_positive(expression.as_coeff_Mul()[0], expression, part, loops)

    def _mul_positive(self, number: Any, expression: Any, part: Any, loops: dict[Any, str]) -> Value:
        """A product with its number in front; its factors are never multiplied out again."""
        factors = [f for f in expression.as_ordered_factors() if not isinstance(f, Rational)]
        weights = choices(factors)
        if weights:
            rest = [f for f in factors if f not in weights]
            weight = self._product(ONE, weights, part, loops)
            return Call("weighted", (weight, self._product(number, rest, part, loops)))
        return self._product(number, factors, part, loops)

    def _product(self, number: Any, factors: list[Any], part: Any, loops: dict[Any, str]) -> Value:
        constants = [f for f in factors if f.is_number]
        if constants:  # no rational number: all of them together are rounded once
            constant = Number(float((number * Mul(*constants)).evalf(25)))
            rest = [f for f in factors if f not in constants]
            return Call("mul", (constant, self._product(ONE, rest, part, loops))) if rest else constant
        above = [f for f in factors if not _is_below(f)]
        below = [f.base**-f.exp for f in factors if _is_below(f)]
        fixed = [f for f in above if loops and not (set(loops) & f.free_symbols)]
        moving = [f for f in above if f not in fixed]
        numbers: list[Value] = [Number(Fraction(int(number.p)))] if number.p != 1 else []
        front = self._chain([*numbers, *map(part, fixed)])
        if isinstance(front, Call) and moving:
            front = self._hoisted(("product", number.p, *fixed), front)
        value = self._chain([*([front] if front else []), *map(part, moving)]) or Number(Fraction(1))
        bottom = self._chain([*([Number(Fraction(int(number.q)))] if number.q != 1 else []), *map(part, below)])
        if isinstance(bottom, Call) and loops and not any(set(loops) & f.free_symbols for f in below):
            bottom = self._hoisted(("product", number.q, *below), bottom)
        return Call("div", (value, bottom)) if bottom else value

    def _chain(self, values: Sequence[Value]) -> Value | None:
        """The product of the values, from the left; ``None`` where there is none."""
        found: Value | None = None
        for other in values:
            found = other if found is None else Call("mul", (found, other))
        return found

    def _pow(self, expression: Any, part: Any) -> Value:
        base, power = expression.args
        if power == -1:
            return Call("div", (Number(Fraction(1)), part(base)))
        if power.is_number and power.is_negative:
            return Call("div", (Number(Fraction(1)), part(base**-power)))
        if power in (2, 3, 4):
            once = part(base)
            twice = Call("mul", (once, once))
            return twice if power == 2 else Call("mul", (twice, once if power == 3 else twice))
        if power == Rational(1, 2):
            return Call("sqrt", (part(base),))
        if base == 2:
            return Call("exp2", (part(power),))
        return Call("pow", (part(base), part(power)))


def _is_below(factor: Any) -> bool:
    return isinstance(factor, Pow) and factor.exp.is_number and bool(factor.exp.is_negative)


def lower(formula: Formula, results: Sequence[Result], fresh: Callable[[str], str]) -> tuple[Statement, ...]:
    """The statements that compute the results, one loop for each reduction and output; ``fresh`` makes unused names."""
    lowering = Lowering(formula, fresh)
    for result in results:
        lowering.store(result)
    return tuple(lowering.statements)


def _sum_in_a_sum(e: Any, outer: frozenset[Any] = frozenset()) -> Any:
    """A reduction for every class of another one, as the formula has it; ``None`` where there is none."""
    if isinstance(e, Binder):
        if outer & e.free_symbols:
            return e
        body, index = e.opened()
        return _sum_in_a_sum(body, outer | {index})
    return next((found for part in e.args if (found := _sum_in_a_sum(part, outer)) is not None), None)
