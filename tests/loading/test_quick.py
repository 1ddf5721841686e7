"""What is plainly right is taken at once; what is not is left to the long way; nothing leaks on either."""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from derive.algebra.records import Derived
from derive.loading import CompilerError, fast, loader
from derive.loading import compiler as compilers
from derive.loading.callable import Kernel
from derive.loading.derived import described, record
from derive.loading.direct import array_layout
from derive.targets import Built
from tests.zoo import FORMULA, ZOO

EXTENSION = fast.extension
rng = np.random.default_rng(3)

X = rng.normal(size=(6, 5)).astype(np.float32)
T = np.arange(6) % 5
WIDE = rng.normal(size=(6, 9)).astype(np.float32)


@pytest.fixture(scope="module", params=["in an extension", "as objects"])
def quick(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Any]]:
    """A kernel of the zoo; what it leaves to the long way is counted in ``quick.left``."""
    with pytest.MonkeyPatch.context() as patch:
        try:
            compilers.find_compiler()
        except CompilerError as error:
            pytest.skip(str(error))
        EXTENSION.cache_clear()
        if request.param == "as objects":
            patch.setattr(fast, "extension", lambda: None)
        if fast.extension() is None and (request.param != "as objects" or array_layout() is None):
            pytest.skip("no headers of Python, or another Python")
        files = record(Built(FORMULA, Derived(FORMULA, (), ()), ZOO), "zoo_normalised", "c").files
        library = loader._compiled(tuple(files.items()))
        programs = {program.name: described(program) for program in ZOO}
        left: list[str] = []

        def counted(self: Kernel, *args: Any, **kwargs: Any) -> Any:
            left.append(self.__name__)
            return long_way(self, *args, **kwargs)

        long_way = Kernel.__call__
        patch.setattr(Kernel, "__call__", counted)
        patch.setattr(sys.modules[__name__], "left", left, raising=False)
        yield lambda name: fast.as_callable(programs[f"zoo_{name}"], library)


left: list[str] = []


def same(one: Any, other: Any) -> None:
    many = (one, other) if isinstance(one, tuple) else ((one,), (other,))
    for found, expected in zip(*many, strict=True):
        assert found.dtype == expected.dtype and found.shape == expected.shape
        assert found.flags.c_contiguous or found.base is not None
        np.testing.assert_array_equal(found, expected)


RIGHT: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "by position": ("normalised", (X,), {}),
    "by name": ("normalised", (), {"x": X}),
    "in double": ("normalised", (X.astype(np.float64),), {}),
    "one row": ("normalised", (X[0],), {}),
    "more axes": ("normalised", (X.reshape(2, 3, 5),), {}),
    "rows at a stride": ("normalised", (WIDE[::2, 2:7],), {}),
    "one row for all": ("normalised", (np.broadcast_to(X[0], (4, 5)),), {}),
    "a parameter": ("normalised", (X,), {"T": 0.5}),
    "labels": ("value_and_grad", (X, T), {}),
    "labels by name": ("value_and_grad", (X,), {"t": T}),
    "a matrix": ("jacobian", (X, X + 1), {}),
    "out": ("normalised", (X,), {"out": np.empty_like(X)}),
    "a wide out": ("normalised", (X,), {"out": np.empty((6, 8), np.float32)[:, 1:6]}),
    "two outs": ("value_and_grad", (X, T), {"out": (np.empty(6, np.float32), np.empty_like(X))}),
}


@pytest.mark.parametrize("case", RIGHT)
def test_what_is_plainly_right_is_not_left(quick: Callable[[str], Any], case: str) -> None:
    name, args, kwargs = RIGHT[case]
    kernel = quick(name)
    left.clear()
    found = kernel(*args, **kwargs)
    assert not left
    same(found, kernel.slow(*args, **{key: value for key, value in kwargs.items() if key != "out"}))
    if "out" in kwargs:
        given = kwargs["out"]
        assert found is given or all(a is b for a, b in zip(found, given, strict=True))


class Named(np.ndarray):  # type: ignore[type-arg]
    """A subclass may mean anything."""


LEFT: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "a list": ("normalised", (np.float64([[1, 2]]).tolist(),), {}),
    "a subclass": ("normalised", (X.view(Named),), {}),
    "no rows": ("normalised", (X[:0],), {}),
    "classes at a stride": ("normalised", (WIDE[:, ::2],), {}),
    "rows backwards": ("normalised", (X[::-1],), {}),
    "rows on one another": ("normalised", (np.lib.stride_tricks.as_strided(X, (5, 4), (4, 4)),), {}),
    "batch axes that are no one stride": ("normalised", (X.reshape(2, 3, 5)[:, :2],), {}),
    "another axis": ("normalised", (X,), {"axis": 0}),
    "labels in another dtype": ("value_and_grad", (X, T.astype(np.int32)), {}),
    "labels at a stride": ("value_and_grad", (X[:3], T[::2]), {}),
    "a parameter of NumPy": ("normalised", (X,), {"T": np.float32(2)}),
    "off its alignment": ("normalised", (np.frombuffer(b"\0" * 41, np.uint8)[1:].view(np.float64),), {}),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_is_not_is_left_to_the_long_way(quick: Callable[[str], Any], case: str) -> None:
    name, args, kwargs = LEFT[case]
    kernel = quick(name)
    left.clear()
    found = kernel(*args, **kwargs)
    assert len(left) == 1
    same(found, kernel.slow(*args, **kwargs))


def test_an_output_on_an_input_is_left(quick: Callable[[str], Any]) -> None:
    kernel, x = quick("normalised"), WIDE.copy()
    for given, out in ((x[:3], x[:3]), (x[:3], x[1:4]), (x[1:, :4], x[:-1, 4:8])):
        expected = kernel.slow(given.copy())
        left.clear()
        assert kernel(given, out=out) is out and left
        np.testing.assert_array_equal(out, expected)


def test_one_row_takes_a_plain_label(quick: Callable[[str], Any]) -> None:
    kernel = quick("value_and_grad")
    for label in range(5):
        same(kernel(X[0], label), kernel.slow(X[0], label))
    for label, error in ((5, IndexError), (-1, IndexError), (2**70, (IndexError, TypeError, OverflowError))):
        with pytest.raises(error):
            kernel(X[0], label)


def test_nothing_is_kept_of_a_call(quick: Callable[[str], Any]) -> None:
    """Neither a reference to what was given, nor memory, whether the call succeeds or not."""
    kernel, out = quick("value_and_grad"), (np.empty(6, np.float32), np.empty_like(X))
    bad = np.full(6, 9)

    def calls() -> None:
        left.clear()
        kernel(X, T)
        kernel(X, t=T, out=out)
        for wrong in ({"t": bad}, {"t": T, "axis": 7}, {"t": T, "out": 3}, {"t": T, "no": 1}):
            try:
                kernel(X, **wrong)
                raise AssertionError(wrong)
            except (TypeError, ValueError, IndexError):
                pass

    def references() -> list[int]:
        return [sys.getrefcount(one) for one in (X, T, bad, out, *out, kernel)]

    calls()
    gc.collect()
    before = references()
    tracemalloc.start()
    try:
        used = []
        for _ in range(4):  # Python's own caches fill up at first; other threads come and go
            for _ in range(300):
                calls()
            gc.collect()
            used.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    # What is kept of each round would be kept in all of them: 300 references, or 24 bytes or more each.
    assert all(after < earlier + 300 for after, earlier in zip(references(), before, strict=True))
    assert min(later - sooner for sooner, later in pairwise(used)) < 20 * 300


def test_a_kernel_may_go(quick: Callable[[str], Any]) -> None:
    kernel = quick("normalised")
    kernel.myself = kernel  # a ring
    gone = weakref.ref(kernel)
    del kernel
    gc.collect()
    assert gone() is None


def test_large_work_lets_others_run(quick: Callable[[str], Any]) -> None:
    kernel, x = quick("normalised"), rng.normal(size=(400, 1000))
    expected, wrong = kernel.slow(x), []

    def work() -> None:
        wrong.extend([1] * (not np.array_equal(kernel(x), expected)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_extension_that_does_not_compile_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    tried: list[int] = []

    def refuse(*args: Any) -> None:
        tried.append(1)
        raise CompilerError("no")

    monkeypatch.setattr(compilers.Compiler, "compile", refuse)
    monkeypatch.setattr(fast, "find_compiler", lambda: compilers.Compiler(("cc",), "none"))
    EXTENSION.cache_clear()
    try:
        assert EXTENSION() is None
        EXTENSION.cache_clear()
        assert EXTENSION() is None and len(tried) <= 1
    finally:
        EXTENSION.cache_clear()
