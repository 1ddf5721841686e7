"""The products that can be computed from the value of the formula, which forward has already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import exp

from derive.algebra import is_nonnegative
from derive.algebra.canonical import canonical
from derive.derivations.saved import saved, through_value
from derive.kernels.lowered import program
from derive.kernels.results import Kernel
from derive.language.components import Vector
from derive.language.formula import SAVED, Formula, unfold
from derive.language.nodes import Sum, in_place_of
from derive.loops.ranges import Ranges


def from_saved(formula: Formula, known: Sequence[Kernel]) -> Iterator[Kernel]:
    """Those of the known kernels that can be written through that value, with what is known of it."""
    found, given = through_value(formula), saved(formula)
    bounded = _bounded(given, formula, known[0]) if found else given
    for kernel in known:
        if (name := kernel.suffix.strip("_")) in found:
            ((output, indices, _, left),) = kernel.results
            suffix, product = f"{kernel.suffix}_{SAVED}", in_place_of(given, lambda k: bounded[k], found[name])
            through = Formula(formula.name + suffix, product, bounded, indices[0], file=formula.file, line=formula.line)
            results = ((output, indices, product, left),)
            yield Kernel(suffix, f"{kernel.title} from the saved value", results, kernel.extra, through)


def _bounded(given: Vector, formula: Formula, value: Kernel) -> Vector:
    """The saved value with what is known of it: that its exponentials sum to 1, its sign, the range of its program."""
    definition = unfold(formula.expression)
    if canonical(Sum(exp(definition), formula.over)) == 1:
        return Vector(given.name, "log_share", given.doc)
    made = program(formula, value)
    ranges = Ranges(formula, made.inputs)
    for statement in made.body:
        ranges.take(statement)
    found = ranges.arrays[made.outputs[0].name]
    low, high = found.low >= 0 or is_nonnegative(definition), found.high <= 0 or is_nonnegative(-definition)
    domain = "share" if low and found.high <= 1 else "nonnegative" if low else "nonpositive" if high else "real"
    return Vector(given.name, domain, given.doc)
