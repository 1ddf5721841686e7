"""How an expression of each kind is computed: read once, then done at every point that is tried.

An evaluator takes the oracle at a point and the classes that indices stand for.  What it finds it leaves with the
oracle, by the classes on which the value depends, so that each closed part is computed once at a point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Add, Basic, Dummy, Float, Integer, KroneckerDelta, Mul, NumberSymbol, Pow, Rational, Symbol

from derive.language.axes import CLASSES, AxisDummy, Pick, Size, is_size
from derive.language.choices import Compare
from derive.language.components import CACHED, Component, Image
from derive.language.formula import Value
from derive.language.functions import BY_HEAD
from derive.language.nodes import Binder, Limit, Max, Partial, Prod, Sum, TopIndex, n, symbols_of
from derive.language.spoken import spoken
from derive.verify.choices import case, first_largest, largest_value, order
from derive.verify.dual import Dual, function, inverse
from derive.verify.numbers import OracleError

if TYPE_CHECKING:
    from derive.verify.oracle import Oracle

FAR, FURTHER = 2**120, 2**136
CLOSE = -110
"""log2 of how closely a value at ``FAR`` is taken to be the limit; far below what a wrong limit would miss by."""

Indices = dict[str, int]
Evaluator = Callable[["Oracle", Indices], Any]
Place = Callable[["Oracle", Indices], int]


@lru_cache(maxsize=CACHED)
def evaluator(expression: Any) -> Evaluator:
    """What computes an expression.  It raises OracleError outside the domain, and for what is not in the language."""
    if isinstance(expression, (Rational, Float, NumberSymbol, Symbol)):
        return _leaf(expression)
    if isinstance(expression, Component):
        return _component(expression)
    if isinstance(expression, Pick):
        return _position(expression)
    return _kept(_computed(expression), _index_keys(expression))


def _computed(expression: Any) -> Evaluator:
    if isinstance(expression, Value):
        return _named(expression)
    if isinstance(expression, Partial):
        return _derivative(expression)
    if isinstance(expression, Limit):
        return _limit(expression)
    if isinstance(expression, Binder):
        return _reduced(expression)
    if isinstance(expression, KroneckerDelta):
        return _delta(expression)
    if isinstance(expression, Compare):
        return case(expression, evaluator)
    return _operation(expression)


def _kept(compute: Evaluator, names: tuple[str, ...]) -> Evaluator:
    """The same, computed once for the classes that the indices in the expression stand for."""
    if not names:

        def closed(oracle: Oracle, indices: Indices) -> Any:
            found = oracle.known.get(compute)
            if found is None:
                found = oracle.known[compute] = compute(oracle, indices)
            return found

        return closed
    if len(names) == 1:
        (name,) = names

        def of_class(oracle: Oracle, indices: Indices) -> Any:
            key = compute, indices.get(name)
            found = oracle.known.get(key)
            if found is None:
                found = oracle.known[key] = compute(oracle, indices)
            return found

        return of_class

    def of_classes(oracle: Oracle, indices: Indices) -> Any:
        key = compute, *map(indices.get, names)
        found = oracle.known.get(key)
        if found is None:
            found = oracle.known[key] = compute(oracle, indices)
        return found

    return of_classes


def _leaf(expression: Any) -> Evaluator:
    if isinstance(expression, (Rational, Float)):
        exact = Rational(expression)  # a float is taken exactly
        fraction = Fraction(int(exact.p), int(exact.q))
        return _kept(lambda oracle, indices: oracle.numbers.number(fraction), ())
    if expression == sympy.E:
        return _kept(lambda oracle, indices: oracle.numbers.function("exp", oracle.numbers.number(1)), ())
    if expression == sympy.pi:
        return lambda oracle, indices: oracle.numbers.pi()
    if expression == n:
        return lambda oracle, indices: oracle.numbers.number(oracle.n)
    if isinstance(expression, Size):
        return _how_many(expression)
    if expression.is_integer:  # an index as a number: its class, counted from 1
        return _position(expression)
    name = str(expression)

    def scalar(oracle: Oracle, indices: Indices) -> Any:
        if name not in oracle.scalars:
            raise OracleError(f"the oracle has no value for {spoken(expression)}")
        return oracle.scalars[name]

    return scalar


def _how_many(size: Size) -> Evaluator:
    def compute(oracle: Oracle, indices: Indices) -> Any:
        found = oracle.sizes.get(size.name)
        if found is None:
            raise OracleError(f"the oracle has no value for the size {size}")
        return oracle.numbers.number(found)

    return compute


def _position(index: Any) -> Evaluator:
    place = class_of(index)

    def compute(oracle: Oracle, indices: Indices) -> Any:
        if oracle.counts:
            raise OracleError(f"classes that are counted as alike have no place: {spoken(index)} is a number")
        return oracle.numbers.number(place(oracle, indices))

    return compute


def _component(component: Component) -> Evaluator:
    name, place_in = str(component.vector.name), place_of(component)
    plain = component.vector.axes == (CLASSES,)

    def compute(oracle: Oracle, indices: Indices) -> Any:
        values = oracle.vectors.get(name)
        if values is None:
            raise OracleError(f"the oracle has no value for the vector {name}")
        place = place_in(oracle, indices)
        if plain and not 1 <= place <= oracle.classes:
            raise OracleError(f"{spoken(component)} at class {place} of {oracle.classes}")
        return values[place - 1]

    return compute


@lru_cache(maxsize=CACHED)
def place_of(entry: Any) -> Place:
    """Where in its array a component, or a picked label, lies: counted from 1, the last axis fastest."""
    given, *indices = entry.args
    places = [class_of(index) for index in indices]
    if len(places) == 1:
        return places[0]
    axes = given.axes

    def flat(oracle: Oracle, opened: Indices) -> int:
        found = 0
        for axis, place in zip(axes, places, strict=True):
            size, here = oracle.size(axis), place(oracle, opened)
            if not 1 <= here <= size:
                raise OracleError(f"{spoken(entry)} at place {here} of {size} {axis.name}")
            found = found * size + here - 1
        return found + 1

    return flat


@lru_cache(maxsize=CACHED)
def class_of(index: Any) -> Place:
    """The class that an index names; ``pi(k)``: the one that k becomes."""
    if isinstance(index, Image):
        permutation, inner = index.permutation, class_of(index.index)

        def image(oracle: Oracle, indices: Indices) -> int:
            images = oracle.permutations.get(permutation.name)
            if images is None:
                raise OracleError(f"the oracle has no values for the permutation {permutation}")
            return images[inner(oracle, indices) - 1]

        return image
    if isinstance(index, Pick):
        where = place_of(index)

        def picked(oracle: Oracle, indices: Indices) -> int:
            labels = oracle.picks.get(index.labels.name)
            if labels is None:
                raise OracleError(f"the oracle has no values for the labels {index.labels.name}")
            return labels[where(oracle, indices) - 1]

        return picked
    if isinstance(index, TopIndex):
        terms = terms_of(index.of)
        return lambda oracle, indices: first_largest(oracle.numbers, terms(oracle, indices), index.of) + 1
    key = key_of(index)

    def place(oracle: Oracle, indices: Indices) -> int:
        found = indices.get(key)
        if found is None:
            raise OracleError(f"the oracle has no class for the index {spoken(index)}")
        return found

    return place


def _named(value: Value) -> Evaluator:
    """A named value is what its definition is."""
    formula, inside = value.formula, evaluator(value.formula.expression)
    if value.index is None:
        return inside
    over, places = list(map(key_of, formula.indices)), list(map(class_of, value.indices))
    return lambda oracle, indices: inside(
        oracle, {**indices, **dict(zip(over, (place(oracle, indices) for place in places), strict=True))}
    )


def _delta(delta: KroneckerDelta) -> Evaluator:
    one, other = map(class_of, delta.args)

    def compute(oracle: Oracle, indices: Indices) -> Any:
        place = one(oracle, indices)
        same = place == other(oracle, indices)
        if same and oracle.counts and oracle.counts[place - 1] != 1:
            raise OracleError(f"{spoken(delta)} tells classes apart that are counted as alike")
        return oracle.numbers.number(int(same))

    return compute


def _reduced(binder: Binder) -> Evaluator:
    """A loop over the classes."""
    terms, join = terms_of(binder), _JOINS.get(type(binder))

    def compute(oracle: Oracle, indices: Indices) -> Any:
        found = terms(oracle, indices)
        if join is None:
            raise OracleError(f"the oracle does not know {type(binder).__name__}")
        return join(oracle, found, binder)

    return compute


@lru_cache(maxsize=CACHED)
def terms_of(binder: Binder) -> Callable[[Oracle, Indices], list[Any]]:
    """What computes the body at each class."""
    body, key, axis = evaluator(binder.body), key_of(binder.index), binder.axis

    def compute(oracle: Oracle, indices: Indices) -> list[Any]:
        within, terms = dict(indices), []
        for k in range(1, oracle.size(axis) + 1):
            within[key] = k
            terms.append(body(oracle, within))
        return terms

    return compute


def _total(oracle: Oracle, terms: Sequence[Any], shown: Any) -> Any:
    if oracle.counts:
        terms = [term * count for term, count in zip(terms, oracle.counts, strict=True)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _product(oracle: Oracle, terms: Sequence[Any], shown: Any) -> Any:
    if oracle.counts:
        terms = [_times(term, count) for term, count in zip(terms, oracle.counts, strict=True)]
    product = terms[0]
    for term in terms[1:]:
        product = product * term
    return product


def _largest(oracle: Oracle, terms: Sequence[Any], shown: Any) -> Any:
    if any(isinstance(term, Dual) for term in terms):
        top = first_largest(oracle.numbers, terms, shown)
        for other in (term for place, term in enumerate(terms) if place != top):
            order(oracle.numbers, terms[top], other, shown)
        return terms[top]
    best = terms[0]
    for term in terms[1:]:
        best = oracle.numbers.largest(best, term)
    return best


_JOINS: dict[type[Binder], Callable[[Any, Sequence[Any], Any], Any]] = {Sum: _total, Prod: _product, Max: _largest}


def _derivative(partial: Partial) -> Evaluator:
    """The body at a point where one input carries a slope of 1."""
    body, by = evaluator(partial.body), partial.by

    def compute(oracle: Oracle, indices: Indices) -> Any:
        inner = oracle.sloped(by, indices)
        found = body(inner, indices)
        return found.slope if isinstance(found, Dual) and found.tag == inner.tags else oracle.numbers.number(0)

    return compute


def _limit(limit: Limit) -> Evaluator:
    """A far value stands for the limit: numbers cannot prove one, but they refute a wrong one.

    Where the value still changes further out, there is no limit, or none that is reached like ``1/z``.
    """
    body, variable, to = evaluator(limit.body), limit.variable, limit.to

    def compute(oracle: Oracle, indices: Indices) -> Any:
        far, farther = (body(oracle.far_out(variable, to, out, indices), indices) for out in (FAR, FURTHER))
        if isinstance(far, Dual) or isinstance(farther, Dual):
            raise OracleError(f"the oracle cannot differentiate {spoken(limit)}")
        oracle.numbers.refuse_infinite(far)
        if oracle.numbers.size(farther + -far) > CLOSE:
            raise OracleError(f"{spoken(limit)} does not exist as far as numbers tell")
        return oracle.numbers.blurred(far, CLOSE)

    return compute


def _operation(expression: Any) -> Evaluator:
    if isinstance(expression, Add):
        return _added(*map(evaluator, expression.args))
    if isinstance(expression, Mul):
        return _multiplied(expression)
    parts = [evaluator(part) for part in expression.args]
    if isinstance(expression, Pow):
        return _told(expression, parts, _power(expression.exp))
    if isinstance(expression, sympy.Max):
        return _told(expression, parts, lambda oracle, *values: largest_value(oracle.numbers, values, expression))
    if expression.func in BY_HEAD and len(parts) == 1:
        name = BY_HEAD[expression.func].name
        return _told(expression, parts, lambda oracle, value: function(oracle.numbers, name, value))
    return _unknown(expression, parts)


def _unknown(expression: Any, parts: Sequence[Evaluator]) -> Evaluator:
    def compute(oracle: Oracle, indices: Indices) -> Any:
        for part in parts:
            part(oracle, indices)
        raise OracleError(f"the oracle does not know {type(expression).__name__} in {spoken(expression)}")

    return compute


def _told(expression: Any, parts: Sequence[Evaluator], operation: Callable[..., Any]) -> Evaluator:
    """An operation on the values of the parts; what goes wrong in it is told with the expression."""

    def compute(oracle: Oracle, indices: Indices) -> Any:
        values = [part(oracle, indices) for part in parts]
        try:
            return operation(oracle, *values)
        except OracleError as error:
            raise type(error)(f"{error}, in {spoken(expression)}") from error

    return compute


def _added(first: Evaluator, *others: Evaluator) -> Evaluator:
    def compute(oracle: Oracle, indices: Indices) -> Any:
        total = first(oracle, indices)
        for part in others:
            total = total + part(oracle, indices)
        return total

    return compute


def _multiplied(expression: Mul) -> Evaluator:
    """A whole number in front stays one."""
    whole = expression.args[0]
    first, *others = map(evaluator, expression.args[1:] if isinstance(whole, Integer) else expression.args)

    def compute(oracle: Oracle, indices: Indices) -> Any:
        product = first(oracle, indices)
        for part in others:
            product = product * part(oracle, indices)
        return product

    if not isinstance(whole, Integer):
        return compute
    if (times := int(whole)) == -1:
        return lambda oracle, indices: -compute(oracle, indices)
    return lambda oracle, indices: compute(oracle, indices) * times


def _power(exponent: Any) -> Callable[..., Any]:
    """Whole powers, also of a square root, by multiplication, for any base; others for a base above 0."""
    if not (isinstance(exponent, Rational) and exponent.q in (1, 2)):
        return lambda oracle, base, power: function(
            oracle.numbers, "exp", function(oracle.numbers, "log", base) * power
        )
    times, of_root, below = abs(int(exponent.p)), exponent.q == 2, exponent.p < 0

    def whole(oracle: Oracle, base: Any, power: Any) -> Any:
        root = function(oracle.numbers, "sqrt", base) if of_root else base
        found = _times(root, times)
        return inverse(oracle.numbers, found) if below else found

    return whole


def _times(base: Any, count: int) -> Any:
    """A whole power by multiplication: the power function of balls gives up on a ball around 0."""
    result: Any = None
    while count:
        if count % 2:
            result = base if result is None else result * base
        count //= 2
        if count:
            base = base * base
    return result


def key_of(index: Any) -> str:
    """The name by which a point knows an index: a dummy has its number in it, so that nothing else is called so."""
    if not isinstance(index, Symbol):
        raise OracleError(f"the oracle knows no class called {spoken(index)}: an index is a letter")
    if not isinstance(index, Dummy):
        return str(index.name)
    along = f" of {index.axis.name}" if isinstance(index, AxisDummy) else ""
    return f"{index.name}#{index.dummy_index}{along}"


def _index_keys(expression: Basic) -> tuple[str, ...]:
    """The indices on which a value depends, by the names that a point knows them by."""
    found = {s for s in symbols_of(expression) if isinstance(s, Symbol) and s.is_integer and not is_size(s)}
    return tuple(sorted(map(key_of, found)))
