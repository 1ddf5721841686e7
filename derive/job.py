"""What the user asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from derive.catalogue import UnknownName, unknown
from derive.output.manifest import Scope
from derive.targets import Target
from derive.targets.registry import TARGETS, kind, language
from derive.targets.words import LANGUAGES, Words


@dataclass(frozen=True)
class Job:
    """What the user asked for.

    out:       the folder of generated files.
    formulas:  formula files or folders beside the catalogue.
    only:      names of formulas; none: all.
    targets:   names of targets; none: all.
    templates: a template folder; ``None``: derive's own.
    languages: codes of the languages of documents; none: all.
    strict:    whether a kernel that loses digits on some rows is refused.
    """

    out: Path
    formulas: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    templates: Path | None = None
    languages: tuple[str, ...] = ()
    strict: bool = False

    @property
    def scope(self) -> Scope:
        chosen = {*self.targets, *(t.name for t in select_targets(self.targets, self.languages))}
        return Scope(frozenset(self.only) or None, frozenset(chosen) if self.targets or self.languages else None)


def select_targets(names: Iterable[str], languages: Iterable[str] = ()) -> tuple[Target, ...]:
    """The targets of these names, in the registry's order; no names: all of them.

    A name stands for one target or for all languages of one kind.  ``languages`` leaves out the documents in other
    languages; no languages: none.
    """
    wanted, spoken = set(names), {words.language for words in select_languages(languages)}
    for name in sorted(wanted - TARGETS.keys() - {kind(name) for name in TARGETS}):
        raise UnknownName(unknown("target", name, {kind(name) for name in TARGETS}))
    chosen = [
        target
        for name, target in TARGETS.items()
        if (not wanted or {name, kind(name)} & wanted) and (not spoken or language(name) in {None, *spoken})
    ]
    if not chosen:
        raise UnknownName(f"no target is called {', '.join(sorted(wanted))} in {', '.join(sorted(spoken))}")
    return tuple(chosen)


def select_languages(codes: Iterable[str]) -> tuple[Words, ...]:
    """The languages of these codes, English first; no codes: no languages."""
    wanted = set(codes)
    for code in sorted(wanted - LANGUAGES.keys()):
        raise UnknownName(unknown("language", code, LANGUAGES))
    return tuple(words for code, words in LANGUAGES.items() if code in wanted)
