"""What a formula of tensors takes, how it reads it, and what it says of what it does not take."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra torch)")

import derive
from derive.errors import DeriveError
from derive.loading.family import family_of
from derive.torch.operators import operators

MINE = Path(__file__).with_name("formulas.py")
X, T = torch.linspace(-2, 3, 20).reshape(4, 5), torch.tensor([0, 1, 4, 2])
Y = X.softmax(-1)


def test_it_takes_the_inputs_of_the_formula_by_their_names() -> None:
    loss = derive.torch.load("slanted", formulas=MINE)
    assert str(inspect.signature(loss)) == "(x, t, *, slope=0.5, axis=-1)"
    assert loss.__name__ == "slanted" and "slope: how much more" in (loss.__doc__ or "")
    assert torch.equal(loss(t=T, x=X), loss(X, T, slope=0.5))
    assert torch.equal(loss(X, T, slope=torch.tensor(3)), loss(X, T, slope=np.float32(3)))
    assert torch.equal(loss(X[0], 2), loss(X, T.new_full((4,), 2))[0])
    assert torch.equal(derive.torch.load(f"{MINE}:slanted")(X, T), loss(X, T))
    assert copy.deepcopy(loss)(X, T).shape == (4,)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3, 2), (0, 3)])
def test_any_number_of_axes_before_that_of_the_classes(shape: tuple[int, ...]) -> None:
    x = torch.randn(*shape, 6, requires_grad=True)
    t = torch.randint(0, 6, shape)
    loss = derive.torch.load("cross_entropy_label")(x, t)
    assert loss.shape == shape and derive.torch.load("softmax")(x).shape == (*shape, 6)
    loss.sum().backward()
    assert x.grad is not None and x.grad.shape == x.shape


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "as it is": lambda x: x,
    "every second row": lambda x: x.repeat_interleave(2, 0)[::2],
    "columns": lambda x: x.T.contiguous().T,
    "a part of wider rows": lambda x: torch.cat([x, x], -1)[:, :5],
    "expanded": lambda x: x[:1].expand(4, 5),
    "a negative view": lambda x: torch._neg_view(-x),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_strided_tensors_mean_what_they_say(layout: str) -> None:
    x = LAYOUTS[layout](X)
    for name in ("cross_entropy_label", "softmax"):
        function, more = derive.torch.load(name), [T] if name == "cross_entropy_label" else []
        assert torch.equal(function(x, *more), function(x.clone(memory_format=torch.contiguous_format), *more))


@pytest.mark.parametrize("layout", ["as it is", "every second row", "a part of wider rows"])
def test_what_a_kernel_can_address_is_not_copied(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x, seen = LAYOUTS[layout](X.clone()), []
    operator = operators(family_of("cross_entropy_label", None))[""]
    kernel = operator._called

    def spied(**given: Any) -> Any:
        seen.append(given["x"].ctypes.data)
        return kernel(**given)

    monkeypatch.setitem(vars(operator), "_called", spied)
    derive.torch.load("cross_entropy_label")(x, T)
    assert seen == [x.data_ptr()]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_halves_are_computed_in_float32(dtype: Any) -> None:
    x = (100 * X).to(dtype).requires_grad_()
    for function, more in ((derive.torch.load("cross_entropy_label"), [T]), (derive.torch.load("softmax"), [])):
        found = function(x, *more)
        assert found.dtype == dtype and torch.equal(found, function(x.float(), *more).to(dtype))
        found.sum().backward()
        assert x.grad is not None and x.grad.dtype == dtype
    assert torch.equal(
        derive.torch.load("cross_entropy")(x, Y), derive.torch.load("cross_entropy")(x, Y.to(x)).detach()
    )


WRONG: dict[str, tuple[str, Callable[[Any, Any, Any], dict[str, Any]]]] = {
    "a label outside": ("cross_entropy_label", lambda x, t, y: {"x": x, "t": t + 3}),
    "labels of another shape": ("cross_entropy_label", lambda x, t, y: {"x": x, "t": t[:2]}),
    "labels that are no integers": ("cross_entropy_label", lambda x, t, y: {"x": x, "t": y[:, 0]}),
    "scores that are integers": ("cross_entropy_label", lambda x, t, y: {"x": t, "t": t}),
    "no classes": ("softmax", lambda x, t, y: {"x": x[:, :0]}),
    "no axis of classes": ("softmax", lambda x, t, y: {"x": x[0, 0]}),
    "an axis that is not there": ("softmax", lambda x, t, y: {"x": x, "axis": 2}),
    "an axis that is no number": ("softmax", lambda x, t, y: {"x": x, "axis": "k"}),
    "two shapes": ("cross_entropy", lambda x, t, y: {"x": x, "y": y[:2]}),
    "a value outside its domain": ("cross_entropy", lambda x, t, y: {"x": x, "y": -y}),
    "a parameter outside its domain": ("tempered_softmax", lambda x, t, y: {"x": x, "T": 0.0}),
    "a parameter that is no number": ("tempered_softmax", lambda x, t, y: {"x": x, "T": "warm"}),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("differentiated", [False, True])
def test_what_is_wrong_is_said_in_the_words_of_derive_load(case: str, differentiated: bool) -> None:
    name, wrong = WRONG[case]
    with pytest.raises((TypeError, ValueError, IndexError)) as said:
        derive.load(name, target="c")(**wrong(X.numpy(), T.numpy(), Y.numpy()))
    with pytest.raises(said.type) as ours:
        derive.torch.load(name)(**wrong(X.clone().requires_grad_(differentiated), T, Y))
    assert str(ours.value).replace("torch.", "") == str(said.value)


def test_what_is_no_tensor_of_the_cpu_is_refused() -> None:
    loss = derive.torch.load("cross_entropy_label")
    with pytest.raises(TypeError, match=r"^cross_entropy_label\(x, t, \*, axis=-1\): missing .*'t'"):
        loss(X)
    for wrong in ((X, T, 1), (X, T, X)):
        with pytest.raises(TypeError, match="too many positional"):
            loss(*wrong)
    with pytest.raises(TypeError, match="multiple values"):
        loss(X, T, t=T)
    with pytest.raises(TypeError, match=r"x must be a tensor of floating-point numbers, not ndarray"):
        loss(X.numpy(), T)
    with pytest.raises(TypeError, match=r"x is on meta, and the kernels run on the CPU: give x.cpu\(\)"):
        loss(X.to("meta"), T)
    with pytest.raises(TypeError, match="x is torch.float8_e4m3fn, which NumPy does not have"):
        loss(X.to(torch.float8_e4m3fn), T)
    with pytest.raises(TypeError, match="x is torch.sparse_coo"):
        loss(X.to_sparse(), T)
    with pytest.raises(TypeError, match=r"T must be a real number, not a tensor of shape \(2,\)"):
        derive.torch.load("tempered_softmax")(X, T=torch.ones(2))


def test_a_kernel_is_not_a_formula_and_unknown_names_have_a_hint() -> None:
    with pytest.raises(DeriveError, match="softmax_vjp is a kernel of softmax: load 'softmax'"):
        derive.torch.load("softmax_vjp")
    with pytest.raises(DeriveError, match="did you mean softmax"):
        derive.torch.load("softmaxx")


def test_two_formulas_of_one_name_do_not_meet(tmp_path: Path) -> None:
    text = (
        "from derive.language import Formula, Sum, indices, vector\n"
        "k, x = indices('k'), vector('x')\n"
        "total = Formula('total', Sum({}, k), wrt=x)\n"
    )
    found = []
    for number, summand in enumerate(("x[k]", "2 * x[k]")):
        file = tmp_path / f"mine_{number}.py"
        file.write_text(text.format(summand), encoding="utf-8")
        found.append(derive.torch.load("total", formulas=file))
    x = X.clone().requires_grad_()
    assert torch.equal(2 * found[0](x), found[1](x))
    assert torch.equal(*torch.autograd.grad(found[1](x).sum(), x), torch.full_like(x, 2))
    assert derive.torch.load("total", formulas=iter([file])) is not None


def test_it_uses_as_many_threads_as_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    function, before = derive.torch.load("softmax"), torch.get_num_threads()
    function(X)
    called: Any = operators(family_of("softmax", None))[""]._called
    if not hasattr(called, "threads"):
        pytest.skip("no extension module for this Python: threads are those of OMP_NUM_THREADS")
    try:
        for count in (1, 3):
            torch.set_num_threads(count)
            function(X)
            assert called.threads == count
    finally:
        torch.set_num_threads(before)
