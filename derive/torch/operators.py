"""The kernels of a family as custom operators of PyTorch, each with its shapes, its derivative, and a batch of itself.

An operator takes the inputs of its kernel in order, parameters too as tensors (of no axes, float64), then the class
axis.  Its name holds a key of all that its kernels are made of: two formulas of one name do not meet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import torch

from derive.loading.described import PARAMETER, Made
from derive.loading.loader import as_function
from derive.torch.family import BOTH, TARGET, VALUE, Family, Product

Given = Mapping[str, torch.Tensor]
_MADE: dict[str, dict[str, Operator]] = {}


class Operator:
    """One kernel as an operator.  ``others``: the family's operators, itself among them, that differentiate it."""

    def __init__(self, family: Family, kernel: str, others: Mapping[str, Operator]) -> None:
        self._family, self._kernel, self._others = family, kernel, others
        self._about, self._formula = family.described(kernel), family.described(VALUE).name
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

    def __call__(self, given: Given, axis: int) -> Any:
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
        """The derivative by each input, for the incoming gradient of each output."""
        saved, count = ctx.saved_tensors, len(self._names)
        given = dict(zip(self._names, saved, strict=False))
        found = []
        for name, needed in zip(self._names, ctx.needs_input_grad, strict=False):
            found.append(self._by(name, given, saved[count:], upstream, ctx.axis) if needed else None)
        return (*found, None)

    def _by(
        self,
        name: str,
        given: Given,
        saved: tuple[torch.Tensor, ...],
        upstream: tuple[torch.Tensor | None, ...],
        axis: int,
    ) -> torch.Tensor | None:
        last = upstream[-1]
        if self._family.scalar and self._kernel == VALUE and name == self._family.wrt:
            return _scaled(last, self._others[BOTH](given, axis)[1], axis)
        if name not in self._products:
            raise NotImplementedError(self._refusal(name))
        along = None if last is None else self._product(self._products[name], given, last, axis)
        if self._kernel != BOTH:
            return along
        across = _scaled(upstream[0], saved[0], axis)
        return across if along is None else along if across is None else across + along

    def _product(self, product: Product, given: Given, seed: torch.Tensor, axis: int) -> torch.Tensor:
        made: torch.Tensor = self._others[product.kernel]({**given, product.seed: seed}, axis)
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

    def _refusal(self, name: str) -> str:
        if name in self._family.inputs(VALUE) and name != self._family.wrt:
            return refusal(self._family, name)
        return f"{self._formula}: third derivatives are not derived: differentiate it twice at most"


def refusal(family: Family, name: str) -> str:
    """What is said where a derivative is asked for that no kernel gives."""
    return (
        f"{family.described(VALUE).name}: {name} requires a gradient, but only the derivative by {family.wrt} is "
        f"derived: give {name}.detach()"
    )


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


def _scaled(upstream: torch.Tensor | None, gradient: torch.Tensor, axis: int) -> torch.Tensor | None:
    return None if upstream is None else upstream.unsqueeze(axis) * gradient
