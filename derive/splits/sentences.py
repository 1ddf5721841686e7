"""How a kernel splits, in words: a line for each round, and for each output what it is written from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from derive.loops.ir import Number, Program
from derive.splits.equations import Picked, SplitError
from derive.splits.rounds import Fetched, Highest, Round, Sent, Split, Summed, split

SIZES = {"float32": 4, "float64": 8}


def told(programs: Sequence[Program]) -> str:
    """Of each kernel in which rounds it splits over its classes, or what stands in the way."""
    return "\n\n".join("\n".join(_of_kernel(program)) for program in programs) + "\n"


def _of_kernel(program: Program) -> Iterator[str]:
    try:
        found = split(program)
    except SplitError as error:
        yield str(error).removeprefix(f"{program.formula.where}: ")
        return
    if not found.rounds:
        yield f"{found.name} splits over the classes: nothing is sent, each shard writes its part alone"
        return
    rounds = f"{len(found.rounds)} round{'s' * (len(found.rounds) > 1)}"
    sizes = ", ".join(f"{found.bytes_per_row(size)} in {dtype}" for dtype, size in SIZES.items())
    yield f"{found.name} splits over the classes in {rounds}, bytes a row and shard: {sizes}"
    for number, one in enumerate(found.rounds, start=1):
        yield f"  round {number}: {'; '.join(_parts(found, one))} ({one.bytes_per_row(SIZES['float32'])} bytes)"
    for output, needs in found.needs.items():
        yield f"  {output} from {', '.join(needs) or 'its own classes alone'}"


def _parts(found: Split, one: Round) -> Iterator[str]:
    """Those of a kind together."""
    for kind, parts in groupby(sorted(one.parts, key=_kind), _kind):
        names = list(parts)
        yield from map(_highest, names) if kind[0] == 0 else (_several(found, names),)


def _kind(part: Sent) -> tuple[int, str]:
    match part:
        case Highest():
            return 0, ""
        case Fetched():
            return 1, ""
        case Summed(_, scales, moved=None):
            return 2, " and ".join(_scale(*scale) for scale in scales)
        case Summed():
            return 3, ""


def _scale(largest: str, power: object) -> str:
    return f"{largest}" if power == Number(-1) else f"{largest}, scaled"


def _highest(part: Sent) -> str:
    assert isinstance(part, Highest)
    carried = "".join(f", {name}" for name in part.carried)
    return f"maximum {part.name}{f', its class {part.where}' if part.where else ''}{carried}"


def _several(found: Split, parts: Sequence[Sent]) -> str:
    names = ", ".join(part.name for part in parts)
    first = parts[0]
    if isinstance(first, Summed) and first.moved is not None:
        return f"sum{'s' * (len(parts) > 1)} {names} about the means of the shard, moved to those of all"
    if isinstance(first, Summed):
        reference = _kind(first)[1]
        return f"sum{'s' * (len(parts) > 1)} {names}{f', to the reference {reference}' if reference else ''}"
    indices = {_index(found, part) for part in parts}
    return f"{names} of the shard that has the class {' or '.join(sorted(indices))}"


def _index(found: Split, part: Sent) -> str:
    picked = found.equations.known[part.name]
    assert isinstance(picked, Picked)
    return picked.index
