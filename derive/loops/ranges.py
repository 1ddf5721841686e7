"""Ranges: what each value of a program can be, from the domains of its inputs alone.

It holds for every row whose inputs are in their domains (the closed ones: a positive component may be 0).  Scores may
be -inf (masked) where they stand in exponents, but not at every class: there is one that counts.  Of exponentials that
nothing keeps in range it is taken that they stay in it (a caveat says so), and of a positive vector that it is not 0
throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations

from derive.language.components import Vector
from derive.language.domains import Domain, domain_of
from derive.language.formula import Formula, unfold
from derive.language.inputs import Input, Parameter
from derive.loops.intervals import ANYTHING, INF, OPERATIONS, Range, exactly, join
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
    walk,
)
from derive.loops.masks import NONE, Masks, masks_of, of_score
from derive.loops.opposites import are_as_large
from derive.loops.scores import in_exponents, is_weighted
from derive.loops.uses import rename_index

Known = tuple[Range, Masks]

SCORES = Range(down=True)
"""A component that stands in an exponent: -inf where it is masked.  (The sign of a 0 is lost there.)"""
COUNT = Range(1, 1e18, zero=False)
"""Of the number of classes."""
KEEPS_NAN = {
    "weighted": 1,
    "weighted_ratio": 1,
    "supported": 1,
    "where_nonnegative": 1,
    "compare": 2,
    "finite_or_zero": 0,
}
"""Operation -> how many of its arguments, the first ones, surely make it NaN; of all others each does."""


@dataclass(frozen=True)
class Top:
    """The class of a loop at which a maximum is attained, or one that counts where no maximum is named.

    Nothing is masked there and no exponential underflows.
    """

    maximum: str
    index: str


class Ranges:
    """The ranges of the names and arrays of a program, statement after statement."""

    def __init__(self, formula: Formula, inputs: Iterable[Input]) -> None:
        whole = unfold(formula.expression)
        exponents, weighted = in_exponents(whole), formula.vector if is_weighted(whole, formula.vector) else None
        self.arrays: dict[str, Range] = {}
        self.names: dict[str, Range] = {"n": COUNT}
        self.vanishing: set[str] = set()  # weights that may be 0 at every class: their sum is told nothing by its terms
        self.masked: dict[str, Masks] = {}
        self.made: dict[str, Statement] = {}
        self.answers: dict[tuple[int, Top | None], tuple[Value, Known]] = {}  # the values too: an id is theirs alone
        self.asked: set[str] = set()  # names in the values of which something was said
        for given in inputs:
            if isinstance(given, Vector):
                domain = domain_of(given)
                masked = domain.low is None and (given in exponents or given == weighted)
                if domain.low == 0 and not domain.positive and domain.total is None:
                    self.vanishing.add(given.name)
                high = INF if domain.high is None else domain.high
                self.arrays[given.name] = (
                    replace(SCORES, high=high, minus_zero=given not in exponents) if masked else _within(domain)
                )
            elif isinstance(given, Parameter):
                self.names[given.name] = _within(domain_of(given), least=1e-15)

    def take(self, statement: Statement, loop: str = "") -> None:
        """Learn what a statement makes; ``loop`` is the index of the loop that it stands in."""
        if isinstance(statement, Loop):
            for inner in statement.body:
                self.take(inner, statement.index)
        elif isinstance(statement, Store):
            found, here = self.of(statement.value), self.arrays.get(statement.output)
            whole = join(here, found) if here else found
            if whole != here:
                self.answers.clear()
            self.arrays[statement.output] = whole
        else:
            if statement.name in self.asked:  # what was said of it before holds no more
                self.answers.clear()
            self.made[statement.name] = statement
            self.names[statement.name], self.masked[statement.name] = self._made(statement, loop)

    def of(self, value: Value) -> Range:
        """What a value can be."""
        return self._known(value, None)[0]

    def masks(self, value: Value) -> Masks:
        """What masked scores make of a value."""
        return self._known(value, None)[1]

    def _made(self, statement: Let | Accumulate | ArgMax, loop: str) -> Known:
        found, masks = self._known(statement.value, None)
        if isinstance(statement, ArgMax):
            counted = self._known(statement.value, Top("", loop))[0]
            return replace(found, down=counted.down, up=False, nan=False), Masks(None)
        if isinstance(statement, Accumulate):
            everywhere = masks.wild is None or any(score.index == loop for score in masks.wild)
            return self._total(statement, found, loop), Masks(None if everywhere else masks.wild)
        return found, masks

    def _total(self, statement: Accumulate, term: Range, loop: str) -> Range:
        """Of a sum; where no term is negative each bounds it from below, and so does the one at a maximum."""
        empty = statement.skip is not None
        tops = [self._known(statement.value, Top(name, loop))[0] for name in self._maxima(statement.value) or [""]]
        least = 0.0 if empty or term.below else max(top.low for top in tops)
        return Range(
            low=least if term.low >= 0 else -INF,
            high=term.high * COUNT.high if term.high > 0 else 0.0 if empty else term.high,
            zero=empty or term.low < 0 < term.high or (term.zero and all(top.zero for top in tops)),
            down=term.down,
            up=term.up,
            nan=term.nan or (term.up and term.down),
        )

    def _known(self, value: Value, top: Top | None) -> Known:
        """What is known of a value: anywhere, or at the class where a maximum is attained."""
        match value:
            case Number(number):
                return exactly(float(number)), Masks()
            case Same():
                return Range(0, 1), Masks()
            case Position():
                return COUNT, Masks()
            case Element(array, index):
                found = self.arrays.get(array, ANYTHING)
                if top and top.index == index:
                    zero = found.below or (found.zero and array in self.vanishing)
                    return replace(found, down=False, zero=zero), Masks()
                return found, Masks() if not found.unbounded else of_score(value) if found == SCORES else Masks(None)
            case Name(name):
                self.asked.add(name)
                made = self.made.get(name)
                if top and isinstance(made, Let):
                    return self._known(made.value, top)
                return self.names.get(name, ANYTHING), self.masked.get(name, Masks())
            case Call():
                key = id(value), top
                if key not in self.answers:
                    self.answers[key] = value, self._call(value, top)
                return self.answers[key][1]
        raise TypeError(value)

    def _call(self, call: Call, top: Top | None) -> Known:
        known = [self._known(a, top) for a in call.args]
        ranges, masks = [r for r, _ in known], [m for _, m in known]
        found = self._square(call, top) or self._gap(call, top) or _operation(call, ranges)
        if top and call.op in ("exp", "exp2"):
            found = replace(found, zero=False)
        of_masks = masks_of(call.op, masks, ranges, found)
        tame = found if of_masks.wild != NONE else replace(found, down=False, up=False, nan=False)
        return tame, of_masks

    def operation(self, value: Value) -> str:
        """The operation that makes a value, also where it has a name; an empty word for what no operation makes."""
        made = self.made.get(value.name) if isinstance(value, Name) else None
        return value.op if isinstance(value, Call) else self.operation(made.value) if isinstance(made, Let) else ""

    def row_sums(self, value: Value) -> set[str]:
        """The sums over the classes, never 0 in a row that has one, that make a value NaN where they are."""
        if isinstance(value, Call):
            kept = value.args[: KEEPS_NAN.get(value.op, len(value.args))]
            return {name for part in kept for name in self.row_sums(part)}
        made = self.made.get(value.name) if isinstance(value, Name) else None
        if isinstance(made, Accumulate):
            found = self.names[made.name]
            return {made.name} if made.skip is None and found.low >= 0 and not found.zero else set()
        return self.row_sums(made.value) if isinstance(made, Let) else set()

    # --- a square -------------------------------------------------------------------------------------------------
    def _square(self, product: Call, top: Top | None) -> Range | None:
        """Of two factors that are the same, or the same but for their sign, among those of a product."""
        factors = list(_factors(product))
        for one, other in combinations(factors, 2):
            if are_as_large(one, other):
                of_one = self._known(one, top)[0]
                size = OPERATIONS["abs"](of_one)
                square = replace(OPERATIONS["mul"](size, size), nan=of_one.nan)
                left = [f for f in factors if f is not one and f is not other]
                rest = [square if one == other else OPERATIONS["neg"](square), *(self._known(f, top)[0] for f in left)]
                return reduce(OPERATIONS["mul"], rest)
        return None

    # --- what is left when a maximum is taken off -----------------------------------------------------------------
    def _gap(self, gap: Call, top: Top | None) -> Range | None:
        """``u_k - max u`` is never above 0, and it is 0 at the class that attains the maximum."""
        if gap.op != "sub":
            return None
        taken, largest = gap.args
        peaks = list(self._peaks(largest))
        for peak in peaks:
            index = self._class_of(taken, peak) if peak else None
            is_peak = peak is not None and taken == Name(peak.name)
            if peak and (is_peak or index is not None):
                at_peak = is_peak or index == peak.where or top == Top(peak.name, index or "")
                attained = at_peak and not self.names[peak.name].down
                return exactly(0) if attained and peaks == [peak] else Range(-INF, 0, down=self.of(taken).down)
        return None

    def _peaks(self, value: Value) -> Iterator[ArgMax | None]:
        """The maxima of which a value is the largest (or 0 where none is finite), ``None`` for anything else."""
        made = self.made.get(value.name) if isinstance(value, Name) else None
        if isinstance(made, ArgMax):
            yield made
        elif isinstance(made, Let):
            yield from self._peaks(made.value)
        elif isinstance(value, Call) and value.op in ("finite_or_zero", "max"):
            for part in value.args:
                yield from self._peaks(part)
        else:
            yield None

    def _class_of(self, taken: Value, peak: ArgMax) -> str | None:
        """The class of which a value is what the maximum is taken of; ``None``: of none."""
        taken, maximised = self._through(taken), self._through(peak.value)
        loops = _classes(maximised)
        for index in _classes(taken):
            if any(rename_index(taken, index, "") == rename_index(maximised, loop, "") for loop in loops):
                return index
        return None

    def _maxima(self, value: Value) -> list[str]:
        """The maxima that stand somewhere in a value, or in what its names stand for."""
        found, waiting = set(), [value]
        while waiting:
            for part in walk(waiting.pop()):
                if isinstance(part, Name) and part.name not in found and part.name in self.made:
                    found.add(part.name)
                    made = self.made[part.name]
                    waiting += [made.value] if isinstance(made, Let) else []
        return sorted(name for name in found if isinstance(self.made[name], ArgMax))

    def _through(self, value: Value) -> Value:
        """The value with what names stand for written out."""
        if isinstance(value, Name) and isinstance(made := self.made.get(value.name), Let):
            return self._through(made.value)
        return Call(value.op, tuple(map(self._through, value.args))) if isinstance(value, Call) else value


def _within(domain: Domain, least: float = 0.0) -> Range:
    """What an input can be.  The conventions at 0 hold for a component of 0 that the domain leaves out, too."""
    low = -INF if domain.low is None else least if domain.positive else domain.low
    return Range(low, INF if domain.high is None else domain.high, zero=low <= 0, minus_zero=low < 0)


def _operation(call: Call, ranges: list[Range]) -> Range:
    return OPERATIONS[call.op](*ranges) if call.op in OPERATIONS else ANYTHING


def _factors(value: Value) -> Iterator[Value]:
    """Of a product of products; nothing where there is none."""
    for part in value.args if isinstance(value, Call) and value.op == "mul" else ():
        yield from _factors(part) if isinstance(part, Call) and part.op == "mul" else (part,)


def _classes(value: Value) -> list[str]:
    return sorted({part.index for part in walk(value) if isinstance(part, Element)})
