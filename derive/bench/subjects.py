"""What is timed where nothing is asked for: six operations that every library has, and ten formulas that few have."""

from __future__ import annotations

from derive.bench.records import Subject
from derive.formulas import timed

SHAPES = ((1, 10), (1, 1000), (128, 10), (4096, 10), (128, 1000), (4096, 1000), (512, 32000), (64, 128256))
FEWER = ((4096, 10), (128, 1000), (4096, 1000), (64, 128256))
QUICK = ((1, 1000), (128, 10), (128, 1000))

OPERATIONS = tuple(
    Subject(name, formula, saved=name.endswith("_vjp"))  # as in training: forward has run
    for name, formula in timed.OPERATIONS.items()
)
"""Written by hand for each library."""

OTHERS = tuple(Subject(formula.name, formula, shapes=FEWER) for formula in timed.OTHERS)
"""Beside the floor, and beside what NumPy, JAX and Numba make of the formula as it is written."""
