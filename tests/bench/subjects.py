"""What the tests of the bench have timed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from derive.bench.floor import work_of
from derive.bench.plain import Plain, plain_of
from derive.bench.records import Cell, Subject
from derive.bench.subjects import OPERATIONS, OTHERS
from derive.bench.task import Task
from derive.formulas.timed import layer_norm, silu
from derive.language import Formula, Sum, exp, indices, log, vector, where
from derive.loops.ir import Program
from tests import once

i, j, k = indices("i j k")
x = vector("x")
a = vector("a")
chosen = Formula("chosen", Sum(where(a[i] < 1, exp(a[i]), a[i] - 2) * (i + 1) * x[i], i), wrt=x)
taken = vector("exp_1")
named_as_writers_name = Formula("named_as_writers_name", log(Sum(exp(taken[i]), i)) * 3, wrt=taken)

SLOW = ("jensen_shannon", "label_smoothing")
"""To derive: what they are made of stands in the others."""
SUBJECTS = {subject.name: subject for subject in (*OPERATIONS, *OTHERS) if subject.name not in SLOW} | {
    name: Subject(name, formula)
    for name, formula in (
        ("focal_value_and_grad", OTHERS[0].formula),
        ("silu_vjp", silu),
        ("layer_norm_vjp", layer_norm),
        ("chosen", chosen),
        ("named_as_writers_name", named_as_writers_name),
    )
}


def task_of(name: str, folder: Path, dtype: str = "float64", rows: int = 5, classes: int = 7) -> Task:
    program, plain = derived(name)
    return Task(
        Cell(name, rows, classes, dtype, 1), SUBJECTS[name], program.inputs, plain, work_of(program), None, folder
    )


@cache
def derived(name: str) -> tuple[Program, Plain]:
    formula = SUBJECTS[name].formula
    program = next(program for program in once.built(formula).programs if program.name == name)
    return program, plain_of(formula, name, program.inputs)
