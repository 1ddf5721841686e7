"""Random points at which an identity is tried: the same ones every time, inside the domains of all inputs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any

from sympy import Dummy, Expr, Integer, Rational, Symbol

from derive.algebra.records import Condition
from derive.language.axes import CLASSES, Axis, axis_of
from derive.language.components import Component, Labels, Permutation, Vector
from derive.language.domains import DOMAINS, Domain, domain_of
from derive.language.inputs import Parameter, Scalar
from derive.language.nodes import Sum, n
from derive.language.spoken import spoken
from derive.verify.conditions import holds, refuse_unknown
from derive.verify.inputs import inputs_of, refuse_namesakes
from derive.verify.numbers import OracleError, Reals
from derive.verify.oracle import Oracle, Point, key_of

SIZES = ((1, 1), (2, 2), (3, 2), (5, 1))
"""How many classes, and at how many random choices of the inputs; what holds by chance at n = 1 or 2 fails later."""
SIZES_WITH_CASES = ((1, 4), (2, 16), (3, 8), (5, 1))
"""The same where cases are told apart: each has to be met, and so has what stands between two of them."""
OF_EACH = 2
"""How many ways to put classes for the free indices are tried, of those in which the same ones coincide."""

RANGES = {"mixed": (-3, 3), "positive": (0.125, 4), "unit": (0, 1), "large": (1, 8), "negative": (-4, -0.125)}
"""Between what real inputs lie, by style; those after the first serve where the first leaves the domain."""
GRAIN = 2**20
"""Inputs are multiples of 1/GRAIN: so fine that two are never equal by chance, and none is 0."""
TIED = "tied"
POSITIVE = DOMAINS["positive"]
TIED_SCALARS = {"real": (-1, 0, 1), "positive": (0.5, 1), "unit": (0.25, 0.5)}


def trials(
    start: Expr,
    inputs: set[Any],
    assumptions: Sequence[Condition],
    seed: str,
    numbers: Reals,
    sizes: Sequence[tuple[int, int]] = SIZES,
) -> Iterator[Oracle]:
    """Oracles at points where ``start`` is defined; free indices and labels go through the classes as is assumed.

    Each size gets its number of choices of the inputs, by another style where ``start`` is defined nowhere, and where
    it is by none, with the parameters as they are by default.
    """
    refuse_namesakes(inputs)
    for assumption in assumptions:
        refuse_unknown(assumption)
    dice = random.Random(seed)
    for classes, count in sizes:
        good = 0
        for style, usual in [(s, usual) for usual in (False, True) for s in RANGES for _ in range(count)]:
            found = _defined(start, _draw(inputs, classes, assumptions, style, dice, usual), assumptions, numbers)
            yield from found
            good += bool(found)
            if good == count:
                break


def ties(
    start: Expr, inputs: set[Any], assumptions: Sequence[Condition], seed: str, numbers: Reals
) -> Iterator[Oracle]:
    """The same at points with equal values and zeros, for what is true of different numbers only."""
    dice = random.Random(seed)
    for classes, _ in SIZES:
        yield from _defined(start, _draw(inputs, classes, assumptions, TIED, dice), assumptions, numbers)


def _defined(start: Expr, points: Iterable[Point], assumptions: Sequence[Condition], numbers: Reals) -> list[Oracle]:
    """Oracles at the points where ``start`` has a value and the assumptions hold.

    The points are of one draw: they differ in their indices, and in what is assumed of a class that an index names.
    """
    found: list[Oracle] = []
    oracle: Oracle | None = None
    for point in points:
        shares = oracle is not None and oracle.point.vectors == point.vectors
        oracle = oracle.moved(point) if oracle and shares else Oracle(point, numbers)
        try:
            oracle.value(start)
            if all(_is_met(a, oracle) for a in assumptions):
                found.append(oracle)
        except OracleError:
            continue
    return found


def _is_met(assumption: Condition, oracle: Oracle) -> bool:
    """Whether an assumption holds; one about inputs that the point does not have says nothing of it.

    A dummy is none of them: it runs through all classes.
    """
    known = {*oracle.vectors, *oracle.scalars, *oracle.indices}
    asked = {_name(i) for i in inputs_of(assumption.subject) if not isinstance(i, Dummy)}
    return not asked <= known or holds(assumption, oracle)


def _name(given: Any) -> str:
    return key_of(given) if isinstance(given, Symbol) else str(given.name)


def _draw(
    inputs: set[Any],
    classes: int,
    assumptions: Sequence[Condition],
    style: str,
    dice: random.Random,
    usual: bool = False,
) -> list[Point]:
    """One choice of vectors and scalars, with the classes for the indices that go with it.

    usual: parameters are what they are by default.
    """
    vectors = sorted((i for i in inputs if isinstance(i, Vector)), key=lambda v: v.name)
    indices = sorted((i for i in inputs if isinstance(i, Symbol) and i.is_integer), key=key_of)
    scalars = sorted((i for i in inputs if isinstance(i, Symbol) and not i.is_integer), key=lambda s: s.name)
    sizes = sizes_at(axes_of(inputs), classes, dice)
    values = {v.name: _vector(v, places_in(v.axes, classes, sizes), style, dice) for v in vectors}
    _keep_totals(values, assumptions, named=set(map(key_of, indices)))
    orders = sorted((i for i in inputs if isinstance(i, Permutation)), key=lambda p: p.name)
    permutations = {p.name: dice.sample(range(1, classes + 1), classes) for p in orders}
    numbers = {s.name: _scalar(s, style, dice) for s in scalars}
    if usual:
        numbers |= {one.name: Fraction(one.default) for one in scalars if isinstance(one, Parameter)}
    numbers |= {s: value for s, value in _settled(assumptions).items() if s in numbers}
    picks = picks_of((i for i in inputs if isinstance(i, Labels)), classes, sizes, dice)
    ways = _assignments({i: places_in((axis_of(i),), classes, sizes) for i in indices}, assumptions, dice)
    points = [
        Point(classes, _at_a_class(values, assumptions, way), way, numbers, permutations, (), sizes, picks)
        for way in ways
    ]
    fits = {id(p.vectors): all(lies_in(v.domain, p.vectors[v.name]) for v in vectors) for p in points}
    return [point for point in points if fits[id(point.vectors)]]


def axes_of(inputs: Iterable[Any]) -> list[Axis]:
    """The axes beside the classes along which inputs and indices lie, in the order of their names."""
    found: set[Axis] = set()
    for one in inputs:
        if isinstance(one, Vector | Labels):
            found |= set(one.axes)
        if isinstance(one, Labels):
            found.add(one.among)
        elif not isinstance(one, Vector):
            found.add(axis_of(one))
    return sorted(found - {CLASSES}, key=lambda axis: axis.key)


def sizes_at(axes: Sequence[Axis], classes: int, dice: random.Random) -> dict[str, int]:
    """Sizes that differ from the number of classes, so that one is never taken for another; 1 where that is 1."""
    left = [size for size in (1, 2, 3, 4) if size != classes]
    return {axis.size.name: 1 if classes == 1 else dice.choice(left) for axis in axes}


def places_in(axes: Sequence[Axis], classes: int, sizes: Mapping[str, int]) -> int:
    """How many places there are along these axes together."""
    return prod(classes if axis == CLASSES else sizes[axis.size.name] for axis in axes)


def picks_of(
    labels: Iterable[Labels], classes: int, sizes: Mapping[str, int], dice: random.Random
) -> dict[str, list[int]]:
    """For each array of labels a place, counted from 1, for each of them."""
    found = {}
    for one in sorted(labels, key=lambda given: given.name):
        among, count = places_in((one.among,), classes, sizes), places_in(one.axes, classes, sizes)
        found[one.name] = [dice.randint(1, among) for _ in range(count)]
    return found


def lies_in(domain: str, values: Sequence[Any]) -> bool:
    """Whether values lie in the domain of an input; what is assumed of a vector may lead out of it."""
    wanted = DOMAINS[domain]
    if wanted.low is None and wanted.high is None and wanted.total is None:
        return True
    least, most = min(values), max(values)
    above = wanted.low is None or least > wanted.low or (wanted.closed and least == wanted.low)
    below = wanted.high is None or most < wanted.high or (wanted.closed and most == wanted.high)
    return bool(above and below and (wanted.total is None or wanted.total == sum(values)))


def _keep_totals(values: dict[str, list[Fraction]], assumptions: Sequence[Condition], named: set[str]) -> None:
    """Where a vector is assumed to have a certain sum, its last component makes up for the others.

    A vector of positive components is scaled instead.
    Where its components are assumed to be something at every class (by an index that is not ``named``), they are.
    """
    for assumption in assumptions:
        if assumption.kind != "sums_to":
            continue
        left, right = assumption.subject
        if isinstance(left, Component) and left.vector.name in values and key_of(left.index) not in named:
            values[left.vector.name] = _components(right, values, len(values[left.vector.name]))
        elif isinstance(left, Sum) and isinstance(left.body, Component) and isinstance(right, Rational):
            vector, total = values.get(left.body.vector.name, []), Fraction(int(right.p), int(right.q))
            if vector and domain_of(left.body.vector).low is None:
                vector[-1] += total - sum(vector)
            elif vector:
                vector[:] = [value * total / sum(vector) for value in vector]


def _at_a_class(
    values: dict[str, list[Fraction]], assumptions: Sequence[Condition], way: dict[str, int]
) -> dict[str, list[Fraction]]:
    """The vectors with what is assumed of the class that an index names; a distribution keeps its sum."""
    pairs = [a.subject for a in assumptions if a.kind == "sums_to"]
    for left, right in pairs:
        if not isinstance(left, Component) or key_of(left.index) not in way or left.vector.name not in values:
            continue
        vector, place = list(values[left.vector.name]), way[key_of(left.index)] - 1
        vector[place] = _components(right, values, len(vector))[place]
        others = sum(vector) - vector[place]
        if domain_of(left.vector).total == 1 and others:
            vector = [v if k == place else v * (1 - vector[place]) / others for k, v in enumerate(vector)]
        values = {**values, left.vector.name: vector}
    return values


def _settled(assumptions: Sequence[Condition]) -> dict[str, Fraction]:
    """The scalars that are assumed to have a value."""
    pairs = [a.subject for a in assumptions if a.kind == "sums_to"]
    return {s.name: Fraction(int(v.p), int(v.q)) for s, v in pairs if isinstance(s, Symbol) and isinstance(v, Rational)}


def _components(value: Any, values: dict[str, list[Fraction]], classes: int) -> list[Fraction]:
    """What components are assumed to be: those of another vector, or a number that may depend on n."""
    if isinstance(value, Component):
        return list(values[value.vector.name])
    exact = value.xreplace({n: Integer(classes)})
    if not isinstance(exact, Rational):
        raise OracleError(
            f"the oracle cannot assume that components are {spoken(value)}: a number, n or another vector"
        )
    return [Fraction(int(exact.p), int(exact.q))] * classes


def _assignments(
    indices: Mapping[Symbol, int], assumptions: Sequence[Condition], dice: random.Random
) -> list[dict[str, int]]:
    """Of each way in which indices can coincide, a few: random inputs make what coincides alike alike.

    So no coincidence is left to chance, however many ways there are to put classes.

    indices: each with how many places its axis has.
    """
    names = [key_of(index) for index in indices]
    alike: dict[tuple[int, ...], list[dict[str, int]]] = {}
    for way in product(*(range(1, size + 1) for size in indices.values())):
        put = dict(zip(names, way, strict=True))
        if all(_allows(a, put) for a in assumptions):
            alike.setdefault(tuple(map(way.index, way)), []).append(put)
    return [put for ways in alike.values() for put in dice.sample(ways, min(len(ways), OF_EACH))]


def _allows(assumption: Condition, way: dict[str, int]) -> bool:
    if assumption.kind not in ("equal", "distinct"):
        return True
    one, other = (way.get(key_of(index)) for index in assumption.subject)
    return one is None or other is None or (one == other) == (assumption.kind == "equal")


def _vector(vector: Vector, classes: int, style: str, dice: random.Random) -> list[Fraction]:
    if domain_of(vector).total == 1:
        return _distribution(classes, style, dice)
    if style == TIED:
        values = _tied(domain_of(vector))
        return [Fraction(dice.choice(values)) for _ in range(classes)]
    return [_between(*_range(domain_of(vector), style), dice) for _ in range(classes)]


def _tied(domain: Domain) -> tuple[float, ...]:
    """Few values, so that some are equal: the ends of the domain, where they belong to it."""
    if domain.low is None or domain.high is None:
        return (0, 1.25) if domain.low is None else (1.5, 2.5)
    return (domain.low, domain.high) if domain.closed else (0.25, 0.5)


def _range(domain: Domain, style: str) -> tuple[float, float]:
    if domain.low is None:
        return RANGES[style]
    return RANGES["positive"] if domain.high is None else (domain.low, domain.high)


def _distribution(classes: int, style: str, dice: random.Random) -> list[Fraction]:
    """The gaps between cuts of the way from 0 to 1."""
    if style == TIED:
        inner = [dice.choice((0, GRAIN // 2, GRAIN)) for _ in range(classes - 1)]
    else:
        inner = dice.sample(range(1, GRAIN), classes - 1)
    cuts = [0, *sorted(inner), GRAIN]
    return [Fraction(b - a, GRAIN) for a, b in pairwise(cuts)]


def _scalar(symbol: Symbol, style: str, dice: random.Random) -> Fraction:
    if style == TIED and isinstance(symbol, Scalar):
        return Fraction(dice.choice(TIED_SCALARS[symbol.domain]))
    domain = domain_of(symbol) if isinstance(symbol, (Parameter, Scalar)) or not symbol.is_positive else POSITIVE
    return _between(*_range(domain, "mixed" if style == TIED else style), dice)


def _between(low: float, high: float, dice: random.Random) -> Fraction:
    return Fraction(dice.randint(int(low * GRAIN) + 1, int(high * GRAIN) - 1), GRAIN)
