"""Derivatives of formulas, for any number of classes, as the steps really taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sympy import Add, Expr, Integer, KroneckerDelta, Mul, Pow, Symbol, log

from derive.algebra import Trace, Use, rewrite_once
from derive.algebra.canonical import canonical
from derive.algebra.fractional import fold_elementwise
from derive.algebra.matching import fraction
from derive.algebra.naming import by_other_parts, fold
from derive.algebra.rational import (
    collect,
    deltas_out,
    merge_delta_powers,
    merge_powers,
    multiply_out,
    multiply_out_bodies,
)
from derive.algebra.records import Condition, Derivation, Step
from derive.algebra.rules import (
    ALGEBRA,
    AXIOM,
    COLLECT,
    CONSTANT,
    DEFINITION,
    DELTA_OUT,
    DERIVED,
    DIFFERENTIATION,
    DISTINCT,
    EXPAND,
    FOLD,
    LOGARITHMS,
    POWERS,
    QUOTIENT_RULE,
    SUMS,
    TOTAL,
)
from derive.language.axes import CLASSES
from derive.language.components import Along, Component, Vector
from derive.language.domains import domain_of
from derive.language.errors import FormulaError
from derive.language.formula import Formula, Value, Variable, unfold
from derive.language.inputs import indices
from derive.language.kinds import by_name
from derive.language.nodes import Binder, Limit, Partial, Prod, Sum, substitute
from derive.language.spoken import letters_along, spoken
from derive.language.text import Text

GRADIENT = Text("The gradient", zh="梯度")
JACOBIAN = Text("The Jacobian", zh="雅可比矩阵")
GRADIENT_BY = Text("The gradient by {by}", zh="对 {by} 的梯度")
JACOBIAN_BY = Text("The Jacobian by {by}", zh="对 {by} 的雅可比矩阵")
DERIVATIVE_BY = Text("The derivative by {by}", zh="对 {by} 的导数")

SPARE = "jkilmpqr"
"""Letters for the index of the variable: the first that the formula does not use."""


NUMERATOR = Text("The derivative of the numerator", zh="分子的导数")
NUMERATOR_CASE = Text("The derivative of the numerator, the case {case}", zh="分子的导数：情形 {case}")
DENOMINATOR = Text("The derivative of the denominator", zh="分母的导数")


def free_index(formula: Formula) -> Symbol:
    """An index that stands for the class by whose component the formula is differentiated."""
    taken = {str(s) for s in formula.expression.free_symbols} | {str(formula.over)} | {v.name for v in formula.inputs}
    return Symbol(next(c for c in SPARE if c not in taken), integer=True)


def free_indices(formula: Formula, by: Variable, beside: Sequence[Symbol] = ()) -> tuple[Symbol, ...]:
    """Indices for the component by which it is differentiated: one along each axis of the variable.

    beside: those that are taken by another component.
    """
    if not isinstance(by, Vector):
        return ()
    if by.axes == (CLASSES,) and not formula.has_axes:
        return (free_index(formula),)
    taken = {str(s) for s in formula.expression.free_symbols} | {str(i) for i in formula.indices}
    taken |= {v.name for v in formula.inputs} | {axis.size.name for axis in formula.axes} | {str(i) for i in beside}
    found: list[Symbol] = []
    for axis in by.axes:
        letters = SPARE if axis == CLASSES else letters_along(axis)
        found.append(indices(next(c for c in letters if c not in taken), axis))
        taken.add(found[-1].name)
    return tuple(found)


def component(by: Variable, *index: Symbol) -> Expr:
    """What a derivative by a variable is taken by: of a vector the component at a class, a parameter as it is."""
    return by[index] if isinstance(by, Vector) else by


def _title(formula: Formula, by: Variable) -> Text:
    if not isinstance(by, Vector):
        return DERIVATIVE_BY.filled(by=by)
    if by == formula.variable:
        return JACOBIAN if formula.over else GRADIENT
    return (JACOBIAN_BY if formula.over else GRADIENT_BY).filled(by=by)


def derivative(formula: Formula, by: Variable | None = None) -> Derivation:
    """``d f_i / d x_j`` (a vector formula) or ``d f / d x_j`` (a scalar), i and j any classes.

    by: one of the variables of the formula (default: the first); a parameter T gives ``d f_i / d T``.
    """
    return _derivative(formula, formula.variable if by is None else by)


@cache
def _derivative(formula: Formula, by: Variable) -> Derivation:
    start = Partial(formula.expression, component(by, *free_indices(formula, by)))
    name = by_name("jacobian" if formula.over else "gradient", formula, by)
    first = by == formula.variable and isinstance(by, Vector)
    trace = _opened(start, formula) if first and not formula.has_axes else Trace(start)
    return Derivation(name, _title(formula, by), start, differentiate(trace, formula))


@cache
def case(formula: Formula, same: bool) -> Derivation:
    """The Jacobian in the case i = j (``same``) or i != j."""
    assert formula.over is not None
    x, i, j = formula.vector, formula.over, free_index(formula)
    if same:
        start = Partial(formula.expression, x[i])
        steps = differentiate(_opened(start, formula, Condition("equal", (i, j))), formula)
        title = Text("The case {i} = {j}", zh="情形 {i} = {j}").filled(i=i, j=j)
        return Derivation("jacobian_diagonal", title, start, steps, (Condition("equal", (i, j)),))
    start = Partial(formula.expression, x[j])
    apart = Condition("distinct", (i, j))
    steps = (
        _zero(start, apart) if _by_itself(formula) else differentiate(_opened(start, formula, apart), formula, apart)
    )
    title = Text("The case {i} != {j}", zh="情形 {i} != {j}").filled(i=i, j=j)
    return Derivation("jacobian_off_diagonal", title, start, steps, (apart,))


def _by_itself(formula: Formula) -> bool:
    """Whether each output depends on the component of its own class alone."""
    components = unfold(formula.expression).atoms(Component)
    return all(c.index == formula.over for c in components if c.vector == formula.vector)


def _zero(start: Expr, apart: Condition) -> tuple[Step, ...]:
    """What does not depend on the other class has the slope 0 there."""
    return tuple(Trace(start).add(CONSTANT, start * 0, [Use(CONSTANT, start, start * 0, (apart,))]).steps)


@cache
def parts(formula: Formula) -> tuple[Derivation, ...]:
    """Of a quotient: the derivative of the numerator, in both cases and for any indices, and of the denominator."""
    above, below = fraction(formula.expression)
    if formula.over is None or not all(formula.vector in part.free_symbols for part in (above, below)):
        return ()
    i, j = formula.over, free_index(formula)
    equal, apart = Condition("equal", (i, j)), Condition("distinct", (i, j))
    over_i, over_j = formula.vector[i], formula.vector[j]
    diagonal, off_diagonal = (NUMERATOR_CASE.filled(case=case) for case in (f"{i} = {j}", f"{i} != {j}"))
    return (
        _part(formula, "numerator_diagonal", diagonal, Partial(above, over_i), equal),
        _part(formula, "numerator_off_diagonal", off_diagonal, Partial(above, over_j), apart),
        _part(formula, "numerator", NUMERATOR, Partial(above, over_j)),
        _part(formula, "denominator", DENOMINATOR, Partial(below, over_j)),
    )


def _part(formula: Formula, name: str, title: Text, start: Expr, assumed: Condition | None = None) -> Derivation:
    apart = assumed if assumed and assumed.kind == "distinct" else None
    steps = differentiate(Trace(start), formula, apart)
    return Derivation(name, title, start, steps, (assumed,) if assumed else ())


def _opened(start: Expr, formula: Formula, assumed: Condition | None = None) -> Trace:
    """The derivative of a quotient: the quotient rule, then the derivatives of its parts, which are known by now."""
    trace = Trace(start)
    found = {part.name: part for part in parts(formula)}
    if not found:
        return trace
    after, uses = rewrite_once((QUOTIENT_RULE,), start)
    trace.add(QUOTIENT_RULE, after, uses)
    kind = {"equal": "numerator_diagonal", "distinct": "numerator_off_diagonal"}.get(assumed.kind if assumed else "")
    above, below = found[kind or "numerator"], found["denominator"]
    moved = {free_index(formula): start.args[1].args[1]}
    known = {above.start: above.end, substitute(below.start, moved): substitute(below.end, moved)}
    conditions = (assumed,) if assumed and assumed.kind == "distinct" else ()
    trace.add(
        DERIVED,
        substitute(trace.now, known),
        [Use(DERIVED, b, a, ()) for b, a in known.items()],
        conditions,
    )
    for apart in conditions:
        _distinct(trace, apart)
    return trace


def differentiate(trace: Trace, formula: Formula, apart: Condition | None = None) -> Any:
    """Rules until no derivative is left; then tidy."""
    if any(set(formula.variables) & node.free_symbols or node.has(Value) for node in trace.now.atoms(log)):
        trace.apply(LOGARITHMS)
    while trace.now.has(Partial):
        before = trace.now
        _known(trace)
        trace.apply(DIFFERENTIATION)
        if apart:
            _distinct(trace, apart)
        if trace.now == before:
            _refuse(trace.now, formula)
    tidy(trace, (formula, *named_formulas(formula)))
    return tuple(trace.steps)


class StuckError(FormulaError):
    """No rule differentiates a part of a formula: ``why`` says which, ``instead`` what to write in its place."""

    def __init__(self, formula: Formula, why: str, instead: str) -> None:
        super().__init__(f"{formula.where}: formula {formula.name!r}: {why}: {instead}")
        self.why, self.instead = why, instead


_INSTEAD = {
    Prod: "write exp(Sum(log(u), k)), where u is positive",
    Limit: "take the limit first",
}
"""What no rule differentiates, and what to write in its place."""


def _refuse(expression: Any, formula: Formula) -> None:
    stuck = min(expression.atoms(Partial), key=lambda p: (size(p), str(p))).body
    instead = _INSTEAD.get(type(stuck), "write it with the functions of the language")
    raise StuckError(formula, f"no rule differentiates {spoken(stuck)}", instead)


def _distinct(trace: Trace, apart: Condition) -> None:
    """In the case i != j the delta of the two is 0."""
    i, j = apart.subject
    delta = KroneckerDelta(i, j)
    if trace.now.has(delta):
        after = substitute(trace.now, {delta: Integer(0)})
        trace.add(DISTINCT, after, [Use(DISTINCT, delta, delta * 0, (apart,))])


MOST_NODES = 2000
"""Nodes beyond which nobody reads a result, and looking for its shortest form takes minutes."""


def tidy(trace: Trace, known: tuple[Formula, ...]) -> None:
    """Sift the deltas out of the sums; then write the rest as briefly as it goes.

    What has a symbol may get it before anything is multiplied out: afterwards nobody knows a root of squares again.
    """
    trace.add(DELTA_OUT, deltas_out(trace.now))
    _totalled(trace.apply(SUMS))
    early = Trace(trace.now).add(FOLD, fold(trace.now, known))
    if size(trace.now) > MOST_NODES:
        trace.extend(early)
        return
    starts = [Trace(trace.now), *([early] if early.steps else [])]
    starts += [Trace(trace.now).add(DEFINITION, after) for after in by_other_parts(trace.now, known)]
    trace.extend(min((_briefest(start, known) for start in starts), key=lambda way: _length(way.now)))


def _briefest(way: Trace, known: tuple[Formula, ...]) -> Trace:
    """The steps, and then those of the shortest end: multiplied out or not, by the symbols of its parts."""
    while True:
        inside = Trace(way.now).add(EXPAND, merge_delta_powers(multiply_out_bodies(way.now))).apply(SUMS)
        _totalled(inside)
        if inside.now == way.now or not (_has_delta_in_sum(way.now) or size(inside.now) < size(way.now)):
            break
        way.extend(inside)
    outside = Trace(way.now).add(EXPAND, merge_delta_powers(multiply_out(way.now)))
    straight = Trace(way.now)
    apart = Trace(way.now).add(EXPAND, _over_each_term(way.now))
    for candidate in (outside, straight, apart):
        _totalled(candidate.add(FOLD, fold(candidate.now, known)))
        candidate.add(POWERS, merge_powers(candidate.now)).add(COLLECT, collect(candidate.now))
        candidate.add(POWERS, merge_powers(candidate.now))
    folded = fold_elementwise(way.now, known)
    by_symbol = Trace(way.now).add(ALGEBRA, _written_out(folded, way.now)).add(FOLD, folded)
    return way.extend(min(straight, outside, by_symbol, apart, key=lambda candidate: _length(candidate.now)))


def _over_each_term(product: Any) -> Any:
    """A sum over a denominator as a sum of quotients, of which one may have a symbol."""
    terms = [factor for factor in Mul.make_args(product) if isinstance(factor, Add)]
    divides = any(isinstance(factor, Pow) and factor.exp.is_negative for factor in Mul.make_args(product))
    return Add(*[product / terms[0] * term for term in terms[0].args]) if len(terms) == 1 and divides else product


def _written_out(folded: Any, before: Any) -> Any:
    """What was written by a symbol, with what the symbol stands for: ``1/(1+e) (1 - 1/(1+e))``, before it is folded."""
    new = folded.atoms(Value) - before.atoms(Value)
    return before if folded.has(Binder) else substitute(folded, {value: value.definition for value in new})


def _totalled(trace: Trace) -> None:
    """Where the components of a formula are summed up and their sum is known, put it."""
    found = {total: known_total(total.body.formula) for total in trace.now.atoms(Sum) if _sums_up(total)}
    known = {total: value for total, value in sorted(found.items(), key=str) if value is not None}
    if known:
        trace.add(TOTAL, substitute(trace.now, known), [Use(TOTAL, total, value, ()) for total, value in known.items()])


def _sums_up(total: Sum) -> bool:
    return isinstance(total.body, Value) and total.body.index == total.index


@cache
def known_total(formula: Formula) -> Expr | None:
    """What the components of a formula sum up to, if that is a number whatever the inputs."""
    total = canonical(Sum(formula.expression, formula.over))
    return total if total.is_number else None


def _length(expression: Any) -> tuple[bool, int]:
    """The square of a sum below a line makes an expression longer than any other: it overflows before the sum does."""
    squares = (p for p in expression.atoms(Pow) if p.base.has(Sum) and p.exp.is_number and p.exp < -1)
    return any(squares), size(expression)


def _has_delta_in_sum(expression: Any) -> bool:
    return any(s.body.has(KroneckerDelta) for s in expression.atoms(Sum))


def size(expression: Any) -> int:
    """How many nodes an expression has: the shorter of two equal results is the better one."""
    return 1 + sum(size(a) for a in expression.args)


def named_formulas(formula: Formula) -> tuple[Formula, ...]:
    """The formulas by whose symbols a result may be written, the nearest first."""
    found: list[Formula] = []

    def visit(one: Formula) -> None:
        used = sorted((v.formula for v in one.expression.atoms(Value)), key=lambda f: f.name)
        for other in (*one.known, *used):
            if other not in found and other != formula:
                found.append(other)
                visit(other)

    visit(formula)
    return tuple(found)


def _known(trace: Trace) -> None:
    """Where a derivative of a named value is asked for, put the result that was derived for it."""
    uses: list[Use] = []
    after = _put_known(trace.now, uses)
    trace.add(DERIVED, after, uses)


def _put_known(expression: Any, uses: list[Use]) -> Any:
    if isinstance(expression, Partial) and isinstance(expression.body, Value):
        after = _known_derivative(expression)
        uses.append(Use(DERIVED, expression, after, ()))
        return after
    if isinstance(expression, Binder):
        body, index = expression.opened()
        return expression.rebuild(_put_known(body, uses), index)
    if not expression.args:
        return expression
    return expression.func(*[_put_known(a, uses) for a in expression.args])


def _known_derivative(partial: Any) -> Expr:
    value: Value = partial.body
    by = partial.by.vector if isinstance(partial.by, Component | Along) else partial.by
    if by not in value.formula.variables:
        return Partial(value.definition, partial.by)
    if isinstance(partial.by, Along):
        found = slope_along(value.formula, partial.by.direction, by)
        return rename_indices(found.end, value.formula.indices, value.indices)
    found = derivative(value.formula, by)
    places = partial.by.indices if isinstance(partial.by, Component) else ()
    own = (*value.formula.indices, *free_indices(value.formula, by))
    return rename_indices(found.end, own, (*value.indices, *places))


def rename_indices(result: Any, own: Sequence[Any], others: Sequence[Any]) -> Any:
    """A result for ``d f_i / d x_j``, or ``d f_i / d T``, with other indices in place of its own."""
    return substitute(result, dict(zip(own, others, strict=True)))


def simplex(derivation: Derivation) -> Derivation:
    """The derivation with one step more where distributions are summed up in its result: the axiom that they sum to 1.

    Kernels compute what stands before that step: rounded, a distribution does not sum to 1.
    """
    axioms = sorted((s for s in derivation.end.atoms(Sum) if _is_total(s)), key=str)
    uses = [Use(AXIOM, s, s / s, (Condition("sums_to_one", (s,)),)) for s in axioms]
    last = Trace(derivation.end).add(AXIOM, substitute(derivation.end, {s: s / s for s in axioms}), uses)
    return replace(derivation, steps=(*derivation.steps, *last.steps))


def before_axiom(derivation: Derivation) -> Any:
    """What a derivation comes to before it is used that a distribution sums to 1: rounded, it does not."""
    return next((step.before for step in derivation.steps if step.rule == AXIOM), derivation.end)


def _is_total(total: Sum) -> bool:
    body = total.body
    return isinstance(body, Component) and domain_of(body.vector).total == 1 and body.index == total.index


@cache
def slope_along(formula: Formula, direction: Vector, by: Vector) -> Derivation:
    """The derivative along a direction: of each output of a vector formula, of the one output of a scalar."""
    if formula.over is not None:
        return product(formula, direction, "jvp", "", along_output=False, by=by)
    k, known = free_index(formula), derivative(formula, by)
    start = Sum(direction[k] * known.start, k)
    trace = Trace(start)
    trace.add(DERIVED, Sum(direction[k] * known.end, k), [Use(DERIVED, known.start, known.end, ())])
    tidy(trace, ())
    return Derivation("along", "", start, tuple(trace.steps))


def product(
    formula: Formula, vector: Vector, name: str, title: str, *, along_output: bool, by: Variable | None = None
) -> Derivation:
    """``sum_i g_i d f_i / d x_j`` (along the output) or ``sum_j v_j d f_i / d x_j`` (along the input)."""
    assert formula.over is not None
    index = formula.indices if along_output else free_indices(formula, by or formula.variable)
    known = derivative(formula, by)
    start = sum_over(vector[index] * known.start, index)
    trace = Trace(start)
    owes = tuple(c for c in known.conditions if c.kind in ("positive", "nonzero"))  # of every class of the sum
    trace.add(DERIVED, sum_over(vector[index] * known.end, index), [Use(DERIVED, known.start, known.end, owes)])
    tidy(trace, ())
    return Derivation(name, title, start, tuple(trace.steps))


def sum_over(body: Any, over: Sequence[Symbol]) -> Any:
    """The sum over several indices, the last one innermost."""
    for index in reversed(over):
        body = Sum(body, index)
    return body


__all__ = ["case", "derivative", "free_index", "named_formulas", "product", "simplex", "tidy"]
