"""Share: what is computed twice in one loop, or twice for a row, gets a name and is computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.loops.ir import Call, Element, Let, Loop, Name, Number, Position, Same, Statement, Value, walk
from derive.loops.operations import BY_NAME
from derive.loops.uses import map_values, put, reads, values

Fresh = Callable[[str], str]
WORDS = {"div": "ratio", "sub": "gap", "add": "total", "mul": "product", "abs": "size"}
WORDS |= {"where_nonnegative": "chosen", "compare": "chosen"}


def share(statements: tuple[Statement, ...], fresh: Fresh) -> tuple[Statement, ...]:
    """Names for the values that repeat: of a class inside each loop, of the row outside."""
    inside = tuple(_share_loop(s, fresh) if isinstance(s, Loop) else s for s in statements)
    return _share_rows(inside, fresh)


def _share_loop(loop: Loop, fresh: Fresh) -> Loop:
    if any(isinstance(s, Loop) for s in loop.body):
        return _hoist(loop, fresh)
    return Loop(loop.index, _name_repeats(loop.body, fresh))


def _hoist(loop: Loop, fresh: Fresh) -> Loop:
    """A loop with a loop in it: a costly value that depends on the outer class alone is computed once for it.

    What repeats beside the inner loops gets a name as well.
    """
    body: tuple[Statement, ...] = loop.body
    lets: list[Let] = []
    while found := _outer_values(loop.index, body):
        value = max(found, key=lambda part: (len(walk(part)), repr(part)))
        name = fresh(_word(value))
        lets.append(Let(name, value))
        body = _put_name(body, value, name)
    return Loop(loop.index, _around_loops((*lets, *body), fresh))


def _outer_values(index: str, body: tuple[Statement, ...]) -> list[Call]:
    """The costly values in inner loops whose only class is the outer one."""
    parts = [part for s in body if isinstance(s, Loop) for v in values(s) for part in walk(v)]
    return [part for part in parts if isinstance(part, Call) and costly(part) and classes(part) == {index}]


def classes(value: Value) -> set[str]:
    """The loops, labels and other classes on which a value depends."""
    elements = {part.index for part in walk(value) if isinstance(part, (Element, Position))}
    return elements.union(*({part.left, part.right} for part in walk(value) if isinstance(part, Same)))


def _put_name(body: tuple[Statement, ...], value: Value, name: str) -> tuple[Statement, ...]:
    return tuple(map_values(s, lambda v: put(v, value, Name(name))) for s in body)


def _share_rows(statements: tuple[Statement, ...], fresh: Fresh) -> tuple[Statement, ...]:
    """The same outside the loops; a second name for the same value goes."""
    filled = _around_loops(statements, fresh)
    for copy in [s for s in filled if isinstance(s, Let) and isinstance(s.value, Name)]:
        filled = tuple(map_values(s, lambda v, c=copy: put(v, Name(c.name), c.value)) for s in filled if s != copy)  # type: ignore[misc]
    return filled


def _around_loops(statements: tuple[Statement, ...], fresh: Fresh) -> tuple[Statement, ...]:
    """Names for what repeats in the statements that are not loops."""
    loops = iter([s for s in statements if isinstance(s, Loop)])
    named = _name_repeats(tuple(_Hole() if isinstance(s, Loop) else s for s in statements), fresh)
    return tuple(next(loops) if isinstance(s, _Hole) else s for s in named)


def _name_repeats(body: tuple[Any, ...], fresh: Fresh) -> tuple[Any, ...]:
    repeated = _most_repeated(body)
    while repeated is not None:
        name = fresh(_word(repeated))
        named = tuple(s if isinstance(s, _Hole) else _put_name((s,), repeated, name)[0] for s in body)
        position = next(p for p, s in enumerate(named) if not isinstance(s, _Hole) and name in reads(s))
        body = (*named[:position], Let(name, repeated), *named[position:])
        repeated = _most_repeated(body)
    return body


class _Hole:
    """Where a loop stands while the scalars around it are looked at."""


def _most_repeated(body: tuple[Any, ...]) -> Call | None:
    """The largest operation that occurs more than once."""
    counts = Counter(
        part for s in body if not isinstance(s, _Hole) for v in values(s) for part in walk(v) if isinstance(part, Call)
    )
    repeated = [part for part, count in counts.items() if count > 1]
    return max(repeated, key=lambda part: (len(walk(part)), repr(part)), default=None)


def _word(value: Call) -> str:
    if value.op in ("exp", "exp2", "pow"):
        return "e"
    if value.op == "sub" and isinstance(value.args[0], Element):
        return (
            f"{value.args[0].array}_shifted" if value.args[0].index in ("k", "l") else f"shifted_{value.args[0].index}"
        )
    if value.op in ("add", "sub") and value.args[0] == Number(Fraction(1)):
        return "norm" if value.op == "add" else "complement"
    return WORDS.get(value.op, "shared")


def costly(value: Value) -> bool:
    """Whether computing a value again would cost more than keeping it."""
    return any(isinstance(part, Call) and BY_NAME[part.op].costly for part in walk(value))
