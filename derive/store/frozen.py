"""A record as bytes and back: what was derived of a formula, written down so that another process may go on from it.

It is data.  What is read back is made of the records of derive and the nodes of SymPy alone, each by its own
constructor; nothing else is ever called, and no text is read as an expression.  Equal things have equal bytes,
whichever process wrote them: each part is written once, and what a process numbers as it goes (dummy indices) is
numbered by rank.
"""

from __future__ import annotations

import copyreg
import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any

from sympy import Atom, Basic, Dummy
from sympy.core.function import Function
from sympy.core.operations import AssocOp
from sympy.core.power import Pow

ROOMS = ("derive.", "sympy.")
"""Only what is defined there is written and read."""

COUNTED = 10**8
"""Dummies of a lower index are numbered as they are made; those above have numbers of their own."""


_MAKES, _MAKES_BY_NAME = (getattr(copyreg, name) for name in ("__newobj__", "__newobj_ex__"))
"""How Python writes that a class makes the copy of an object."""


class FrozenError(Exception):
    """What cannot be written, or read."""


def freeze(value: Any) -> bytes:
    """The value as bytes.  Raises FrozenError where it holds something that cannot be written."""
    return _Writer(value).content


def thaw(content: bytes) -> Any:
    """The value that :func:`freeze` was given.  Raises FrozenError where the bytes are none of its."""
    try:
        return _Reader(*json.loads(content)).value
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ImportError, RecursionError) as error:
        raise FrozenError(str(error)) from error


def modules(content: bytes) -> tuple[str, ...]:
    """The modules whose classes the bytes name."""
    return tuple(sorted({name.partition(":")[0] for name in json.loads(content)[0]}))


class _Writer:
    """classes: ``module:name`` of every class; nodes: every part once, each after its own parts, by their numbers."""

    def __init__(self, value: Any) -> None:
        self._classes: dict[str, int] = {}
        self._nodes: dict[tuple[Any, ...], int] = {}
        self._seen: dict[int, tuple[Any, int]] = {}
        self._ranks: Mapping[int, int] = {}
        self._counted: set[int] = set()
        self._write(value)
        if self._counted:
            self._ranks = {index: rank for rank, index in enumerate(sorted(self._counted), start=1)}
            self._classes, self._nodes, self._seen = {}, {}, {}
            self._write(value)
        self.content = json.dumps([list(self._classes), list(self._nodes)], separators=(",", ":")).encode()

    def _write(self, value: Any) -> int:
        known = self._seen.get(id(value))
        if known is not None:
            return known[1]
        number = self._nodes.setdefault(self._node(value), len(self._nodes))
        self._seen[id(value)] = (value, number)  # kept alive, so that nothing else takes its id
        return number

    def _node(self, value: Any) -> tuple[Any, ...]:
        kind = type(value)
        if value is None or kind is bool:
            return ("constant", value)
        if kind in (int, str):
            return (kind.__name__, value)
        if kind is float:
            return ("float", value.hex())
        if kind in (tuple, list):
            return (kind.__name__, *map(self._write, value))
        if kind is dict:
            return ("dict", *(self._write(part) for pair in value.items() for part in pair))
        if kind is Fraction:
            return ("Fraction", value.numerator, value.denominator)
        if isinstance(value, PurePath):
            return ("Path", str(value))
        if isinstance(value, type) or not kind.__module__.startswith(ROOMS):
            raise FrozenError(f"{kind.__module__}.{kind.__qualname__} cannot be kept")
        return self._object(value)

    def _object(self, value: Any) -> tuple[Any, ...]:
        """By what its class says that a copy is made from."""
        make, given, state, *more = (*value.__reduce_ex__(4), None, None)[:4]
        if any(part is not None for part in more):
            raise FrozenError(f"{type(value).__qualname__} is a collection")
        names: Mapping[str, Any] = {}
        if make is _MAKES_BY_NAME:
            cls, args, names = given
        elif make is _MAKES:
            cls, *args = given
        else:
            raise FrozenError(f"{type(value).__qualname__} is made by {make}")
        if isinstance(value, Dummy):
            args = tuple(self._rank(part) if isinstance(part, int) else part for part in args)
        name = f"{cls.__module__}:{cls.__qualname__}"
        number = self._classes.setdefault(name, len(self._classes))
        parts = (tuple(args), dict(names), _plain(state))
        return ("object", number, *map(self._write, parts))

    def _rank(self, index: int) -> int:
        if index >= COUNTED:
            return index
        self._counted.add(index)
        return self._ranks.get(index, index)


def _plain(state: Any) -> Any:
    """What an object keeps beside what it is made from: its attributes, with those in slots."""
    if isinstance(state, tuple):
        return {name: value for part in state if part for name, value in part.items()}
    return state


class _Reader:
    def __init__(self, classes: list[str], nodes: list[list[Any]]) -> None:
        self._classes = [_class(name) for name in classes]
        self._made: list[Any] = []
        for kind, *parts in nodes:
            self._made.append(_READ[kind](self._made, parts) if kind != "object" else self._object(*parts))
        self.value = self._made[-1]

    def _object(self, cls: int, *parts: int) -> Any:
        kind = self._classes[cls]
        args, names, state = (self._made[part] for part in parts)
        made = _node(kind, args, names)
        for name, value in (state or {}).items():
            object.__setattr__(made, name, value)
        return made


_READ: dict[str, Callable[[list[Any], list[Any]], Any]] = {
    "constant": lambda made, parts: parts[0],
    "int": lambda made, parts: parts[0],
    "str": lambda made, parts: parts[0],
    "float": lambda made, parts: float.fromhex(parts[0]),
    "tuple": lambda made, parts: tuple(made[part] for part in parts),
    "list": lambda made, parts: [made[part] for part in parts],
    "dict": lambda made, parts: {made[key]: made[value] for key, value in zip(parts[::2], parts[1::2], strict=True)},
    "Fraction": lambda made, parts: Fraction(*parts),
    "Path": lambda made, parts: Path(parts[0]),
}


def _class(name: str) -> type:
    module, _, path = name.partition(":")
    if not module.startswith(ROOMS):
        raise FrozenError(f"{name} is not one of ours")
    found: Any = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    if not isinstance(found, type):
        raise FrozenError(f"{name} is no class")
    return found


def _node(kind: type, args: tuple[Any, ...], names: Mapping[str, Any]) -> Any:
    """An expression exactly as it was: SymPy is not to simplify it again."""
    if issubclass(kind, Basic) and not issubclass(kind, Atom) and not all(isinstance(arg, Basic) for arg in args):
        raise FrozenError(f"{kind.__qualname__} is made of expressions")  # SymPy would read a text as one
    if issubclass(kind, (AssocOp, Pow)):
        return kind(*args, evaluate=False)
    if issubclass(kind, Function) and kind.__module__.startswith("sympy."):
        return kind(*args, evaluate=False)
    return kind.__new__(kind, *args, **names)
