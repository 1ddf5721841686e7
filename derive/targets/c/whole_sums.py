"""Whole sums: where a pass makes a sum and the same sum without one class, the whole is that one and the class.

    sum_k u_k  =  sum_{k != t} u_k  +  u_t

The lanes of a sum cost an addition for each class and their totals for each row; the term of one class costs hardly
anything.  (NumPy's printer does the same where an array holds the terms: its statements put the term back.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derive.language.inputs import Label
from derive.loops.ir import Accumulate, Call, Element, Let, Loop, Name, Program, Statement, Store, Value
from derive.loops.uses import put, rename_index


def with_whole_sums(program: Program) -> Program:
    """The program with every such sum made from the one without a class, a label's where there are several."""
    labels = {given.name for given in program.inputs if isinstance(given, Label)}
    return replace(program, body=tuple(s for made in program.body for s in _from_parts(made, labels)))


def _from_parts(statement: Statement, labels: set[str]) -> Iterator[Statement]:
    if not isinstance(statement, Loop):
        yield statement
        return
    sums = [s for s in statement.body if isinstance(s, Accumulate)]
    parts = {whole: part for whole in sums if (part := _without_a_class(whole, sums, labels)) is not None}
    yield replace(statement, body=tuple(s for s in statement.body if s not in parts))
    for whole, part in parts.items():
        yield Let(whole.name, Call("add", (Name(part.name), _at(statement, part))), whole.note)


def _without_a_class(whole: Accumulate, sums: list[Accumulate], labels: set[str]) -> Accumulate | None:
    found = [s for s in sums if whole.skip is None and s.skip is not None and s.value == whole.value]
    return min(found, key=lambda s: s.skip not in labels, default=None)


def _at(loop: Loop, part: Accumulate) -> Value:
    """The term of the class that a sum leaves out: where the loop stored it, else computed again."""
    assert part.skip is not None
    for statement in loop.body:
        if isinstance(statement, Store) and statement.indices == (loop.index,) and statement.value == part.value:
            return Element(statement.output, part.skip)
    value = part.value
    for statement in reversed(loop.body):
        if isinstance(statement, Let):
            value = put(value, Name(statement.name), statement.value)
    return rename_index(value, loop.index, part.skip)
