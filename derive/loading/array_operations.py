"""The operations of programs as functions of NumPy arrays: those that the generated modules call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from derive.loading.loader import numpy_module
from derive.loops.operations import OPERATIONS
from derive.targets.numpy.expressions import INTO
from derive.targets.numpy.helpers import HELPERS

_HEAD = '''"""What the operations of programs mean in NumPy."""

import functools
import math
from typing import Any

import numpy as np

Array = Any
_FEW = 32
'''


@cache
def operations() -> Mapping[str, Callable[..., Any]]:
    """One function for each operation of the loop IR."""
    module = numpy_module("\n".join([_HEAD, *HELPERS.values()]))
    return {one.name: _function(module, "neg" if one.name == "neg" else one.numpy) for one in OPERATIONS}


def row_sums(values: Any) -> Any:
    """The sum of each row, as the generated modules take it: (rows, classes) -> (rows, 1)."""
    return numpy_module("\n".join([_HEAD, *HELPERS.values()]))._sum(values)


def _function(module: Any, spelled: str) -> Callable[..., Any]:
    if spelled == "neg":
        return np.negative
    spelled = INTO.get(spelled, spelled)
    found: Callable[..., Any] = getattr(module, spelled) if spelled.startswith("_") else getattr(np, spelled[3:])
    return found
