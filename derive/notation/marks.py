"""The marks of a blackboard: the one tree that every expression printer for people reads.

SymPy's trees say ``Mul(-1, Pow(S, -1), e)`` where people write a fraction with a minus before it.  Marks are signed
terms in a natural order, fractions, roots, and binders whose index has a letter that is free.  A printer of marks
decides on spelling and parentheses, and on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from derive.language.components import CACHED
from derive.notation.hashed import hashed

GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "pi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "eps",
)  # fmt: skip
"""Names that stand for a letter, where a printer has it."""


@hashed
@dataclass(frozen=True)
class Number:
    """A number that is not negative, in digits."""

    digits: str


@hashed
@dataclass(frozen=True)
class Name:
    """A scalar, an index or a constant; ``is_value``: the value of a formula."""

    name: str
    is_value: bool = field(default=False, repr=False)


@hashed
@dataclass(frozen=True)
class Indexed:
    """``name`` with a subscript, or with several, one after the other (:class:`Several`)."""

    name: str
    index: Mark


@hashed
@dataclass(frozen=True)
class Several:
    """Indices along several axes."""

    indices: tuple[Mark, ...]


@hashed
@dataclass(frozen=True)
class Delta:
    """Kronecker's delta."""

    left: Mark
    right: Mark


@hashed
@dataclass(frozen=True)
class Terms:
    """Signed terms; ``True`` stands for a minus.  One term alone has a minus."""

    terms: tuple[tuple[bool, Mark], ...]


@hashed
@dataclass(frozen=True)
class Product:
    factors: tuple[Mark, ...]


@hashed
@dataclass(frozen=True)
class Quotient:
    top: Mark
    bottom: Mark


@hashed
@dataclass(frozen=True)
class Power:
    base: Mark
    exponent: Mark


@hashed
@dataclass(frozen=True)
class Root:
    """A square root."""

    body: Mark


@hashed
@dataclass(frozen=True)
class Apply:
    """A function of the table (:mod:`derive.language.functions`), by its name, on its argument."""

    function: str
    body: Mark


@hashed
@dataclass(frozen=True)
class Reduction:
    """``word`` ("sum", "prod", "max", "min" or "argmax") of ``body`` over ``index`` = 1..``size``."""

    word: str
    index: str
    body: Mark
    size: str = field(default="n", repr=False)


@hashed
@dataclass(frozen=True)
class Slope:
    """The partial derivative of ``body`` by ``by``, not yet carried out."""

    body: Mark
    by: Mark


@hashed
@dataclass(frozen=True)
class Curvature:
    """The second partial derivative of ``body`` by ``first`` and then by ``second``, not yet carried out."""

    body: Mark
    first: Mark
    second: Mark


@hashed
@dataclass(frozen=True)
class Directional:
    """The derivative of ``body`` along a direction, not yet carried out."""

    body: Mark
    direction: str


@hashed
@dataclass(frozen=True)
class Approach:
    """The limit of ``body`` as ``variable`` goes to ``to``; ``above``: from above."""

    body: Mark
    variable: Mark
    to: Mark
    above: bool


@hashed
@dataclass(frozen=True)
class Mapped:
    """The class that a permutation puts in the place of another."""

    name: str
    index: Mark


@hashed
@dataclass(frozen=True)
class Largest:
    """The largest of a few values."""

    values: tuple[Mark, ...]


@hashed
@dataclass(frozen=True)
class Cases:
    """Values by the order of two others: each with the relation of ``left`` to ``right`` under which it holds."""

    left: Mark
    right: Mark
    values: tuple[tuple[str, Mark], ...]


@hashed
@dataclass(frozen=True)
class Infinity:
    """Beyond all bounds."""


Mark = (
    Number | Name | Indexed | Several | Delta | Terms | Product | Quotient | Power | Root | Apply | Reduction | Slope
    | Curvature | Directional | Approach | Mapped | Largest | Cases | Infinity
)  # fmt: skip
ATOMS = (Number, Name, Indexed, Delta, Mapped, Infinity)


def inner_marks(mark: Mark) -> tuple[Mark, ...]:
    """The marks directly inside a mark."""
    match mark:
        case Indexed(_, index):
            return (index,)
        case Several(indices):
            return indices
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


def contains_a(mark: Mark, kind: type) -> bool:
    """Whether a mark of the kind is in it, itself included."""
    return isinstance(mark, kind) or any(contains_a(inner, kind) for inner in inner_marks(mark))


@lru_cache(maxsize=CACHED)
def contains(mark: Mark, *kinds: type) -> bool:
    """Whether a mark of one of the kinds is in it, itself included."""
    return any(contains_a(mark, kind) for kind in kinds)
