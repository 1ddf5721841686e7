"""Masks: where a value is infinite, and where it is 0, because a score is -inf.

``e_k (log S - x_k)`` is never infinite: where ``x_k`` is masked, ``e_k`` is 0.  Ranges alone cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.loops.intervals import OPERATIONS, Range
from derive.loops.ir import Element

Scores = frozenset[Element]
NONE: Scores = frozenset()


@dataclass(frozen=True)
class Masks:
    """What masked scores make of a value.

    wild: wherever it is infinite or no number one of these scores is masked; ``None``: elsewhere too, perhaps.
    sunk: where one of these scores is masked it is -inf.
    gone: where one of these scores is masked it is 0.
    """

    wild: Scores | None = NONE
    sunk: Scores = NONE
    gone: Scores = NONE


def of_score(score: Element) -> Masks:
    here = frozenset({score})
    return Masks(here, sunk=here)


def masks_of(op: str, args: Sequence[Masks], ranges: Sequence[Range], found: Range) -> Masks:
    """Of the result of an operation, from those of its arguments."""
    wild = _wild(op, args, ranges) if found.unbounded else NONE
    if op in ("weighted", "weighted_ratio") and wild is not None:
        wild -= args[0].gone
    return Masks(wild, _sunk(op, args, ranges), _gone(op, args, ranges))


def _sunk(op: str, args: Sequence[Masks], ranges: Sequence[Range]) -> Scores:
    found = NONE
    for place, one in enumerate(args):
        others = [r for other, r in enumerate(ranges) if other != place]
        if op == "add" or (op == "sub" and place == 0):
            kept = not any(r.nan or (r.up if op == "add" else r.down) for r in others)
        else:
            kept = (op == "mul" or (op == "div" and place == 0)) and all(map(_scales, others))
        found |= one.sunk if kept else NONE
    return found


def _gone(op: str, args: Sequence[Masks], ranges: Sequence[Range]) -> Scores:
    match op:
        case "exp" | "exp2":
            return args[0].sunk
        case "neg" | "weighted_ratio":
            return args[0].gone
        case "add" | "sub":
            return args[0].gone & args[1].gone
        case "div":
            return NONE if ranges[1].zero or ranges[1].nan else args[0].gone
        case "mul" | "weighted":
            first = args[0].gone if op == "weighted" or not ranges[1].unbounded else NONE
            return first | (args[1].gone if not ranges[0].unbounded else NONE)
    return NONE


def _wild(op: str, args: Sequence[Masks], ranges: Sequence[Range]) -> Scores | None:
    """Where the result is infinite because an argument is; ``None`` where the operation makes infinities of its own."""
    tame = [replace(r, down=False, up=False, nan=False) for r in ranges]
    if op not in OPERATIONS or OPERATIONS[op](*tame).unbounded:
        return None
    found: Scores = NONE
    for one, range_ in zip(args, ranges, strict=True):
        if range_.unbounded and one.wild is None:
            return None
        found |= (one.wild or NONE) if range_.unbounded else NONE
    return found


def _scales(factor: Range) -> bool:
    """A factor that leaves an infinity as it is."""
    return factor.low >= 0 and not factor.zero and not factor.unbounded
