"""An expression as the marks of a blackboard.

The order of terms and factors depends on what is shown alone, never on SymPy's, so it is the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sympy import Add, Basic, Dummy, Float, KroneckerDelta, Mul, Pow, Rational, S, Symbol
from sympy import Max as LargestOf

from derive.language.axes import Pick
from derive.language.choices import Compare
from derive.language.components import CACHED, Along, Component, Image, Labels, Permutation, Vector
from derive.language.errors import DeriveError
from derive.language.formula import Head, Value
from derive.language.functions import BY_HEAD
from derive.language.nodes import Binder, BoundIndex, Limit, Max, Partial, Prod, Sum, TopIndex
from derive.language.spoken import letters_along, sizes_in, spoken
from derive.notation.decimals import decimal_of
from derive.notation.factors import Collected, as_fraction, factor_place, is_number, term_rank, whole
from derive.notation.marks import (
    Apply,
    Approach,
    Cases,
    Curvature,
    Delta,
    Directional,
    Indexed,
    Infinity,
    Largest,
    Mapped,
    Mark,
    Name,
    Number,
    Power,
    Reduction,
    Root,
    Several,
    Slope,
    Terms,
)

_BELONGS_TO = {
    "Derivative": "write Partial: derive/derivations carries it out",
    "Subs": "write Partial: derive/derivations carries it out",
    "BoundIndex": "open the binder before taking its body apart (Binder.open)",
}
_UNKNOWN = "derive/derivations should have rewritten it, or derive/notation must learn it"


class NotationError(DeriveError):
    """An expression holds a node for which there is no notation."""


def arrange(expression: Basic, taken: Iterable[str] = ()) -> Mark:
    """The marks of an expression.

    ``taken`` are names that no bound index may have, besides those that are free in the expression: pass the
    names of a whole chain of steps (:func:`names_in`), and every step calls its sums' indices alike.
    Raises NotationError on a node that has no notation.
    """
    return _arranged(expression, frozenset(taken))


@lru_cache(maxsize=CACHED)
def _arranged(expression: Basic, taken: frozenset[str]) -> Mark:
    """Kept: each language and each target prints the same expressions."""
    free = names_in(expression) | taken
    names = _names_of_dummies(expression, free)
    return _Scope(free | set(names.values()), names).mark(expression)


def names_in(*expressions: Basic) -> frozenset[str]:
    """Every name that stands free in the expressions.  Dummies have none of their own: they give way."""
    return frozenset().union(*map(_names_in, expressions))


@lru_cache(maxsize=CACHED)
def _names_in(expression: Basic) -> frozenset[str]:
    symbols = {symbol for symbol in expression.free_symbols if isinstance(symbol, Symbol | Vector)}
    found = {symbol.name for symbol in symbols if not isinstance(symbol, Dummy)}
    found |= {vector.name for vector in expression.atoms(Vector, Labels, Permutation)}
    return frozenset(found | {head.formula.symbol for head in expression.atoms(Head)} | sizes_in(expression))


def _names_of_dummies(expression: Basic, free: frozenset[str]) -> dict[Basic, str]:
    """A name for each free dummy: its own, unless something else that is free has it."""
    dummies = sorted((s for s in expression.free_symbols if isinstance(s, Dummy)), key=lambda d: d.sort_key())
    used = set(free)
    names: dict[Basic, str] = {}
    for dummy in dummies:
        names[dummy] = _unused(dummy.name, used) if dummy.name in used else dummy.name
        used.add(names[dummy])
    return names


def _unused(hint: str, used: Set[str]) -> str:
    number = 1
    while f"{hint}_{number}" in used:
        number += 1
    return f"{hint}_{number}"


@dataclass(frozen=True)
class _Scope:
    """Which names are taken at this depth, and what each opened index is called."""

    taken: frozenset[str]
    names: dict[Basic, str] = field(default_factory=dict)

    def mark(self, node: Basic) -> Mark:
        if isinstance(node, BoundIndex):
            raise refusal(node)
        if isinstance(node, Symbol):
            return Name(self.names.get(node, node.name))
        if isinstance(node, Vector):
            return Name(node.name)
        if isinstance(node, Value):
            symbol = node.formula.symbol
            return Name(symbol, True) if node.index is None else Indexed(symbol, self._indices(node.indices))
        if isinstance(node, Component):
            return Indexed(node.vector.name, self._indices(node.indices))
        if isinstance(node, Pick):
            return Indexed(node.labels.name, self._indices(node.indices))
        if isinstance(node, TopIndex):
            found = self._reduction(node.of)
            assert isinstance(found, Reduction)
            return replace(found, word="argmax")
        if isinstance(node, KroneckerDelta):
            left, right = sorted(map(self.mark, node.args[:2]), key=lambda m: (isinstance(m, Number), repr(m)))
            return Delta(left, right)
        if isinstance(node, Binder):
            return self._reduction(node)
        if isinstance(node, Partial):
            return self._slope(node)
        if isinstance(node, Limit):
            above = node.to == S.Zero
            return Approach(self.mark(node.body), self.mark(node.variable), self.mark(node.to), above)
        if isinstance(node, Image):
            return Mapped(node.permutation.name, self.mark(node.index))
        if isinstance(node, LargestOf):
            return Largest(tuple(sorted(map(self.mark, node.args), key=repr)))
        if isinstance(node, Compare):
            left, right = map(self.mark, node.sides)
            return Cases(left, right, tuple((sign, self.mark(v)) for sign, v in _by_relation(*node.values)))
        if node in (S.Infinity, S.NegativeInfinity):
            return Infinity() if node == S.Infinity else Terms(((True, Infinity()),))
        if isinstance(node, Add):
            return self._terms(node)
        if isinstance(node, Mul | Pow | Rational | Float):
            return self._product(node)
        if node is S.Exp1:
            return Name("e")
        if node is S.Pi:
            return Name("pi")
        if type(node) in BY_HEAD and len(node.args) == 1:
            return Apply(BY_HEAD[type(node)].name, self.mark(node.args[0]))
        raise refusal(node)

    def _indices(self, indices: Sequence[Basic]) -> Mark:
        marks = tuple(map(self.mark, indices))
        return marks[0] if len(marks) == 1 else Several(marks)

    def _slope(self, node: Partial) -> Mark:
        if isinstance(node.by, Along):
            return Directional(self.mark(node.body), node.by.direction.name)
        if isinstance(node.body, Partial):
            return Curvature(self.mark(node.body.body), self.mark(node.body.by), self.mark(node.by))
        return Slope(self.mark(node.body), self.mark(node.by))

    def _reduction(self, binder: Binder) -> Mark:
        word = {Sum: "sum", Prod: "prod", Max: "max"}.get(type(binder))
        if word is None:
            raise refusal(binder)
        letters = letters_along(binder.axis)
        letter = next((c for c in letters if c not in self.taken), None) or _unused("k", self.taken)
        body, index = binder.opened()
        inside = _Scope(self.taken | {letter}, {**self.names, index: letter}).mark(body)
        return Reduction(word, letter, inside, binder.axis.size.name)

    def _terms(self, node: Add) -> Mark:
        terms = [(negative, body) for negative, body in map(self._signed, node.args)]
        crowded = any(term_rank(body) >= 2 for _, body in terms)

        def place(term: tuple[bool, Mark]) -> tuple[object, ...]:
            negative, body = term
            rank = (-1 if crowded else 9) if is_number(body) else term_rank(body)
            return negative, rank, repr(body)

        return Terms(tuple(sorted(terms, key=place)))

    def _signed(self, node: Basic) -> tuple[bool, Mark]:
        mark = self._product(node) if isinstance(node, Mul | Rational | Float) else self.mark(node)
        if isinstance(mark, Terms) and len(mark.terms) == 1:
            return mark.terms[0]
        return False, mark

    def _product(self, node: Basic) -> Mark:
        factors = Collected()
        self._collect(node, factors)
        factors.draw_signs()
        factors.join_roots()
        body = as_fraction(sorted(factors.top, key=factor_place), sorted(factors.bottom, key=factor_place))
        return Terms(((True, body),)) if factors.negative else body

    def _collect(self, node: Basic, factors: Collected) -> None:
        """Sort the factors of ``node`` into the top and the bottom of a fraction, and its sign aside."""
        if isinstance(node, Mul):
            for argument in node.args:
                self._collect(argument, factors)
        elif isinstance(node, Rational) and (digits := decimal_of(node)):
            factors.negative ^= bool(node.p < 0)
            factors.top.append(Number(digits))
        elif isinstance(node, Rational):
            factors.negative ^= bool(node.p < 0)
            factors.top += [Number(str(abs(node.p)))] if abs(node.p) != 1 else []
            factors.bottom += [whole(int(node.q))] if node.q != 1 else []
        elif isinstance(node, Float):
            factors.negative ^= bool(node < 0)
            factors.top.append(Number(repr(abs(float(node)))))
        elif isinstance(node, Pow) and isinstance(node.exp, Rational) and node.exp.is_negative:
            factors.bottom.append(self._power(node.base, -node.exp))
        elif isinstance(node, Pow):
            factors.top.append(self._power(node.base, node.exp))
        else:
            factors.top.append(self.mark(node))

    def _power(self, base: Basic, exponent: Basic) -> Mark:
        if exponent == 1:
            return self.mark(base)
        if exponent == S.Half:
            return Root(self.mark(base))
        return Power(self.mark(base), self.mark(exponent))


def _by_relation(below: Basic, equal: Basic, above: Basic) -> tuple[tuple[str, Basic], ...]:
    """Equal values in one case."""
    if below == equal:
        return ("<=", equal), (">", above)
    if equal == above:
        return ("<", below), (">=", equal)
    return (("=", equal), ("!=", below)) if below == above else (("<", below), ("=", equal), (">", above))


def refusal(node: Basic) -> NotationError:
    kind = type(node).__name__
    shown = kind if isinstance(node, BoundIndex) else spoken(node)
    return NotationError(f"no notation for the node {kind} in {shown}: {_BELONGS_TO.get(kind, _UNKNOWN)}")
