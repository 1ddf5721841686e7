"""What autograd gives through a formula of tensors: the derived derivatives, twice, and a refusal of all others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra torch)")

import derive
from derive.loading.family import BOTH, HVP, JVP, VALUE, VJP, family_of
from derive.torch.operators import operators

MINE = Path(__file__).with_name("formulas.py")
F = torch.nn.functional
ROWS, CLASSES = 3, 5


def reals(*shape: int, seed: int = 0) -> Any:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


X, Y, T = reals(ROWS, CLASSES), reals(ROWS, CLASSES, seed=1).softmax(-1), torch.tensor([0, 4, 2])
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "a label": ("cross_entropy_label", {"t": T}),
    "another vector": ("cross_entropy", {"y": Y}),
    "a vector": ("softmax", {}),
    "a vector with a parameter": ("tempered_softmax", {"T": 0.7}),
    "a loss of one's own": ("slanted", {"t": T, "slope": 0.25}),
    "inputs called g and v": ("gained", {"g": Y}),
}


def load(name: str) -> Callable[..., Any]:
    return derive.torch.load(name, formulas=MINE)


def along(given: dict[str, Any], name: str) -> Callable[[Any], Any]:
    """The formula as a function of the vector by which it is differentiated."""
    function = load(name)
    return lambda x: function(x, **given)


@pytest.mark.parametrize(("name", "given"), CASES.values(), ids=CASES)
def test_first_and_second_derivatives_are_those_of_the_value(name: str, given: dict[str, Any]) -> None:
    x = X.clone().requires_grad_()
    assert torch.autograd.gradcheck(along(given, name), (x,))
    assert torch.autograd.gradgradcheck(along(given, name), (x,))


def test_one_vector_for_all_rows_takes_the_sum_of_their_gradients() -> None:
    y = Y[0].clone().requires_grad_()
    loss = load("soft_targets")
    assert torch.equal(loss(X, y), loss(X, y.expand(ROWS, CLASSES)))
    assert torch.autograd.gradcheck(lambda y: loss(X, y), (y,))
    assert torch.autograd.gradcheck(lambda y: loss(X.T, y, axis=0), (y,))


@pytest.mark.parametrize("shape", [(ROWS, CLASSES), (CLASSES,), (2, ROWS, CLASSES)])
def test_by_other_vectors_and_by_learnt_parameters(shape: tuple[int, ...]) -> None:
    x, weights = reals(*shape).requires_grad_(), reals(*shape, seed=1).softmax(-1).requires_grad_()
    temperature = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    softmax, loss, spread = load("tempered_softmax"), load("soft_targets"), load("free")
    assert torch.autograd.gradcheck(loss, (x, weights))
    assert torch.autograd.gradcheck(lambda x, T: softmax(x, T=T), (x, temperature))
    assert torch.autograd.gradcheck(lambda T: softmax(x.detach(), T=T), (temperature,))
    assert torch.autograd.gradcheck(lambda T: spread(x.detach(), T=T), (temperature,))
    spread(x.detach(), T=(warm := torch.tensor(2.0, requires_grad=True))).sum().backward()
    assert warm.grad is not None and warm.grad.dtype == torch.float32 and warm.grad.shape == ()


@pytest.mark.parametrize("axis", [0, 1, 2, -3])
@pytest.mark.parametrize("name", ["tempered_softmax", "cross_entropy_label"])
def test_along_any_axis(name: str, axis: int) -> None:
    x = reals(3, 2, 4).requires_grad_()
    given = {"t": torch.zeros_like(x.select(axis, 0), dtype=torch.int64)} if name == "cross_entropy_label" else {}
    assert torch.autograd.gradcheck(along({**given, "axis": axis}, name), (x,))
    assert torch.autograd.gradgradcheck(along({**given, "axis": axis}, name), (x,))


TWINS: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "cross_entropy_label": ({"t": T}, lambda x: F.cross_entropy(x, T, reduction="none")),
    "cross_entropy": ({"y": Y}, lambda x: F.cross_entropy(x, Y, reduction="none")),
    "softmax": ({}, lambda x: F.softmax(x, -1)),
}


@pytest.mark.parametrize("name", TWINS)
def test_value_gradient_and_hessian_are_those_of_pytorch(name: str) -> None:
    given, twin = TWINS[name]
    function = along(given, name)
    torch.testing.assert_close(function(X), twin(X), rtol=1e-14, atol=1e-14)
    found = []
    for one in (function, twin):
        x = X.clone().requires_grad_()
        (first,) = torch.autograd.grad(one(x).square().sum(), x, create_graph=True)
        (second,) = torch.autograd.grad((first * Y).sum(), x)
        found.append((first.detach(), second))
    torch.testing.assert_close(found[0], found[1], rtol=1e-12, atol=1e-13)


OPERATORS = [
    *(("slanted", kernel) for kernel in (VALUE, BOTH, HVP)),
    *(("tempered_softmax", kernel) for kernel in (VALUE, VJP, f"{VJP}_T", JVP, HVP)),
]


@pytest.mark.parametrize(("name", "kernel"), OPERATORS)
def test_each_operator_is_what_pytorch_asks_of_one(name: str, kernel: str) -> None:
    family = family_of(name, MINE)
    needed = {VALUE: ("x", "T"), BOTH: ("x",), VJP: ("x", "g"), JVP: ("x", "v")}.get(kernel, ())
    given = {"x": X, "g": Y, "v": Y + 1, "t": T, "slope": torch.tensor(0.5), "T": torch.tensor(2.0)}
    arguments = [given[one].clone().requires_grad_(one in needed) for one in family.inputs(kernel)]
    for axis, batch in ((-1, 1), (0, -1)):
        turned = [one.detach().movedim(0, batch).requires_grad_(one.requires_grad) if one.ndim == 2 and axis == 0
                  else one for one in arguments]  # fmt: skip
        torch.library.opcheck(operators(family)[kernel]._custom, (*turned, axis))


def test_what_is_not_derived_is_refused_where_it_would_be_needed() -> None:
    x = X.clone().requires_grad_()
    learnt = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    with pytest.raises(NotImplementedError, match=r"^slanted: slope requires .* by x is derived: give slope\.detach"):
        load("slanted")(X, T, slope=learnt)
    with pytest.raises(NotImplementedError, match=r"^free: x requires .* by T is derived: give x\.detach\(\)$"):
        load("free")(x)
    with torch.no_grad():
        assert not load("slanted")(X, T, slope=learnt).requires_grad
    second = "^tempered_softmax: the second derivative by x alone is derived: detach its other inputs"
    for by in (x, learnt):
        (first,) = torch.autograd.grad(load("tempered_softmax")(x, T=learnt).square().sum(), by, create_graph=True)
        with pytest.raises(NotImplementedError, match=second):
            first.sum().backward()
    (first,) = torch.autograd.grad(load("free")(X, T=learnt).sum(), learnt, create_graph=True)
    with pytest.raises(NotImplementedError, match="^free: second derivatives are not derived: differentiate it once"):
        first.backward()
    (first,) = torch.autograd.grad(load("softmax")(x).square().sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.square().sum(), x, create_graph=True)
    with pytest.raises(NotImplementedError, match=r"^softmax: third derivatives are not derived"):
        second.sum().backward()


def test_without_a_gradient_no_graph_is_kept() -> None:
    assert not load("cross_entropy_label")(X, T).requires_grad
    with torch.inference_mode():
        assert not load("softmax")(X).requires_grad
