"""JavaScript identifiers for the names of a program: never a reserved word, never one that is visible already."""

from __future__ import annotations

from enum import Enum

REAL, ROUND = "real", "round"
"""What a kernel calls the type that it computes in, and the rounding to it."""

RESERVED = frozenset(
    """abstract arguments async await boolean break byte case catch char class const continue debugger default delete do
    double else enum eval export extends false final finally float for function get goto if implements import in
    instanceof int interface let long native new null of package private protected public return set short static super
    switch synchronized this throw throws transient true try typeof undefined var void volatile while with yield
    Infinity NaN Math Object derive globalThis""".split()
) | {REAL, ROUND}
"""Words of the language, past and to come, and what a script uses itself."""


class Kind(Enum):
    """What a name stands for: names of different kinds never meet, so that a vector and an index may share one."""

    ARRAY = "array"
    INDEX = "index"
    SCALAR = "scalar"
    SIZE = "size"


class Scope:
    """The identifiers visible at one place of a function; an inner block is a ``Scope`` with a parent."""

    def __init__(self, parent: Scope | None = None) -> None:
        self._parent = parent
        self._known: dict[tuple[Kind, str], str] = {}
        self._taken: set[str] = set()

    def reserve(self, wanted: str) -> str:
        """A fresh identifier, for something that has no name from here on."""
        made = wanted
        while made in RESERVED or self._sees(made):
            made += "_"
        self._taken.add(made)
        return made

    def reveal(self, kind: Kind, name: str, identifier: str) -> None:
        """From here on the name stands for the identifier."""
        self._known[kind, name] = identifier

    def declare(self, kind: Kind, name: str) -> str:
        """A fresh identifier for a name that is made here."""
        made = self.reserve(name)
        self.reveal(kind, name, made)
        return made

    def find(self, kind: Kind, name: str) -> str | None:
        """The identifier of a name made here or in an enclosing block; ``None``: there is none."""
        found = self._known.get((kind, name))
        return found if found is not None or self._parent is None else self._parent.find(kind, name)

    def _sees(self, identifier: str) -> bool:
        return identifier in self._taken or (self._parent is not None and self._parent._sees(identifier))
