"""The kernels of one formula that autograd takes, and which of them is the derivative of which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from derive.loading.cache import key_of
from derive.loading.described import Described, Record, written
from derive.loading.loader import listed, record_of
from derive.loading.troubles import LoadError

if TYPE_CHECKING:
    from derive.loading.loader import Where

TARGET = "c"
VALUE, BOTH = "", "_value_and_grad"
SCALAR = (VALUE, BOTH, "_hvp")
VECTOR = (VALUE, "_vjp", "_jvp", "_hvp")


class Product(NamedTuple):
    """A derivative: the kernel that gives its product with the incoming gradient, and the input that takes this."""

    kernel: str
    seed: str


Products = Mapping[str, Mapping[str, Product]]
"""kernel -> input -> the derivative by it.  What is not here is not derived: third derivatives, other inputs."""


@dataclass(frozen=True)
class Family:
    """records:  by what the name of a kernel has behind that of the formula.
    products: which kernel differentiates which.
    scalar:   whether the formula is one number per row.
    key:      a name for all that the kernels are made of.
    """

    records: Mapping[str, Record]
    products: Products
    scalar: bool
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", key_of(*map(written, self.records.values()))[:16])

    def described(self, kernel: str) -> Described:
        return self.records[kernel].kernel

    def inputs(self, kernel: str) -> tuple[str, ...]:
        return tuple(given.name for given in self.described(kernel).inputs)

    @property
    def wrt(self) -> str:
        """The vector by which the formula is differentiated."""
        return self.inputs(VALUE)[0]


def family_of(name: str, formulas: Where | Iterable[Where] | None) -> Family:
    """Raises LoadError for a name that is not a formula's, and whatever `derive.load` raises."""
    places = listed(formulas)
    value = record_of(name, TARGET, places)
    if name != value.kin[0]:
        raise LoadError(f"{name} is a kernel of {value.kin[0]}: load {value.kin[0]!r}, whose gradients come with it")
    scalar = value.kernel.outputs[0].axes == 0
    others = {kernel: record_of(name + kernel, TARGET, places) for kernel in (SCALAR if scalar else VECTOR)[1:]}
    records = {VALUE: value, **others}
    return Family(records, _of_scalar(records) if scalar else _of_vector(records), scalar)


def _extra(records: Mapping[str, Record], kernel: str) -> list[str]:
    """What a product is taken with: the inputs that the formula itself lacks."""
    own = {given.name for given in records[VALUE].kernel.inputs}
    return [given.name for given in records[kernel].kernel.inputs if given.name not in own]


def _of_scalar(records: Mapping[str, Record]) -> Products:
    """Its gradient is a result of its own, which autograd scales: the product is that of the gradient's derivative."""
    (v,) = _extra(records, "_hvp")
    x = records[VALUE].kernel.inputs[0].name
    return {BOTH: {x: Product("_hvp", v)}}


def _of_vector(records: Mapping[str, Record]) -> Products:
    g, v = _extra(records, "_hvp")
    x = records[VALUE].kernel.inputs[0].name
    return {
        VALUE: {x: Product("_vjp", g)},
        "_vjp": {x: Product("_hvp", v), g: Product("_jvp", v)},
        "_jvp": {x: Product("_hvp", g), v: Product("_vjp", g)},
    }
