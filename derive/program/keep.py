"""Keep: an exponential that a later loop needs again waits in the output that the loop is going to fill."""

from __future__ import annotations

from derive.program.ir import Call, Element, Let, Loop, Name, Output, Statement, Store, Value, walk
from derive.program.share import Fresh, costly
from derive.program.uses import map_values, put, reads, values


def keep(statements: tuple[Statement, ...], outputs: tuple[Output, ...], fresh: Fresh) -> tuple[Statement, ...]:
    """For each vector output the costly value of its loop that an earlier loop computes too is kept in it."""
    for output in outputs:
        if output.axes == 1:
            statements = _keep_in(statements, output.name, fresh)
    return statements


def _keep_in(statements: tuple[Statement, ...], output: str, fresh: Fresh) -> tuple[Statement, ...]:
    later = next((p for p, s in enumerate(statements) if isinstance(s, Loop) and _fills(s, output)), None)
    if later is None:
        return statements
    for earlier in range(later):
        loop, filling = statements[earlier], statements[later]
        if isinstance(loop, Loop) and isinstance(filling, Loop) and loop.index == filling.index:
            shared = _shared(loop, filling)
            if shared is not None:
                return _kept(statements, earlier, later, output, shared, fresh)
    return statements


def _fills(loop: Loop, output: str) -> bool:
    return any(isinstance(s, Store) and s.output == output and s.indices == (loop.index,) for s in loop.body)


def _shared(earlier: Loop, later: Loop) -> Value | None:
    """The largest costly value that both loops compute, local names resolved."""
    have = {part for v in _resolved(earlier) for part in walk(v) if isinstance(part, Call) and costly(part)}
    want = [part for v in _resolved(later) for part in walk(v) if part in have]
    return max(want, key=lambda part: (len(walk(part)), repr(part)), default=None)


def _resolved(loop: Loop) -> list[Value]:
    return [v for s in _inlined(loop).body for v in values(s)]


def _inlined(loop: Loop) -> Loop:
    """The loop with its local names written out."""
    body: list[Statement] = []
    local: dict[str, Value] = {}
    for statement in loop.body:
        for name, value in local.items():
            statement = map_values(statement, lambda v, n=name, w=value: put(v, Name(n), w))  # type: ignore[misc]
        if isinstance(statement, Let):
            local[statement.name] = statement.value
        else:
            body.append(statement)
    return Loop(loop.index, tuple(body))


def _kept(
    statements: tuple[Statement, ...], earlier: int, later: int, output: str, shared: Value, fresh: Fresh
) -> tuple[Statement, ...]:
    loop, filling = statements[earlier], statements[later]
    assert isinstance(loop, Loop) and isinstance(filling, Loop)
    body = _inlined(loop).body
    name = fresh("e")
    computed = tuple(map_values(s, lambda v: put(v, shared, Name(name))) for s in body)
    first = next(p for p, s in enumerate(computed) if name in reads(s))
    computed = (*computed[:first], Let(name, shared), *computed[first:], Store(output, (loop.index,), Name(name)))
    element = Element(output, filling.index)
    refilled = map_values(_inlined(filling), lambda v: put(v, shared, element))
    changed = list(statements)
    changed[earlier], changed[later] = Loop(loop.index, computed), refilled
    return tuple(changed)
