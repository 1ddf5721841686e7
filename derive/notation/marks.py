"""How an expression is laid out on a blackboard: the one tree that every expression printer for people reads.

SymPy's trees say ``Mul(-1, Pow(S, -1), e)`` where people write a fraction with a minus before it.  ``arrange``
turns an expression into *marks*: signed terms in a natural order, fractions, roots, and binders whose index
has a letter that is free.  A printer of marks decides on spelling and parentheses, and on nothing else.

The order of terms and factors depends on what is shown alone, never on SymPy's, so it is the same in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from functools import lru_cache

from sympy import Add, Basic, Dummy, Float, KroneckerDelta, Mul, Pow, Rational, S, Symbol
from sympy import Max as LargestOf

from derive.language.choices import Compare
from derive.language.errors import DeriveError
from derive.language.formula import Head, Value
from derive.language.functions import BY_HEAD
from derive.language.nodes import (
    CACHED,
    Along,
    Binder,
    BoundIndex,
    Component,
    Image,
    Limit,
    Max,
    Partial,
    Permutation,
    Prod,
    Sum,
    Vector,
)
from derive.language.spoken import LETTERS, spoken
from derive.notation.decimals import decimal_of

GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega",
)  # fmt: skip
"""Names that stand for a letter, where a printer has it."""

_BELONGS_TO = {
    "Derivative": "write Partial: derive/derivations carries it out",
    "Subs": "write Partial: derive/derivations carries it out",
    "BoundIndex": "open the binder before taking its body apart (Binder.open)",
}
_UNKNOWN = "derive/derivations should have rewritten it, or derive/notation/marks.py must learn it"


class NotationError(DeriveError):
    """An expression holds a node for which there is no notation."""


@dataclass(frozen=True)
class Number:
    """A number that is not negative, in digits."""

    digits: str


@dataclass(frozen=True)
class Name:
    """A scalar, an index or a constant; ``is_value``: the value of a formula."""

    name: str
    is_value: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class Indexed:
    """``name`` with a subscript."""

    name: str
    index: Mark


@dataclass(frozen=True)
class Delta:
    """Kronecker's delta."""

    left: Mark
    right: Mark


@dataclass(frozen=True)
class Terms:
    """Signed terms; ``True`` stands for a minus.  One term alone has a minus."""

    terms: tuple[tuple[bool, Mark], ...]


@dataclass(frozen=True)
class Product:
    factors: tuple[Mark, ...]


@dataclass(frozen=True)
class Quotient:
    top: Mark
    bottom: Mark


@dataclass(frozen=True)
class Power:
    base: Mark
    exponent: Mark


@dataclass(frozen=True)
class Root:
    """A square root."""

    body: Mark


@dataclass(frozen=True)
class Apply:
    """A function of the table (:mod:`derive.language.functions`), by its name, on its argument."""

    function: str
    body: Mark


@dataclass(frozen=True)
class Reduction:
    """``word`` ("sum", "prod", "max" or "min") of ``body`` over ``index`` = 1..n."""

    word: str
    index: str
    body: Mark


@dataclass(frozen=True)
class Slope:
    """The partial derivative of ``body`` by ``by``, not yet carried out."""

    body: Mark
    by: Mark


@dataclass(frozen=True)
class Curvature:
    """The second partial derivative of ``body`` by ``first`` and then by ``second``, not yet carried out."""

    body: Mark
    first: Mark
    second: Mark


@dataclass(frozen=True)
class Directional:
    """The derivative of ``body`` along a direction, not yet carried out."""

    body: Mark
    direction: str


@dataclass(frozen=True)
class Approach:
    """The limit of ``body`` as ``variable`` goes to ``to``; ``above``: from above."""

    body: Mark
    variable: Mark
    to: Mark
    above: bool


@dataclass(frozen=True)
class Mapped:
    """The class that a permutation puts in the place of another."""

    name: str
    index: Mark


@dataclass(frozen=True)
class Largest:
    """The largest of a few values."""

    values: tuple[Mark, ...]


@dataclass(frozen=True)
class Cases:
    """Values by the order of two others: each with the relation of ``left`` to ``right`` under which it holds."""

    left: Mark
    right: Mark
    values: tuple[tuple[str, Mark], ...]


@dataclass(frozen=True)
class Infinity:
    """Beyond all bounds."""


Mark = (
    Number | Name | Indexed | Delta | Terms | Product | Quotient | Power | Root | Apply | Reduction | Slope
    | Curvature | Directional | Approach | Mapped | Largest | Cases | Infinity
)  # fmt: skip
ATOMS = (Number, Name, Indexed, Delta, Mapped, Infinity)


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
    found |= {vector.name for vector in expression.atoms(Vector, Permutation)}
    return frozenset(found | {head.formula.symbol for head in expression.atoms(Head)})


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
            return Name(symbol, True) if node.index is None else Indexed(symbol, self.mark(node.index))
        if isinstance(node, Component):
            return Indexed(node.vector.name, self.mark(node.index))
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
        letter = next((c for c in LETTERS if c not in self.taken), None) or _unused("k", self.taken)
        body, index = binder.opened()
        return Reduction(word, letter, _Scope(self.taken | {letter}, {**self.names, index: letter}).mark(body))

    def _terms(self, node: Add) -> Mark:
        terms = [(negative, body) for negative, body in map(self._signed, node.args)]
        crowded = any(_term_rank(body) >= 2 for _, body in terms)

        def place(term: tuple[bool, Mark]) -> tuple[object, ...]:
            negative, body = term
            rank = (-1 if crowded else 9) if _is_number(body) else _term_rank(body)
            return negative, rank, repr(body)

        return Terms(tuple(sorted(terms, key=place)))

    def _signed(self, node: Basic) -> tuple[bool, Mark]:
        mark = self._product(node) if isinstance(node, Mul | Rational | Float) else self.mark(node)
        if isinstance(mark, Terms) and len(mark.terms) == 1:
            return mark.terms[0]
        return False, mark

    def _product(self, node: Basic) -> Mark:
        factors = _Factors()
        self._collect(node, factors)
        factors.draw_signs()
        factors.join_roots()
        body = _fraction(sorted(factors.top, key=_factor_place), sorted(factors.bottom, key=_factor_place))
        return Terms(((True, body),)) if factors.negative else body

    def _collect(self, node: Basic, factors: _Factors) -> None:
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
            factors.bottom += [_whole(int(node.q))] if node.q != 1 else []
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


@dataclass
class _Factors:
    negative: bool = False
    top: list[Mark] = field(default_factory=list)
    bottom: list[Mark] = field(default_factory=list)

    def join_roots(self) -> None:
        """sqrt(2 pi) for sqrt(2) sqrt(pi), and 1 / sqrt(2) for sqrt(2) / 2."""
        for root in [mark for mark in self.top if isinstance(mark, Root) and mark.body in self.bottom]:
            self.top.remove(root)
            self.bottom[self.bottom.index(root.body)] = root
        for side in (self.top, self.bottom):
            roots = sorted((mark.body for mark in side if isinstance(mark, Root)), key=_factor_place)
            if len(roots) > 1:
                side[:] = [mark for mark in side if not isinstance(mark, Root)] + [Root(Product(tuple(roots)))]

    def draw_signs(self) -> None:
        """-(a + b) c for (-a - b) c: a factor of which every term has a minus gives it to the product."""
        for side in (self.top, self.bottom):
            for place, mark in enumerate(side):
                if isinstance(mark, Terms) and all(negative for negative, _ in mark.terms):
                    self.negative = not self.negative
                    positive = tuple((False, body) for _, body in mark.terms)
                    side[place] = positive[0][1] if len(positive) == 1 else Terms(positive)
            for place, mark in enumerate(side):
                smallest = _turned(mark) if self.negative else None
                if smallest is not None:
                    self.negative, side[place] = False, smallest


def _turned(mark: Mark) -> Mark | None:
    """min u for -max(-u): what stands for the mark when a minus before it is taken away."""
    if isinstance(mark, Reduction) and mark.word == "max" and isinstance(mark.body, Terms):
        (negative, body), *others = mark.body.terms
        return Reduction("min", mark.index, body) if negative and not others else None
    return None


def _fraction(top: list[Mark], bottom: list[Mark]) -> Mark:
    """A product over a product; what would make the fraction too tall stands after it."""
    if not bottom:
        return _times(top)
    after: list[Mark] = [f for f in top if isinstance(f, Slope | Reduction) and _holds(f, Slope)]
    rest = [f for f in top if f not in after]
    if all(isinstance(f, Number) for f in bottom):
        heavy = [f for f in rest if isinstance(f, Terms | Reduction)]
    else:
        heavy = [f for f in rest if isinstance(f, Terms | Reduction) and _holds(f, Quotient)]
        heavy = [] if len(heavy) == len(rest) else heavy
    after = [f for f in top if f in after or f in heavy]
    rest = [f for f in top if f not in after]
    return _times([Quotient(_times(rest), _times(bottom)), *after])


def _whole(number: int) -> Mark:
    """A whole number; a large power of ten as a power."""
    digits = str(number)
    is_power = len(digits) > 6 and digits == "1" + "0" * (len(digits) - 1)
    return Power(Number("10"), Number(str(len(digits) - 1))) if is_power else Number(digits)


def _times(factors: list[Mark]) -> Mark:
    if not factors:
        return Number("1")
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


_FACTOR_RANK: dict[type, int] = {
    Number: 0, Name: 1, Indexed: 2, Delta: 3, Root: 4, Quotient: 5, Terms: 7, Slope: 9, Curvature: 9, Directional: 9,
    Approach: 10, Reduction: 10,
}  # fmt: skip


def _factor_place(mark: Mark) -> tuple[int, str]:
    """Numbers first, then names, then what is wider; what has an open end on its right stands last.

    What a loss is multiplied by stands before it: ``(1 - a) L``.
    """
    if isinstance(mark, Name) and mark.is_value:
        return 8, repr(mark)
    if isinstance(mark, Power):
        return (0 if isinstance(mark.base, Number) else _factor_place(mark.base)[0]), "~" + repr(mark)
    if isinstance(mark, Apply):
        return (4 if mark.function in ("exp", "abs") else 8), repr(mark)
    return _FACTOR_RANK.get(type(mark), 6), repr(mark)


def _term_rank(mark: Mark) -> int:
    """Atoms with an index first, then names, then composites; logarithms, sums and extremes last."""
    if isinstance(mark, Product):
        return max(2, _term_rank(mark.factors[-1]))
    if isinstance(mark, Slope | Curvature | Directional | Approach):
        return 5
    if isinstance(mark, Reduction):
        return 4 if mark.word in ("sum", "prod") else 6
    if isinstance(mark, Apply) and mark.function == "log":
        return 3
    return {Indexed: 0, Delta: 0, Name: 1, Number: 1}.get(type(mark), 2)


def _by_relation(below: Basic, equal: Basic, above: Basic) -> tuple[tuple[str, Basic], ...]:
    """Equal values in one case."""
    if below == equal:
        return ("<=", equal), (">", above)
    if equal == above:
        return ("<", below), (">=", equal)
    return (("=", equal), ("!=", below)) if below == above else (("<", below), ("=", equal), (">", above))


def _is_number(mark: Mark) -> bool:
    return isinstance(mark, Number) or (
        isinstance(mark, Quotient) and isinstance(mark.top, Number) and isinstance(mark.bottom, Number)
    )


def children(mark: Mark) -> tuple[Mark, ...]:
    """The marks directly inside a mark."""
    match mark:
        case Indexed(_, index):
            return (index,)
        case Delta(left, right):
            return (left, right)
        case Terms(terms):
            return tuple(body for _, body in terms)
        case Product(factors):
            return factors
        case Quotient(top, bottom):
            return (top, bottom)
        case Power(base, exponent):
            return (base, exponent)
        case Root(body) | Apply(_, body) | Reduction(_, _, body):
            return (body,)
        case Slope(body, by):
            return (body, by)
        case Curvature(body, first, second):
            return (body, first, second)
        case Directional(body, _):
            return (body,)
        case Approach(body, variable, to):
            return (body, variable, to)
        case Mapped(_, index):
            return (index,)
        case Largest(values):
            return values
        case Cases(left, right, values):
            return (left, right, *(value for _, value in values))
        case _:
            return ()


def _holds(mark: Mark, kind: type) -> bool:
    return isinstance(mark, kind) or any(_holds(inner, kind) for inner in children(mark))


@lru_cache(maxsize=CACHED)
def holds(mark: Mark, *kinds: type) -> bool:
    """Whether a mark of one of the kinds is in it, itself included."""
    return any(_holds(mark, kind) for kind in kinds)


def refusal(node: Basic) -> NotationError:
    kind = type(node).__name__
    shown = kind if isinstance(node, BoundIndex) else spoken(node)
    return NotationError(f"no notation for the node {kind} in {shown}: {_BELONGS_TO.get(kind, _UNKNOWN)}")
