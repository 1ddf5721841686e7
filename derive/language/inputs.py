"""The inputs of a formula: vectors over the classes, integer labels, scalar parameters."""

from __future__ import annotations

from math import isfinite
from typing import Any

from sympy import Dummy, Symbol

from derive.language.axes import CLASSES, Axis, Index, Pick, Size, is_size
from derive.language.components import Labels, Permutation, Vector
from derive.language.domains import DOMAINS, PARAMETER, SCALAR, VECTOR, domains_of
from derive.language.errors import FormulaError
from derive.language.nodes import BoundIndex, TopIndex
from derive.language.text import check_prose
from derive.language.whereabouts import is_name


class Label(Symbol):
    """An integer input that names one class.  Make one with :func:`label`."""

    __slots__ = ("doc",)
    doc: str

    def __new__(cls, name: str, doc: str = "") -> Label:
        made: Label = Symbol.__xnew__(cls, name, integer=True)
        made.doc = doc
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, Any]]:
        return (self.name, self.doc), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.doc)


NAMES_ONE = (Label, Pick, TopIndex)
"""What names one place along an axis, and no index that runs."""


class Parameter(Symbol):
    """A scalar input with a default.  Make one with :func:`parameter`."""

    __slots__ = ("default", "doc", "domain")
    default: float
    domain: str
    doc: str

    def __new__(cls, name: str, default: float, domain: str = "real", doc: str = "") -> Parameter:
        made: Parameter = Symbol.__xnew__(cls, name, **_assumed(domain))
        made.default, made.domain, made.doc = float(default), domain, doc
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (self.name, self.default, self.domain, self.doc), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.default, self.domain, self.doc)


class Scalar(Symbol):
    """A variable of a claim.  Make one with :func:`scalar`."""

    __slots__ = ("domain",)
    domain: str

    def __new__(cls, name: str, domain: str = "real") -> Scalar:
        made: Scalar = Symbol.__xnew__(cls, name, **_assumed(domain))
        made.domain = domain
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], dict[str, Any]]:
        return (self.name, self.domain), {}

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), self.domain)


Input = Vector | Label | Labels | Parameter


def axis(name: str, *, size: str) -> Axis:
    """An axis beside the classes, with the letter of its size: ``rows = axis("rows", size="m")``.

    Two axes of the same name and size are the same one, whichever file they come from.
    """
    _check_name(name)
    _check_name(size)
    if name == CLASSES.name:
        raise FormulaError("the classes are an axis already, of size n: leave the axis of an index out to mean them")
    return Axis(name, Size(size))


def indices(names: str, along: Axis = CLASSES) -> Any:
    """Indices, one for each name: ``i, j = indices("i j")`` of classes, ``r = indices("r", rows)`` along an axis."""
    given = names.split() if isinstance(names, str) else []
    if not given:
        raise FormulaError(f"indices({names!r}) names no index: write i, j = indices('i j')")
    for name in given:
        _check_name(name)
    _check_axes(f"indices({names!r}, ...)", (along,))
    made = [Symbol(name, integer=True) if along == CLASSES else Index(name, along) for name in given]
    return made[0] if len(made) == 1 else tuple(made)


def is_index(given: object) -> bool:
    """Whether it is one of the :func:`indices`, or stands for one: it may run through the classes."""
    if isinstance(given, (BoundIndex, Dummy)):
        return True
    return isinstance(given, Symbol) and bool(given.is_integer) and not (is_size(given) or isinstance(given, Label))


def vector(name: str, *, domain: str = "real", default: float | None = None, doc: str = "") -> Vector:
    """An input with one value per class.

    ``domain`` is ``"real"``, ``"positive"``, ``"unit"`` (each component between 0 and 1, both excluded),
    ``"closed_unit"`` (both included: answers of yes and no) or ``"probability"`` (nonnegative, and its sum over the
    classes is 1: an axiom that a derivation may use, always as a step of its own).
    ``default`` is what each value is where a kernel is given none, ``NULL`` in C and ``None`` in Python: a weight of 1.
    """
    _check_name(name)
    _check_doc(f"vector {name!r}", doc)
    _check_domain(VECTOR, name, domain)
    return Vector(name, domain, doc, default=_read_default(f"vector {name!r}", domain, default))


def array(name: str, *axes: Axis, domain: str = "real", default: float | None = None, doc: str = "") -> Vector:
    """An input with one value for each place of its axes, in their order: ``W = array("W", classes, features)``.

    ``classes`` is the axis of an ordinary vector.  ``domain`` is ``"real"``, ``"positive"``, ``"unit"`` or
    ``"closed_unit"``, and ``default`` a number, as of :func:`vector`.
    """
    _check_name(name)
    _check_doc(f"array {name!r}", doc)
    _check_axes(f"array {name!r}", axes)
    _check_domain(VECTOR, name, domain)
    if axes != (CLASSES,) and DOMAINS[domain].total is not None:
        raise FormulaError(f"array {name!r}: along several axes nothing sums to 1 by itself: give a vector")
    return Vector(name, domain, doc, axes, _read_default(f"array {name!r}", domain, default))


def distribution(name: str, *, doc: str = "") -> Vector:
    """A vector of probabilities: each is at least 0 and they sum to 1."""
    return vector(name, domain="probability", doc=doc)


def label(
    name: str, *, over: Axis | tuple[Axis, ...] | None = None, among: Axis = CLASSES, doc: str = ""
) -> Label | Labels:
    """An integer input that names one class (0-based in the kernels, one label per row).

    over:  the axis, or axes, along which there is a label for each place: ``t = label("t", over=rows)``, ``t[r]``.
    among: the axis of which it names a place; default: the classes.
    """
    _check_name(name)
    _check_doc(f"label {name!r}", doc)
    if over is None and among == CLASSES:
        return Label(name, doc)
    axes = over if isinstance(over, tuple) else (over,)
    _check_axes(f"label {name!r}", (*axes, among))
    return Labels(name, axes, among, doc)  # type: ignore[arg-type]


def parameter(name: str, *, default: float, domain: str = "real", doc: str = "") -> Parameter:
    """A scalar input with a default; ``domain`` is ``"real"`` or ``"positive"``."""
    _check_name(name)
    _check_doc(f"parameter {name!r}", doc)
    _check_domain(PARAMETER, name, domain)
    try:
        value = float("no" if isinstance(default, str) else default)
    except (TypeError, ValueError) as error:
        raise FormulaError(f"parameter {name!r}: its default {default!r} is no number: give it one") from error
    if DOMAINS[domain].positive and not value > 0:
        raise FormulaError(f"parameter {name!r}: its default {default!r} is not positive: give it a number above 0")
    if not isfinite(value):
        raise FormulaError(f"parameter {name!r}: its default {default!r} is not finite: give it a number")
    return Parameter(name, default, domain, doc)


def scalar(name: str, *, domain: str = "real") -> Scalar:
    """A variable of a claim; ``domain`` is ``"real"``, ``"positive"`` or ``"unit"`` (between 0 and 1)."""
    _check_name(name)
    _check_domain(SCALAR, name, domain)
    return Scalar(name, domain)


def permutation(name: str) -> Permutation:
    """A relabelling of the classes, for claims: ``x[pi(k)]``."""
    _check_name(name)
    return Permutation(name)


def _assumed(domain: str) -> dict[str, bool]:
    """What SymPy is told of a number of a domain."""
    return {"positive": True} if DOMAINS[domain].positive else {"real": True}


def _read_default(whose: str, domain: str, default: float | None) -> float | None:
    """What every value of a vector is where none is given: a number that the domain holds."""
    if default is None:
        return None
    given, told = DOMAINS[domain], f"{whose}: its default {default!r}"
    if given.total is not None:
        raise FormulaError(f"{told} says nothing of how many there are, and they sum to {given.total}: leave it out")
    if isinstance(default, bool) or not isinstance(default, int | float) or not isfinite(default):
        raise FormulaError(f"{told} is no finite number: give it one")
    low, high = given.low, given.high
    if (low is not None and default < low) or (high is not None and default > high):
        raise FormulaError(f"{told} is outside its domain {domain!r}: give it a number {given.told}")
    return float(default)


def _check_axes(whose: str, axes: tuple[Any, ...]) -> None:
    if not axes:
        raise FormulaError(f"{whose} names no axis: a number for each row is a parameter; name one, as in axis('rows')")
    for one in axes:
        if not isinstance(one, Axis):
            raise FormulaError(f"{whose}: {one!r} is no axis: make one, as in rows = axis('rows', size='m')")


def _check_domain(kind: str, name: str, domain: str) -> None:
    if domain not in domains_of(kind):
        raise FormulaError(f"{kind} {name!r}: domain {domain!r} is not one of {', '.join(domains_of(kind))}")


def _check_doc(whose: str, doc: str) -> None:
    def refuse(problem: str) -> None:
        raise FormulaError(f"{whose}: {problem}")

    check_prose("its", refuse, doc=doc)


def _check_name(name: str) -> None:
    if not is_name(name):
        raise FormulaError(f"{name!r} is not a name: use ASCII letters, digits and _ (not first)")
    if name == "n":
        raise FormulaError("'n' is the number of classes: give the input another name")
