"""How a folder was made: kept in its manifest, so that whoever finds it knows the commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

BUILD = ("derive", "build")


@dataclass(frozen=True)
class Part:
    """What one build made: these formulas in these targets and languages; of what is empty, all."""

    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def covers(self, other: Part) -> bool:
        """Whether a build of this part makes all that one of the other makes."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return all(not mine or (theirs and set(theirs) <= set(mine)) for mine, theirs in pairs)

    @property
    def words(self) -> tuple[str, ...]:
        options = (("--only", self.only), ("--target", self.targets), ("--lang", self.languages))
        return tuple(word for option, values in options for word in repeated(option, values))


@dataclass(frozen=True)
class Made:
    """What was said to the builds of a folder.

    formulas:  formula files that were named, as seen from where the command ran.
    catalogue: whether derive's own formulas were meant beside them.
    out:       the folder that was named; empty: the usual one, or one that means nothing on another machine.
    project:   whether a pyproject.toml says the rest.
    parts:     what was built, by as many builds.
    """

    formulas: tuple[str, ...] = ()
    catalogue: bool = False
    out: str = ""
    project: bool = False
    parts: tuple[Part, ...] = (Part(),)

    def words(self, part: Part) -> tuple[str, ...]:
        """The command that builds the part anew."""
        catalogue = ("--catalogue",) if self.catalogue and not self.project else ()
        out = ("--out", self.out) if self.out else ()
        return (*BUILD, *repeated("--formulas", self.formulas), *catalogue, *part.words, *out)

    def command(self, part: Part) -> str:
        return shlex.join(self.words(part))

    def after(self, old: Made, there: Sequence[str]) -> Made:
        """What was said of a folder of which ``old`` was said, before this build, when it held the formulas ``there``.

        Where formula files have joined since, "all formulas" meant fewer then.
        """
        joined = (old.formulas, old.catalogue) != (self.formulas, self.catalogue)
        few = bool(self.formulas) and not self.catalogue

        def covers(one: Part, other: Part) -> bool:
            return one.covers(other) and not (few and other.only and not one.only)  # not all formulas are in the files

        before = [replace(part, only=tuple(there)) if joined and not part.only else part for part in old.parts]
        kept = [part for part in before if not any(covers(new, part) for new in self.parts)]
        new = [part for part in self.parts if not any(covers(one, part) for one in kept)]
        return replace(self, parts=(*kept, *new))


USUAL = Made()
"""By derive build, and no more words."""


def repeated(option: str, values: Iterable[str]) -> tuple[str, ...]:
    """An option once for each value."""
    return tuple(word for value in values for word in (option, value))


def as_data(made: Made) -> dict[str, Any]:
    """As the manifest holds it."""
    return {**vars(made), "parts": [vars(part) for part in made.parts]}


def from_data(data: Mapping[str, Any]) -> Made:
    """Raises TypeError or KeyError for anything else than :func:`as_data` gives."""
    parts = tuple(Part(**{key: _texts(value) for key, value in part.items()}) for part in data["parts"])
    made = Made(_texts(data["formulas"]), data["catalogue"], data["out"], data["project"], parts)
    kinds = {type(made.catalogue), type(made.project)}
    if kinds != {bool} or not isinstance(made.out, str) or set(data) != {one.name for one in fields(Made)}:
        raise TypeError("made")
    return made


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise TypeError("made")
    return tuple(value)
