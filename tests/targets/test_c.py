"""The C target: what it prints computes what the loop IR says, and refuses a bad call."""

from __future__ import annotations

import ctypes
import math
from typing import Any

import numpy as np
import pytest

from derive.language.components import Vector
from derive.language.inputs import Label, Parameter
from derive.loading.callable import Kernel
from derive.loading.derived import described
from derive.loops.ir import Program
from derive.targets.numpy.names import argument_names
from tests.interpret import run
from tests.targets.compiled import INF, NAN, ROWS
from tests.zoo import ZOO

STATUS = "OK NULL_POINTER NO_CLASSES BAD_STRIDE BAD_LABEL BAD_PARAMETER BAD_VALUE".split()

FEW, MANY = 1, 9
"""So many times the tables above stand in a row: few classes are taken in tiles of rows, many one row at a time."""


def inputs_of(program: Program, row: int, real: type, times: int) -> dict[str, Any]:
    """One row of inputs: every vector, whatever its name, takes one of the tables above."""
    vectors = [v.name for v in program.inputs if isinstance(v, Vector)]
    given: dict[str, Any] = {}
    for what in program.inputs:
        if isinstance(what, Parameter):
            given[what.name] = what.default
        elif isinstance(what, Label):
            given[what.name] = (row * 2) % 5
        else:
            table = ROWS["x" if vectors.index(what.name) % 2 == 0 else "y"]
            given[what.name] = [float(real(v)) for v in table[row]] * times
    return given


@pytest.mark.parametrize("times", [FEW, MANY], ids=["few", "many"])
@pytest.mark.parametrize("real", [np.float32, np.float64], ids=lambda r: str(r.__name__))
@pytest.mark.parametrize("program", ZOO, ids=lambda p: str(p.name))
def test_a_kernel_computes_what_the_program_says(
    library: ctypes.CDLL, program: Program, real: type, times: int
) -> None:
    rows = [inputs_of(program, row, real, times) for row in range(6)]
    arrays: dict[str, Any] = {
        name: np.array([r[what.name] for r in rows], np.int64 if isinstance(what, Label) else real)
        for what, name in argument_names(program.inputs).items()
        if not isinstance(what, Parameter)
    }
    found = Kernel(described(program), library)(**arrays)
    found = found if isinstance(found, tuple) else (found,)
    epsilon = float(np.finfo(real).eps)
    for output, array in zip(program.outputs, found, strict=True):
        assert array.dtype == real
        with np.errstate(all="ignore"):
            expected: Any = np.array([run(program, row)[output.name] for row in rows]).astype(real)
        # A handful of operations, each within an ulp; pow and the sums of products may cancel a little.
        np.testing.assert_allclose(array, expected, rtol=64 * epsilon, atol=64 * epsilon, err_msg=output.name)


def test_long_sums_are_accurate(library: ctypes.CDLL) -> None:
    """Eight classes of a lane, five pairs of lanes, and a total that keeps what rounding takes."""
    y = np.abs(np.random.default_rng(1).normal(size=(1, 100_005))).astype(np.float32)
    program = next(p for p in ZOO if p.name == "zoo_normalised")
    out = Kernel(described(program), library)(y, T=1.0)
    exact = np.exp(y.astype(np.float64) - y.max())
    exact /= math.fsum(exact[0])
    assert np.max(np.abs(out - exact) / exact) < (8 + 4 + 8) * 2.0**-24


class Raw:
    """The C function itself, for calls that the Python wrapper would never make."""

    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        self.call = library[f"derive_{name}_f64"]
        self.call.restype = ctypes.c_int

    def __call__(self, *args: Any) -> str:
        status: int = self.call(*(self._c(a) for a in args))
        return STATUS[status]

    @staticmethod
    def _c(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return ctypes.c_void_p(value.ctypes.data)
        return {int: ctypes.c_size_t, float: ctypes.c_double}.get(type(value), lambda v: v)(value)


CANARY = 12345.0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "OK"),
        ({"x": None}, "NULL_POINTER"),
        ({"t": None}, "NULL_POINTER"),
        ({"grad": None}, "NULL_POINTER"),
        ({"value": None}, "NULL_POINTER"),
        ({"classes": 0}, "NO_CLASSES"),
        ({"x_stride": 3}, "BAD_STRIDE"),
        ({"x_stride": 0}, "OK"),
        ({"grad_stride": 3}, "BAD_STRIDE"),
        ({"grad_stride": 0}, "BAD_STRIDE"),
        ({"t": np.array([0, 3, 4])}, "BAD_LABEL"),
        ({"t": np.array([0, 3, -1])}, "BAD_LABEL"),
        ({"t": np.array([0, 3, np.iinfo(np.int64).min])}, "BAD_LABEL"),
        ({"rows": 0, "x": None, "t": None, "value": None, "grad": None, "classes": 0}, "OK"),
    ],
)
def test_a_bad_call_is_a_status_and_writes_nothing(library: ctypes.CDLL, change: dict[str, Any], status: str) -> None:
    given: dict[str, Any] = {
        "rows": 3, "classes": 4, "x": np.ones((3, 4)), "x_stride": 4, "t": np.array([0, 1, 3]),
        "value": np.full(3, CANARY), "grad": np.full((3, 4), CANARY), "grad_stride": 4,
    }  # fmt: skip
    given |= change
    assert Raw(library, "zoo_value_and_grad")(*given.values()) == status
    written = [a for a in (given["value"], given["grad"]) if a is not None]
    untouched = status != "OK" or given["rows"] == 0
    assert all(np.all(a == CANARY) == untouched for a in written)


@pytest.mark.parametrize("temperature", [0.0, -1.0, INF, NAN])
def test_a_parameter_outside_its_domain_is_a_status(library: ctypes.CDLL, temperature: float) -> None:
    out = np.full((1, 2), CANARY)
    assert Raw(library, "zoo_normalised")(1, 2, np.ones((1, 2)), 2, temperature, out, 2) == "BAD_PARAMETER"
    assert np.all(out == CANARY)


def test_a_real_parameter_may_not_be_nan(library: ctypes.CDLL) -> None:
    value, out = np.full(1, CANARY), np.full((1, 2), CANARY)
    kernel = Raw(library, "zoo_numbers")
    assert kernel(1, 2, np.ones((1, 2)), 2, NAN, value, out, 2) == "BAD_PARAMETER"
    assert np.all(out == CANARY) and value[0] == CANARY
    assert kernel(1, 2, np.ones((1, 2)), 2, -1.0, value, out, 2) == "OK"


def test_the_square_of_the_classes_may_not_overflow(library: ctypes.CDLL) -> None:
    """2**33 classes: their square is 4 modulo 2**64.  (No memory is touched before the check.)"""
    out = np.full(4, CANARY)
    many = 2**33
    assert Raw(library, "zoo_jacobian")(1, many, out, 0, out, 0, out, many) == "BAD_STRIDE"
    assert Raw(library, "zoo_jacobian")(1, 3, np.ones(3), 3, np.ones(3), 3, np.ones(9), 8) == "BAD_STRIDE"


def test_rows_between_the_strides_are_left_alone(library: ctypes.CDLL) -> None:
    x, wide = np.ones((2, 3)), np.full((2, 7), CANARY)
    assert Raw(library, "zoo_normalised")(2, 3, x, 3, 1.0, wide, 7) == "OK"
    assert np.all(wide[:, 3:] == CANARY) and np.allclose(wide[:, :3], 1 / 3)
