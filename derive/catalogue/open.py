"""The catalogue: the formulas that derive ships and those of its user, with what is claimed of them, and the topics."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from derive.catalogue.attach import Item, attach, rests_on
from derive.catalogue.files import CatalogueError, is_own, load_files, load_shipped
from derive.catalogue.hints import unknown_formula
from derive.language.claims import Claim, Witness
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.kinds import kernel_names, saved_kernel_names
from derive.language.topics import Topic
from derive.system.offered import FORMULAS, offered

RECORDS = (Formula, Claim, Witness, Topic)
"""What a formula file may hold."""


class UnknownName(DeriveError):
    """A name on the command line that nothing here carries."""


@dataclass(frozen=True)
class Catalogue:
    """formulas: by name, each with its claims and witnesses; topics: in the order in which they are read.

    others: what could have been asked for too.
    """

    formulas: tuple[Formula, ...]
    topics: tuple[Topic, ...]
    others: tuple[Formula, ...] = ()

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


def open_catalogue(extra: Sequence[Path] = (), whole: bool = True, names: Iterable[str] = ()) -> Catalogue:
    """What derive's own formula files hold, and the files or folders in ``extra``.

    whole: derive's own formulas too, and then no two may clash; else, where files are named, those of the files alone,
           the formulas of derive that something there is about, and those called by one of these ``names``.
    names: asked for wherever they are, in an installed package too.

    Raises CatalogueError, with file and line, where a file does not load or two things clash.
    """
    if not extra:
        return _with_offered(_shipped(tuple(load_shipped())), set(names))
    mine = _found(load_files(extra))
    if whole:
        return _with_offered(_assembled(_found(load_shipped()).and_all(mine)), set(names))
    asked = set(names) - {formula.name for formula in mine.own.formulas}
    return _with_offered(_beside(mine.own, asked) if asked or mine.own.leads_out else _assembled(mine.own), asked)


def open_offered() -> Catalogue:
    """What installed packages offer, and that alone."""
    return open_catalogue(list(map(Path, offered(FORMULAS))), whole=False) if offered(FORMULAS) else Catalogue((), ())


def _with_offered(found: Catalogue, names: set[str]) -> Catalogue:
    """With the formulas of these names that nothing but an installed package has."""
    missing = names - {formula.name for formula in found.formulas}
    more = [formula for formula in open_offered().formulas if formula.name in missing] if missing else []
    formulas = tuple(sorted((*found.formulas, *more), key=lambda formula: formula.name))
    return replace(found, formulas=formulas) if more else found


@dataclass(frozen=True)
class _Found:
    """What formula files hold, in the order of its definition, each once.

    modules: the files.
    """

    records: tuple[Any, ...]
    modules: frozenset[Path] = frozenset()

    @property
    def formulas(self) -> list[Formula]:
        return sorted((r for r in self.records if isinstance(r, Formula)), key=lambda formula: formula.name)

    @property
    def items(self) -> list[Item]:
        return [r for r in self.records if isinstance(r, Claim | Witness)]

    @property
    def topics(self) -> list[Topic]:
        return [r for r in self.records if isinstance(r, Topic)]

    @property
    def own(self) -> _Found:
        """Without what the files import from derive's own."""
        theirs = [r for r in self.records if r.file is None or not is_own(r.file) or r.file.resolve() in self.modules]
        return replace(self, records=tuple(theirs))

    def has(self, formula: Formula) -> bool:
        return any(formula.name == one.name and formula == one for one in self.formulas)

    @property
    def leads_out(self) -> bool:
        """Whether something here is about a formula that is not here, or rests on a claim about one."""
        about = [one.about for item in self.items for one in (item, *rests_on(item))]
        return not all(map(self.has, [*about, *(formula for topic in self.topics for formula in topic.formulas)]))

    def and_all(self, other: _Found) -> _Found:
        return _Found(tuple({id(r): r for r in (*self.records, *other.records)}.values()))


def _found(modules: Iterable[ModuleType]) -> _Found:
    """Raises CatalogueError for a file that holds nothing of ours."""
    found: dict[int, Any] = {}
    topics: dict[int, Topic] = {}
    files = set()
    for module in modules:
        here = _records(module)
        if not here:
            raise CatalogueError(
                f"{module.__file__}:1: no Formula, Claim, Witness or Topic here: give it one, or leave the file out"
            )
        found |= {id(record): record for record in here if not isinstance(record, Topic)}
        topics |= {id(topic): topic for topic in getattr(module, "TOPICS", here) if isinstance(topic, Topic)}
        files.add(Path(str(module.__file__)).resolve())
    return _Found((*found.values(), *topics.values()), frozenset(files))


@cache
def _shipped(modules: tuple[ModuleType, ...]) -> Catalogue:
    """Once for a process: every kernel that is loaded is looked for there."""
    return _assembled(_found(modules))


def _assembled(found: _Found) -> Catalogue:
    _refuse_clashes(found.formulas)
    formulas = attach(found.formulas, found.items)
    return Catalogue(formulas, _topics(found.topics, formulas))


def _beside(mine: _Found, names: set[str]) -> Catalogue:
    """The formulas of ``mine``, and those of derive's own that are called so or that something of ``mine`` is about.

    One of ``mine`` may be called as one of derive's own, which it then hides.
    """
    shipped = _found(load_shipped())
    abroad = [item for item in mine.items if not mine.has(item.about) and shipped.has(item.about)]
    here = [item for item in mine.items if item not in abroad]
    ours = attach(mine.formulas, here, shipped.items + abroad)
    subjects = [item.about for item in abroad] + [f for t in mine.topics for f in t.formulas if not mine.has(f)]
    wanted = names | {formula.name for formula in subjects}
    theirs = attach(shipped.formulas, shipped.items + abroad, here)
    formulas = tuple(sorted((*ours, *(f for f in theirs if f.name in wanted)), key=lambda formula: formula.name))
    _refuse_clashes(formulas)
    topics = [replace(t, formulas=tuple(f for f in t.formulas if f.name in wanted)) for t in shipped.topics]
    return Catalogue(formulas, _topics([*mine.topics, *(t for t in topics if t.formulas)], formulas), theirs)


def load_catalogue(extra: Sequence[Path] = (), whole: bool = True) -> tuple[Formula, ...]:
    """Every formula, by name, with its claims and witnesses; see :func:`open_catalogue`."""
    return open_catalogue(extra, whole).formulas


def load_topics(extra: Sequence[Path] = ()) -> tuple[Topic, ...]:
    """Every topic, in the order in which they are read; see :func:`open_catalogue`."""
    return open_catalogue(extra).topics


def select(catalogue: Catalogue, names: Iterable[str]) -> tuple[Formula, ...]:
    """The formulas of these names, in the catalogue's order; no names: all of them.  Raises UnknownName."""
    wanted = set(names)
    for name in sorted(wanted - {formula.name for formula in catalogue.formulas}):
        raise UnknownName(unknown_formula(name, (*catalogue.formulas, *catalogue.others)))
    return tuple(formula for formula in catalogue.formulas if not wanted or formula.name in wanted)


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
