"""What a spelling is given and what it gives back: ``derive bench`` knows a formula by these alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Given(Protocol):
    """The inputs by their names; ``saved``: the value of the formula, where a caller has it already."""

    rows: int
    saved: Any

    def __getitem__(self, name: str) -> Any: ...

    def like_rows(self) -> Any:
        """Memory for one number per row."""
        ...

    def like_input(self) -> Any:
        """Memory for one number per class."""
        ...


Spelled = tuple[Callable[[], Any], Callable[[Any], tuple[Any, ...]]]
"""One call, with everything bound, and the arrays that it made, of what it returned."""


def into(run: Callable[[], Any], *arrays: Any) -> Spelled:
    """One that writes its results into these arrays."""
    return run, lambda returned: arrays
