"""What a line of a proof says, and why one does not follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from derive.algebra import Trace
from derive.algebra.matching import depends
from derive.language.claims import Assumption
from derive.language.components import Along
from derive.language.formula import Formula
from derive.language.nodes import Limit, Partial
from derive.language.spoken import spoken


class LineError(Exception):
    """Why a line does not follow, and what to do about it."""

    def __init__(self, why: str, instead: str = "correct the line, or name another rule") -> None:
        super().__init__(why)
        self.instead = instead


@dataclass(frozen=True)
class Wanted:
    """What a line says: ``relation expression`` (``None``: whatever comes of it), in a proof about a formula."""

    relation: str
    expression: Any
    about: Formula
    assuming: tuple[Assumption, ...] = ()


Reason = Callable[[Trace, Wanted], None]


def refuse_where_varied(expression: Any, *parts: Any) -> None:
    """What holds at some values only says nothing of a derivative or a limit, which look at others.

    Raises LineError where one in the expression is taken by what ``parts`` depend on.
    """
    for node in sorted(expression.atoms(Partial, Limit), key=str):
        by = node.args[1]
        if any(depends(part, by.vector if isinstance(by, Along) else by) for part in parts):
            raise LineError(
                f"along {spoken_by(by)} it need not hold", f"take the derivatives and limits by {spoken_by(by)} first"
            )


def spoken_by(by: Any) -> str:
    return by.vector.name if isinstance(by, Along) else spoken(by)
