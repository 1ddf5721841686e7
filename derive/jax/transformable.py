"""``derive.jax.load``: the door, which opens without JAX as well and says what brings it."""

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
    """The formula ``name`` as a function of JAX arrays, under ``jit``, ``vmap``, ``grad`` and ``jvp``.

    name, formulas: as for :func:`derive.load`; of a formula, whose gradients come with it.

    The function takes the formula's own inputs as the kernel of :func:`derive.load` does, and returns one value per row
    or per class.  Compiled code calls the C kernel on the CPU (``jax.ffi``); arrays that are sharded along their rows
    stay so.  Without a C compiler, or the headers of JAX, it calls back to Python, and a warning says why.

    Its gradient by what the formula's ``wrt`` names is the derived one, by the first of these forward too, and twice;
    what is not derived is refused (NotImplementedError).  float64 needs ``jax_enable_x64``.

    Raises LoadError without JAX or for a kernel that is no formula, and whatever :func:`derive.load` raises.
    """
    if importlib.util.find_spec("jax") is None:
        raise LoadError(f"JAX is not installed, and derive.jax needs it: {bring('jax')}")
    from derive.jax.traced import function_of_arrays

    return function_of_arrays(name, formulas)
