"""The NumPy target: what it prints is importable alone and computes what the loop IR says."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.calculus.records import Derived
from derive.catalogue import load_catalogue
from derive.language.inputs import Label, Parameter
from derive.language.nodes import Vector
from derive.pipeline import build_formula
from derive.program.ir import Accumulate, Call, Element, Let, Loop, Name, Program, Store
from derive.targets.base import Built, PrintError
from derive.targets.numpy import TARGET
from derive.targets.numpy.names import argument_names
from derive.targets.templates import environment
from tests.interpret import run
from tests.targets.test_c import ROWS
from tests.zoo import FORMULA, GRAD, JACOBIAN, NORMALISED, OUT, VALUE, VALUE_AND_GRAD, ZOO, T, X, program, x


def text(*programs: Program) -> str:
    (found,) = TARGET.formula_files(Built(FORMULA, Derived(FORMULA, (), ()), programs), environment()).values()
    return found


def load(path: Path, source: str) -> ModuleType:
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return load(tmp_path_factory.mktemp("zoo") / "zoo_kernels.py", text(*ZOO))


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


def test_inputs_are_never_changed(module: ModuleType) -> None:
    copies = program(
        "copies", (X, T), (GRAD,), Loop("k", (Store("grad", ("k",), x("k")),)), Store("grad", ("t",), x("t"))
    )
    assert "x.copy()" in text(copies)
    values = np.random.default_rng(2).normal(size=(3, 4))
    before = values.copy()
    module.zoo_value_and_grad(values, np.array([0, 1, 2]))
    np.testing.assert_array_equal(values, before)


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
    built = [build_formula(f) for f in load_catalogue()]
    templates = environment()
    files = {k: v for b in built for k, v in TARGET.formula_files(b, templates).items()}
    for name, source in {**files, **TARGET.shared_files(built, templates)}.items():
        (folder / name).write_text(source, encoding="utf-8")
    names = ", ".join(sorted(Path(name).stem for name in files))
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})"
    code = f"{path}\nimport numpy\nfrom numpy_kernels import {names}\nprint(numpy.pi)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("3.14"), done.stderr


def test_generated_modules_are_clean(tmp_path: Path) -> None:
    ruff = [sys.executable, "-m", "ruff"]
    if subprocess.run([*ruff, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("ruff is not installed")
    for formula in load_catalogue():
        for name, source in TARGET.formula_files(build_formula(formula), environment()).items():
            (tmp_path / name).write_text(source, encoding="utf-8")
    (tmp_path / "zoo.py").write_text(text(*ZOO), encoding="utf-8")
    done = subprocess.run(
        [*ruff, "check", "--isolated", "--extend-ignore", "B002", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "statement",
    [
        Let("a", Call("sine", (Name("b"),))),
        Let("a", Name("never_made")),
        Let("a", Element("x", "nowhere")),
        Accumulate("a", Name("n")),
        Store("value", ("k",), Name("n")),
        Loop("i", (Loop("j", (Loop("l", (Let("a", x("l")),)),)),)),
    ],
    ids=str,
)
def test_what_cannot_be_printed_is_refused(statement: Any) -> None:
    with pytest.raises(PrintError, match=r"zoo.py:\d+.*zoo_bad.*derive.program"):
        text(program("bad", (X,), (VALUE, OUT), statement))


def test_signatures_and_determinism() -> None:
    made = Built(FORMULA, Derived(FORMULA, (), ()), (VALUE_AND_GRAD, NORMALISED, JACOBIAN))
    assert TARGET.signatures(made)["zoo_normalised"].startswith(
        "zoo_normalised(x: Array, *, T: float = 2.0, axis: int = -1"
    )
    assert text(*ZOO) == text(*ZOO)
