"""A PDF file for each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from derive.catalogue import open_catalogue
from derive.job import select_targets
from derive.language.claims import Topic
from derive.output.files import refuse_unwritable
from derive.output.publish import publish, refuse_foreign
from derive.pipeline import verified
from derive.progress import Event
from derive.readers.paper.insets import exhibits, pictures
from derive.readers.pictures import PictureError
from derive.targets import Built, Target
from derive.targets.latex.pdf import check_installed, compiled, font
from derive.targets.registry import language
from derive.targets.templates import environment
from derive.targets.words import LANGUAGES

RECORD = ".derive-pdf"
"""The list of the files that were written here: others of the same name are left alone."""

LETTERS = ("FandolHei-Regular.otf",)
"""Fonts of TeX Live for the letters in pictures that matplotlib's own font lacks."""


@dataclass(frozen=True)
class Pdf:
    """A file that was written; ``complaints``: what is wrong with it all the same, one line each."""

    path: Path
    complaints: tuple[str, ...]


def build_pdf(
    out: Path,
    languages: Sequence[str] = (),
    formulas: Sequence[Path] = (),
    tell: Callable[[Event], None] = lambda event: None,
    whole: bool = True,
) -> list[Pdf]:
    """``derive-<language>.pdf`` in ``out`` for each language (none named: all), from formulas verified anew.

    formulas: files; whole: derive's own formulas too, where files are named.

    Each file appears whole, and none before all were made.  Raises DeriveError where a stage fails, TeX is missing, or
    a file in the way was not written by this.
    """
    check_installed()
    out = out.resolve() if ".." in out.parts else out  # what lies on the way up need not exist
    targets = select_targets(["latex"], languages)
    refuse_unwritable(out)
    refuse_foreign(out, (_name(target) for target in targets), RECORD)
    catalogue = open_catalogue(formulas, whole)
    by_name = {formula.name: formula for formula in catalogue.formulas}
    names, built, templates = catalogue.reading_order, [], environment()
    for number, name in enumerate(names):
        tell(Event("derive", name, number, len(names) + len(targets)))
        built.append(verified(by_name[name], catalogue))
    made = {}
    for number, target in enumerate(targets, start=len(names)):
        tell(Event("typeset", target.name, number, len(names) + len(targets)))
        files: dict[str, str | bytes] = dict(target.shared_files(built, templates))
        for one in built:
            files |= target.formula_files(one, templates)
        code = language(target.name) or ""
        shown, remarks = _shown(built, code, templates)
        document = compiled({**files, **shown}, target.name)
        made[_name(target)] = document.pdf, (*remarks, *document.complaints)
    publish(out, {name: pdf for name, (pdf, _) in made.items()}, RECORD, whole=False)
    return [Pdf(out / name, complaints) for name, (_, complaints) in made.items()]


def _name(target: Target) -> str:
    return pdf_name(language(target.name) or "")


def pdf_name(language: str) -> str:
    """What the file of a language is called."""
    return f"derive-{language}.pdf"


def _shown(
    built: Sequence[Built], code: str, templates: Environment
) -> tuple[Mapping[str, str | bytes], tuple[str, ...]]:
    """The pictures and exhibits of the topics; a remark where pictures are left out."""
    topics: tuple[Topic, ...] = tuple(dict.fromkeys(one.topic for one in built if one.topic is not None))
    files = dict(exhibits(topics, LANGUAGES[code], templates))
    fonts = [path for name in LETTERS if (path := font(name)) is not None]
    try:
        files |= pictures(topics, LANGUAGES[code], templates, fonts)
    except PictureError as error:
        return files, (f"left out: {error}",)
    return files, ()
