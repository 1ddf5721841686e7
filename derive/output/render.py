"""Print everything in memory: each target's files for each formula, its shared files, and the manifest of them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.output.files import is_safe
from derive.output.made import USUAL, Made
from derive.output.manifest import FileRecord, KernelRecord, Manifest, digest, made_from
from derive.output.sources import formula_sources, template_sources
from derive.system.places import template_folder
from derive.targets import Built, Gathering, Target
from derive.targets.registry import TARGETS, kind
from derive.targets.templates import BUILD, environment


@dataclass(frozen=True)
class Rendered:
    """Path (relative to the output folder, forward slashes) -> text, and the manifest that lists them."""

    files: Mapping[str, str]
    manifest: Manifest


@dataclass(frozen=True)
class Printed:
    """What was built of a formula, and its own files: target -> path in the target's folder -> text."""

    built: Built
    files: Mapping[str, Mapping[str, str]]

    @property
    def name(self) -> str:
        return self.built.formula.name


def print_formula(
    built: Built, targets: Sequence[Target], templates: Path | None = None, command: str = BUILD
) -> Printed:
    """Print one formula in every target.  command: what makes everything in the folder anew, which the files say."""
    jinja = environment(templates or template_folder(), command)
    return Printed(built, {target.name: target.formula_files(built, jinja) for target in targets})


def render_files(
    printed: Sequence[Printed],
    targets: Sequence[Target],
    templates: Path | None = None,
    neighbours: Mapping[str, Sequence[Printed]] | None = None,
    order: Sequence[str] = (),
    made: Made = USUAL,
    command: Callable[[Sequence[Formula]], str] = lambda formulas: BUILD,
) -> Rendered:
    """The files of all formulas, and in every target those that tell of all of them.

    neighbours: target -> formulas whose own files are there already, but of which the shared files tell too.
    order:      names of formulas in the order in which documents hold them; the others follow by name.
    made:       how the folder is made, which the manifest says.
    command:    what makes anew all that tells of these formulas, which the files say.
    """
    folder = templates or template_folder()
    beside = neighbours or {}
    known = {one.name: one.built for one in (*printed, *(one for some in beside.values() for one in some))}
    made_of = {name: formula_sources(b.formula, b.topic) for name, b in known.items()}
    page = _Page()
    places = {name: place for place, name in enumerate(order)}
    from_templates = {target.name: template_sources(folder, _own(target), _others(target)) for target in targets}
    for one in printed:
        for target in targets:
            page.add(target, one.name, one.files[target.name], made_of[one.name] | from_templates[target.name])
            page.sign(target, one.built)
    for target in targets:
        everyone = [*printed, *beside.get(target.name, ())]
        everyone.sort(key=lambda one: (places.get(one.name, len(places)), one.name))
        sources = {k: v for one in everyone for k, v in made_of[one.name].items()} | from_templates[target.name]
        jinja = environment(folder, command([one.built.formula for one in everyone]))
        shared = target.shared_files([one.built for one in everyone], jinja)
        page.add(target, None, shared, sources)
        if isinstance(target, Gathering):
            texts = [one.files[target.name] for one in everyone]
            page.add(target, None, target.gathered_files(texts, shared, jinja), sources)
    return Rendered(page.files, page.manifest(made))


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

    def sign(self, target: Target, one: Built) -> None:
        for kernel, signature in target.signatures(one).items():
            before = self._kernels[kernel].signatures if kernel in self._kernels else {}
            self._kernels[kernel] = KernelRecord(one.formula.name, {**before, target.name: signature})

    def manifest(self, made: Made) -> Manifest:
        return Manifest(self._records, self._kernels, self._sources, made)


def _own(target: Target) -> set[str]:
    return {kind(target.name), kind(target.folder)}


def _others(target: Target) -> set[str]:
    return {folder for other in TARGETS.values() if other.name != target.name for folder in _own(other)}
