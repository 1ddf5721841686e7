"""Points at which programs are tried: few and small, the same ones every time, inside the domains of all inputs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from derive.language.components import Labels, Vector
from derive.language.domains import Domain, domain_of
from derive.language.inputs import Input, Label, Parameter
from derive.verify.oracle import Point
from derive.verify.points import axes_of, picks_of, places_in, sizes_at

STYLES: tuple[tuple[int, str], ...] = (
    (1, "positive"), (1, "negative"), (2, "mixed"), (2, "far"), (3, "mixed"), (3, "positive"), (3, "tied"), (3, "far"),
)  # fmt: skip
"""How many classes, and between what real inputs lie."""
AT_LEAST, AT_MOST = len(STYLES), 64
"""So many points are tried; more where the formula has no value at these."""

RANGES = {"positive": (0, 4), "negative": (-4, 0), "mixed": (-3, 3), "far": (-40, 40), "tied": (0, 2)}
SIMPLE = [Fraction(text) for text in ("0", "1", "-1", "2", "-2", "3", "-3", "1/2", "-1/2", "1/4")]
"""The simplest numbers, simplest first."""
GRAIN = 2**10
"""Inputs are multiples of 1/GRAIN: none is 0, and a failing one is short to write."""


def samples(inputs: Sequence[Input], seed: str) -> Iterator[Point]:
    """Smallest first.  Parameters have their defaults and values of their domain in turn.

    After the first points each vector lies where it likes: some of them may lie where the formula has a value.
    """
    dice = random.Random(seed)
    for attempt in range(AT_MOST):
        classes, style = STYLES[attempt] if attempt < AT_LEAST else (2, "")
        styles = {i: style or dice.choice(list(RANGES)) for i in inputs}
        sizes = sizes_at(axes_of(inputs), classes, dice)
        lengths = {i: places_in(i.axes, classes, sizes) for i in inputs if isinstance(i, Vector)}
        vectors = {i.name: _vector(i, length, styles[i], dice) for i, length in lengths.items()}
        picks = picks_of((i for i in inputs if isinstance(i, Labels)), classes, sizes, dice)
        labels = {i.name: dice.randint(1, classes) for i in inputs if isinstance(i, Label)}
        settings = [i for i in inputs if isinstance(i, Parameter)]
        scalars = {p.name: _parameter(p, dice) if attempt % 2 else Fraction(p.default) for p in settings}
        yield Point(classes, vectors, labels, scalars, sizes=sizes, picks=picks)


def _vector(vector: Vector, classes: int, style: str, dice: random.Random) -> list[Fraction]:
    domain = domain_of(vector)
    if domain.total is not None:
        weights = [dice.randint(1, GRAIN) for _ in range(classes)]
        return [Fraction(domain.total * weight, sum(weights)) for weight in weights]
    if style == "tied":
        two = [value for value in SIMPLE if domain.holds(value)][:2]
        return [dice.choice(two) for _ in range(classes)]
    return [_between(*_range(domain, style), dice) for _ in range(classes)]


def _range(domain: Domain, style: str) -> tuple[int, int]:
    """The part of the style's range that lies in the domain; where none does, what lies as far on the other side."""
    low, high = RANGES[style]
    low, high = (low, high) if domain.low is None else (domain.low, max(-low, high))
    return low, high if domain.high is None else domain.high


def _parameter(parameter: Parameter, dice: random.Random) -> Fraction:
    return _between(*_range(domain_of(parameter), "mixed"), dice)


def _between(low: int, high: int, dice: random.Random) -> Fraction:
    return Fraction(dice.randint(low * GRAIN + 1, high * GRAIN - 1), GRAIN)


# --- smaller ones ----------------------------------------------------------------------------------------------------


def simpler(point: Point, inputs: Iterable[Input]) -> Iterator[Point]:
    """Points that are one step simpler: a class less, or one number."""
    inputs = list(inputs)
    for k in range(point.classes if point.classes > 1 and not point.sizes else 0):
        yield _without(point, k, inputs)
    for one in inputs:
        if isinstance(one, Vector) and (total := domain_of(one).total) is not None:
            even = [Fraction(total, point.classes)] * point.classes
            if list(point.vectors[one.name]) != even:
                yield replace(point, vectors={**point.vectors, one.name: even})
        elif isinstance(one, Vector):
            values = list(point.vectors[one.name])
            for k, value in enumerate(values):
                for better in _simpler(Fraction(value), domain_of(one)):
                    changed = [*values[:k], better, *values[k + 1 :]]
                    yield replace(point, vectors={**point.vectors, one.name: changed})
        elif isinstance(one, Label):
            for place in range(1, point.indices[one.name]):
                yield replace(point, indices={**point.indices, one.name: place})
        elif isinstance(one, Labels):
            if any(place != 1 for place in point.picks[one.name]):
                yield replace(point, picks={**point.picks, one.name: [1] * len(point.picks[one.name])})
        else:
            for better in _simpler(Fraction(point.scalars[one.name]), domain_of(one)):
                yield replace(point, scalars={**point.scalars, one.name: better})


def _without(point: Point, k: int, inputs: Sequence[Input]) -> Point:
    """Labels of classes behind it, and of itself, move up."""
    vectors = {}
    for one in inputs:
        if isinstance(one, Vector):
            values = [Fraction(v) for place, v in enumerate(point.vectors[one.name]) if place != k]
            total = domain_of(one).total
            scale = total / (sum(values, Fraction(0)) or 1) if total is not None else 1
            vectors[one.name] = [v * scale for v in values]
    labels = {name: place - 1 if place > max(k, 1) else place for name, place in point.indices.items()}
    labels = {name: min(place, point.classes - 1) for name, place in labels.items()}
    return Point(point.classes - 1, vectors, labels, point.scalars)


def _simpler(value: Fraction, domain: Domain) -> Iterator[Fraction]:
    for better in (*SIMPLE, Fraction(round(value))):
        if better == value:
            return
        if domain.holds(better):
            yield better


def shown(point: Point, inputs: Iterable[Input]) -> str:
    """The point as the arguments of a kernel: labels count from 0."""
    parts = [f"{name} = {size}" for name, size in point.sizes.items()]
    for one in inputs:
        if isinstance(one, Vector):
            parts.append(f"{one.name} = [{', '.join(f'{float(v):.12g}' for v in point.vectors[one.name])}]")
        elif isinstance(one, Label):
            parts.append(f"{one.name} = {point.indices[one.name] - 1}")
        elif isinstance(one, Labels):
            parts.append(f"{one.name} = [{', '.join(str(place - 1) for place in point.picks[one.name])}]")
        else:
            parts.append(f"{one.name} = {float(point.scalars[one.name]):.12g}")
    return ", ".join(parts)
