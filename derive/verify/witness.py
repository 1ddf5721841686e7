"""Numbers that show a relation: both sides of a witness are computed, and the relation between them is proved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sympy import Expr, Symbol

from derive.algebra.records import Example
from derive.language.claims import Witness
from derive.language.components import Permutation, Vector
from derive.language.spoken import spoken
from derive.verify.conditions import gap_sign
from derive.verify.inputs import inputs_of
from derive.verify.numbers import OracleError, Reals
from derive.verify.oracle import Oracle, Point, evaluate_float, reals
from derive.verify.points import lies_in
from derive.verify.steps import StepError

ALLOWED = {"=": (0,), "<=": (0, 1), ">=": (0, -1), "<": (1,), ">": (-1,), "!=": (1, -1)}
"""The signs that ``right - left`` may have."""


def example(witness: Witness, numbers: Reals | None = None) -> Example:
    """The witness with the values of both sides.  Raises StepError where the relation does not hold."""
    place = f"{witness.where}: witness {witness.name!r}"
    point = point_at(witness.at, (witness.left, witness.right), place)
    try:
        sign = gap_sign(witness.left, witness.right, Oracle(point, numbers or reals()))
        if sign not in ALLOWED[witness.relation]:
            stated = f"{spoken(witness.left)} {witness.relation} {spoken(witness.right)}"
            raise StepError(f"{place}: {stated} is wrong at {point}: correct the relation, or the numbers")
        left, right = (f"{evaluate_float(side, point, 'float64'):.6g}" for side in (witness.left, witness.right))
    except OracleError as error:
        raise StepError(f"{place}: {error}: give other numbers") from error
    return Example(witness, left, right)


def point_at(at: Mapping[Any, Any], sides: Sequence[Expr], place: str) -> Point:
    """These values by name.  Raises StepError where the sides need more, or the vectors differ in length."""
    vectors: dict[str, list[Fraction]] = {}
    indices: dict[str, int] = {}
    scalars: dict[str, Fraction] = {}
    permutations: dict[str, list[int]] = {}
    for given, value in at.items():
        if isinstance(given, Vector):
            vectors[given.name] = [Fraction(v) for v in value]
        elif isinstance(given, Permutation):
            permutations[given.name] = list(value)
        elif isinstance(given, Symbol) and given.is_integer:
            indices[given.name] = value
        else:
            scalars[str(given)] = Fraction(value)
    sizes = {len(v) for v in vectors.values()} or {1}
    if len(sizes) > 1:
        raise StepError(f"{place}: its vectors differ in length: give each one component per class")
    known = {*vectors, *indices, *scalars, *permutations}
    missing = sorted(_name(i) for i in inputs_of(sides) if _name(i) not in known)
    if missing:
        raise StepError(f"{place}: give values to {', '.join(missing)}")
    classes = sizes.pop()
    for given, value in at.items():
        if not is_allowed(given, value, classes):
            raise StepError(
                f"{place}: {_name(given)} = {_shown(value)} is outside its domain, with {classes} classes: correct it"
            )
    return Point(classes, vectors, indices, scalars, permutations)


def is_allowed(given: Any, value: Any, classes: int) -> bool:
    """Whether a value lies in the domain of the input, or names a class."""
    if isinstance(given, Vector):
        return lies_in(given.domain, value)
    if isinstance(given, Permutation):
        return sorted(value) == list(range(1, classes + 1))
    if given.is_integer:
        return value in range(1, classes + 1)
    return lies_in(getattr(given, "domain", "real"), [value])


def _shown(value: Any) -> str:
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)


def _name(given: Any) -> str:
    return str(given.name)
