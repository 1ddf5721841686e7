"""The kernels of a family as custom operators of PyTorch, each with its shapes, its derivative, and a batch of itself.

An operator takes the inputs of its kernel in order, parameters too as tensors (of no axes, float64); one of rows then
the class axis.  Its name holds a key of all that its kernels are made of: two formulas of one name do not meet.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import torch

from derive.loading.described import PARAMETER, VECTOR, Given
from derive.loading.family import BOTH, TARGET, VALUE, Family
from derive.loading.loader import as_function
from derive.loading.whole import sizes_of

Tensors = Mapping[str, torch.Tensor]
_Axis = tuple[int, ...]
"""The class axis; none where the formula names its axes."""


class _At(NamedTuple):
    """Where a kernel is differentiated: its inputs, what forward saved beside them, the gradients that come in."""

    given: Tensors
    saved: tuple[torch.Tensor, ...]
    upstream: tuple[torch.Tensor | None, ...]
    axis: _Axis


class Operator(ABC):
    """One kernel as an operator.  ``others``: the family's operators, itself among them, that differentiate it."""

    def __init__(self, family: Family, kernel: str, others: Mapping[str, Operator]) -> None:
        self._family, self._kernel, self._others = family, kernel, others
        self._about, self._formula = family.described(kernel), family.name
        self._names = tuple(map(sys.intern, family.inputs(kernel)))  # so that a kernel knows them at a glance
        self._products = family.products.get(kernel, {})
        arguments = ", ".join([*(f"Tensor a{k}" for k in range(len(self._names))), *self.more])
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

    more: tuple[str, ...] = ()
    """What it takes beside the inputs of its kernel, as a schema says it."""

    def __call__(self, given: Tensors, *axis: int) -> Any:
        """A tensor, or a tuple of several."""
        arguments = [given[name] for name in self._names]
        if not torch.compiler.is_compiling() and torch._C._are_functorch_transforms_active():
            return self._function.apply(*arguments, *axis)  # it differentiates these, and no custom operator
        return self._custom(*arguments, *axis)

    def _taken(self, arguments: tuple[Any, ...]) -> tuple[dict[str, torch.Tensor], _Axis]:
        """The inputs by their names, and the class axis."""
        count = len(self._names)
        return dict(zip(self._names, arguments[:count], strict=True)), arguments[count:]

    # --- what it computes -----------------------------------------------------------------------------------------

    @cached_property
    def _called(self) -> Callable[..., Any]:
        """Compiled when it is first called: few ask for second derivatives."""
        return as_function(self._family.records[self._kernel], TARGET)

    @abstractmethod
    def _answer(self, called: Callable[..., Any], given: dict[str, Any], axis: _Axis) -> Any:
        """What the kernel gives for arrays and numbers."""

    def _run(self, *arguments: Any) -> Any:
        given, axis = self._taken(arguments)
        named = {
            name: tensor.item() if what.kind == PARAMETER else self._array(name, tensor)
            for what, (name, tensor) in zip(self._about.inputs, given.items(), strict=True)
        }
        called: Any = self._called
        if hasattr(called, "threads"):
            called.threads = torch.get_num_threads()
        try:
            made = self._answer(called, named, axis)
        except (TypeError, ValueError, IndexError) as error:
            raise self._of_formula(error) from None
        return tuple(map(torch.from_numpy, made)) if isinstance(made, tuple) else torch.from_numpy(made)

    def _of_formula(self, error: Exception) -> Exception:
        """What a kernel says, of the formula: that is what was called."""
        return type(error)(str(error).replace(self._about.name, self._formula, 1))

    def _array(self, name: str, tensor: torch.Tensor) -> Any:
        try:
            return tensor.numpy(force=True)
        except (TypeError, RuntimeError):
            kind = tensor.dtype if tensor.layout == torch.strided else tensor.layout
            raise TypeError(
                f"{self._formula}: {name} is {kind}, which NumPy does not have: give a dense tensor of float32 or "
                f"float64, labels of int64"
            ) from None

    @abstractmethod
    def _empty(self, given: Tensors, axis: _Axis) -> list[torch.Tensor]:
        """The outputs, each with the shape and the strides that the kernel gives it."""

    def _shapes(self, *arguments: Any) -> Any:
        made = tuple(self._empty(*self._taken(arguments)))
        return made if len(made) > 1 else made[0]

    @abstractmethod
    def _one_axis_more(self, tensors: Mapping[str, tuple[torch.Tensor, int | None]], count: int) -> list[torch.Tensor]:
        """Arrays of many calls, with the place of the axis along which these lie, as those of one call."""

    def _batched(self, info: Any, places: tuple[int | None, ...], *arguments: Any) -> Any:
        """Many calls are one with an axis more, in front."""
        given, axis = self._taken(arguments)
        held = {name: (tensor, place) for (name, tensor), place in zip(given.items(), places, strict=False)}
        for what in self._about.of_kind(PARAMETER):
            if held[what.name][1] is not None:
                told = f"{what.name} is one number for all rows: vmap cannot vary it"
                raise NotImplementedError(f"{self._formula}: {told}")
        moved = dict(zip(held, self._one_axis_more(held, info.batch_size), strict=True))
        made = self._custom(*moved.values(), *(one + 1 if one >= 0 else one for one in axis))
        return made, (0,) * len(made) if isinstance(made, tuple) else 0

    # --- its derivative -------------------------------------------------------------------------------------------

    def _setup(self, ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.set_materialize_grads(False)
        given, ctx.axis = self._taken(inputs)
        ctx.save_for_backward(*given.values(), *(output[1:] if self._kernel == BOTH else ()))

    def _backward(self, ctx: Any, *upstream: torch.Tensor | None) -> tuple[torch.Tensor | None, ...]:
        """The derivative by each input, for the gradient that comes in by each output."""
        saved, count = ctx.saved_tensors, len(self._names)
        at = _At(dict(zip(self._names, saved, strict=False)), saved[count:], upstream, ctx.axis)
        found = [
            self._by(what, name, at) if needed else None
            for what, name, needed in zip(self._about.inputs, self._names, ctx.needs_input_grad, strict=False)
        ]
        return (*found, *(None for _ in ctx.axis))

    def _by(self, what: Given, name: str, at: _At) -> torch.Tensor | None:
        parts = [self._part(name, at, output, u) for output, u in enumerate(at.upstream) if u is not None]
        return self._summed(sum(parts[1:], start=parts[0]), what, at.given[name]) if parts else None

    @abstractmethod
    def _summed(self, slope: torch.Tensor, what: Given, by: torch.Tensor) -> torch.Tensor:
        """The derivative by an input that serves many rows, or many arrays, over all of these."""

    def _part(self, name: str, at: _At, output: int, upstream: torch.Tensor) -> torch.Tensor:
        """The derivative by an input of what one output adds."""
        if self._family.scalar and output == 0 and self._kernel in (VALUE, BOTH) and name in self._family.variables:
            return self._scaled(self._slope(name, at), upstream, at.axis)
        product = self._products.get(name)
        if product is None or product.output != output:
            raise NotImplementedError(self._family.refusal(self._kernel, name))
        made: torch.Tensor = self._others[product.kernel]({**at.given, product.seed: upstream}, *at.axis)
        return made

    def _slope(self, name: str, at: _At) -> torch.Tensor:
        """The derivative of a number by an input: as forward saved it, or made now."""
        slopes = at.saved or self._others[BOTH](at.given, *at.axis)[1:]
        slope: torch.Tensor = slopes[self._family.variables.index(name)]
        return slope

    @abstractmethod
    def _scaled(self, slope: torch.Tensor, upstream: torch.Tensor, axis: _Axis) -> torch.Tensor:
        """The derivative of each number, by the gradient that comes in by it."""

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


class OfRows(Operator):
    """A kernel of one row as an operator on many: the class axis is one of the tensors'."""

    more = ("int axis",)

    def _answer(self, called: Callable[..., Any], given: dict[str, Any], axis: _Axis) -> Any:
        return called(**given, axis=axis[0])

    def _empty(self, given: Tensors, axis: _Axis) -> list[torch.Tensor]:
        head = next(iter(given.values()))
        place = axis[0] % head.ndim
        batch = [*head.shape[:place], *head.shape[place + 1 :]]
        made = [(head.new_empty([*batch, *[head.shape[place]] * one.axes]), one.axes) for one in self._about.outputs]
        return [one.movedim(-1, place) if axes else one for one, axes in made]

    def _one_axis_more(self, tensors: Mapping[str, tuple[torch.Tensor, int | None]], count: int) -> list[torch.Tensor]:
        moved = []
        for what in self._about.inputs:
            tensor, place = tensors[what.name]
            if what.kind != PARAMETER:
                tensor = tensor.expand(count, *tensor.shape) if place is None else tensor.movedim(place, 0)
            moved.append(tensor)
        return moved

    def _summed(self, slope: torch.Tensor, what: Given, by: torch.Tensor) -> torch.Tensor:
        return slope.sum(dtype=torch.float64).to(by.dtype) if what.kind == PARAMETER else slope

    def _scaled(self, slope: torch.Tensor, upstream: torch.Tensor, axis: _Axis) -> torch.Tensor:
        return upstream.unsqueeze(*axis) * slope if slope.ndim > upstream.ndim else upstream * slope


class OfArrays(Operator):
    """A kernel along named axes as an operator; axes before these run through many arrays."""

    def _answer(self, called: Callable[..., Any], given: dict[str, Any], axis: _Axis) -> Any:
        return called(**given)

    def _empty(self, given: Tensors, axis: _Axis) -> list[torch.Tensor]:
        arrays = {one.name: given[one.name] for one in self._about.inputs if one.kind != PARAMETER}
        try:
            sizes, before = sizes_of(self._about, {name: tuple(one.shape) for name, one in arrays.items()})
        except ValueError as error:
            raise self._of_formula(error) from None
        many, head = torch.broadcast_shapes(*before.values()), arrays[self._about.of_kind(VECTOR)[0].name]
        return [head.new_empty([*many, *(sizes[letter] for letter in one.shape)]) for one in self._about.outputs]

    def _one_axis_more(self, tensors: Mapping[str, tuple[torch.Tensor, int | None]], count: int) -> list[torch.Tensor]:
        """What does not vary serves all; what does has as many axes before the named ones as any other."""
        asked = [(what, *tensors[what.name]) for what in self._about.inputs]
        most = max(one.ndim - (place is not None) - len(what.shape) for what, one, place in asked)
        moved = []
        for what, tensor, place in asked:
            if place is not None:
                shape = tensor.movedim(place, 0).shape[1:]
                ones = (1,) * (most - (len(shape) - len(what.shape)))
                tensor = tensor.movedim(place, 0).reshape(count, *ones, *shape)
            moved.append(tensor)
        return moved

    def _summed(self, slope: torch.Tensor, what: Given, by: torch.Tensor) -> torch.Tensor:
        extra = slope.ndim - by.ndim
        places = [k for k in range(slope.ndim) if k < extra or by.shape[k - extra] != slope.shape[k]]
        whole = slope.sum(places, keepdim=True, dtype=torch.float64) if places else slope
        return whole.reshape(by.shape).to(by.dtype)

    def _slope(self, name: str, at: _At) -> torch.Tensor:
        """Not all of them are made where one is asked for: each is as large as its array."""
        alone = self._others.get(self._family.alone(name))
        made: torch.Tensor = super()._slope(name, at) if at.saved or alone is None else alone(at.given)
        return made

    def _scaled(self, slope: torch.Tensor, upstream: torch.Tensor, axis: _Axis) -> torch.Tensor:
        return upstream.reshape(*upstream.shape, *(1,) * (slope.ndim - upstream.ndim)) * slope


_MADE: dict[str, dict[str, Operator]] = {}


def operators(family: Family) -> Mapping[str, Operator]:
    """Those of a family, by what a kernel's name has behind the formula's; made once for the same content."""
    if family.key not in _MADE:
        of = OfArrays if family.described(VALUE).sizes else OfRows
        made = _MADE[family.key] = {}
        made.update({kernel: of(family, kernel, made) for kernel in family.records})
    return _MADE[family.key]
