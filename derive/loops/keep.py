"""Keep: an exponential that a later loop needs again waits in the output that the loop is going to fill.

Of a matrix it is the last row: the loop over the rows comes to it when all the others are done.
"""

from __future__ import annotations

from derive.loops.ir import LAST_ROW, Call, Element, Let, Loop, Name, Output, Statement, Store, Value, walk
from derive.loops.share import Fresh, classes, costly
from derive.loops.uses import makes, map_values, put, reads, rename_index, values


def keep(statements: tuple[Statement, ...], outputs: tuple[Output, ...], fresh: Fresh) -> tuple[Statement, ...]:
    """For each vector output the costly value of its loop that an earlier loop computes too is kept in it.

    For each matrix output the costly value of a class that every row needs.
    """
    for output in outputs:
        if output.axes == 2:
            statements = _keep_in_row(statements, output.name, fresh)
        if output.axes:
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


def _keep_in_row(statements: tuple[Statement, ...], output: str, fresh: Fresh) -> tuple[Statement, ...]:
    for position, rows in enumerate(statements):
        inner = _inner(rows)
        if isinstance(rows, Loop) and inner is not None and output in makes(inner):
            value = _of_class(inner)
            kept = () if value is None else _row_kept(rows, inner, value, output, fresh)
            return (*statements[:position], *(kept or (rows,)), *statements[position + 1 :])
    return statements


def _row_kept(rows: Loop, inner: Loop, value: Value, output: str, fresh: Fresh) -> tuple[Statement, ...]:
    """A loop that keeps the value of each class, and the loop over the rows, which reads it.

    What the loop over the rows needs of its own class it reads first: in the last row it will be overwritten.
    """
    here = rename_index(value, inner.index, rows.index)
    name = fresh("e" if isinstance(value, Call) and value.op == "exp" else "here")
    body = _swap(_swap(rows.body, here, Name(name)), value, Element(output, inner.index))
    own = (Let(name, Element(output, rows.index)),) if any(name in reads(s) for s in body) else ()
    kept = Loop(rows.index, (Store(output, (LAST_ROW, rows.index), here),))
    return kept, Loop(rows.index, (*own, *body))


def _swap(statements: tuple[Statement, ...], old: Value, new: Value) -> tuple[Statement, ...]:
    return tuple(map_values(s, lambda v: put(v, old, new)) for s in statements)


def _inner(statement: Statement) -> Loop | None:
    """The first loop in a loop."""
    body = statement.body if isinstance(statement, Loop) else ()
    return next((s for s in body if isinstance(s, Loop)), None)


def _is_nested(statement: Statement) -> bool:
    return _inner(statement) is not None


def _of_class(inner: Loop) -> Value | None:
    """The largest costly value that depends on the class of the inner loop alone and leaves no other such value."""
    found = sorted(_costly_of(inner), key=lambda part: (-len(walk(part)), repr(part)))
    return next((v for v in found if not _costly_of(*_swap((inner,), v, Name("")))), None)


def _costly_of(inner: Statement) -> set[Value]:
    assert isinstance(inner, Loop)
    parts = {part for v in values(inner) for part in walk(v) if isinstance(part, Call) and costly(part)}
    return {part for part in parts if classes(part) == {inner.index}}


def _fills(loop: Loop, output: str) -> bool:
    own = ((loop.index,), (LAST_ROW, loop.index))
    return any(isinstance(s, Store) and s.output == output and s.indices in own for s in loop.body)


def _shared(earlier: Loop, later: Loop) -> Value | None:
    """The largest costly value that both loops compute, local names resolved."""
    have = {part for v in _resolved(earlier) for part in walk(v) if isinstance(part, Call) and costly(part)}
    want = [part for v in _resolved(later) for part in walk(v) if part in have]
    return max(want, key=lambda part: (len(walk(part)), repr(part)), default=None)


def _resolved(loop: Loop) -> list[Value]:
    return [v for s in _inlined(loop).body for v in values(s)]


def _inlined(loop: Loop) -> Loop:
    """The loop with its local names written out, except those that were read where the loop then writes."""
    written = makes(loop)
    body: list[Statement] = []
    local: dict[str, Value] = {}
    for statement in loop.body:
        for name, value in local.items():
            statement = map_values(statement, lambda v, n=name, w=value: put(v, Name(n), w))  # type: ignore[misc]
        if isinstance(statement, Let) and not _arrays(statement.value) & written:
            local[statement.name] = statement.value
        else:
            body.append(statement)
    return Loop(loop.index, tuple(body))


def _arrays(value: Value) -> set[str]:
    return {part.array for part in walk(value) if isinstance(part, Element)}


def _reading(statement: Statement, shared: Value, element: Element) -> Statement:
    """A later loop reads what is kept, where it needs it."""
    if not isinstance(statement, Loop) or statement.index != element.index or _is_nested(statement):
        return statement
    inlined = _inlined(statement)
    read = map_values(inlined, lambda v: put(v, shared, element))
    return statement if read == inlined else read


def _read_before_written(statement: Statement, element: Element, fresh: Fresh) -> Loop:
    """Where the loop that fills an output makes others of the kept value too, it reads that first."""
    assert isinstance(statement, Loop)
    writes = next((p for p, s in enumerate(statement.body) if element.array in makes(s)), len(statement.body))
    if not any(element in walk(v) for s in statement.body[writes + 1 :] for v in values(s)):
        return statement
    name = fresh("e")
    return Loop(statement.index, (Let(name, element), *_swap(statement.body, element, Name(name))))


def _kept(
    statements: tuple[Statement, ...], earlier: int, later: int, output: str, shared: Value, fresh: Fresh
) -> tuple[Statement, ...]:
    loop, filling = statements[earlier], statements[later]
    assert isinstance(loop, Loop) and isinstance(filling, Loop)
    body = _inlined(loop).body
    name = fresh("e")
    computed = tuple(map_values(s, lambda v: put(v, shared, Name(name))) for s in body)
    first = next(p for p, s in enumerate(computed) if name in reads(s))
    (where,) = (s.indices for s in filling.body if isinstance(s, Store) and s.output == output)
    computed = (*computed[:first], Let(name, shared), *computed[first:], Store(output, where, Name(name)))
    element = Element(output, filling.index)
    changed = list(statements)
    changed[earlier] = Loop(loop.index, computed)
    for position in range(earlier + 1, later):
        changed[position] = _reading(changed[position], shared, element)
    refilled = _read_before_written(_reading(filling, shared, element), element, fresh)
    idle = Store(output, where, element)
    left = tuple(s for s in refilled.body if s != idle)
    changed[later : later + 1] = [Loop(refilled.index, left)] if left else []
    return tuple(changed)
