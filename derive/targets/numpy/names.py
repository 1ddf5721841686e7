"""Python names for the names of a program: never a keyword, a builtin, or a name that the module uses itself."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable
from enum import Enum

from derive.language.inputs import Input

MODULE = ("np", "Any", "NDArray", "Array", "annotations", "axis", "classes", "out", "self")


class Kind(Enum):
    """What a name stands for: an array and an index may have the same one."""

    ARRAY = "array"
    SCALAR = "scalar"
    INDEX = "index"


class Names:
    """The identifiers of one function."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._known: dict[tuple[Kind, str], str] = {}

    def declare(self, kind: Kind, name: str) -> str:
        """The identifier of a name; the same one if it is made again (a value of two loops may share its name)."""
        found = self._known.get((kind, name))
        if found is None:
            found = self.fresh(name)
            self._known[kind, name] = found
        return found

    def know(self, kind: Kind, name: str, identifier: str) -> None:
        """From here on the name stands for this identifier."""
        self._taken.add(identifier)
        self._known[kind, name] = identifier

    def find(self, kind: Kind, name: str) -> str | None:
        return self._known.get((kind, name))

    def fresh(self, wanted: str) -> str:
        """An identifier that nothing uses yet."""
        made = f"{wanted}_" if wanted.startswith("_") else wanted
        while is_reserved(made) or made in self._taken:
            made += "_"
        self._taken.add(made)
        return made


def is_reserved(name: str) -> bool:
    """Whether Python or the module already means something by a name."""
    return keyword.iskeyword(name) or name in MODULE or hasattr(builtins, name)


def argument_names(inputs: Iterable[Input]) -> dict[Input, str]:
    """What each input is called: a word of Python, ``axis`` or ``out`` gets a trailing underscore."""
    taken = {"axis", "out"}
    names: dict[Input, str] = {}
    for what in inputs:
        name = what.name
        while keyword.iskeyword(name) or name in taken:
            name += "_"
        taken.add(name)
        names[what] = name
    return names
