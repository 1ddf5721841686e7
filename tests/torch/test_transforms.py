"""torch.compile without a break in the graph; torch.vmap and torch.func."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra torch)")

import derive

X = torch.randn(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
T = torch.tensor([0, 1, 4, 2, 2, 3])


BACKENDS = [
    "aot_eager",
    pytest.param("inductor", marks=[pytest.mark.slow, pytest.mark.skipif(not shutil.which("g++"), reason="no g++")]),
]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_compiled_graph_has_no_break_and_gives_the_same(backend: str) -> None:
    softmax, loss = derive.torch.load("tempered_softmax"), derive.torch.load("cross_entropy_label")

    def step(x: Any, t: Any, temperature: float) -> Any:
        shares = softmax(2 * x, T=temperature)
        return (loss(x, t) + shares.square().sum(-1)).mean() + loss(x.bfloat16().transpose(0, 1), t, axis=0).sum()

    torch._dynamo.reset()
    compiled = torch.compile(step, fullgraph=True, backend=backend)
    for rows, temperature in ((6, 2.0), (6, 3.0), (4, 3.0)):
        found = []
        for function in (step, compiled):
            x = X[:rows].clone().requires_grad_()
            value = function(x, T[:rows], temperature)
            value.backward()
            found.append((value.detach(), x.grad))
            torch.testing.assert_close(function(X[:rows], T[:rows], temperature), value.detach())
        torch.testing.assert_close(found[0], found[1], rtol=1e-12, atol=1e-12)


def test_a_wrong_label_in_a_compiled_graph_is_told_as_ever() -> None:
    compiled = torch.compile(derive.torch.load("cross_entropy_label"), fullgraph=True, backend="aot_eager")
    with pytest.raises(IndexError, match=r"^cross_entropy_label: t holds the label 5 \(row 1\)"):
        compiled(X, T + 4)


def test_vmap_is_a_batch_of_its_own() -> None:
    loss, softmax = derive.torch.load("cross_entropy_label"), derive.torch.load("tempered_softmax")
    assert torch.equal(torch.vmap(loss)(X, T), loss(X, T))
    assert torch.equal(torch.vmap(loss, in_dims=(0, None))(X, T[1]), loss(X, T[1].expand(6)))
    assert torch.equal(torch.vmap(softmax, in_dims=1, out_dims=1)(X), softmax(X, axis=0))
    turned = torch.vmap(lambda x: softmax(x, axis=0))(X.reshape(2, 3, 5))
    assert torch.equal(turned, softmax(X.reshape(2, 3, 5), axis=1))
    with pytest.raises(NotImplementedError, match="T is one number for all rows: vmap cannot vary it"):
        torch.vmap(lambda x, T: softmax(x, T=T))(X, torch.ones(6))


@pytest.mark.parametrize("name", ["cross_entropy_label", "softmax"])
def test_the_reverse_modes_of_torch_func(name: str) -> None:
    function, func = derive.torch.load(name), torch.func
    more = (T,) if name == "cross_entropy_label" else ()

    def total(x: Any, *more: Any) -> Any:
        return function(x, *more).square().sum()

    x = X.clone().requires_grad_()
    (wanted,) = torch.autograd.grad(total(x, *more), x)
    torch.testing.assert_close(func.grad(total)(X, *more), wanted)
    torch.testing.assert_close(torch.vmap(func.grad(total))(X, *more), wanted)
    torch.testing.assert_close(func.grad(lambda x: torch.vmap(total)(x, *more).sum())(X), wanted)
    one = tuple(label[0] for label in more)
    hessian = torch.autograd.functional.hessian(lambda x: total(x, *one), X[0])
    torch.testing.assert_close(func.jacrev(func.jacrev(total))(X[0], *one), hessian)
    torch.testing.assert_close(torch.vmap(func.jacrev(func.jacrev(total)))(X, *more)[0], hessian)
    with pytest.raises(NotImplementedError, match=f"^{name}: it has no forward mode: use torch.func.grad, vjp or"):
        func.hessian(total)(X[0], *one)


def test_what_is_not_derived_is_refused_inside_a_transform_too() -> None:
    divergence = derive.torch.load("distillation")
    for total in (divergence, torch.vmap(divergence)):
        with pytest.raises(NotImplementedError, match="y requires a gradient"):
            torch.func.grad(lambda y, total=total: total(X, y).sum())(X.softmax(-1))
