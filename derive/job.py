"""What the user asked for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from derive.catalogue import UnknownName, unknown
from derive.catalogue.files import is_own
from derive.language.formula import Formula
from derive.output.made import BUILD, USUAL, Made, repeated
from derive.output.manifest import Scope
from derive.targets import Target
from derive.targets.registry import ON_REQUEST, TARGETS, kind, language, offered_targets
from derive.targets.words import LANGUAGES, Words


class Told(NamedTuple):
    """A formula file in a command.  word: what it is called; usual: it need not be said: pyproject.toml says it."""

    word: str
    usual: bool = False


@dataclass(frozen=True)
class Job:
    """What the user asked for.

    out:       the folder of generated files.
    formulas:  formula files or folders; none: derive's own.
    catalogue: whether derive's own formulas are meant too, where files are named.
    only:      names of formulas, of derive's own too; none: all that are meant.
    targets:   names of targets; none: all.
    templates: a template folder; ``None``: derive's own.
    languages: codes of the languages of documents; none: all.
    strict:    whether a kernel that loses digits on some rows is refused.
    whole:     whether the folder is to hold this and nothing else, even where this is not everything.
    made:      how the folder is made, in the words of the command line.
    told:      what a command calls each of the formula files; default: by their names alone.
    """

    out: Path
    formulas: tuple[Path, ...] = ()
    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    templates: Path | None = None
    languages: tuple[str, ...] = ()
    strict: bool = False
    catalogue: bool = False
    whole: bool = False
    made: Made = USUAL
    told: tuple[Told, ...] = ()

    @property
    def scope(self) -> Scope:
        if self.whole:
            return Scope()
        chosen = {*self.targets, *(t.name for t in select_targets(self.targets, self.languages))}
        return Scope(frozenset(self.only) or None, frozenset(chosen) if self.targets or self.languages else None)

    def command(self, formulas: Sequence[Formula]) -> str:
        """What makes anew, in this folder, the files that tell of these formulas: they say it themselves."""
        told = self.told or tuple(Told(path.name) for path in self.formulas)
        files = {file.resolve() for formula in formulas for file in _written_in(formula) if not is_own(file)}
        held = [_holds(path, files) for path in self.formulas]
        everywhere = [one for one, inside in zip(told, held, strict=True) if inside or not files <= set().union(*held)]
        named = [one.word for one in everywhere] if files and not all(one.usual for one in everywhere) else []
        beside = named and any(is_own(file) for formula in formulas for file in _written_in(formula)[:1])
        words = (*repeated("--formulas", filter(fits_a_comment, named)), *(["--catalogue"] if beside else []))
        out = ("--out", self.made.out) if fits_a_comment(self.made.out) else ()
        return shlex.join(("python", "-m", *BUILD, *words, *out))


def _written_in(formula: Formula) -> list[Path]:
    """The file of a formula, and those of what is claimed of it."""
    return [one.file for one in (formula, *formula.theory) if one.file is not None]


def _holds(place: Path, files: Iterable[Path]) -> set[Path]:
    """Those of the files that are this one, or that lie in this folder."""
    resolved = place.resolve()
    return {file for file in files if resolved in (file, file.parent)}


def fits_a_comment(word: str) -> bool:
    """Whether a word can stand in a comment of any language."""
    return re.fullmatch(r"(?!.*--)[\w./+ -]+", word) is not None


def select_targets(names: Iterable[str], languages: Iterable[str] = ()) -> tuple[Target, ...]:
    """The targets of these names, in the registry's order; no names: all of derive's own.

    A name stands for one target or for all languages of one kind.  ``languages`` leaves out the documents in other
    languages; no languages: none.
    """
    wanted, spoken = set(names), {words.language for words in select_languages(languages)}
    known = TARGETS if wanted <= {*TARGETS, *map(kind, TARGETS)} else TARGETS | _besides()
    for name in sorted(wanted - known.keys() - {kind(name) for name in known}):
        raise UnknownName(unknown("target", name, {kind(name) for name in known}))
    chosen = [
        target
        for name, target in known.items()
        if (not wanted or {name, kind(name)} & wanted) and (not spoken or language(name) in {None, *spoken})
    ]
    if not chosen:
        raise UnknownName(f"no target is called {', '.join(sorted(wanted))} in {', '.join(sorted(spoken))}")
    return tuple(chosen)


def _besides() -> dict[str, Target]:
    """Those that have to be named.  No package takes the place of a target of derive."""
    own = {**TARGETS, **ON_REQUEST}
    return ON_REQUEST | {name: target for name, target in offered_targets().items() if name not in own}


def select_languages(codes: Iterable[str]) -> tuple[Words, ...]:
    """The languages of these codes, English first; no codes: no languages."""
    wanted = set(codes)
    for code in sorted(wanted - LANGUAGES.keys()):
        raise UnknownName(unknown("language", code, LANGUAGES))
    return tuple(words for code, words in LANGUAGES.items() if code in wanted)
