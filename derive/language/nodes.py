"""The mathematical nodes that the notation of the blackboard needs and SymPy lacks.

SymPy's own ``Sum`` lets bound indices leak (``diff``, ``subs``, ``as_dummy`` and ``simplify`` all capture
names), so the binders here are nodes of our own.  A binder stores its index under a canonical name that
depends only on the nesting below it.  Two sums that differ in the name of their index are therefore *equal*,
and no outside name can ever be captured.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, ClassVar

from sympy import Add, Basic, Dummy, Expr, S, Symbol, SympifyError, Tuple, sympify

from derive.language.axes import CLASSES, Axis, AxisDummy, Index, axis_of, dummy, is_size
from derive.language.axes import n as n
from derive.language.components import CACHED, Along, Component, Vector, node
from derive.language.errors import FormulaError


class BoundIndex(Symbol):
    """The canonical index of a binder; ``level`` counts the binders nested below it."""

    level: int
    axis: Axis

    def __new__(cls, level: int, axis: Axis = CLASSES) -> BoundIndex:
        found = _BOUND.get((level, axis))
        if found is None:
            name = f"_b{level}" if axis == CLASSES else f"_b{level}_{axis.name}_{axis.size}"
            found = Symbol.__xnew__(cls, name, integer=True)
            found.level, found.axis = level, axis
            _BOUND[level, axis] = found
        return found

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return ((self.level,) if self.axis == CLASSES else (self.level, self.axis)), {}


_BOUND: dict[tuple[int, Axis], BoundIndex] = {}

_INDICES = (BoundIndex, Dummy, Symbol, Index, AxisDummy)


class Binder(Expr):
    """A reduction of ``body`` over one index along its axis: ``1..n``, the classes, where it names no other."""

    is_commutative = True
    is_real = True
    is_extended_real = True
    word: ClassVar[str]

    def __new__(cls, body: Any, index: Any = None) -> Expr:
        body = _summand(cls.word, body)
        if type(index) not in _INDICES or is_size(index):
            _refuse_other_index(cls.word, body, index)
        bound = BoundIndex(_height(body), axis_of(index))
        return node(cls, rename(body, index, bound), bound)

    @property
    def body(self) -> Expr:
        """The body, in which the canonical index stands free: use :meth:`open` to work with it."""
        return self.args[0]  # type: ignore[return-value]

    @property
    def index(self) -> BoundIndex:
        return self.args[1]  # type: ignore[return-value]

    @property
    def axis(self) -> Axis:
        return self.index.axis

    def open(self, hint: str = "k") -> tuple[Expr, Symbol]:
        """The body over a fresh index, so that nothing that meets it can be captured."""
        fresh = dummy(hint, self.axis)
        return rename(self.body, self.index, fresh), fresh

    def opened(self, beside: frozenset[Basic] = frozenset()) -> tuple[Expr, Symbol]:
        """The body over an index that is the same at every call, so that work on the body is not done twice.

        For what rewrites the body and closes it again at once.  ``beside`` holds the symbols of what may be put into
        the body meanwhile: the index is none of them.
        """
        taken = symbols_of(self) | beside
        place = 0
        while (index := _inner_index(self.index.level, place, self.axis)) in taken:
            place += 1
        return rename(self.body, self.index, index), index

    def at(self, index: Basic) -> Expr:
        """The body at one class."""
        return rename(self.body, self.index, index)  # type: ignore[no-any-return]

    def rebuild(self, body: Expr, index: Symbol) -> Expr:
        return type(self)(body, index)

    @property
    def free_symbols(self) -> set[Basic]:
        return set(symbols_of(self.body) - {self.index})

    @property
    def bound_symbols(self) -> list[Basic]:
        return [self.index]

    def _sympystr(self, printer: Any) -> str:
        return f"{self.word}({printer._print(self.body)}, {self.index})"


def _summand(word: str, body: Any) -> Any:
    """What a reduction runs over.  Raises FormulaError where it is no expression."""
    try:
        found = sympify(body, strict=True)
    except SympifyError:
        found = None
    if isinstance(found, Expr):
        return found
    raise FormulaError(
        f"{word}({body!s}, ...): this is no number for each class: write mathematics, such as {word}(x[k], k); "
        f"a comparison is counted by where(condition, 1, 0)"
    )


def _refuse_other_index(word: str, body: Any, index: Any) -> None:
    from derive.language.inputs import is_index  # these two know the nodes
    from derive.language.spoken import spoken

    if not is_index(index):
        told = f"{word}({spoken(body)}"
        wrong = f"{told}) needs an index" if index is None else f"{told}, {index}): {index} is no index"
        raise FormulaError(f"{wrong}: {told}, k), with k = indices('k')")


class Sum(Binder):
    """``Sum(body, k)``: the sum of ``body`` over the classes ``k = 1..n``.  A minus sign stands in front of it."""

    word = "Sum"

    def __new__(cls, body: Any, index: Any = None) -> Expr:
        sign, rest = _summand(cls.word, body).as_coeff_Mul()
        return -Sum(rest, index) if sign is S.NegativeOne and rest is not S.One else super().__new__(cls, body, index)

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.body.is_nonnegative else None


class Max(Binder):
    """``Max(body, k)``: the largest value of ``body`` over the classes ``k = 1..n``."""

    word = "Max"


class TopIndex(Expr):
    """The first class, or place along its axis, at which ``Max(body)`` is attained: it names a class as an index does.

    It is no word of the language: the derivative of a maximum brings it in.  What is added to the maximum, and so to
    all that is compared, leaves it where it is.
    """

    is_commutative = True
    is_integer = True

    def __new__(cls, of: Any) -> Expr:
        return node(cls, next(term for term in Add.make_args(of) if isinstance(term, Max)))  # type: ignore[no-any-return]

    @property
    def of(self) -> Max:
        return self.args[0]  # type: ignore[return-value]

    @property
    def axis(self) -> Axis:
        return self.of.axis

    def _sympystr(self, printer: Any) -> str:
        return f"arg{printer._print(self.of)[0].lower()}{printer._print(self.of)[1:]}"


class Prod(Binder):
    """``Prod(body, k)``: the product of ``body`` over the classes ``k = 1..n``."""

    word = "Prod"

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.body.is_nonnegative else None


class Limit(Expr):
    """``Limit(body, v, to)``: the limit of ``body`` as ``v`` goes to ``to``, one of ``oo``, ``-oo`` and 0 (from above).

    ``v`` is a component ``x[j]`` or a scalar symbol.
    """

    is_commutative = True
    is_real = True
    is_extended_real = True

    def __new__(cls, body: Any, variable: Expr, to: Any) -> Limit:
        to = sympify(to)
        if not to.is_Symbol and to not in (S.Infinity, S.NegativeInfinity, S.Zero):
            raise FormulaError(f"a limit goes to oo, to -oo or to 0 from above, not to {to}")
        if not isinstance(variable, (Component, Symbol)):
            raise FormulaError(f"a limit is taken by a component x[j] or a scalar, not by {variable}")
        return node(cls, sympify(body), variable, to)  # type: ignore[no-any-return]

    @property
    def body(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def variable(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]

    @property
    def to(self) -> Expr:
        return self.args[2]  # type: ignore[return-value]

    def _sympystr(self, printer: Any) -> str:
        return f"Limit({', '.join(map(printer._print, self.args))})"


class Partial(Expr):
    """``Partial(body, v)``: the partial derivative of ``body`` by ``v``, not yet carried out.

    ``v`` is a component ``x[j]`` or a scalar symbol.
    """

    is_commutative = True
    is_real = True
    is_extended_real = True

    def __new__(cls, body: Any, by: Expr) -> Expr:
        if not isinstance(by, (Component, Along, Symbol)):
            raise FormulaError(f"Partial(..., {by}): a derivative is taken by a component x[j] or a scalar")
        return node(cls, sympify(body), by)

    @property
    def body(self) -> Expr:
        return self.args[0]  # type: ignore[return-value]

    @property
    def by(self) -> Expr:
        return self.args[1]  # type: ignore[return-value]


@lru_cache(maxsize=CACHED)
def _height(expression: Basic) -> int:
    """How many binders are nested in an expression, at the most."""
    inside = max(map(_height, expression.args), default=0)
    return max(inside, expression.index.level + 1) if isinstance(expression, Binder) else inside


@lru_cache(maxsize=CACHED)
def symbols_of(expression: Basic) -> frozenset[Basic]:
    """The free symbols, kept for each expression that was asked."""
    if not expression.args or type(expression).free_symbols is not Basic.free_symbols:
        return frozenset(expression.free_symbols)
    return frozenset().union(*map(symbols_of, expression.args))


@cache
def _inner_index(level: int, place: int, axis: Axis) -> Dummy:
    """An index for a binder of a level.  The deeper the later in the order, as if it were made on the way down."""
    return dummy("k", axis, _LAST + place * _APART - level)


_LAST, _APART = 10**9, 10**6


@lru_cache(maxsize=CACHED)
def rename(expression: Any, old: Symbol, new: Basic) -> Any:
    """Put ``new`` for the free index ``old``; a binder of the same name shadows it."""
    if expression == old:
        return new
    if not expression.args or old not in symbols_of(expression):
        return expression
    if isinstance(expression, Binder):
        others = [rename(a, old, new) for a in expression.args[2:]]  # what stands beside the body, as a class left out
        if expression.index in symbols_of(new):
            body, fresh = expression.open()
            made = expression.rebuild(rename(body, old, new), fresh)
            return node(type(made), *made.args[:2], *others) if others else made
        # The canonical name depends on the nesting alone, and that is what it was.
        return node(type(expression), rename(expression.body, old, new), expression.index, *others)
    return expression.func(*[rename(a, old, new) for a in expression.args])


def substitute(expression: Any, values: dict[Any, Any]) -> Any:
    """Put expressions for subexpressions at once, opening every binder on the way (no capture)."""
    beside = symbols_of(Tuple(*(e for e in (*values.keys(), *values.values()) if isinstance(e, Basic))))
    return _substituted(expression, values, beside, {})


def _substituted(expression: Any, values: dict[Any, Any], beside: frozenset[Basic], done: dict[Any, Any]) -> Any:
    if expression in values:
        return sympify(values[expression])
    if not expression.args:
        return expression
    if expression in done:
        return done[expression]
    if isinstance(expression, Binder):
        body, index = expression.opened(beside)
        after = _substituted(body, values, beside, done)
        found = expression if after is body else expression.rebuild(after, index)
    else:
        args = [_substituted(a, values, beside, done) for a in expression.args]
        same = all(a is b for a, b in zip(args, expression.args, strict=True))
        found = expression if same else expression.func(*args)
    done[expression] = found
    return found


def in_parts(rewritten: Callable[[Any], Any], e: Any) -> Any:
    """The expression with each of its parts rewritten; of a binder the body, over an index of its own."""
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(rewritten(body), index)
    return e.func(*map(rewritten, e.args))


def in_place_of(vector: Vector, component: Callable[[Any], Any], e: Any) -> Any:
    """An expression with ``component(k)`` in place of each component ``k`` of a vector."""
    if isinstance(e, Component):
        return component(e.index) if e.vector == vector else e
    if isinstance(e, Binder):
        body, index = e.opened()
        return e.rebuild(in_place_of(vector, component, body), index)
    return e.func(*[in_place_of(vector, component, a) for a in e.args]) if vector in e.free_symbols else e
