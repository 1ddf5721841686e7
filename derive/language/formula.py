"""A formula: what is true, in index notation, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from sympy import Basic, Expr, Symbol, Tuple, sympify
from sympy.core.expr import AtomicExpr

from derive.language.axes import CLASSES, Axis, Pick, axis_of, is_size
from derive.language.components import CACHED, Component, Labels, Vector, node
from derive.language.errors import FormulaError
from derive.language.inputs import Input, Label, Parameter, is_index
from derive.language.nodes import Binder, in_parts, n, substitute, symbols_of
from derive.language.reading import written
from derive.language.text import check_prose
from derive.language.whereabouts import is_name, written_at
from derive.shown import Shown

SAVED = "saved"
"""What the names of kernels that begin with a saved value end in."""

Variable = Vector | Parameter
"""What a formula may be differentiated by."""


@dataclass(frozen=True)
class Formula(Shown):
    """One formula over a symbolic number of classes ``n``.

    name:       an identifier; kernels and files are called after it.
    expression: the right-hand side, in index notation.
    wrt:        the vector or the parameter by which it is differentiated, or several of them, in a tuple: see
                :attr:`variables`.
    over:       the index that its output runs over, or several, in a tuple; ``None``: one scalar per row.
    symbol:     the letter by which derivations print its value (``s`` gives ``s_j``).
    title, doc: what it is, in a few words and in a few sentences.
    source:     where it comes from (paper, book).
    known:      other formulas by whose symbol a result may be written.
    theory:     the claims and witnesses about it, put here by the catalogue.
    """

    name: str
    expression: Expr
    wrt: Variable | tuple[Variable, ...]
    over: Any = None
    symbol: str = ""
    title: str = ""
    doc: str = ""
    source: str = ""
    known: tuple[Formula, ...] = ()
    theory: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    file: Path | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.file is None:
            file, line = written_at()
            object.__setattr__(self, "file", file)
            object.__setattr__(self, "line", line)
        try:
            object.__setattr__(self, "expression", written(self.expression))
        except FormulaError as error:
            raise FormulaError(f"{self.where}: formula {self.name!r}: {error}") from error
        object.__setattr__(self, "symbol", self.symbol or self.name)
        object.__setattr__(self, "known", tuple(self.known) if isinstance(self.known, list) else self.known)
        object.__setattr__(self, "wrt", _one_or_tuple(self.wrt))
        object.__setattr__(self, "over", _none_or_one(self.over))
        _check(self)

    def __getitem__(self, index: Any) -> Value:
        """The value at one class, for use inside another formula: ``f[i]``."""
        if self.over is None:
            raise FormulaError(f"{self.where}: {self.name} is a scalar per row: write {self.name}.value")
        given = index if isinstance(index, tuple) else (index,)
        if [axis_of(one) for one in given] != [axis_of(one) for one in self.indices]:
            along = ", ".join(axis_of(one).name for one in self.indices)
            raise FormulaError(f"{self.where}: {self.name} runs along {along}: give one index along each, in order")
        return Value(Head(self), *given)

    __iter__ = None

    @property
    def value(self) -> Value:
        """The value of a scalar formula, for use inside another formula: ``f.value``."""
        if self.over is not None:
            raise FormulaError(f"{self.where}: {self.name} runs over the classes: write {self.name}[i]")
        return Value(Head(self))

    @property
    def at_indices(self) -> Value:
        """The value under its symbol, at the indices of its output: what a definition begins with."""
        return Value(Head(self), *self.indices)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What it is differentiated by, in order: by the first to the second order."""
        return self.wrt if isinstance(self.wrt, tuple) else (self.wrt,)

    @property
    def variable(self) -> Variable:
        """The first of its variables: that of ``f_grad``, ``f_vjp``, ``f_jvp``, ``f_jacobian`` and ``f_hvp``."""
        return self.variables[0]

    @property
    def indices(self) -> tuple[Symbol, ...]:
        """The indices that its output runs over, in order; none: one scalar per row."""
        return self.over if isinstance(self.over, tuple) else () if self.over is None else (self.over,)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Every axis along which something of it lies: those of the inputs, in their order, then those of sums."""
        return _axes_of(self)

    @property
    def has_axes(self) -> bool:
        """Whether it names an axis that is not the classes."""
        return self.axes != (CLASSES,)

    @property
    def vector(self) -> Vector:
        """The vector that it is a formula of: the first among its variables, else among its inputs."""
        return next(one for one in (*self.variables, *self.inputs) if isinstance(one, Vector))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Vectors (the first in ``wrt`` first), then labels (those that pick a component first), then parameters.

        Beyond that each group goes by name.
        """
        return _in_order(unfold(self.expression), self.variables)

    @property
    def where(self) -> str:
        """``file:line`` of its definition, for messages."""
        return f"{self.file}:{self.line}" if self.file else self.name


class Head(AtomicExpr):
    """A formula as an atom, so that nothing reaches into its definition by accident."""

    __slots__ = ("formula",)
    formula: Formula

    def __new__(cls, formula: Formula) -> Head:
        made: Head = AtomicExpr.__new__(cls)
        made.formula = formula
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        formula = self.formula
        return (formula.name, formula.expression, Tuple(*formula.indices), formula.wrt, formula.symbol)

    def __getnewargs__(self) -> tuple[Formula]:
        return (self.formula,)

    def sort_key(self, order: Any = None) -> Any:
        return self.class_key(), (1, (self.formula.name,)), sympify(1).sort_key(), sympify(1)

    def _sympystr(self, _printer: Any) -> str:
        return self.formula.symbol


class Value(Expr):
    """The value of a formula under its own symbol: ``s_j``, or ``L`` for a scalar."""

    is_commutative = True
    is_real = True
    is_extended_real = True

    def __new__(cls, head: Head, *index: Basic) -> Value:
        return node(cls, head, *index)  # type: ignore[no-any-return]

    @property
    def formula(self) -> Formula:
        return self.args[0].formula  # type: ignore[attr-defined,no-any-return]

    @property
    def index(self) -> Basic | None:
        return self.args[1] if len(self.args) > 1 else None

    @property
    def indices(self) -> tuple[Basic, ...]:
        return self.args[1:]

    @property
    def definition(self) -> Expr:
        """What the value stands for, one level deep."""
        return _definition(self)

    @property
    def free_symbols(self) -> set[Basic]:
        """Those of its definition: a value changes with the inputs of its formula."""
        return set(symbols_of(self.definition))

    def _eval_is_positive(self) -> bool | None:
        return True if self.formula.expression.is_positive else None

    def _eval_is_nonnegative(self) -> bool | None:
        return True if self.formula.expression.is_nonnegative else None

    def _sympystr(self, printer: Any) -> str:
        index = f"[{', '.join(map(printer._print, self.indices))}]" if self.index is not None else ""
        return f"{self.formula.symbol}{index}"


@lru_cache(maxsize=4096)
def _definition(value: Value) -> Expr:
    formula = value.formula
    if value.index is None:
        return formula.expression
    moved = dict(zip(formula.indices, value.indices, strict=True))
    return substitute(formula.expression, moved)  # type: ignore[no-any-return]


@lru_cache(maxsize=CACHED)
def unfold(expression: Any) -> Any:
    """Put its definition for every named value, all the way down."""
    if isinstance(expression, Value):
        return unfold(expression.definition)
    if not expression.has(Value):
        return expression
    return in_parts(unfold, expression)


def _inputs_of(expression: Basic) -> set[Any]:
    picked = {pick.labels for pick in expression.atoms(Pick)}
    return {v.vector for v in expression.atoms(Component)} | picked | expression.atoms(Label, Parameter)


@lru_cache(maxsize=CACHED)
def _axes_of(formula: Formula) -> tuple[Axis, ...]:
    whole = unfold(formula.expression)
    given = [axis for one in formula.inputs if isinstance(one, Vector | Labels) for axis in one.axes]
    among = [one.among for one in formula.inputs if isinstance(one, Labels)]
    summed = sorted((binder.axis for binder in whole.atoms(Binder)), key=lambda axis: axis.key)
    return tuple(dict.fromkeys((*given, *among, *summed))) or (CLASSES,)


@lru_cache(maxsize=CACHED)
def _in_order(expression: Expr, variables: tuple[Variable, ...]) -> tuple[Input, ...]:
    found = _inputs_of(expression) | set(variables)
    picking = {component.index for component in expression.atoms(Component)}
    first = next((v for v in variables if isinstance(v, Vector)), None)
    vectors = sorted((v for v in found if isinstance(v, Vector)), key=lambda v: (v != first, v.name))
    labels = sorted((v for v in found if isinstance(v, Label | Labels)), key=lambda v: (v not in picking, v.name))
    parameters = sorted((v for v in found if isinstance(v, Parameter)), key=lambda v: v.name)
    return (*vectors, *labels, *parameters)


def _beside(formula: Formula) -> list[Formula]:
    """The other formulas that its page writes by their symbols: those in it, all the way down, and those it knows."""
    direct = [*(head.formula for head in formula.expression.atoms(Head)), *formula.known]
    return [*direct, *(deeper for other in direct for deeper in _beside(other))]


def _check_symbol(formula: Formula, unfolded: Basic, refuse: Callable[[str], None]) -> None:
    """A page writes the value by its symbol: nothing else there may be called so."""
    others = {other.symbol: f"the symbol of {other.name}" for other in _beside(formula)}
    free = {*formula.expression.free_symbols, *formula.indices}
    others |= {s.name: "an index" for s in free if isinstance(s, Symbol) and s.is_integer}
    others |= {given.name: "an input" for given in _inputs_of(unfolded)}
    others |= {axis.size.name: f"the size of the {axis.name}" for axis in formula.axes}
    others |= {n.name: "the number of classes"}
    if formula.symbol in others:
        refuse(f"its symbol {formula.symbol!r} is {others[formula.symbol]} too: give it another, symbol='...'")


def _check_variables(formula: Formula, unfolded: Basic, refuse: Callable[[str], None]) -> None:
    inputs = _inputs_of(unfolded)
    for one in formula.variables:
        if one not in inputs:
            refuse(f"it does not contain {one.name}, by which it is to be differentiated: name another, wrt=...")
        if formula.variables.count(one) > 1:
            refuse(f"wrt names {one.name} twice: name it once")
    if not any(isinstance(one, Vector) for one in inputs):
        refuse("it has no vector, and so no classes: write x[k], with x = vector('x')")
    if not any(isinstance(one, Vector) and one.default is None for one in inputs):
        refuse("every vector of it has a default, so that nothing tells how many classes there are: leave one out")
    if any(one.name == SAVED for one in formula.variables[1:]):
        refuse(f"its products by {SAVED!r} would be called as those from a saved value: give the input another name")


def _one_or_tuple(wrt: Any) -> Any:
    """Variables as they are compared: a tuple of one is that one, a list a tuple."""
    found = tuple(wrt) if isinstance(wrt, list | tuple) else (wrt,)
    return found[0] if len(found) == 1 else found


def _none_or_one(over: Any) -> Any:
    """Indices as they are compared: a tuple of one is that one, of none ``None``, a list a tuple."""
    found = tuple(over) if isinstance(over, list | tuple) else over
    return (found[0] if len(found) == 1 else found or None) if isinstance(found, tuple) else found


def _check_indices(formula: Formula, refuse: Callable[[str], None]) -> None:
    for index in formula.indices:
        if not is_index(index):
            refuse(f"over={index!r} is not an index: over=i with i = indices('i')")
        if formula.indices.count(index) > 1:
            refuse(f"over names {index} twice: name another along its axis, over=(i, j)")


def _check_sizes(formula: Formula, unfolded: Basic, refuse: Callable[[str], None]) -> None:
    """A size is one axis', and no name of anything else."""
    sizes: dict[str, str] = {}
    for axis in formula.axes:
        if sizes.setdefault(axis.size.name, axis.name) != axis.name:
            refuse(f"{axis.size} is the size of {sizes[axis.size.name]} and of {axis.name}: give one another letter")
    lying = {axis for one in formula.inputs if isinstance(one, Vector | Labels) for axis in one.axes}
    for axis in formula.axes if formula.has_axes else ():
        if axis not in lying:
            refuse(
                f"nothing lies along {axis.name}, so that nobody knows their number {axis.size}: give an array there"
            )
    known = {axis.size for axis in formula.axes}
    for size in sorted((s for s in unfolded.free_symbols if is_size(s) and s != n and s not in known), key=str):
        refuse(f"{size} is the size of an axis along which nothing lies: give an array there")
    for name in (*(given.name for given in _inputs_of(unfolded)), *(str(index) for index in formula.indices)):
        if name in sizes and name != n.name:
            refuse(f"{name} is the size of {sizes[name]} too: give one of the two another name")


def _check(formula: Formula) -> None:
    from derive.language.grammar import check_words  # it prints expressions, and a printer knows formulas

    def refuse(problem: str) -> None:
        raise FormulaError(f"{formula.where}: formula {formula.name!r}: {problem}")

    if not is_name(formula.name):
        refuse("its name is not an identifier: use ASCII letters, digits and _")
    if not is_name(formula.symbol):
        refuse(f"its symbol {formula.symbol!r} is not an identifier: use a letter or a name such as sigma")
    check_prose("its", refuse, title=formula.title, doc=formula.doc, source=formula.source)
    if not formula.variables or not all(isinstance(one, Vector | Parameter) for one in formula.variables):
        refuse("wrt must be a vector or a parameter, or several: wrt=x with x = vector('x'), wrt=(x, T)")
    _check_indices(formula, refuse)
    if not isinstance(formula.known, tuple) or not all(isinstance(one, Formula) for one in formula.known):
        refuse("known holds other formulas, in a tuple: known=(f,)")
    check_words(formula.expression, refuse)
    unfolded = unfold(formula.expression)
    _check_symbol(formula, unfolded, refuse)
    names = [v.name for v in _inputs_of(unfolded) | set(formula.variables)]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        refuse(
            f"two different inputs are called {', '.join(doubled)}: import it from "
            f"the file that it comes from (from derive.formulas.f import x), or give both the same doc and domain"
        )
    _check_variables(formula, unfolded, refuse)
    _check_sizes(formula, unfolded, refuse)
    allowed = _inputs_of(unfolded) | set(formula.indices)
    free = {s for s in unfolded.free_symbols - allowed if not isinstance(s, Vector | Labels)}
    stray = sorted(str(s) for s in free if not is_size(s))
    if stray:
        refuse(f"{', '.join(stray)} stands free: sum over it, name it in over=, or declare it as an input")
    for index in formula.indices:
        if index not in unfolded.free_symbols:
            refuse(f"it does not depend on {index}, over which it is said to run: leave out over=")
