"""The few small functions that kernels share: the mathematics of the support header."""

from derive.targets.c.helpers.checks import CHECKS
from derive.targets.c.helpers.folds import FOLDS
from derive.targets.c.helpers.mathematics import HELPERS, OPERATIONS
from derive.targets.c.helpers.maxima import MAXIMA
from derive.targets.c.helpers.record import Inline, typed
from derive.targets.c.helpers.sizes import SIZES
from derive.targets.c.helpers.sums import SUMS
from derive.targets.c.helpers.tiles import TILES
from derive.targets.c.reals import REALS

__all__ = ["HELPERS", "Inline", "helpers"]


def helpers() -> tuple[Inline, ...]:
    """Every helper, those of a real type once for each."""
    every = (*OPERATIONS, *FOLDS, *SUMS, *MAXIMA, *TILES, *CHECKS)
    return (
        *SIZES,
        *(typed(helper, real) for helper in every for real in REALS if helper.only in ("", real.tag)),
    )
