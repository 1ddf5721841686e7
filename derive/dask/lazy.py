"""``derive.dask.load``: the door, which opens without Dask as well and says what brings it."""

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
    """The kernel ``name`` as a function of Dask arrays, which computes nothing before it is asked to.

    name, formulas: as for :func:`derive.load`.

    The function takes the kernel's own inputs: vectors as Dask or NumPy arrays, chunked in any way, with the class axis
    ``axis``; after the first, a vector of the classes alone serves all rows; labels in the shape of a vector without
    the class axis; parameters as numbers.  It returns what the kernel does, as Dask arrays, in the chunks of the first
    vector that are not empty.  A block stays where it lies: of each row only the numbers that ``derive show NAME
    --splits`` lists go from one to another.  Blocks are computed in NumPy.  A result depends on the chunks by rounding
    alone.

    Raises SplitError for a kernel that does not split over the classes, LoadError without Dask, and whatever
    :func:`derive.load` raises.  What arrays hold is looked at when they are computed: IndexError for a label,
    ValueError for a value outside its domain.
    """
    if importlib.util.find_spec("dask") is None:
        raise LoadError(f"Dask is not installed, and derive.dask needs it: {bring('dask')}")
    from derive.dask.graph import function_of_blocks
    from derive.loading.shared_out import shared_kernel

    return function_of_blocks(shared_kernel(name, formulas))
