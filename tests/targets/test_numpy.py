"""The NumPy target: what it prints is importable alone and computes what the loop IR says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.catalogue import load_catalogue
from derive.language.components import Vector
from derive.language.inputs import Label, Parameter
from derive.loops.ir import Loop, Program, Store
from derive.targets.numpy import TARGET
from derive.targets.numpy.names import argument_names
from derive.targets.templates import environment
from tests import once
from tests.interpret import run
from tests.targets.compiled import ROWS
from tests.targets.modules import LONG, load, text
from tests.zoo import GRAD, ZOO, T, X, program, x


def given(printed: Program, row: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for place, what in enumerate(printed.inputs):
        if isinstance(what, Vector):
            values[what.name] = ROWS["y" if what.name == "y" or place == 1 else "x"][row]
        elif isinstance(what, Label):
            values[what.name] = (row * 2) % 5
        else:
            values[what.name] = what.default
    return values


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("printed", ZOO, ids=lambda p: p.name)
def test_a_kernel_computes_what_the_program_says(module: ModuleType, printed: Program, dtype: Any) -> None:
    names = argument_names(printed.inputs)
    rows = [given(printed, row) for row in range(len(ROWS["x"]))]
    arguments: dict[str, Any] = {}
    for what, name in names.items():
        column = [row[what.name] for row in rows]
        if isinstance(what, Parameter):
            arguments[name] = column[0]
        else:
            arguments[name] = np.array(column, np.int64 if isinstance(what, Label) else dtype)
    found = getattr(module, printed.name)(**arguments)
    outputs = found if isinstance(found, tuple) else (found,)
    for place, row in enumerate(rows):
        exact = {
            k: [float(dtype(v)) for v in values] if isinstance(values, list) else values for k, values in row.items()
        }
        wanted = run(printed, exact)
        for output, array in zip(printed.outputs, outputs, strict=True):
            assert array.dtype == dtype
            with np.errstate(over="ignore"):
                expected = np.asarray(wanted[output.name]).astype(dtype)
            np.testing.assert_allclose(
                array[place], expected, rtol=200 * np.finfo(dtype).eps, atol=0, err_msg=output.name
            )


def test_any_axis_and_any_batch(module: ModuleType) -> None:
    x4 = np.random.default_rng(0).normal(size=(2, 5, 3, 4))
    labels = np.arange(24).reshape(2, 3, 4) % 5
    value, grad = module.zoo_value_and_grad(x4, labels, axis=1)
    rows = np.moveaxis(x4, 1, -1).reshape(-1, 5)
    value_of_rows, grad_of_rows = module.zoo_value_and_grad(rows, labels.reshape(-1))
    np.testing.assert_array_equal(value.reshape(-1), value_of_rows)
    np.testing.assert_array_equal(np.moveaxis(grad, 1, -1).reshape(-1, 5), grad_of_rows)
    one, gradient = module.zoo_value_and_grad(rows[0], labels.reshape(-1)[0])
    assert one.shape == () and one == value_of_rows[0] and gradient.shape == (5,)
    assert module.zoo_jacobian(x4, np.ones_like(x4), axis=1).shape == (2, 5, 5, 3, 4)
    assert module.zoo_normalised(np.zeros((0, 3), np.float32)).shape == (0, 3)


def test_out_is_written_and_returned_even_onto_an_input(module: ModuleType) -> None:
    values = np.random.default_rng(1).normal(size=(4, 6))
    wanted = module.zoo_normalised(values)
    strided = np.full((4, 12), 7.0)
    returned = module.zoo_normalised(values, out=strided[:, ::2])
    assert np.shares_memory(returned, strided)
    np.testing.assert_array_equal(strided[:, ::2], wanted)
    assert (strided[:, 1::2] == 7.0).all()
    assert module.zoo_normalised(values, out=values) is values
    np.testing.assert_array_equal(values, wanted)


@pytest.mark.parametrize("classes", [1, 2, 10, 32, 33, 300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_bits_of_a_row_are_the_same_in_every_block(module: ModuleType, classes: int, dtype: Any) -> None:
    """Few classes are computed side by side, many row by row, all in blocks; one row alone is neither."""
    rows = 2_000_000 // classes // np.dtype(dtype).itemsize + 7
    x = np.random.default_rng(classes).normal(0, 3, (rows, classes)).astype(dtype)
    t = np.arange(rows) % classes
    value, grad = module.zoo_value_and_grad(x, t)
    for row in (0, 1, rows // 2, rows - 1):
        one, gradient = module.zoo_value_and_grad(x[row], t[row])
        assert one == value[row]
        np.testing.assert_array_equal(gradient, grad[row])


def test_out_may_be_an_input_moved_by_a_row(module: ModuleType) -> None:
    """No block is written over rows that a later one reads."""
    buffer = np.random.default_rng(4).normal(size=(20_001, 10))
    wanted = module.zoo_normalised(buffer[:-1].copy())
    np.testing.assert_array_equal(module.zoo_normalised(buffer[:-1], out=buffer[1:]), wanted)


def test_inputs_are_never_changed(module: ModuleType, tmp_path: Path) -> None:
    copies = program(
        "copies", (X, T), (GRAD,), Loop("k", (Store("grad", ("k",), x("k")),)), Store("grad", ("t",), x("t"))
    )
    values = np.random.default_rng(2).normal(size=(3, 4))
    before = values.copy()
    module.zoo_value_and_grad(values, np.array([0, 1, 2]))
    grad = load(tmp_path / "copies.py", text(copies)).zoo_copies(values, np.array([0, 1, 2]))
    np.testing.assert_array_equal(values, before)
    np.testing.assert_array_equal(grad, before)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"x": np.zeros((2, 3), np.int64)}, TypeError, "x has dtype int64.*astype"),
        ({"x": np.zeros((2, 3), np.float16)}, TypeError, "x has dtype float16"),
        ({"x": np.float64(3.0)}, ValueError, "x is a scalar"),
        ({"x": np.zeros((2, 0))}, ValueError, "no classes"),
        ({"t": np.zeros(2)}, TypeError, "t has dtype float64.*astype"),
        ({"t": np.zeros(3, int)}, ValueError, r"t has shape \(3,\), not \(2,\)"),
        ({"t": np.array([0, 3])}, IndexError, r"t holds the label 3 \(row 1\), but labels go from 0 to 2"),
        ({"t": np.array([-1, 0])}, IndexError, "holds the label -1"),
        ({"axis": 2}, ValueError, "axis 2 is out of range"),
        ({"axis": "rows"}, TypeError, "axis must be an integer"),
        ({"out": np.zeros(2)}, ValueError, "out must hold 2"),
        ({"out": (np.zeros(2), np.zeros((2, 4)))}, ValueError, r"grad has shape \(2, 4\), not \(2, 3\)"),
        ({"out": (np.zeros(2), np.zeros((2, 3), "f"))}, TypeError, "grad has dtype float32"),
        ({"out": ([0.0, 0.0], np.zeros((2, 3)))}, TypeError, "must be a NumPy array"),
    ],
)
def test_a_bad_call_is_one_clear_line(
    module: ModuleType, change: dict[str, Any], error: type[Exception], words: str
) -> None:
    good = {"x": np.zeros((2, 3)), "t": np.array([0, 1])}
    with pytest.raises(error, match=words) as caught:
        module.zoo_value_and_grad(**{**good, **change})
    assert "\n" not in str(caught.value) and "zoo_value_and_grad" in str(caught.value)


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.inf, np.nan])
def test_a_parameter_outside_its_domain(module: ModuleType, temperature: float) -> None:
    with pytest.raises(ValueError, match="T must be positive"):
        module.zoo_normalised(np.zeros((2, 3)), T=temperature)


def test_nothing_is_written_on_an_error(module: ModuleType) -> None:
    out = (np.full(2, 7.0), np.full((2, 3), 7.0))
    with pytest.raises(IndexError):
        module.zoo_value_and_grad(np.zeros((2, 3)), np.array([0, 9]), out=out)
    assert all((array == 7.0).all() for array in out)


def test_the_generated_folder_never_hides_numpy(tmp_path: Path) -> None:
    """With generated/ first on the path, ``import numpy`` is the real one and the kernels are a package beside it."""
    folder = tmp_path / TARGET.folder
    folder.mkdir()
    built = [once.built(f) for f in load_catalogue()]
    templates = environment()
    files = {k: v for b in built for k, v in TARGET.formula_files(b, templates).items()}
    for name, source in {**files, **TARGET.shared_files(built, templates)}.items():
        (folder / name).write_text(source, encoding="utf-8")
    names = ", ".join(sorted(Path(name).stem for name in files))
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    code = f"{path}\nimport numpy\nfrom numpy_kernels import {names}\nprint(numpy.pi)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("3.14"), done.stderr


def write_everything(folder: Path) -> None:
    """Every module of the catalogue, one of the whole zoo and one of lines too long."""
    for formula in load_catalogue():
        for name, source in TARGET.formula_files(once.built(formula), environment()).items():
            (folder / name).write_text(source, encoding="utf-8")
    (folder / "zoo.py").write_text(text(*ZOO), encoding="utf-8")
    (folder / "long.py").write_text(text(LONG), encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--isolated"],
        ["ruff", "format", "--isolated", "--check", "--line-length", "120"],
        ["mypy", "--strict"],
    ],
    ids=" ".join,
)
def test_generated_modules_are_clean(tmp_path: Path, command: list[str]) -> None:
    tool = [sys.executable, "-m", *command]
    if subprocess.run([*tool[:3], "--version"], capture_output=True, check=False).returncode:
        pytest.skip(f"{command[0]} is not installed")
    write_everything(tmp_path)
    files = sorted(map(str, tmp_path.glob("*.py")))
    done = subprocess.run([*tool, *files], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
