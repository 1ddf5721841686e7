"""Zero never comes out as -0.0."""

from __future__ import annotations

import math
from itertools import groupby

import pytest

from derive.catalogue import load_catalogue
from derive.loops.ir import Program
from derive.verify.asked import asked
from derive.verify.floats import carried_out
from derive.verify.from_saved import saved_rows
from derive.verify.known import KnownRow
from derive.verify.oracle import Point
from derive.verify.rows import rows
from tests import once

CATALOGUE = {formula.name: formula for formula in load_catalogue()}


def points_of(program: Program) -> list[Point]:
    """Those of the float check, with the value that forward saved where the program begins with it."""
    found = rows(asked([program]))
    if program.saved is None:
        return [row.point for row in found]
    known = [KnownRow(program.formula, (), row) for row in found]
    return [saved.row.point for saved in saved_rows(program.saved, known)]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_no_zero_has_a_sign(name: str) -> None:
    formula = CATALOGUE[name]
    for program in once.built(formula).programs:
        points = points_of(program)
        for _, group in groupby(points, lambda point: point.classes):
            for output, columns in carried_out(program, list(group), "float32").items():
                signed = [v for column in columns for v in column if v == 0 and math.copysign(1, v) < 0]
                assert not signed, (program.name, output)
