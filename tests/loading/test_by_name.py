"""``derive.load``: a kernel by its name, of the catalogue or of a formula of one's own."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import derive
import derive.loading.loader
from derive.language import DeriveError, Formula, indices, vector
from tests.loading.calls import compile_or_skip, rng


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
    monkeypatch.setenv("CFLAGS", "-O0")  # how fast they are is not asked; tests/test_kernels.py sees what they compute
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
