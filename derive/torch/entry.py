"""``derive.torch.load``: the door, which opens without PyTorch as well and says what brings it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from derive.loading.troubles import LoadError
from derive.system.extras import bring

if TYPE_CHECKING:
    from derive.language.formula import Formula
    from derive.loading.loader import Where


def load(name: str | os.PathLike[str] | Formula, formulas: Where | Iterable[Where] | None = None) -> Callable[..., Any]:
    """The formula ``name`` as a function of PyTorch tensors that autograd differentiates.

    name:     of a formula; with its formula file before it, as in ``"mine.py:mine"``; or a formula.  Its gradients come
              with it.
    formulas: where to look, as for :func:`derive.load`.

    The function takes the formula's own inputs by their names, as the kernel of :func:`derive.load` does: vectors with
    any number of axes beside the class axis ``axis``, labels of a vector's shape without it, parameters as numbers.
    It returns a tensor: of a scalar formula one value per row, of a vector formula a value per class.

    A formula that names its axes takes whole tensors, each with the axes that it names, last.  Axes before those run
    through many arrays at once, and a tensor without them serves all: its gradient is the sum over these.  There is no
    ``axis``, and no second derivative.

    A loss takes ``weight``, ``label_smoothing``, ``pos_weight``, ``ignore_index`` (default -100, where any of these is
    given) and ``reduction``, as the kernels of :func:`derive.load` do.

    It is made of custom operators on the C kernels.  Tensors on the CPU are read where they lie.  The first derivatives
    by what the formula's ``wrt`` names are the derived gradients or vector-Jacobian products, the second by the first
    vector there its product with the Hessian; an input by which nothing is derived is refused where it requires a
    gradient.  A parameter that is learnt is a tensor of no axes.  ``torch.compile``, ``torch.vmap`` and the reverse
    modes of ``torch.func`` work.  float16 and bfloat16 are computed in float32, and the result is rounded back.  A
    large call uses ``torch.get_num_threads()`` threads.

    Raises LoadError without PyTorch, and whatever :func:`derive.load` raises.
    """
    _check_torch()
    from derive.loading.family import VALUE, family_of
    from derive.torch.function import function_along_axes, function_of
    from derive.torch.optioned import loss_of

    family = family_of(name, formulas)
    if family.described(VALUE).sizes:
        return function_along_axes(family)
    if not family.scalar:
        return function_of(family)
    return loss_of(family, lambda options: family_of(name, formulas, options))


def load_sharded(
    name: str | os.PathLike[str] | Formula,
    classes: int,
    formulas: Where | Iterable[Where] | None = None,
    group: Any = None,
) -> Callable[..., Any]:
    """The formula ``name`` as a function of slices of the classes, one in each process of ``torch.distributed``.

    name, formulas: as for :func:`load`.
    classes:        how many classes this process has; 0 is a number too.  The slices lie one after the other, in the
                    order of the processes.
    group:          the processes; default: all.  Every one of them loads it, and then calls it, together.

    The function takes what that of :func:`load` takes, options of a loss included: vectors are slices of this process
    (``weight`` too), labels count from 0 in all classes together, and are the same in all processes, as parameters are.
    It returns the same value for each row in every process, bit by bit, and backward gives each process the gradient by
    its own slice.  Each round of the kernel is one collective of a few numbers a row, an all-reduce where they are
    added and an all-gather where they merge in another way: ``derive show NAME --splits`` tells how many.  A reduction
    ``"mean"`` with ``weight`` sends one more, the weight of the class of each row.  First derivatives alone.  Kernels
    run in NumPy, on the CPU.

    Raises SplitError for a formula that does not split, LoadError without PyTorch or a group, and whatever
    :func:`derive.load` raises.
    """
    _check_torch()
    import torch.distributed as dist

    if not (dist.is_available() and dist.is_initialized()):
        raise LoadError("there is no group of processes: call torch.distributed.init_process_group first")
    from derive.loading.shared_out import shared_formula
    from derive.torch.exchange import GroupExchange
    from derive.torch.slices import function_of_slices, loss_of_slices

    shared = shared_formula(name, formulas)
    exchange = GroupExchange(classes, group)
    return loss_of_slices(shared, exchange) if shared.is_scalar else function_of_slices(shared, exchange)


def _check_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise LoadError(f"PyTorch is not installed, and derive.torch needs it: {bring('torch')}")
