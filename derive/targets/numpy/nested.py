"""Nested loops as operations on whole arrays: each loop that is open is an axis of what is computed in it.

A value has the axes of the loops along which it changes, in the order of the loops; a sum over a loop is one over the
last of them, and a sum of products of arrays that differ in their axes is written as an ``einsum``, so that no array
is ever larger than a result or an input along the axes that it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derive.language.inputs import Parameter
from derive.loops.ir import (
    Accumulate,
    ArgMax,
    Call,
    Element,
    Increase,
    Let,
    Lookup,
    Loop,
    Name,
    Position,
    Program,
    Same,
    Slot,
    Statement,
    Store,
    Value,
    walk,
)
from derive.targets.base import PrintError
from derive.targets.numpy.expressions import Expressions
from derive.targets.numpy.names import argument_names

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TAKEN = frozenset({"np", "Array", "Any"})


@dataclass(frozen=True)
class Local:
    """An array under its name in the text, and the loops along which it changes, outermost first."""

    text: str
    loops: tuple[str, ...]


class NestedPrinter:
    """The lines of one kernel, and the helpers that they call."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.lines: list[str] = []
        self.helpers: set[str] = set()
        names = argument_names(program.inputs)
        self.inputs = {what.name: name for what, name in names.items()}
        self.head = next(iter(self.inputs.values()))
        self._open: list[Loop] = []
        self._values: dict[str, Local] = {}
        self._places: dict[str, Local] = {}
        self._known: dict[str, str] = {name: name for name in self.inputs.values()}
        self._taken = {*TAKEN, *self.inputs.values(), *program.sizes, *(output.name for output in program.outputs)}
        for what in program.inputs:
            if isinstance(what, Parameter):
                self._values[what.name] = Local(names[what], ())

    def print(self) -> list[str]:
        """The lines of the body.  Raises PrintError where a statement has no meaning in NumPy."""
        for output in self.program.outputs:
            shape = ", ".join(output.shape)
            tuple_of = f"({shape},)" if len(output.shape) == 1 else f"({shape})"
            self.lines.append(f"{output.name} = np.empty({tuple_of if shape else '()'}, {self.head}.dtype)")
        self._block(self.program.body)
        return self.lines

    # --- statements -------------------------------------------------------------------------------------------
    def _block(self, body: Iterable[Statement]) -> None:
        for statement in body:
            if isinstance(statement, Loop):
                self._open.append(statement)
                self._block(statement.body)
                self._open.pop()
            elif isinstance(statement, Let):
                self._values[statement.name] = self._made(statement.name, self._text(statement.value))
            elif isinstance(statement, Lookup):
                self._choose(statement)
            elif isinstance(statement, Accumulate):
                self._values[statement.name] = self._made(statement.name, self._sum(statement))
            elif isinstance(statement, ArgMax):
                self._largest(statement)
            elif isinstance(statement, Increase):
                self._increase(statement)
            else:
                self._store(statement)

    def _choose(self, statement: Lookup) -> None:
        loops, labels = self._loops_of(statement.indices), self.inputs[statement.labels]
        if loops == statement.indices:
            self._places[statement.name] = Local(labels, loops)
        else:
            index = ", ".join(self._place(i, loops) for i in statement.indices)
            self._places[statement.name] = self._made(statement.name, Local(f"{labels}[{index}]", loops))

    def _made(self, name: str, found: Local) -> Local:
        """A line that gives the value its name; what has one already keeps it: as an array it is whole."""
        if found.text in self._known:
            return Local(self._known[found.text], found.loops)
        base = text = re.sub(r"_\d+$", "", name)
        count = 1
        while text in self._taken:
            count += 1
            text = f"{base}_{count}"
        self._taken.add(text)
        self._known[found.text] = text
        self.lines.append(f"{text} = {found.text}")
        return Local(text, found.loops)

    def _sum(self, statement: Accumulate) -> Local:
        loop = self._open[-1]
        if statement.skip is None and (contraction := self._contraction(statement.value, (loop.index,))):
            return contraction
        found = self._text(statement.value)
        if loop.index not in found.loops:
            return Local(f"{self._size(loop.size)} * {found.text}", found.loops)
        left = tuple(one for one in found.loops if one != loop.index)
        if statement.skip is None:
            return Local(f"np.sum({found.text}, axis=-1)", left)
        everywhere = self._ordered({*found.loops, *self._loops_of((statement.skip,))})
        here, skip = (self._place(index, everywhere) for index in (loop.index, statement.skip))
        kept = f"np.where({here} == {skip}, 0, {self._aligned(found, everywhere)})"
        return Local(f"np.sum({kept}, axis=-1)", tuple(one for one in everywhere if one != loop.index))

    def _largest(self, statement: ArgMax) -> None:
        found, loop = self._text(statement.value), self._open[-1]
        left = tuple(one for one in found.loops if one != loop.index)
        if loop.index not in found.loops:
            raise self._refuse(statement, "its value is the same for all")
        local = found if found.text.isidentifier() or statement.where is None else self._made("among", found)
        if statement.where is not None:
            self._places[statement.where] = self._made(
                statement.where, Local(f"np.argmax({local.text}, axis=-1)", left)
            )
        self._values[statement.name] = self._made(statement.name, Local(f"np.max({local.text}, axis=-1)", left))

    def _store(self, store: Statement) -> None:
        assert isinstance(store, Store)
        found = self._text(store.value)
        if not store.indices or not self._is_picked(store.indices):
            self.lines.append(f"{store.output}[...] = {self._aligned(found, store.indices, kept=True)}")
            return
        loops = self._loops_of(store.indices)
        index = ", ".join(self._place(i, loops) for i in store.indices)
        self.lines.append(f"{store.output}[{index}] = {self._aligned(found, loops)}")

    def _increase(self, statement: Increase) -> None:
        """A sum over the loops that are no axis of the output."""
        picked = self._is_picked(statement.indices)
        kept = self._loops_of(statement.indices) if picked else statement.indices
        over = tuple(loop.index for loop in self._open if loop.index not in kept)
        found = self._contraction(statement.value, over, kept) if over else None
        found = found or self._summed(self._text(statement.value), over)
        if not picked:
            self.lines.append(f"{statement.output} += {self._aligned(found, statement.indices, kept=True)}")
            return
        index = ", ".join(self._place(i, kept) for i in statement.indices)
        self.lines.append(f"np.add.at({statement.output}, ({index}), {self._aligned(found, kept)})")

    def _summed(self, found: Local, over: Sequence[str]) -> Local:
        axes = [place for place, loop in enumerate(found.loops) if loop in over]
        text = found.text
        for loop in self._open:
            if loop.index in over and loop.index not in found.loops:
                text = f"{self._size(loop.size)} * ({text})"
        if not axes:
            return Local(text, found.loops)
        listed = str(axes[0]) if len(axes) == 1 else f"({', '.join(map(str, axes))})"
        return Local(f"np.sum({text}, axis={listed})", tuple(one for one in found.loops if one not in over))

    def _contraction(self, value: Value, over: Sequence[str], order: Sequence[str] = ()) -> Local | None:
        """A sum of products of arrays, none of which has all the axes of the product."""
        factors = _factors(value)
        if len(factors) < 2 or not all(isinstance(f, Name | Element | Slot) for f in factors):
            return None
        named = [f for f in factors if not isinstance(f, Name) or self._local(f).loops]
        if any(isinstance(f, Element | Slot) and self._is_picked(_indices_of(f)) for f in named):
            return None
        axes = [self._loops_in(f) if isinstance(f, Name) else _indices_of(f) for f in named]
        whole = {loop for one in axes for loop in one}
        if any(set(one) == whole for one in axes) or not set(over) <= whole:
            return None
        letters = dict(zip(sorted(whole, key=self._depth), LETTERS, strict=False))
        left = tuple(i for i in order if i in whole) or tuple(i for i in self._ordered(whole) if i not in over)
        subscripts = (
            f"{','.join(''.join(letters[i] for i in one) for one in axes)}->{''.join(letters[i] for i in left)}"
        )
        arrays = [self._local(f).text if isinstance(f, Name) else self.inputs[f.array] for f in named]  # type: ignore[union-attr]
        text = f'np.einsum("{subscripts}", {", ".join(arrays)})'
        scalars = [self._local(f).text for f in factors if f not in named and isinstance(f, Name)]
        return Local(" * ".join([*scalars, text]), left)

    def _array(self, factor: Value) -> str:
        assert isinstance(factor, Name | Element | Slot)
        return self._local(factor).text if isinstance(factor, Name) else self.inputs[factor.array]

    # --- values -----------------------------------------------------------------------------------------------
    def _text(self, value: Value) -> Local:
        loops = self._ordered({loop for part in walk(value) for loop in self._loops_in(part)})
        printer = Expressions(
            self.head, lambda atom: self._atom(atom, loops), self.helpers.add, lambda node: self._refuse(node)
        )
        return Local(printer.typed(value), loops)

    def _loops_in(self, part: Value) -> tuple[str, ...]:
        if isinstance(part, Name):
            return self._local(part).loops
        if isinstance(part, Element | Slot):
            return self._loops_of(_indices_of(part))
        if isinstance(part, Same):
            return self._loops_of((part.left, part.right))
        return self._loops_of((part.index,)) if isinstance(part, Position) else ()

    def _atom(self, atom: Name | Element | Slot | str, loops: Sequence[str]) -> str:
        if isinstance(atom, str):
            return self._place(atom, loops)
        if isinstance(atom, Name):
            return self._aligned(self._local(atom), loops)
        indices, array = _indices_of(atom), self.inputs[atom.array]
        if self._is_picked(indices):
            return f"{array}[{', '.join(self._place(i, loops) for i in indices)}]"
        order = sorted(range(len(indices)), key=lambda place: self._depth(indices[place]))
        if order != list(range(len(indices))):
            array = f"{array}.T" if len(order) == 2 else f"{array}.transpose({', '.join(map(str, order))})"
        return self._aligned(Local(array, tuple(indices[place] for place in order)), loops)

    def _local(self, name: Name) -> Local:
        if name.name in self._values:
            return self._values[name.name]
        if name.name in (*self.program.sizes, "n"):
            return Local(self._size(name.name), ())
        raise self._refuse(name, f"nothing before it makes {name.name!r}")

    def _size(self, letter: str) -> str:
        return f"{self.head}.dtype.type({letter})"

    def _place(self, index: str, loops: Sequence[str]) -> str:
        """An index as an array of integers."""
        if index in self._places:
            return self._aligned(self._places[index], loops)
        if index in self.inputs:  # one label for all
            return self.inputs[index]
        (loop,) = [one for one in self._open if one.index == index]
        return self._aligned(Local(f"np.arange({loop.size})", (index,)), loops)

    def _loops_of(self, indices: Iterable[str]) -> tuple[str, ...]:
        """The loops along which the places change that indices name."""
        found: set[str] = set()
        for index in indices:
            if index not in self.inputs:
                found |= set(self._places[index].loops) if index in self._places else {index}
        return self._ordered(found)

    def _is_picked(self, indices: Sequence[str]) -> bool:
        """Whether one of the indices is not that of a loop, or one stands twice."""
        loops = {loop.index for loop in self._open}
        return not set(indices) <= loops or len(set(indices)) < len(indices)

    def _aligned(self, local: Local, loops: Sequence[str], *, kept: bool = False) -> str:
        """With an axis of length 1 for each of the loops along which it does not change, behind its first own axis.

        kept: the loops are in the order of an output, which may be another than that in which they stand open.
        """
        text, own = local.text, [loop for loop in loops if loop in local.loops]
        if kept and tuple(own) != local.loops:
            order = [local.loops.index(loop) for loop in own]
            text = f"({text}).T" if len(order) == 2 else f"({text}).transpose({', '.join(map(str, order))})"
        behind = loops[loops.index(own[0]) :] if own else ()
        if len(behind) == len(own):
            return text
        inside = [":" if loop in own else "None" for loop in behind]
        plain = text if text.isidentifier() or text.endswith((")", "]", ".T")) else f"({text})"
        trailing = len(inside) - len(own)
        if inside == [":"] * len(own) + ["None"] * trailing and len(own) > 1:
            return f"{plain}[{', '.join(['...', *['None'] * trailing])}]"
        return f"{plain}[{', '.join(inside)}]"

    def _ordered(self, loops: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(loops, key=self._depth))

    def _depth(self, index: str) -> int:
        return next(depth for depth, loop in enumerate(self._open) if loop.index == index)

    def _refuse(self, node: object, why: str = "it is not in the loop IR") -> PrintError:
        return PrintError(
            f"formula {self.program.formula.name!r}, kernel {self.program.name!r}: NumPy cannot be printed for "
            f"{node!r}: {why}; the pass 'nest' (derive/loops) should not leave it so"
        )


def _factors(value: Value) -> list[Value]:
    if isinstance(value, Call) and value.op == "mul":
        return [factor for part in value.args for factor in _factors(part)]
    return [value]


def _indices_of(atom: Value) -> tuple[str, ...]:
    if isinstance(atom, Slot):
        return atom.indices
    assert isinstance(atom, Element)
    return (atom.index,)
