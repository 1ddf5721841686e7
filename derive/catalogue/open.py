"""The catalogue: the formulas that derive ships and those of its user, with what is claimed of them, and the topics."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from derive.catalogue.attach import attach
from derive.catalogue.files import CatalogueError, load_modules
from derive.language.claims import Claim, Topic, Witness
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.kinds import kernel_names, saved_kernel_names

RECORDS = (Formula, Claim, Witness, Topic)
"""What a formula file may hold."""

FEW = 12
"""No more names than these are told in one line."""


class UnknownName(DeriveError):
    """A name on the command line that nothing here carries."""


@dataclass(frozen=True)
class Catalogue:
    """formulas: by name, each with its claims and witnesses; topics: in the order in which they are read."""

    formulas: tuple[Formula, ...]
    topics: tuple[Topic, ...]

    def topic_of(self, formula: Formula) -> Topic | None:
        """The first topic on whose page the formula stands."""
        return next((t for t in self.topics if any(f.name == formula.name for f in t.formulas)), None)

    @property
    def by_topic(self) -> tuple[tuple[Topic | None, tuple[Formula, ...]], ...]:
        """Each topic with the formulas that stand there first, then ``None`` with those of no topic; none is empty."""
        groups = [(t, tuple(f for f in self.formulas if self.topic_of(f) is t)) for t in (*self.topics, None)]
        order = self.reading_order
        return tuple((t, tuple(sorted(fs, key=lambda f: order.index(f.name)))) for t, fs in groups if fs)

    @property
    def reading_order(self) -> tuple[str, ...]:
        """The names of all formulas: topic by topic, then those of no topic by name."""
        names = [formula.name for topic in self.topics for formula in topic.formulas]
        return tuple(dict.fromkeys((*names, *(formula.name for formula in self.formulas))))


def open_catalogue(extra: Sequence[Path] = ()) -> Catalogue:
    """Everything in derive's own formula files and in the files or folders in ``extra``.

    Raises CatalogueError, with file and line, where a file does not load or two things clash.
    """
    found: dict[int, Any] = {}
    topics: dict[int, Topic] = {}
    for module in load_modules(extra):
        here = _records(module)
        if not here:
            raise CatalogueError(
                f"{module.__file__}:1: no Formula, Claim, Witness or Topic here: give it one, or leave the file out"
            )
        found |= {id(record): record for record in here}
        topics |= {id(topic): topic for topic in getattr(module, "TOPICS", here) if isinstance(topic, Topic)}
    plain = sorted((f for f in found.values() if isinstance(f, Formula)), key=lambda formula: formula.name)
    _refuse_clashes(plain)
    formulas = attach(plain, [r for r in found.values() if isinstance(r, Claim | Witness)])
    return Catalogue(formulas, _topics(topics.values(), formulas))


def load_catalogue(extra: Sequence[Path] = ()) -> tuple[Formula, ...]:
    """Every formula, by name, with its claims and witnesses; see :func:`open_catalogue`."""
    return open_catalogue(extra).formulas


def load_topics(extra: Sequence[Path] = ()) -> tuple[Topic, ...]:
    """Every topic, in the order in which they are read; see :func:`open_catalogue`."""
    return open_catalogue(extra).topics


def select(catalogue: Sequence[Formula], names: Iterable[str]) -> tuple[Formula, ...]:
    """The formulas of these names, in the catalogue's order; no names: all of them."""
    wanted = set(names)
    by_name = {formula.name: formula for formula in catalogue}
    for name in sorted(wanted - by_name.keys()):
        raise UnknownName(unknown("formula", name, by_name))
    return tuple(formula for formula in catalogue if not wanted or formula.name in wanted)


def unknown(kind: str, name: str, names: Iterable[str]) -> str:
    """One line for a name that is not among ``names``: the closest ones, all of them, or where they are listed."""
    names = sorted(names)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    listed = f"there are: {', '.join(names)}" if len(names) <= FEW else f"derive list shows all {len(names)}"
    hint = f"did you mean {' or '.join(close)}?" if close else listed
    return f"no {kind} is called {name!r}: {hint}"


def _records(module: ModuleType) -> list[Any]:
    """The records of a module, those in its tuples and lists included, in the order of their definition."""
    found: list[Any] = []
    for value in vars(module).values():
        found += [one for one in (value if isinstance(value, tuple | list) else [value]) if isinstance(one, RECORDS)]
    return found


def _topics(topics: Iterable[Topic], formulas: Sequence[Formula]) -> tuple[Topic, ...]:
    """The topics over the catalogue's formulas.  Two of one name, or an unknown formula, are refused."""
    by_name = {formula.name: formula for formula in formulas}
    found: dict[str, Topic] = {}
    for topic in topics:
        if (other := found.get(topic.name)) is not None:
            raise CatalogueError(
                f"{topic.where}: topic {topic.name!r} is already defined at {other.where}: rename one of them"
            )
        for formula in topic.formulas:
            if by_name.get(formula.name) != formula:
                raise CatalogueError(
                    f"{topic.where}: topic {topic.name!r} names formula {formula.name!r}, which is not in the "
                    f"catalogue: give it a name in a formula file"
                )
        found[topic.name] = replace(topic, formulas=tuple(by_name[f.name] for f in topic.formulas))
    return tuple(found.values())


def _refuse_clashes(catalogue: Sequence[Formula]) -> None:
    """Two formulas may share neither a name nor the name of a kernel, in any spelling of upper and lower case."""
    owner: dict[str, tuple[Formula, str]] = {}
    for formula in catalogue:
        if keyword.iskeyword(formula.name):
            raise CatalogueError(f"{formula.where}: {formula.name!r} is a word of Python itself: rename the formula")
        for kernel in (*kernel_names(formula), *saved_kernel_names(formula)):
            other, spelled = owner.setdefault(kernel.casefold(), (formula, kernel))
            if other is formula:
                continue
            if other.name == formula.name:
                problem = f"formula {formula.name!r} is already defined at {other.where}"
            else:
                problem = f"kernel {kernel!r} of formula {formula.name!r} clashes with {spelled!r} of {other.name!r}"
                problem += f" ({other.where})"
            raise CatalogueError(f"{formula.where}: {problem}: rename one of them")
