"""How a kernel splits over its classes: rounds of a few numbers a row, whose merge is a monoid.

``split`` finds the rounds of a program, :class:`Split` holds them, ``told`` says them in a line each; what does not
split raises SplitError, with what stands in the way.
"""

from __future__ import annotations

from derive.splits.equations import HERE, SplitError
from derive.splits.rounds import Highest, Round, Split, Summed, split
from derive.splits.sentences import told

__all__ = ["HERE", "Highest", "Round", "Split", "SplitError", "Summed", "split", "told"]
