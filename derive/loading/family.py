"""The kernels of one formula that automatic differentiation takes, and which of them is the derivative of which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from derive.loading.described import Described, Record, written
from derive.loading.loader import record_of, where_asked
from derive.loading.troubles import LoadError
from derive.store import key_of

if TYPE_CHECKING:
    from derive.loading.loader import Where

TARGET = "c"
VALUE, BOTH, GRAD, VJP, JVP, HVP = "", "_value_and_grad", "_grad", "_vjp", "_jvp", "_hvp"


class Pullback(NamedTuple):
    """A derivative: the kernel that gives its product with the gradient that comes in, and the input that takes this.

    output: by which output of the kernel that is differentiated it comes in.
    """

    kernel: str
    seed: str
    output: int = 0


Pullbacks = Mapping[str, Mapping[str, Pullback]]
"""kernel -> input -> the derivative by it.  What is not here is not derived."""


@dataclass(frozen=True)
class Family:
    """records:  by what the name of a kernel has behind that of the formula.
    products: which kernel differentiates which.
    scalar:   whether the formula is one number per row.
    key:      a name for all that the kernels are made of.
    """

    records: Mapping[str, Record]
    products: Pullbacks
    scalar: bool
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", key_of(*map(written, self.records.values()))[:16])

    @property
    def name(self) -> str:
        return self.described(VALUE).name

    @property
    def variables(self) -> tuple[str, ...]:
        """The inputs by which the formula is differentiated; by the first of them twice, if that is a vector."""
        return tuple(name for name, _ in self.records[VALUE].variables)

    def alone(self, name: str) -> str:
        """The kernel of the gradient of one number by an input, if there is one, beside that of all gradients."""
        return GRAD + dict(self.records[VALUE].variables)[name]

    def described(self, kernel: str) -> Described:
        return self.records[kernel].kernel

    def inputs(self, kernel: str) -> tuple[str, ...]:
        return tuple(given.name for given in self.described(kernel).inputs)

    def refusal(self, kernel: str, name: str) -> str:
        """What is said where the derivative of a kernel by an input is asked for, and no kernel gives it."""
        *others, last = self.variables
        if name in self.inputs(VALUE) and name not in self.variables:
            by = f"{', '.join(others)} and {last}" if others else last
            return (
                f"{self.name}: {name} requires a gradient, but only the derivative by {by} is derived: "
                f"give {name}.detach()"
            )
        if kernel == HVP:
            return f"{self.name}: third derivatives are not derived: differentiate it twice at most"
        if HVP not in self.records:
            return f"{self.name}: second derivatives are not derived: differentiate it once"
        return f"{self.name}: the second derivative by {self.variables[0]} alone is derived: detach its other inputs"


def family_of(given: Any, formulas: Where | Iterable[Where] | None = None, options: Sequence[str] = ()) -> Family:
    """Raises LoadError for a name that is not a formula's, and whatever `derive.load` raises.

    options: those of a loss that make another formula of it: the family of that one.
    """
    name, places = where_asked(given, formulas)
    value = record_of(name, TARGET, places, options)
    if not options and name != value.kin[0]:
        raise LoadError(f"{name} is a kernel of {value.kin[0]}: load {value.kin[0]!r}, whose gradients come with it")
    scalar = value.kernel.outputs[0].axes == 0
    own = value.kin[0]
    found = {k: record_of(name + k, TARGET, places, options) for k in _wanted(value, scalar) if own + k in value.kin}
    records = {VALUE: value, **found}
    return Family(records, _of_scalar(records) if scalar else _of_vector(records), scalar)


def _wanted(value: Record, scalar: bool) -> list[str]:
    """The kernels that differentiate a formula, if it has them; one that names its axes is differentiated once."""
    tails = [tail for _, tail in value.variables]
    if scalar:
        return [BOTH, HVP] if not value.kernel.sizes else [BOTH, *(GRAD + tail for tail in tails if len(tails) > 1)]
    return [*(VJP + tail for tail in tails), *(() if value.kernel.sizes else (JVP, HVP))]


def _extra(records: Mapping[str, Record], kernel: str) -> list[str]:
    """What a product is taken with: the inputs that the formula itself lacks."""
    own = {given.name for given in records[VALUE].kernel.inputs}
    return [given.name for given in records[kernel].kernel.inputs if given.name not in own]


def _of_scalar(records: Mapping[str, Record]) -> Pullbacks:
    """Its gradients are results beside the value, which autograd scales: the product differentiates the first."""
    if HVP not in records:
        return {}
    (v,) = _extra(records, HVP)
    return {BOTH: {records[VALUE].variables[0][0]: Pullback(HVP, v, output=1)}}


def _of_vector(records: Mapping[str, Record]) -> Pullbacks:
    (g,) = _extra(records, VJP)
    by = {name: Pullback(VJP + tail, g) for name, tail in records[VALUE].variables}
    if HVP not in records:
        return {VALUE: by}
    x, (_, v) = next(iter(by)), _extra(records, HVP)
    return {
        VALUE: by,
        VJP: {x: Pullback(HVP, v), g: Pullback(JVP, v)},
        JVP: {x: Pullback(HVP, g), v: Pullback(VJP, g)},
    }
