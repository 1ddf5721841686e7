"""A compiled kernel called through its description: a list of slots, whatever its inputs are; see ``derive_call.h``."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from derive.loading.described import PARAMETER, VECTOR, Described
from derive.loading.threads import threads

HALVES = {"float16": 2, "bfloat16": 3}
"""What ``enum derive_type`` calls the dtypes that a kernel takes this way alone."""


class CallSlot(ctypes.Structure):
    """What a kernel is given for an input or an output: the stride counts elements."""

    _fields_ = [("data", ctypes.c_void_p), ("stride", ctypes.c_size_t), ("number", ctypes.c_double)]


def address_of(library: ctypes.CDLL, kernel: Described) -> int | None:
    """Where a library describes a kernel; ``None`` where it does not: the kernel has more inputs than are called so."""
    try:
        return ctypes.addressof(ctypes.c_char.in_dll(library, f"derive_kernel_{kernel.name}"))
    except ValueError:
        return None


def on_halves(kernel: Described, library: ctypes.CDLL, dtype: str) -> Callable[..., int] | None:
    """A function of the arguments of a kernel for float32, whose arrays hold halves; ``None``: there is none."""
    address = address_of(library, kernel)
    if address is None:
        return None
    run = library["derive_run_slots"]
    size = ctypes.c_size_t
    run.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int, size, size, ctypes.POINTER(CallSlot)]
    run.restype = ctypes.c_int
    strided = [given.kind == VECTOR for given in kernel.inputs] + [made.axes > 0 for made in kernel.outputs]
    numbers = [given.kind == PARAMETER for given in kernel.inputs] + [False] * len(kernel.outputs)

    def call(rows: int, classes: int, *passed: Any) -> int:
        values = iter(passed)
        slots = [
            CallSlot(number=next(values)) if number else CallSlot(next(values), next(values) if has_stride else 1)
            for number, has_stride in zip(numbers, strided, strict=True)
        ]
        status: int = run(address, HALVES[dtype], threads(), rows, classes, (CallSlot * len(slots))(*slots))
        return status

    return call
