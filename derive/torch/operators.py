"""The kernels of a family as custom operators of PyTorch, each with its shapes, its derivative, and a batch of itself.

An operator takes the inputs of its kernel in order, parameters too as tensors (of no axes, float64), then the class
axis.  Its name holds a key of all that its kernels are made of: two formulas of one name do not meet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import torch

from derive.loading.described import PARAMETER, Given, Made
from derive.loading.family import BOTH, TARGET, VALUE, Family
from derive.loading.loader import as_function

Tensors = Mapping[str, torch.Tensor]
_MADE: dict[str, dict[str, Operator]] = {}


class _At(NamedTuple):
    """Where a kernel is differentiated: its inputs, what forward saved beside them, the gradients that come in."""

    given: Tensors
    saved: tuple[torch.Tensor, ...]
    upstream: tuple[torch.Tensor | None, ...]
    axis: int


class Operator:
    """One kernel as an operator.  ``others``: the family's operators, itself among them, that differentiate it."""

    def __init__(self, family: Family, kernel: str, others: Mapping[str, Operator]) -> None:
        self._family, self._kernel, self._others = family, kernel, others
        self._about, self._formula = family.described(kernel), family.name
        self._names = tuple(map(sys.intern, family.inputs(kernel)))  # so that a kernel knows them at a glance
        self._products = family.products.get(kernel, {})
        arguments = ", ".join([*(f"Tensor a{k}" for k in range(len(self._names))), "int axis"])
        results = ", ".join("Tensor" for _ in self._about.outputs)
        self._custom = torch.library.custom_op(
            f"derive::{self._about.name}_{family.key}",
            self._run,
            mutates_args=(),
            schema=f"({arguments}) -> {f'({results})' if len(self._about.outputs) > 1 else results}",
        )
        self._custom.register_fake(self._shapes)
        self._custom.register_vmap(self._batched)
        self._custom.register_autograd(self._backward, setup_context=self._setup)
        self._function = self._as_function()

    def __call__(self, given: Tensors, axis: int) -> Any:
        """A tensor, or a tuple of several."""
        arguments = [given[name] for name in self._names]
        if not torch.compiler.is_compiling() and torch._C._are_functorch_transforms_active():
            return self._function.apply(*arguments, axis)  # it differentiates these, and no custom operator
        return self._custom(*arguments, axis)

    # --- what it computes -----------------------------------------------------------------------------------------

    @cached_property
    def _called(self) -> Callable[..., Any]:
        """Compiled when it is first called: few ask for second derivatives."""
        return as_function(self._family.records[self._kernel], TARGET)

    def _run(self, *arguments: Any) -> Any:
        *given, axis = arguments
        named = {
            name: tensor.item() if what.kind == PARAMETER else self._array(name, tensor)
            for name, what, tensor in zip(self._names, self._about.inputs, given, strict=True)
        }
        called: Any = self._called
        if hasattr(called, "threads"):
            called.threads = torch.get_num_threads()
        try:
            made = called(**named, axis=axis)
        except (TypeError, ValueError, IndexError) as error:  # of the formula, which is what was called
            raise type(error)(str(error).replace(self._about.name, self._formula, 1)) from None
        return tuple(map(torch.from_numpy, made)) if isinstance(made, tuple) else torch.from_numpy(made)

    def _array(self, name: str, tensor: torch.Tensor) -> Any:
        try:
            return tensor.numpy(force=True)
        except (TypeError, RuntimeError):
            kind = tensor.dtype if tensor.layout == torch.strided else tensor.layout
            raise TypeError(
                f"{self._formula}: {name} is {kind}, which NumPy does not have: give a dense tensor of float32 or "
                f"float64, labels of int64"
            ) from None

    def _shapes(self, *arguments: Any) -> Any:
        head, axis = arguments[0], arguments[-1]
        made = tuple(_empty(head, output, axis) for output in self._about.outputs)
        return made if len(made) > 1 else made[0]

    def _batched(self, info: Any, places: tuple[int | None, ...], *arguments: Any) -> Any:
        """Many calls are one with an axis more, in front."""
        *given, axis = arguments
        moved = []
        for what, tensor, place in zip(self._about.inputs, given, places, strict=False):
            if what.kind == PARAMETER:
                if place is not None:
                    raise NotImplementedError(
                        f"{self._formula}: {what.name} is one number for all rows: vmap cannot vary it"
                    )
                moved.append(tensor)
            else:
                moved.append(
                    tensor.expand(info.batch_size, *tensor.shape) if place is None else tensor.movedim(place, 0)
                )
        made = self._custom(*moved, axis + 1 if axis >= 0 else axis)
        return made, (0,) * len(made) if isinstance(made, tuple) else 0

    # --- its derivative -------------------------------------------------------------------------------------------

    def _setup(self, ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        ctx.axis = inputs[-1]
        ctx.save_for_backward(*inputs[:-1], *(output[1:] if self._kernel == BOTH else ()))

    def _backward(self, ctx: Any, *upstream: torch.Tensor | None) -> tuple[torch.Tensor | None, ...]:
        """The derivative by each input, for the gradient that comes in by each output."""
        saved, count = ctx.saved_tensors, len(self._names)
        at = _At(dict(zip(self._names, saved, strict=False)), saved[count:], upstream, ctx.axis)
        found = [
            self._by(what, name, at) if needed else None
            for what, name, needed in zip(self._about.inputs, self._names, ctx.needs_input_grad, strict=False)
        ]
        return (*found, None)

    def _by(self, what: Given, name: str, at: _At) -> torch.Tensor | None:
        parts = [self._part(name, at, output, u) for output, u in enumerate(at.upstream) if u is not None]
        if not parts:
            return None
        whole = sum(parts[1:], start=parts[0])
        if what.kind == PARAMETER:  # one number for all rows
            return whole.sum(dtype=torch.float64).to(at.given[name].dtype)
        return whole

    def _part(self, name: str, at: _At, output: int, upstream: torch.Tensor) -> torch.Tensor:
        """The derivative by an input of what one output adds."""
        if self._family.scalar and output == 0 and self._kernel in (VALUE, BOTH) and name in self._family.variables:
            slopes = at.saved or self._others[BOTH](at.given, at.axis)[1:]
            slope: torch.Tensor = slopes[self._family.variables.index(name)]
            return upstream.unsqueeze(at.axis) * slope if slope.ndim > upstream.ndim else upstream * slope
        product = self._products.get(name)
        if product is None or product.output != output:
            raise NotImplementedError(self._family.refusal(self._kernel, name))
        made: torch.Tensor = self._others[product.kernel]({**at.given, product.seed: upstream}, at.axis)
        return made

    def _as_function(self) -> Any:
        """The operator as a function of autograd, for the transforms of ``torch.func``."""

        def forward(*arguments: Any) -> Any:
            return self._custom(*arguments)

        def jvp(ctx: Any, *tangents: Any) -> Any:
            raise NotImplementedError(
                f"{self._formula}: it has no forward mode: use torch.func.grad, vjp or jacrev (a Hessian is "
                f"jacrev(jacrev(f)))"
            )

        parts = {"forward": forward, "setup_context": self._setup, "backward": self._backward, "jvp": jvp}
        made = {name: staticmethod(part) for name, part in parts.items()}
        return type(self._about.name, (torch.autograd.Function,), {**made, "generate_vmap_rule": True})


def operators(family: Family) -> Mapping[str, Operator]:
    """Those of a family, by what a kernel's name has behind the formula's; made once for the same content."""
    if family.key not in _MADE:
        made = _MADE[family.key] = {}
        made.update({kernel: Operator(family, kernel, made) for kernel in family.records})
    return _MADE[family.key]


def _empty(head: torch.Tensor, output: Made, axis: int) -> torch.Tensor:
    """An output with the shape and the strides that the kernel gives it."""
    place = axis % head.ndim
    batch = [*head.shape[:place], *head.shape[place + 1 :]]
    made = head.new_empty([*batch, *[head.shape[place]] * output.axes])
    return made.movedim(-1, place) if output.axes else made
