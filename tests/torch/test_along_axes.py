"""Formulas that name their axes as functions of tensors: beside PyTorch's autograd, in batches, and what is said."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra torch)")

import derive
from derive.loading.family import BOTH, GRAD, VALUE, VJP, family_of
from derive.loading.whole import WholeKernel
from derive.torch.operators import operators

MINE = Path(__file__).with_name("along_axes.py")
F = torch.nn.functional
M, N, D, P = 4, 5, 3, 2
LABELS = torch.tensor([0, 4, 2, 2])


def load(name: str) -> Callable[..., Any]:
    return derive.torch.load(name, formulas=MINE)


def reals(*shape: int, seed: int = 0) -> Any:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _at(scores: Any, t: Any) -> Any:
    """Of each row the score at its label."""
    rows = torch.broadcast_shapes(scores.shape[:-1], t.shape)
    return scores.expand(*rows, -1).gather(-1, t.expand(rows)[..., None])[..., 0]


def _weighted(x: Any, w: Any, t: Any) -> Any:
    weights = _at(w[..., None, :], t)
    return (weights * (x.logsumexp(-1) - _at(x, t))).sum(-1) / weights.sum(-1)


def _looked_up(q: Any, K: Any, V: Any, T: Any = 1.0) -> Any:
    return ((K @ q[..., None])[..., 0] / T).softmax(-1)[..., None, :].matmul(V)[..., 0, :]


def _linear(h: Any, W: Any, t: Any) -> Any:
    scores = h @ W.mT
    return (scores.logsumexp(-1) - _at(scores, t)).mean(-1)


TWINS: dict[str, Callable[..., Any]] = {
    "weighted": _weighted,
    "looked_up": _looked_up,
    "linear": _linear,
    "spread": lambda x, c, s=0.5: (c * (x - s) ** 2).sum((-1, -2)),
    "shifted": lambda x, c, s=0.5: c * (x - s) ** 2,
}
GIVEN: dict[str, tuple[str, dict[str, Any]]] = {
    "a mean over rows": ("weighted", {"x": reals(M, N), "w": reals(N, seed=1).exp(), "t": LABELS}),
    "many of them": ("weighted", {"x": reals(2, 3, M, N), "w": reals(N, seed=1).exp(), "t": LABELS}),
    "weights for each": ("weighted", {"x": reals(3, M, N), "w": reals(2, 1, N, seed=1).exp(), "t": LABELS}),
    "a query": ("looked_up", {"q": reals(D), "K": reals(N, D, seed=1), "V": reals(N, P, seed=2)}),
    "queries of one memory": ("looked_up", {"q": reals(6, D), "K": reals(N, D, seed=1), "V": reals(N, P, seed=2)}),
    "queries and memories": (
        "looked_up",
        {"q": reals(6, 1, D), "K": reals(2, N, D, seed=1), "V": reals(1, N, P, seed=2), "T": 0.5},
    ),
    "a linear layer": ("linear", {"h": reals(M, D), "W": reals(N, D, seed=1), "t": LABELS}),
    "two layers, three batches": (
        "linear",
        {"h": reals(3, M, D), "W": reals(2, 1, N, D, seed=1), "t": LABELS.expand(3, M)},
    ),
    "a parameter": ("spread", {"x": reals(2, M, N), "c": reals(M, N, seed=1), "s": reals(seed=2)}),
    "an array by a parameter": ("shifted", {"x": reals(2, M, N), "c": reals(M, N, seed=1), "s": reals(seed=2)}),
}
KINDS = [pytest.param(*one, id=about) for about, one in GIVEN.items()]


def differentiated(given: dict[str, Any], names: Any, dtype: Any = torch.float64) -> dict[str, Any]:
    """Copies in a dtype; those by which the formula is differentiated require a gradient."""
    tensors = {key: one for key, one in given.items() if isinstance(one, torch.Tensor)}
    real = {key: one.clone().to(dtype) for key, one in tensors.items() if one.is_floating_point()}
    return {**given, **{key: one.requires_grad_(key in names) for key, one in real.items()}}


def variables(name: str) -> tuple[str, ...]:
    return family_of(name, MINE).variables


@pytest.mark.parametrize(("dtype", "close"), [(torch.float64, 1e-12), (torch.float32, 2e-5)])
@pytest.mark.parametrize(("name", "given"), KINDS)
def test_value_and_gradients_are_those_of_pytorch(name: str, given: dict[str, Any], dtype: Any, close: float) -> None:
    by = [one for one in variables(name) if isinstance(given.get(one), torch.Tensor)]
    found = []
    for function, kind in ((load(name), dtype), (TWINS[name], torch.float64)):
        tensors = differentiated(given, by, kind)
        value = function(**tensors)
        upstream = reals(*value.shape, seed=7).to(kind)
        found.append((value.detach(), *torch.autograd.grad(value, [tensors[one] for one in by], upstream)))
    for ours, theirs in zip(*found, strict=True):
        assert ours.dtype == dtype and ours.shape == theirs.shape
        torch.testing.assert_close(ours.double(), theirs, rtol=close, atol=close)


@pytest.mark.parametrize(("name", "given"), KINDS)
def test_by_some_of_its_variables_alone(name: str, given: dict[str, Any]) -> None:
    by = [one for one in variables(name) if isinstance(given.get(one), torch.Tensor)]
    for alone in by:
        rest = differentiated(given, [alone])
        mine = rest.pop(alone)
        assert torch.autograd.gradcheck(lambda one, rest=rest, alone=alone: load(name)(**rest, **{alone: one}), (mine,))


def test_a_frozen_array_costs_no_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    for kernel, operator in operators(family_of("linear", MINE)).items():
        own: Any = operator._called
        monkeypatch.setitem(
            vars(operator), "_called", lambda kernel=kernel, own=own, **given: (called.append(kernel), own(**given))[1]
        )
    _, given = GIVEN["a linear layer"]
    for names, wanted in ((("h", "W"), [BOTH]), (("h",), [VALUE, GRAD]), (("W",), [VALUE, f"{GRAD}_W"]), ((), [VALUE])):
        value = load("linear")(**differentiated(given, names))
        if names:
            value.backward()
        assert called == wanted and value.requires_grad == bool(names)
        called.clear()


def test_arrays_are_read_where_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that serves all is not repeated, and of one whose first axes are strided the rest is contiguous."""
    seen: list[int] = []
    about = family_of("looked_up", MINE).described(VALUE)
    calls = WholeKernel._results

    def spied(self: Any, given: dict[str, Any]) -> Any:
        from derive.loading import whole

        arrays, _, _ = whole._read(self._kernel, given)
        seen.extend(arrays[one.name].ctypes.data for one in about.inputs if one.name in arrays)
        assert not arrays["K"].strides[0] and arrays["q"].strides[0] == 2 * D * 8
        return calls(self, given)

    monkeypatch.setattr(WholeKernel, "_results", spied)
    q, K, V = reals(12, D)[::2], reals(N, D, seed=1), reals(N, P, seed=2)
    torch.testing.assert_close(load("looked_up")(q, K, V=V), _looked_up(q, K, V))
    assert seen == [one.data_ptr() for one in (q, K, V)]


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "columns": lambda x: x.mT.contiguous().mT,
    "a part of wider rows": lambda x: torch.cat([x, x], -1)[..., : x.shape[-1]],
    "every second array": lambda x: x.repeat_interleave(2, 0)[::2],
    "expanded": lambda x: x[:1].expand(x.shape),
    "a negative view": lambda x: torch._neg_view(-x),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_strided_tensors_mean_what_they_say(layout: str) -> None:
    h, W = LAYOUTS[layout](reals(3, M, D)), LAYOUTS[layout](reals(3, N, D, seed=1))
    wide = torch.stack([LABELS, LABELS + 9], -1)[:, 0].int()
    torch.testing.assert_close(load("linear")(h, W, t=wide), _linear(h, W, LABELS))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_halves_are_computed_in_float32(dtype: Any) -> None:
    _, given = GIVEN["many of them"]
    half = differentiated(given, ["x", "w"], dtype)
    single = {name: one.detach().float() if one.is_floating_point() else one for name, one in half.items()}
    single["x"].requires_grad_(), single["w"].requires_grad_()
    found, wanted = load("weighted")(**half), load("weighted")(**single)
    assert found.dtype == dtype and torch.equal(found, wanted.to(dtype))
    found.sum().backward()
    wanted.sum().backward()
    for name in ("x", "w"):
        assert half[name].grad.dtype == dtype
        torch.testing.assert_close(half[name].grad, single[name].grad.to(dtype))


def test_no_batch_at_all_is_a_batch_too() -> None:
    q = reals(0, D).requires_grad_()
    K = reals(N, D).requires_grad_()
    found = load("looked_up")(q, K, V=reals(N, P))
    found.sum().backward()
    assert found.shape == (0, P) and q.grad.shape == (0, D) and torch.equal(K.grad, torch.zeros(N, D).double())


# --- what PyTorch does with an operator ------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["aot_eager"])
@pytest.mark.parametrize(("name", "given"), KINDS)
def test_a_compiled_graph_has_no_break_and_gives_the_same(name: str, given: dict[str, Any], backend: str) -> None:
    by = [one for one in variables(name) if isinstance(given.get(one), torch.Tensor)]
    function = load(name)

    def step(**given: Any) -> Any:
        return (2 * function(**given)).square().sum()

    torch._dynamo.reset()
    found = []
    for one in (step, torch.compile(step, fullgraph=True, backend=backend)):
        tensors = differentiated(given, by)
        one(**tensors).backward()
        found.append([tensors[one].grad for one in by])
    torch.testing.assert_close(found[0], found[1], rtol=1e-12, atol=1e-12)


def test_a_compiled_graph_takes_other_sizes_and_tells_what_is_wrong() -> None:
    torch._dynamo.reset()
    compiled = torch.compile(load("linear"), fullgraph=True, backend="aot_eager", dynamic=True)
    for rows, places in ((4, 5), (6, 5), (6, 3)):
        given = {"h": reals(2, rows, D), "W": reals(places, D), "t": torch.arange(rows) % places}
        torch.testing.assert_close(compiled(**given), _linear(**given))
    with pytest.raises(IndexError, match="^linear: t holds the label 5, but labels go from 0 to 4"):
        compiled(h=reals(M, D), W=reals(N, D), t=LABELS + 5)
    torch._dynamo.reset()
    compiled = torch.compile(load("linear"), fullgraph=True, backend="aot_eager", dynamic=False)
    with pytest.raises(RuntimeError, match=r"linear: W has shape \(5, 2\), so that d is 2, but h says that it is 3"):
        compiled(h=reals(M, D), W=reals(N, 2), t=LABELS)


OPERATORS = [
    *(("linear", kernel) for kernel in (VALUE, BOTH, GRAD, f"{GRAD}_W")),
    *(("looked_up", kernel) for kernel in (VALUE, VJP, f"{VJP}_K", f"{VJP}_V")),
    *(("shifted", kernel) for kernel in (VALUE, VJP, f"{VJP}_x")),
]


@pytest.mark.parametrize(("name", "kernel"), OPERATORS)
def test_each_operator_is_what_pytorch_asks_of_one(name: str, kernel: str) -> None:
    family, number = family_of(name, MINE), torch.tensor(0.5)
    given = {"h": reals(2, M, D), "W": reals(N, D), "t": LABELS, "q": reals(3, D), "K": reals(N, D), "T": number}
    given |= {"V": reals(N, P), "x": reals(M, N), "c": reals(2, M, N), "s": number}
    given["g"] = reals(3, P) if name == "looked_up" else reals(2, M, N)
    needed = family.variables if kernel == VALUE else ()
    arguments = [given[one].clone().requires_grad_(one in needed) for one in family.inputs(kernel)]
    torch.library.opcheck(operators(family)[kernel]._custom, tuple(arguments))


def test_vmap_is_a_batch_of_its_own() -> None:
    look, lose = load("looked_up"), load("linear")
    q, K, V = reals(6, D), reals(N, D, seed=1), reals(N, P, seed=2)
    torch.testing.assert_close(torch.vmap(lambda q: look(q, K, V=V))(q), look(q, K, V=V))
    keys = reals(2, N, D, seed=3)
    inner = torch.vmap(lambda K: look(q, K, V=V), in_dims=0, out_dims=1)(keys)
    torch.testing.assert_close(inner, _looked_up(q[:, None], keys, V))
    many, layers = (
        reals(D, 3, M),
        reals(3, 2, N, D, seed=1),
    )  # of one tensor the last axis but one, of another the first
    found = torch.vmap(lambda h, W: lose(h.mT, W, t=LABELS), in_dims=(1, 0))(many, layers)
    torch.testing.assert_close(found, _linear(many.movedim(1, 0).mT[:, None], layers, LABELS.expand(3, 2, M)))
    with pytest.raises(NotImplementedError, match="^looked_up: T is one number for all rows: vmap cannot vary it"):
        torch.vmap(lambda T: look(q, K, V=V, T=T))(torch.ones(6))


def test_the_reverse_modes_of_torch_func() -> None:
    func = torch.func
    x, w = reals(3, M, N), reals(N, seed=1).exp()

    def gradients(function: Any) -> Any:
        return torch.vmap(func.grad(lambda x, w: function(x, w, t=LABELS), argnums=(0, 1)), in_dims=(0, None))(x, w)

    torch.testing.assert_close(gradients(load("weighted")), gradients(_weighted))
    q, K, V = reals(D), reals(N, D, seed=1), reals(N, P, seed=2)
    for place in range(3):
        ours = func.jacrev(lambda *given: load("looked_up")(*given[:2], V=given[2]), argnums=place)(q, K, V)
        torch.testing.assert_close(ours, func.jacrev(_looked_up, argnums=place)(q, K, V))
    with pytest.raises(NotImplementedError, match="^looked_up: it has no forward mode: use torch.func.grad, vjp or"):
        func.jacfwd(lambda q: load("looked_up")(q, K, V=V))(q)


@pytest.mark.parametrize(("name", "given"), KINDS)
def test_a_second_derivative_is_refused_in_one_line(name: str, given: dict[str, Any]) -> None:
    by = variables(name)[0]
    tensors = differentiated(given, [by])
    (first,) = torch.autograd.grad(load(name)(**tensors).square().sum(), tensors[by], create_graph=True)
    with pytest.raises(NotImplementedError, match=f"^{name}: second derivatives are not derived: differentiate it on"):
        first.square().sum().backward()


# --- what is refused -------------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "a label outside": ("linear", {"t": LABELS + 3}),
    "labels that are no integers": ("linear", {"t": reals(M)}),
    "another number of features": ("linear", {"W": reals(N, 2)}),
    "no rows": ("linear", {"h": reals(0, D), "t": LABELS[:0]}),
    "an axis too few": ("linear", {"h": reals(D)}),
    "labels of another number of rows": ("linear", {"t": LABELS[:2]}),
    "two batches": ("linear", {"h": reals(2, M, D), "W": reals(3, N, D)}),
    "two dtypes": ("linear", {"W": reals(N, D).float()}),
    "integers": ("linear", {"h": torch.ones(M, D, dtype=torch.int64)}),
    "a value outside its domain": ("weighted", {"w": -torch.ones(N, dtype=torch.float64)}),
    "a parameter outside its domain": ("looked_up", {"T": 0.0}),
    "a parameter that is no number": ("looked_up", {"T": "warm"}),
}


@pytest.mark.parametrize("needs", [False, True])
@pytest.mark.parametrize(("name", "wrong"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_the_words_of_derive_load(name: str, wrong: dict[str, Any], needs: bool) -> None:
    about = {"weighted": "a mean over rows", "looked_up": "a query", "linear": "a linear layer"}[name]
    given = {**GIVEN[about][1], **wrong}
    arrays = {key: one.numpy() if isinstance(one, torch.Tensor) else one for key, one in given.items()}
    with pytest.raises((TypeError, ValueError, IndexError)) as said:
        derive.load(name, "c", formulas=MINE)(**arrays)
    tensors = {
        key: one.clone().requires_grad_(needs) if isinstance(one, torch.Tensor) and one.is_floating_point()
        and key in variables(name) else one
        for key, one in given.items()
    }  # fmt: skip
    with pytest.raises(said.type) as ours:
        load(name)(**tensors)
    assert str(ours.value).replace("torch.", "") == str(said.value)


def test_what_is_no_tensor_of_these_is_refused() -> None:
    lose, spread = load("linear"), load("spread")
    h, W = reals(M, D), reals(N, D)
    assert str(inspect.signature(lose)) == "(h, W, *, t)" and "h: shape (..., m, d)" in (lose.__doc__ or "")
    with pytest.raises(TypeError, match=r"^linear\(h, W, \*, t\): missing .*'t'"):
        lose(h, W)
    with pytest.raises(TypeError, match="unexpected keyword argument 'axis'"):
        lose(h, W, t=LABELS, axis=-1)
    with pytest.raises(TypeError, match="^linear: h must be a tensor of floating-point numbers, not ndarray"):
        lose(np.ones((M, D)), W, t=LABELS)
    with pytest.raises(TypeError, match=r"^linear: h is on meta, and the kernels run on the CPU: give h.cpu\(\)"):
        lose(h.to("meta"), W, t=LABELS)
    with pytest.raises(TypeError, match=r"^linear: W has dtype torch.float64 but h has torch.float16: convert one"):
        lose(h.half(), W, t=LABELS)
    with pytest.raises(TypeError, match=r"^linear: W has dtype torch.bfloat16 but h has torch.float32: convert one"):
        lose(h.float(), W.bfloat16(), t=LABELS)
    with pytest.raises(NotImplementedError, match=r"^spread: c requires .* by x and s is derived: give c\.detach\(\)$"):
        spread(reals(M, N), reals(M, N).requires_grad_())
    with pytest.raises(
        NotImplementedError, match=r"^shifted: c requires .* by s and x is derived: give c\.detach\(\)$"
    ):
        load("shifted")(reals(M, N), reals(M, N).requires_grad_())
    with pytest.raises(TypeError, match=r"^spread: s must be a real number, not a tensor of shape \(2,\)"):
        spread(reals(M, N), reals(M, N), s=torch.ones(2))
