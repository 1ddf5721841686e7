"""In how many threads a compiled kernel may do a large call."""

from __future__ import annotations

import os

from derive.system import cores

VARIABLE = "OMP_NUM_THREADS"
"""What most libraries that start threads of their own are told by."""


def threads() -> int:
    """As many as ``$OMP_NUM_THREADS`` says (the first number of a list), else one for each core of this process."""
    told = os.environ.get(VARIABLE, "").split(",")[0].strip()
    return int(told) if told.isdecimal() and int(told) > 0 else cores()
