"""``derive.load``: a kernel by name, as a function of arrays."""

from __future__ import annotations

import ctypes
import inspect
import math
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
import derive.loading.loader
from derive.algebra.records import Derived
from derive.language import DeriveError, Formula, indices, vector
from derive.loading import CacheError, CompilerError, fast, loader
from derive.loading import compiler as compilers
from derive.loading.derived import described, record
from derive.loading.described import Record
from derive.loops.ir import Program
from derive.targets import Built
from tests import zoo
from tests.interpret import run
from tests.zoo import FORMULA, ZOO

rng = np.random.default_rng(7)


def zoo_record(name: str) -> Record:
    return record(Built(FORMULA, Derived(FORMULA, (), ()), ZOO), name, "c")


@pytest.fixture(scope="module", params=["in an extension", "as objects", "the long way"])
def kernels(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """``kernels("gather")`` is the kernel of the zoo, compiled: its arguments are read in each way that there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        compile_or_skip()
        fast.extension.cache_clear()
        if request.param != "in an extension":
            patch.setattr(fast, "extension", lambda: None)
        elif fast.extension() is None:
            pytest.skip("no headers of Python")
        if request.param == "the long way":
            patch.setattr(fast, "array_layout", lambda: None)
        library = loader._compiled(tuple(zoo_record("zoo_normalised").files.items()))
        programs = {program.name: described(program) for program in ZOO}
        yield lambda name: fast.as_callable(programs[f"zoo_{name}"], library)


def compile_or_skip() -> None:
    try:
        compilers.find_compiler()
    except CompilerError as error:
        pytest.skip(str(error))


@pytest.fixture
def normalised(kernels: Callable[[str], Any]) -> Any:
    return kernels("normalised")


@pytest.fixture
def value_and_grad(kernels: Callable[[str], Any]) -> Any:
    return kernels("value_and_grad")


def softened(x: Any, temperature: float = 2.0) -> Any:
    e = np.exp((x - x.max(-1, keepdims=True)) / temperature)
    return e / e.sum(-1, keepdims=True)


def by_rows(program: Program, x: Any, t: Any) -> tuple[Any, Any]:
    rows = [run(program, {"x": list(map(float, row)), "t": int(k)}) for row, k in zip(x, t, strict=True)]
    return np.array([r["value"] for r in rows]), np.array([r["grad"] for r in rows])


# --- shapes and layouts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(1,), (5,), (3, 4), (2, 3, 4), (2, 1, 3, 17), (0, 3), (2, 0, 3), (40, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_number_of_batch_axes(normalised: Any, shape: tuple[int, ...], dtype: type) -> None:
    x: Any = rng.normal(size=shape).astype(dtype)
    out = normalised(x)
    assert out.shape == shape and out.dtype == dtype
    np.testing.assert_allclose(out, softened(x.astype(np.float64)), rtol=1e-5)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_the_class_axis_may_be_any(value_and_grad: Any, axis: int) -> None:
    x, t = rng.normal(size=(2, 3, 5)), rng.integers(0, 5, (2, 3))
    value, grad = value_and_grad(x, t)
    turned_value, turned_grad = value_and_grad(np.moveaxis(x, -1, axis), t, axis=axis)
    assert np.array_equal(value, turned_value)
    assert np.array_equal(np.moveaxis(turned_grad, axis, -1), grad)


def test_several_outputs_come_in_order(value_and_grad: Any) -> None:
    x, t = rng.normal(size=(6, 9)), rng.integers(0, 9, 6)
    for found, expected in zip(value_and_grad(x, t), by_rows(zoo.VALUE_AND_GRAD, x, t), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("axis", [-1, 0, 1])
def test_a_matrix_has_two_class_axes_in_place_of_one(kernels: Callable[[str], Any], axis: int) -> None:
    jacobian, x, y = kernels("jacobian"), rng.normal(size=(2, 3, 5)), rng.random((2, 3, 5))
    plain = jacobian(x, y)
    assert plain.shape == (2, 3, 5, 5)
    for row in np.ndindex(2, 3):
        expected = run(zoo.JACOBIAN, {"x": x[row].tolist(), "y": y[row].tolist()})["out"]
        np.testing.assert_allclose(plain[row], expected, rtol=1e-14)
    place = axis % 3
    turned = jacobian(np.moveaxis(x, -1, axis), np.moveaxis(y, -1, axis), axis=axis)
    assert np.array_equal(np.moveaxis(turned, (place, place + 1), (-2, -1)), plain)
    out = np.full((5, 5, 2, 3), -1.0)
    assert jacobian(np.moveaxis(x, -1, 0), np.moveaxis(y, -1, 0), axis=0, out=out) is out
    assert np.array_equal(np.moveaxis(out, (0, 1), (-2, -1)), plain)


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "every other row": lambda x: np.repeat(x, 2, axis=0)[::2],
    "every other class": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "rows of a wider array": lambda x: np.concatenate([x, x], axis=-1)[..., : x.shape[-1]],
    "rows backwards": lambda x: x[::-1].copy()[::-1],
    "classes backwards": lambda x: x[..., ::-1].copy()[..., ::-1],
    "Fortran order": np.asfortranarray,
    "swapped batch axes": lambda x: np.swapaxes(np.swapaxes(x, 0, 1).copy(), 0, 1),
    "off its alignment": lambda x: misaligned(x),
    "read-only": lambda x: frozen(x),
}


def misaligned(x: Any) -> Any:
    raw = np.empty(x.nbytes + 1, np.uint8)
    made = raw[1:].view(x.dtype).reshape(x.shape)
    made[...] = x
    return made


def frozen(x: Any) -> Any:
    made = x.copy()
    made.flags.writeable = False
    return made


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_of_an_input(value_and_grad: Any, layout: str) -> None:
    x, t = rng.normal(size=(4, 3, 6)), rng.integers(0, 6, (4, 3))
    strange = LAYOUTS[layout](x)
    assert np.array_equal(strange, x)
    before = strange.copy()
    for found, expected in zip(value_and_grad(strange, t[::-1][::-1]), value_and_grad(x, t), strict=True):
        assert np.array_equal(found, expected)
    assert np.array_equal(strange, before)


def test_one_row_for_all(normalised: Any) -> None:
    row = rng.normal(size=5)
    out = normalised(np.broadcast_to(row, (3, 4, 5)))
    assert out.shape == (3, 4, 5) and np.array_equal(out, np.broadcast_to(normalised(row), (3, 4, 5)))
    same = np.broadcast_to(np.float64(2), (2, 4))
    np.testing.assert_allclose(normalised(same), 0.25)


class Spy:
    """Stands in for a C function and keeps what it is given."""

    def __init__(self) -> None:
        self.given: tuple[Any, ...] = ()

    def __call__(self, *given: Any) -> int:
        self.given = given
        return 0


@pytest.mark.parametrize(
    ("view", "stride"),
    [
        (lambda a: a, 12),
        (lambda a: a[::2], 24),
        (lambda a: a[:, :7], 12),
        (lambda a: a.reshape(2, 4, 12)[:, :, :5], 12),
        (lambda a: np.broadcast_to(a[0], (3, 12)), 0),
        (lambda a: a[:1, 3:], 9),
    ],
)
def test_rows_at_a_stride_are_not_copied(kernels: Callable[[str], Any], view: Any, stride: int) -> None:
    kernel, spy = kernels("normalised"), Spy()
    kernel = getattr(kernel, "slow", kernel)
    x = view(rng.normal(size=(8, 12)))
    kernel._functions = {"float64": spy}
    kernel(x)
    assert spy.given[2:4] == (x.ctypes.data, stride)


# --- out -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda shape: np.full(shape, -1.0),
        lambda shape: np.full((shape[0], 2 * shape[1]), -1.0)[:, ::2],
        lambda shape: np.full((2 * shape[0], shape[1]), -1.0)[::2],
        lambda shape: np.full(shape[::-1], -1.0).T,
        lambda shape: np.full(shape, -1.0)[::-1],
    ],
)
def test_out_is_written_in_place(value_and_grad: Any, make: Any) -> None:
    x, t = rng.normal(size=(4, 3)), rng.integers(0, 3, 4)
    value, grad = np.full(8, -1.0)[::2], make((4, 3))
    found = value_and_grad(x, t, out=(value, grad))
    assert found[0] is value and found[1] is grad
    for array, expected in zip(found, value_and_grad(x, t), strict=True):
        assert np.array_equal(array, expected)
    if value.base is not None:
        assert np.all(value.base[1::2] == -1)


def test_out_may_be_the_input(normalised: Any) -> None:
    x = rng.normal(size=(3, 5))
    expected = normalised(x.copy())
    assert normalised(x, out=x) is x and np.array_equal(x, expected)
    wide = rng.normal(size=(4, 5))
    expected = normalised(wide[:3].copy())
    normalised(wide[:3], out=wide[1:])
    assert np.array_equal(wide[1:], expected)


@pytest.mark.parametrize(
    ("out", "error", "words"),
    [
        (np.zeros((2, 3)), ValueError, r"must hold 2 array"),
        ((np.zeros(2),), ValueError, r"must hold 2 array"),
        ((np.zeros(3), np.zeros((2, 3))), ValueError, r"value has shape \(3,\), not \(2,\)"),
        ((np.zeros(2), np.zeros((2, 3), np.float32)), TypeError, r"grad has dtype float32, not float64"),
        ((np.zeros(2), [[0.0] * 3] * 2), TypeError, r"grad must be a NumPy array, not list"),
        ((np.zeros(2), frozen(np.zeros((2, 3)))), ValueError, r"grad is read-only"),
        ((None, np.zeros((2, 3))), TypeError, r"value must be a NumPy array, not NoneType"),
    ],
)
def test_a_wrong_out_is_refused(value_and_grad: Any, out: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        value_and_grad(np.zeros((2, 3)), np.zeros(2, int), out=out)


def test_outputs_may_not_overlap(value_and_grad: Any) -> None:
    memory = np.zeros(6)
    with pytest.raises(ValueError, match="overlap"):
        value_and_grad(np.zeros((2, 3)), np.zeros(2, int), out=(memory[:2], memory.reshape(2, 3)))


# --- what is refused -----------------------------------------------------------------------------------------------

X, T = np.zeros((2, 3)), np.array([0, 2])


@pytest.mark.parametrize(
    ("args", "kwargs", "error", "words"),
    [
        ((X.astype(int), T), {}, TypeError, r"x has dtype int64, not float32 or float64: .*astype"),
        ((X.astype(np.float16), T), {}, TypeError, r"float16"),
        ((X.astype(object), T), {}, TypeError, r"object"),
        ((X.astype(">f8"), T), {}, TypeError, r">f8"),
        ((X.astype(complex), T), {}, TypeError, r"complex"),
        ((np.float64(1), T), {}, ValueError, r"x is a scalar"),
        ((X, T.astype(float)), {}, TypeError, r"t has dtype float64, not an integer"),
        ((X, T.astype(bool)), {}, TypeError, r"t has dtype bool"),
        ((X, T[:1]), {}, ValueError, r"t has shape \(1,\), not \(2,\): one label for each row"),
        ((X, T[:, None]), {}, ValueError, r"t has shape \(2, 1\)"),
        ((X, np.array([0, 3])), {}, IndexError, r"t holds the label 3 \(row 1\), but labels go from 0 to 2"),
        ((X, np.array([-1, 0])), {}, IndexError, r"t holds the label -1 \(row 0\)"),
        ((X, np.array([0, 2**64 - 1], np.uint64)), {}, IndexError, r"row 1"),
        ((X, T), {"axis": 2}, ValueError, r"axis 2 is out of range"),
        ((X, T), {"axis": -3}, ValueError, r"axis -3 is out of range"),
        ((X, T), {"axis": 0.5}, TypeError, r"axis must be an integer"),
        ((np.zeros((2, 0)), T), {}, ValueError, r"there are no classes"),
        ((X,), {}, TypeError, r"zoo_value_and_grad\(x, t.*missing"),
        ((X, T, X), {}, TypeError, r"too many positional"),
        ((X, T), {"temperature": 1}, TypeError, r"unexpected keyword"),
    ],
)
def test_a_wrong_call_is_refused(
    value_and_grad: Any, args: tuple[Any, ...], kwargs: dict[str, Any], error: type[Exception], words: str
) -> None:
    value, grad = np.full(2, 5.0), np.full((2, 3), 5.0)
    with pytest.raises(error, match=words) as raised:
        value_and_grad(*args, **({"out": (value, grad)} if len(args) == 2 else {}), **kwargs)
    assert "\n" not in str(raised.value)
    assert np.all(value == 5) and np.all(grad == 5)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64, np.uint64])
def test_labels_of_any_integer_dtype(value_and_grad: Any, dtype: type) -> None:
    for found, expected in zip(value_and_grad(X, T.astype(dtype)), value_and_grad(X, T), strict=True):
        assert np.array_equal(found, expected)


def test_one_row_takes_one_label(value_and_grad: Any) -> None:
    value, grad = value_and_grad(X[0], 2)
    assert value.shape == () and grad.shape == (3,)


@pytest.mark.parametrize(
    ("value", "error"),
    [(0.0, ValueError), (-1, ValueError), (math.inf, ValueError), (math.nan, ValueError), (1e-60, ValueError),
     (1e60, ValueError), ("1", TypeError), (None, TypeError), (np.ones(2), TypeError), (1j, TypeError)],
)  # fmt: skip
def test_a_wrong_parameter_is_refused(normalised: Any, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="T must be"):
        normalised(X.astype(np.float32), T=value)


@pytest.mark.parametrize("value", [1, 1.0, np.float32(1), np.int64(1), np.array(1.0)])
def test_a_parameter_may_be_any_real_number(normalised: Any, value: Any) -> None:
    x = rng.normal(size=(2, 3))
    np.testing.assert_allclose(normalised(x, T=value), softened(x, 1.0), rtol=1e-14)


def test_vectors_must_agree(kernels: Callable[[str], Any]) -> None:
    add = kernels("op_add")
    with pytest.raises(TypeError, match="y has dtype float32 but x has float64"):
        add(X, X.astype(np.float32))
    with pytest.raises(ValueError, match=r"y has shape \(2,\) but x has \(2, 3\)"):
        add(X, X[0, :2])
    assert add(np.ones(1), np.ones(1))[0] == 2


def test_words_of_python_get_an_underscore() -> None:
    from derive.targets.numpy.names import argument_names

    inputs = (vector("lambda"), vector("axis"), vector("x"))
    assert list(argument_names(inputs).values()) == ["lambda_", "axis_", "x"]


def test_the_function_describes_itself(normalised: Any) -> None:
    assert str(inspect.signature(normalised)) == "(x, *, T=2.0, axis=-1, out=None)"
    assert normalised.__name__ == "zoo_normalised"
    assert "out = normalised" in str(inspect.getdoc(normalised))


def test_many_threads_at_once(value_and_grad: Any) -> None:
    x, t = rng.normal(size=(64, 50)), rng.integers(0, 50, 64)
    expected, wrong = value_and_grad(x, t), []

    def work() -> None:
        for _ in range(20):
            if not all(np.array_equal(a, b) for a, b in zip(value_and_grad(x, t), expected, strict=True)):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# --- by name -------------------------------------------------------------------------------------------------------


def test_a_misspelt_name_is_told_the_right_one() -> None:
    from derive.catalogue import load_catalogue
    from derive.language.kinds import kernel_names

    right = kernel_names(load_catalogue()[0])[-1]
    with pytest.raises(DeriveError, match=f"did you mean .*{right}"):
        derive.load(right[:-1] + "x", target="c")


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(DeriveError, match="no target is called 'fortran'"):
        derive.load("f", target="fortran")


def test_load_is_a_function_whatever_is_imported() -> None:
    code = "import derive, derive.loading; from derive import load; assert derive.load is load and callable(load)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parent.parent.parent).returncode
        == 0
    )


def test_importing_derive_is_light() -> None:
    code = "import derive, sys; assert not {'sympy', 'numpy', 'jinja2'} & set(sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parent.parent.parent).returncode
        == 0
    )


def test_every_kernel_of_the_catalogue_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.catalogue import load_catalogue
    from derive.language.kinds import kernel_names

    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for formula in load_catalogue():
        for name in kernel_names(formula):
            assert derive.load(name, target="c", formulas=[formula]).__name__ == name


def test_both_targets_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    x = vector("x")
    from derive.language import Sum, exp, log, parameter

    j = indices("j")
    temperature = parameter("T", default=2.0, domain="positive")
    formula = Formula("mine", log(Sum(exp(x[j] / temperature), j)), wrt=x)
    c, plain = (derive.load("mine_value_and_grad", target, formulas=[formula]) for target in ("c", "numpy"))
    data = rng.normal(size=(3, 4, 5))
    for axis in (0, 1, 2):
        for one, other in zip(c(data, T=0.7, axis=axis), plain(data, T=0.7, axis=axis), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-13)
    assert list(inspect.signature(c).parameters) == list(inspect.signature(plain).parameters)


MINE = """
from derive.language import Formula, Sum, indices, vector

k = indices("k")
x = vector("x")
squares_of_mine = Formula("squares_of_mine", Sum(x[k] ** 2, k), wrt=x)
"""


def test_a_formula_file_or_a_formula_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "mine.py"
    file.write_text(MINE, encoding="utf-8")
    own = Formula("alone", vector("x")[indices("i")], over=indices("i"), wrt=vector("x"))
    for where in (file, str(file), [file], [own, str(file)]):
        assert derive.load("squares_of_mine", formulas=where)(np.array([3.0, 4.0])) == 25
    assert derive.load("alone", formulas=own)(np.ones(2)).shape == (2,)
    assert derive.load("softmax", formulas=file)(np.zeros(1)) == 1
    for name, where, words in (
        ("squares_of_min", file, "did you mean squares_of_mine"),
        ("softmax", tmp_path / "none.py", "none.py: no such file"),
        ("softmax", [3], "formulas holds 3"),
    ):
        with pytest.raises(DeriveError, match=words) as raised:
            derive.load(name, formulas=where)
        assert "\n" not in str(raised.value)


def test_the_package_says_what_it_offers() -> None:
    assert {"load", "__version__"} <= set(dir(derive)) and derive.__version__.count(".") == 2


# --- the cache -----------------------------------------------------------------------------------------------------


def fresh_library(cache: Path) -> ctypes.CDLL:
    derive.loading.loader._compiled.cache_clear()
    return derive.loading.loader._compiled(tuple(zoo_record("zoo_normalised").files.items()))


def test_a_planted_library_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    library = Path(fresh_library(tmp_path)._name)
    library.unlink()
    library.write_bytes(b"evil")
    assert Path(fresh_library(tmp_path)._name).read_bytes()[1:4] != b"vil"


def test_the_second_time_nothing_is_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = fresh_library(tmp_path)._name
    monkeypatch.setattr(compilers.Compiler, "compile", lambda *args: pytest.fail("compiled again"))
    assert fresh_library(tmp_path)._name == first


def test_a_missing_compiler_names_the_one_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CompilerError, match="pip install ziglang"):
        fresh_library(tmp_path)


def test_an_unusable_cache_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(CacheError, match="XDG_CACHE_HOME"):
        fresh_library(tmp_path)


def compute(start: Any, answers: Any) -> None:
    start.wait()
    kernel = derive.loading.loader._load_c(zoo_record("zoo_normalised"))
    answers.put(kernel(np.ones((1, 4))).tolist())


def test_several_processes_compile_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_or_skip()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("processes cannot be forked here")
    derive.loading.loader._compiled.cache_clear()
    context = multiprocessing.get_context("fork")
    start, answers = context.Event(), context.Queue()
    workers = [context.Process(target=compute, args=(start, answers)) for _ in range(4)]
    for worker in workers:
        worker.start()
    start.set()
    found = [answers.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert found == [[[0.25] * 4]] * 4
    assert not list((tmp_path / "derive").glob("making-*"))


@pytest.mark.skipif(not hasattr(os, "ST_NOEXEC"), reason="file systems without programs are not told here")
def test_a_cache_from_which_nothing_may_run_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(path: str) -> None:
        raise OSError(f"{path}: failed to map segment from shared object")

    class Mounted:
        f_flag = os.ST_NOEXEC

    monkeypatch.setattr("derive.loading.loader.os.statvfs", lambda path: Mounted)
    monkeypatch.setattr("derive.loading.loader.ctypes.CDLL", refuse)
    monkeypatch.setattr("derive.loading.loader.find_compiler", lambda: compilers.Compiler(("true",), "none"))
    monkeypatch.setattr(compilers.Compiler, "compile", lambda self, sources, library, include: library.touch())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(DeriveError, match=r"noexec\): set XDG_CACHE_HOME to a folder on another file system"):
        derive.loading.loader._compiled((("f.c", "int f;"),))


def test_a_formula_file_is_a_place_to_look(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from derive.language import Formula, Sum, exp, indices, vector\n"
        'j = indices("j")\nx = vector("x")\n'
        'grown = Formula("grown", Sum(exp(2 * x[j]), j), wrt=x)\n'
    )
    for place in (tmp_path / "mine.py", str(tmp_path)):
        assert derive.load("grown", formulas=place)(np.array([[0.0, 0.0]]))[0] == 2
    with pytest.raises(DeriveError, match="no kernel is called 'grwon': did you mean grown"):
        derive.load("grwon", formulas=tmp_path)
    with pytest.raises(DeriveError, match="no such file or folder"):
        derive.load("grown", formulas=tmp_path / "other.py")
