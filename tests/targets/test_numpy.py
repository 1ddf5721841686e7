"""The NumPy target: what it prints is importable alone and computes what the loop IR says."""

from __future__ import annotations

import builtins
import importlib.util
import inspect
import subprocess
import symtable
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from derive.algebra.records import Derived
from derive.catalogue import load_catalogue
from derive.language import Formula, KroneckerDelta, Sum, exp, indices, label, vector
from derive.language.inputs import Label, Parameter
from derive.language.nodes import Vector
from derive.loops.ir import Accumulate, ArgMax, Call, Element, Let, Loop, Name, Number, Output, Program, Store
from derive.pipeline import build_formula
from derive.targets import Built, PrintError
from derive.targets.numpy import TARGET
from derive.targets.numpy.names import BUILTINS, MODULE, argument_names
from derive.targets.templates import environment
from tests.interpret import run
from tests.targets.test_c import ROWS
from tests.zoo import (
    FORMULA,
    GRAD,
    JACOBIAN,
    NORMALISED,
    OUT,
    SQUARE,
    TEMPERATURE,
    VALUE,
    VALUE_AND_GRAD,
    ZOO,
    T,
    X,
    Y,
    call,
    number,
    program,
    x,
    y,
)


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


def write_everything(folder: Path) -> None:
    """Every module of the catalogue, one of the whole zoo and one of lines too long."""
    for formula in load_catalogue():
        for name, source in TARGET.formula_files(build_formula(formula), environment()).items():
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


# --- arrays of their own -------------------------------------------------------------------------------------------

_i, _j = indices("i j")
_x, _t = vector("x"), label("t")
DATA = np.arange(6.0).reshape(2, 3)


def made(tmp_path: Path, formula: Formula) -> ModuleType:
    (source,) = TARGET.formula_files(build_formula(formula), environment()).values()
    return load(tmp_path / f"{formula.name}.py", source)


def run_alone(tmp_path: Path, printed: Program, *arguments: Any) -> Any:
    return getattr(load(tmp_path / "alone.py", text(printed)), printed.name)(*arguments)


def per_class(value: Any, *before: Any) -> Loop:
    return Loop("k", (*before, Store("grad", ("k",), value)))


PAIR = (GRAD, Output("other", 1, "a second vector"))
BOTH = (Store("grad", ("k",), Name("e")), Store("other", ("k",), Name("e")))
OWN = {
    "an input": program("own", (X,), (GRAD,), per_class(x("k"))),
    "an input under a name": program("own", (X,), (GRAD,), per_class(Name("e"), Let("e", x("k")))),
    "a constant": program("own", (X,), (GRAD,), per_class(number(1))),
    "one for the row": program("own", (X, T), (GRAD,), per_class(x("t"))),
    "a parameter": program("own", (X, TEMPERATURE), (VALUE,), Store("value", (), Name("T"))),
    "one array for two": program("own", (X,), PAIR, Loop("k", (Let("e", call("exp", x("k"))), *BOTH))),
    "one input for two": program("own", (X,), PAIR, Loop("k", (Let("e", x("k")), *BOTH))),
    "one output from another": program(
        "own", (X, T), PAIR,
        Loop("k", (Store("grad", ("k",), call("exp", x("k"))), Store("other", ("k",), Element("grad", "k")))),
        Store("grad", ("t",), number(9)),
    ),
    "a matrix under a name": program(
        "own", (X,), (SQUARE,),
        Loop("i", (Loop("j", (Let("e", call("mul", x("i"), x("j"))), Store("out", ("i", "j"), Name("e")))),)),
    ),
    "half a matrix": program("own", (X,), (SQUARE,), Loop("i", (Loop("j", (Store("out", ("i", "j"), x("j")),)),))),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("printed", OWN.values(), ids=list(OWN))
def test_a_result_is_an_array_of_its_own(tmp_path: Path, printed: Program, dtype: Any) -> None:
    values = DATA.astype(dtype)
    labels = [np.array([0, 2])] if T in printed.inputs else []
    found = run_alone(tmp_path, printed, values, *labels)
    results = found if isinstance(found, tuple) else (found,)
    for place, row in enumerate(values):
        wanted = run(printed, {"x": row.tolist(), "t": [0, 2][place], "T": 2.0})
        for output, result in zip(printed.outputs, results, strict=True):
            np.testing.assert_allclose(result[place], wanted[output.name], rtol=1e-6)
    for place, result in enumerate(results):
        assert result.dtype == dtype and result.flags.writeable
        assert not any(np.shares_memory(result, other) for other in (values, *results[:place]))
        assert result.strides == np.empty_like(result).strides


def test_the_loss_can_be_changed_by_its_owner(module: ModuleType) -> None:
    value, _ = module.zoo_value_and_grad(DATA, np.array([0, 2]))
    value /= 2


def test_the_gradient_of_a_plain_sum(tmp_path: Path) -> None:
    grad = made(tmp_path, Formula("total", Sum(_x[_j], _j), wrt=_x)).total_grad(DATA)
    grad += 1
    np.testing.assert_array_equal(grad, np.full((2, 3), 2.0))


# --- what a loop makes ---------------------------------------------------------------------------------------------


def test_what_is_the_same_for_all_classes_is_summed_over_all(tmp_path: Path) -> None:
    two = Let("c", number(2))
    printed = program("sums", (X, T), (VALUE, OUT),
        Loop("k", (two, Accumulate("s", Name("c")), Accumulate("r", Name("c"), skip="t"))),
        Loop("i", (Loop("j", (Let("e", x("i")), Accumulate("u", Name("e")))), Store("out", ("i",), Name("u")))),
        Store("value", (), call("mul", Name("s"), Name("r"))),
    )  # fmt: skip
    value, out = run_alone(tmp_path, printed, DATA, np.array([0, 2]))
    np.testing.assert_array_equal(value, [24.0, 24.0])
    np.testing.assert_array_equal(out, 3 * DATA)


def test_a_name_of_an_inner_loop_ends_with_it(tmp_path: Path) -> None:
    inner = Loop("j", (Let("e", call("mul", x("j"), number(10))), Accumulate("s", Name("e"))))
    outer = Loop("i", (Let("e", call("neg", x("i"))), inner, Store("out", ("i",), call("add", Name("e"), Name("s")))))
    out = run_alone(tmp_path, program("scope", (X,), (OUT,), outer), DATA)
    np.testing.assert_array_equal(out, 10 * DATA.sum(-1, keepdims=True) - DATA)


def test_the_largest_of_an_inner_loop(tmp_path: Path) -> None:
    largest = ArgMax("m", call("mul", x("i"), y("j")), where="w")
    store = Store("out", ("i",), call("add", Element("y", "w"), Name("m")))
    printed = program("inner", (X, Y), (OUT,), Loop("i", (Loop("j", (largest,)), store)))
    out = run_alone(tmp_path, printed, DATA, -DATA)
    wanted = [run(printed, {"x": row.tolist(), "y": (-row).tolist()})["out"] for row in DATA]
    np.testing.assert_array_equal(out, wanted)


def test_a_row_and_a_column_at_a_label(tmp_path: Path) -> None:
    fill = Loop("j", (Store("out", ("i", "j"), number(0)),))
    for indices_, axis in ((("i", "t"), -1), (("t", "i"), -2)):
        printed = program("line", (X, T), (SQUARE,), Loop("i", (fill,)), Loop("i", (Store("out", indices_, x("i")),)))
        out = run_alone(tmp_path, printed, DATA, np.array([0, 2]))
        for row, t in enumerate((0, 2)):
            np.testing.assert_array_equal(np.moveaxis(out[row], axis, 0)[t], DATA[row])
            assert np.count_nonzero(out[row]) <= 3


def test_a_jacobian_in_a_label(tmp_path: Path) -> None:
    at_label = Formula("picked", KroneckerDelta(_i, _t) * Sum(exp(_x[_j]), _j), over=_i, wrt=_x)
    out = made(tmp_path, at_label).picked_jacobian(DATA, np.array([0, 2]))
    wanted = np.zeros((2, 3, 3))
    wanted[0, 0], wanted[1, 2] = np.exp(DATA)
    np.testing.assert_allclose(out, wanted, rtol=1e-15)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_class_left_out_leaves_no_trace(tmp_path: Path, bad: float) -> None:
    printed = program(
        "left_out", (X, T), (VALUE,), Loop("k", (Accumulate("s", x("k"), skip="t"),)), Store("value", (), Name("s"))
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = run_alone(tmp_path, printed, np.array([[bad, 1.0, 2.0], [3.0, 4.0, bad]]), np.array([0, 2]))
    np.testing.assert_array_equal(value, [3.0, 7.0])


def test_no_warning_and_no_rise_to_float64(tmp_path: Path) -> None:
    """0/0, log 0, overflow: IEEE's answers in silence; numbers alone are in the dtype of the input."""
    ratio = call("div", number(1), number(0))
    root = Let("r", call("sqrt", number(2)))
    huge = Let("h", call("mul", Number(1e300), number(10)))
    body = Loop("k", (Store("out", ("k",), call("add", call("mul", x("k"), Name("r")), call("log", x("k")))),))
    printed = program("quiet", (X,), (OUT, VALUE), root, huge, body, Store("value", (), call("mul", ratio, Name("h"))))
    values = np.array([[0.0, -1.0, np.nan], [np.inf, -np.inf, 3e38]], np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out, value = run_alone(tmp_path, printed, values)
    assert out.dtype == value.dtype == np.float32
    assert np.isneginf(out[0, 0]) and np.isnan(out[0, 1:]).all() and np.isposinf(value).all()


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_numbers_that_are_not_finite(tmp_path: Path, value: float) -> None:
    out = run_alone(tmp_path, program("far", (X,), (GRAD,), per_class(call("max", x("k"), Number(value)))), DATA)
    np.testing.assert_array_equal(out, np.maximum(DATA, value))


def _tower(height: int) -> Any:
    value: Any = x("k")
    for level in range(height):
        value = call("add", call("exp", call("neg", value)), call("mul", x("k"), number(1, 3 + level)))
    return value


LONG = program(
    "long", (X, T), (VALUE, GRAD),
    Loop("k", (Accumulate("total", _tower(5), skip="t"), Store("grad", ("k",), _tower(6)))),
    Store("value", (), Name("total")),
)  # fmt: skip


def test_lines_are_never_too_long(tmp_path: Path) -> None:
    source = text(LONG)
    assert max(map(len, source.splitlines())) <= 120 and "part_1 = " in source
    value, grad = run_alone(tmp_path, LONG, DATA, np.array([0, 2]))
    for row, t in enumerate((0, 2)):
        wanted = run(LONG, {"x": DATA[row].tolist(), "t": t})
        np.testing.assert_allclose(value[row], wanted["value"], rtol=1e-13)
        np.testing.assert_allclose(grad[row], wanted["grad"], rtol=1e-13)


# --- names ---------------------------------------------------------------------------------------------------------


def test_outputs_may_lie_in_one_buffer(module: ModuleType) -> None:
    buffer = np.zeros((2, 4))
    labels = np.array([0, 2])
    value, grad = module.zoo_value_and_grad(DATA, labels)
    module.zoo_value_and_grad(DATA, labels, out=(buffer[:, 0], buffer[:, 1:]))
    np.testing.assert_array_equal(buffer, np.column_stack([value, grad]))
    with pytest.raises(ValueError, match="overlap"):
        module.zoo_value_and_grad(DATA, labels, out=(buffer[:, 1], buffer[:, 1:]))


def test_an_input_may_be_called_np(tmp_path: Path) -> None:
    np_ = vector("np")
    module = made(tmp_path, Formula("f", Sum(exp(np_[_j]), _j), wrt=np_))
    assert list(inspect.signature(module.f).parameters) == ["np_", "axis", "out"]
    np.testing.assert_allclose(module.f(DATA), np.exp(DATA).sum(-1))


@pytest.mark.parametrize("name", ["np", "range", "Array"])
def test_a_formula_may_not_hide_what_its_module_uses(tmp_path: Path, name: str) -> None:
    with pytest.raises(PrintError, match=f"test_numpy.py:.*'{name}'.*call the formula otherwise"):
        made(tmp_path, Formula(name, Sum(exp(_x[_j]), _j), wrt=_x))


def test_all_that_a_module_uses_is_known() -> None:
    """Python's own symbol table says which names of the module or of Python its functions read."""
    table = symtable.symtable(text(*ZOO), "zoo.py", "exec")
    read = {s.get_name() for f in table.get_children() for s in _symbols(f) if s.is_global() and s.is_referenced()}
    kernels = {p.name for p in ZOO}
    public = {name for name in read | set(table.get_identifiers()) - kernels if not name.startswith("_")}
    assert public - kernels <= MODULE | BUILTINS
    assert {n for n in public if hasattr(builtins, n)} <= BUILTINS


def _symbols(table: symtable.SymbolTable) -> list[symtable.Symbol]:
    return [*table.get_symbols(), *(s for inner in table.get_children() for s in _symbols(inner))]


@pytest.mark.parametrize("note", ["two\nlines", "a\rreturn", "# again"])
def test_no_text_can_break_out_of_a_comment(tmp_path: Path, note: str) -> None:
    printed = program("noted", (X,), (VALUE,), Let("c", Name("n"), note=note), Store("value", (), Name("c")))
    np.testing.assert_array_equal(run_alone(tmp_path, printed, DATA), [3.0, 3.0])


@pytest.mark.parametrize("words", ['ends """ here', "ends in \\", "\\N{DIGIT ONE}", '"quoted"', "two\nlines"])
def test_no_text_can_break_out_of_a_docstring(tmp_path: Path, words: str) -> None:
    printed = program("told", (X,), (Output("value", 0, words),), Store("value", (), Name("n")))
    formula = Formula("told", Sum(_x[_j], _j), wrt=_x, title=words, doc=words, source=words)
    printed = Program("told", formula, words, (words,), printed.inputs, printed.outputs, printed.body)
    (source,) = TARGET.formula_files(Built(formula, Derived(formula, (), ()), (printed,)), environment()).values()
    module = load(tmp_path / "told.py", source)
    np.testing.assert_array_equal(module.told(DATA), [3.0, 3.0])
    assert " ".join(words.replace('"""', "'''").split()) in " ".join(str(module.told.__doc__).split())


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        Let("a", Call("sine", (Name("b"),))),
        Let("a", Name("never_made")),
        Let("a", Element("x", "nowhere")),
        Accumulate("a", Name("n")),
        Store("value", ("k",), Name("n")),
        Store("nothing", (), Name("n")),
        Loop("k", (Accumulate("s", x("k")), Let("early", Name("s")))),
        Loop("k", (Let("e", x("k")), Store("value", (), x("k")))),
        Let("a", Element("x", "k")),
        Loop("i", (Loop("j", (Loop("l", (Let("a", x("l")),)),)),)),
    ],
    ids=str,
)
def test_what_cannot_be_printed_is_refused(statement: Any) -> None:
    with pytest.raises(PrintError, match=r"zoo.py:\d+.*zoo_bad.*derive.loops"):
        text(program("bad", (X,), (VALUE, OUT), statement))


def test_signatures_and_determinism() -> None:
    made = Built(FORMULA, Derived(FORMULA, (), ()), (VALUE_AND_GRAD, NORMALISED, JACOBIAN))
    assert TARGET.signatures(made)["zoo_normalised"].startswith(
        "zoo_normalised(x: Array, *, T: float = 2.0, axis: int = -1"
    )
    assert text(*ZOO) == text(*ZOO)


def test_every_output_is_stored_and_stored_whole() -> None:
    with pytest.raises(PrintError, match="nothing stores the output 'value'"):
        text(program("bad", (X,), (VALUE,)))
    with pytest.raises(PrintError, match="the other classes of 'grad' are not stored"):
        text(program("bad", (X, T), (GRAD,), Store("grad", ("t",), Name("n"))))
