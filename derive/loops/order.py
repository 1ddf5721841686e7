"""In which order the loops of an output run, and what is kept in the output while they do: what costs least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import permutations
from typing import Any

from sympy import Add, KroneckerDelta, Mul, Symbol

from derive.language.axes import Pick
from derive.language.components import CACHED
from derive.language.nodes import Sum, substitute
from derive.language.spoken import letters_along
from derive.loops.cost import degree_of_loops, indices_of


@dataclass(frozen=True)
class LoopedTerm:
    """A term of an output, and the order of the loops that it stands in.

    places: the indices of the output that no loop runs through, with what stands for them.
    """

    expression: Any
    order: tuple[Symbol, ...]
    places: Mapping[Any, Any] = field(default_factory=dict)

    @property
    def degree(self) -> int:
        return degree_of_loops(self.expression, self.order)


@dataclass(frozen=True)
class Way:
    """How an output is computed: stored, or ``kept`` in the output as the sum of its parts."""

    parts: tuple[LoopedTerm, ...]
    kept: bool

    @property
    def worst(self) -> LoopedTerm:
        return max(self.parts, key=lambda part: part.degree)


@lru_cache(maxsize=CACHED)
def way_of(expression: Any, indices: tuple[Symbol, ...]) -> Way:
    """The way that costs least: in one order of loops, or term by term where no order is good for all."""
    stored = [Way((LoopedTerm(expression, order),), False) for order in permutations(indices)]
    terms = Add.make_args(_terms_apart(expression)) if indices else ()
    kept = [Way(tuple(_best(term, indices) for term in terms), True)] if indices else []
    return min([*stored, *kept], key=lambda way: way.worst.degree)


def loop_degree(expression: Any, indices: Sequence[Symbol]) -> int:
    """Of the loops that compute it for all of these indices: by which power of the sizes their steps grow."""
    return way_of(expression, tuple(indices)).worst.degree


def _best(term: Any, indices: tuple[Symbol, ...]) -> LoopedTerm:
    """The way of a term that costs least: stored, or one of its outer sums, and those in it, kept in the output."""
    best, waiting = LoopedTerm(term, indices), [(term, indices)]
    while waiting:
        e, opened = waiting.pop(0)
        best = min([best, *_in_loops(e, indices, opened)], key=lambda part: part.degree)
        for total in _outer_sums(e, opened) if best.degree > len(opened) + 1 else ():  # else it is no less in one more
            body, index = total.open(letters_along(total.axis)[0])
            waiting.append((e / total * body, (*opened, index)))
    return best


def _in_loops(e: Any, indices: tuple[Symbol, ...], opened: tuple[Symbol, ...]) -> Iterator[LoopedTerm]:
    yield from (LoopedTerm(e, order) for order in permutations(opened))
    yield from (part for d in e.atoms(KroneckerDelta) if (part := _scattered(e, d, indices, opened)) is not None)


def _scattered(e: Any, delta: Any, indices: tuple[Symbol, ...], opened: tuple[Symbol, ...]) -> LoopedTerm | None:
    """A term with a delta for a factor goes where the delta is 1, and no loop looks for that place."""
    if delta not in Mul.make_args(e):
        return None
    for index, place in (delta.args, delta.args[::-1]):
        if index in indices and indices_of(place) <= set(opened) - {index}:
            left = tuple(i for i in opened if i != index)
            return LoopedTerm(substitute(e / delta, {index: place}), left, {index: place})
    return None


def running(indices: Sequence[Any]) -> tuple[Any, ...]:
    """Those of an output that a loop runs through: what labels pick is one place."""
    return tuple(index for index in indices if not isinstance(index, Pick))


def _terms_apart(e: Any) -> Any:
    """The outermost sum of terms, what it is multiplied by put to each of them."""
    sums = [f for f in Mul.make_args(e) if isinstance(f, Add) and f.has(Sum)]
    return Add(*[_terms_apart(e / sums[0] * term) for term in sums[0].args]) if len(sums) == 1 else e


def _outer_sums(e: Any, opened: Sequence[Symbol]) -> list[Any]:
    """The sums that are factors and change along most of the loops that are open: opened, they are taken once."""
    sums = {f: len(indices_of(f) & set(opened)) for f in Mul.make_args(e) if type(f) is Sum}
    most = max(sums.values(), default=0)
    return [f for f, count in sums.items() if count == most > 0]
