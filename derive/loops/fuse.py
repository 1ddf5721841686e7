"""Fuse: loops that do not wait for one another become one pass over the classes."""

from __future__ import annotations

from derive.loops.ir import Let, Loop, Statement
from derive.loops.uses import makes, reads


def fuse(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Each loop merged into the earliest loop over the same index after everything that it needs.

    Scalars of the row are made as soon as they can be, so that no loop waits for one needlessly.
    """
    fused: list[Statement] = []
    for statement in statements:
        ready = _ready(fused, statement)
        host = _host(fused, statement, ready)
        if host is not None:
            joined = fused[host]
            assert isinstance(joined, Loop) and isinstance(statement, Loop)
            fused[host] = Loop(joined.index, (*joined.body, *statement.body))
        elif isinstance(statement, Let):
            fused.insert(ready, statement)
        else:
            fused.append(statement)
    return tuple(fused)


def _ready(fused: list[Statement], statement: Statement) -> int:
    """The first place at which all that a statement needs is there."""
    needs = reads(statement) | makes(statement)
    return max((position + 1 for position, earlier in enumerate(fused) if makes(earlier) & needs), default=0)


def _host(fused: list[Statement], statement: Statement, ready: int) -> int | None:
    if not isinstance(statement, Loop) or _is_nested(statement):
        return None
    for position in range(ready, len(fused)):
        earlier = fused[position]
        if isinstance(earlier, Loop) and earlier.index == statement.index and not _is_nested(earlier):
            return position
    return None


def _is_nested(loop: Loop) -> bool:
    return any(isinstance(s, Loop) for s in loop.body)
