"""Print everything in memory: each target's files for each formula, its shared files, and the manifest of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from derive.algebra.records import Derived, Example
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.topics import Topic
from derive.loops.ir import Program
from derive.output.files import is_safe
from derive.output.made import USUAL, Made
from derive.output.manifest import FileRecord, KernelRecord, Manifest, digest, made_from
from derive.output.sources import formula_sources, template_sources, topic_sources
from derive.store.stages import Kept, Stage, StageStore
from derive.system.places import template_folder
from derive.targets import Built, Gathering, Target
from derive.targets.registry import ON_REQUEST, TARGETS, kind
from derive.targets.templates import BUILD, environment, filling_in

NOWHERE = StageStore()
"""Nothing is kept."""


@dataclass(frozen=True)
class Rendered:
    """Path (relative to the output folder, forward slashes) -> text, and the manifest that lists them."""

    files: Mapping[str, str]
    manifest: Manifest


@dataclass(frozen=True)
class Parts:
    """What was built of a formula, stage by stage: each part is read when it is needed."""

    given: Kept[Formula]
    topic: Topic | None
    derived: Kept[Derived]
    programs: Kept[tuple[Program, ...]]
    examples: Kept[tuple[Example, ...]]

    @property
    def formula(self) -> Formula:
        return self.given.value

    @property
    def built(self) -> Built:
        return Built(self.formula, self.derived.value, self.programs.value, self.topic, self.examples.value)

    @property
    def kept(self) -> tuple[Kept[Any], ...]:
        return (self.given, self.derived, self.programs, self.examples)


@dataclass(frozen=True)
class Pages:
    """What a target makes of a formula: path in its folder -> text; kernel -> its signature."""

    files: Mapping[str, str]
    signatures: Mapping[str, str]


@dataclass(frozen=True)
class Printed:
    """What was built of a formula, and what each target makes of it."""

    parts: Parts
    pages: Mapping[str, Pages]

    @staticmethod
    def lying(parts: Parts, files: Mapping[str, Mapping[str, str]]) -> Printed:
        """One whose files are there already."""
        return Printed(parts, {target: Pages(texts, {}) for target, texts in files.items()})

    @property
    def name(self) -> str:
        return self.parts.formula.name


Timed = Callable[[Callable[[], Any]], Callable[[], Any]]


def print_formula(
    parts: Parts,
    targets: Sequence[Target],
    templates: Path | None = None,
    store: StageStore = NOWHERE,
    timed: Timed = lambda make: make,
    command: str = BUILD,
) -> Printed:
    """Print one formula in every target.

    timed:   put around what is really done.
    command: what makes everything in the folder anew, which the files say.
    """
    jinja = environment(templates, command)
    topic = None if parts.topic is None else replace(parts.topic, formulas=(), stop=None)  # they have no say
    given: list[Kept[Any]] = [store.given(topic), *parts.kept]

    def pages(target: Target) -> Pages:
        built = replace(parts.built, topic=topic)
        with filling_in():
            return Pages(dict(target.formula_files(built, jinja)), dict(target.signatures(built)))

    return Printed(
        parts,
        {
            target.name: store.kept(
                _stage("print", target), given, timed(partial(pages, target)), [command, *_words(target, templates)]
            ).value
            for target in targets
        },
    )


def _stage(verb: str, target: Target) -> Stage:
    own = type(target).__module__ if target in _known() else ""  # what a package offers may be anything
    return Stage(f"{verb} {target.name}", (own, "derive.targets.templates"), (__name__,))


def _words(target: Target, templates: Path | None) -> list[str]:
    """The templates that a target may use."""
    return [part for pair in _templates(target, templates).items() for part in pair]


def _templates(target: Target, templates: Path | None) -> dict[str, str]:
    folders = (template_folder(), *([templates] if templates is not None else []))
    return template_sources(folders, _own(target), _others(target))


def render_files(
    printed: Sequence[Printed],
    targets: Sequence[Target],
    templates: Path | None = None,
    neighbours: Mapping[str, Sequence[Printed]] | None = None,
    order: Sequence[str] = (),
    made: Made = USUAL,
    command: Callable[[Sequence[Formula]], str] = lambda formulas: BUILD,
    store: StageStore = NOWHERE,
) -> Rendered:
    """The files of all formulas, and in every target those that tell of all of them.

    neighbours: target -> formulas whose own files are there already, but of which the shared files tell too.
    order:      names of formulas in the order in which documents hold them; the others follow by name.
    made:       how the folder is made, which the manifest says.
    command:    what makes anew all that tells of these formulas, which the files say.
    """
    beside = neighbours or {}
    known = {one.name: one.parts for one in (*printed, *(one for some in beside.values() for one in some))}
    made_of = {name: formula_sources(parts.formula, parts.topic) for name, parts in known.items()}
    page = _Page()
    places = {name: place for place, name in enumerate(order)}
    of_topics = topic_sources(parts.topic for parts in known.values())
    topics = store.given(tuple({t.name: t for parts in known.values() if (t := parts.topic) is not None}.values()))
    from_templates = {target.name: _templates(target, templates) for target in targets}
    for one in printed:
        for target in targets:
            pages = one.pages[target.name]
            page.add(target, one.name, pages.files, made_of[one.name] | from_templates[target.name])
            page.sign(target, one.name, pages.signatures)
    for target in targets:
        everyone = [*printed, *beside.get(target.name, ())]
        everyone.sort(key=lambda one: (places.get(one.name, len(places)), one.name))
        sources = (
            {k: v for one in everyone for k, v in made_of[one.name].items()} | of_topics | from_templates[target.name]
        )
        said = command([one.parts.formula for one in everyone])
        jinja = environment(templates, said)
        shared = _shared(target, [one.parts for one in everyone], topics, templates, said, store)
        page.add(target, None, shared, sources)
        if isinstance(target, Gathering):
            texts = [one.pages[target.name].files for one in everyone]
            with filling_in():
                page.add(target, None, target.gathered_files(texts, shared, jinja), sources)
    return Rendered(page.files, page.manifest(made))


def _shared(
    target: Target,
    everyone: Sequence[Parts],
    topics: Kept[Any],
    templates: Path | None,
    command: str,
    store: StageStore,
) -> Mapping[str, str]:
    """The files of a target that tell of all formulas."""
    given = [topics, *(part for one in everyone for part in one.kept)]
    names = [one.topic.name if one.topic is not None else "" for one in everyone]

    def make() -> dict[str, str]:
        with filling_in():
            return dict(target.shared_files([one.built for one in everyone], environment(templates, command)))

    return store.kept(_stage("share", target), given, make, [command, *names, *_words(target, templates)]).value


class _Page:
    """Collects files and their records."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self._records: dict[str, FileRecord] = {}
        self._kernels: dict[str, KernelRecord] = {}
        self._sources: dict[str, str] = {}

    def add(self, target: Target, formula: str | None, files: Mapping[str, str], sources: Mapping[str, str]) -> None:
        self._sources |= sources
        for name, text in files.items():
            path = f"{target.folder}/{name}"
            whose = f"target {target.name!r}, formula {formula!r}" if formula else f"target {target.name!r}"
            if not is_safe(path):
                raise DeriveError(f"{whose}: {path!r} is not a path inside the output folder")
            if path in self.files:
                raise DeriveError(f"{whose}: {path} is made twice: rename the formula")
            self.files[path] = text
            self._records[path] = FileRecord(target.name, formula, made_from(sources), digest(text.encode()))

    def sign(self, target: Target, formula: str, signatures: Mapping[str, str]) -> None:
        for kernel, signature in signatures.items():
            before = self._kernels[kernel].signatures if kernel in self._kernels else {}
            self._kernels[kernel] = KernelRecord(formula, {**before, target.name: signature})

    def manifest(self, made: Made) -> Manifest:
        return Manifest(self._records, self._kernels, self._sources, made)


def _known() -> tuple[Target, ...]:
    """Derive's own."""
    return (*TARGETS.values(), *ON_REQUEST.values())


def _own(target: Target) -> set[str]:
    return {kind(target.name), kind(target.folder)}


def _others(target: Target) -> set[str]:
    return {folder for other in _known() if other.name != target.name for folder in _own(other)}
