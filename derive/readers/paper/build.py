"""A PDF file for each language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from derive.catalogue import Catalogue, open_catalogue, select
from derive.job import select_languages
from derive.language.topics import Topic
from derive.output.files import refuse_unwritable
from derive.output.publish import publish, refuse_foreign
from derive.pipeline import briefly, verified
from derive.progress import Event
from derive.readers.paper.insets import exhibits, pictures
from derive.readers.pictures import PictureError
from derive.targets import Built
from derive.targets.latex.pdf import check_installed, compiled, font
from derive.targets.latex.target import LatexTarget
from derive.targets.templates import environment
from derive.targets.words import LANGUAGES
from derive.verify import check_topics

RECORD = ".derive-pdf"
"""The list of the files that were written here: others of the same name are left alone."""

LETTERS = ("FandolHei-Regular.otf",)
"""Fonts of TeX Live for the letters in pictures that matplotlib's own font lacks."""


@dataclass(frozen=True)
class Pdf:
    """A file that was written; ``complaints``: what is wrong with it all the same, one line each."""

    path: Path
    complaints: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """only: names of formulas and topics, for a handout; none: the whole theory.  brief: its key steps alone.

    slides: for a beamer, not for paper.
    """

    only: tuple[str, ...] = ()
    brief: bool = False
    slides: bool = False

    @property
    def name(self) -> str:
        return "-".join([*(self.only or ("derive",)), *(["slides"] if self.slides else [])])

    @property
    def template(self) -> str:
        return "slides" if self.slides else "handout" if self.only else "main"


ALL = Edition()


def build_pdf(
    out: Path,
    languages: Sequence[str] = (),
    formulas: Sequence[Path] = (),
    tell: Callable[[Event], None] = lambda event: None,
    whole: bool = True,
    edition: Edition = ALL,
) -> list[Pdf]:
    """``derive-<language>.pdf`` in ``out`` for each language (none named: all), from formulas verified anew.

    formulas: files; whole: derive's own formulas too, where files are named; edition: for another document than the
    whole theory, which is called after what it holds.

    Each file appears whole, and none before all were made.  Raises DeriveError where a stage fails, TeX is missing, or
    a file in the way was not written by this.
    """
    check_installed()
    out = out.resolve() if ".." in out.parts else out  # what lies on the way up need not exist
    targets = [LatexTarget(words) for words in select_languages(languages) or LANGUAGES.values()]
    refuse_unwritable(out)
    refuse_foreign(out, (_name(target, edition) for target in targets), RECORD)
    catalogue = open_catalogue(formulas, whole or bool(edition.only))
    by_name = {formula.name: formula for formula in catalogue.formulas}
    check_topics(catalogue.topics)
    names, built, templates = _chosen(catalogue, edition.only), [], environment()
    for number, name in enumerate(names):
        tell(Event("derive", name, number, len(names) + len(targets)))
        one = verified(by_name[name], catalogue)
        built.append(briefly(one) if edition.brief else one)
    made = {}
    for number, target in enumerate(targets, start=len(names)):
        tell(Event("typeset", target.name, number, len(names) + len(targets)))
        files: dict[str, str | bytes] = dict(target.shared_files(built, templates))
        for one in built:
            files |= target.formula_files(one, templates)
        shown, remarks = _shown(built, target.words.language, templates)
        main = {"main.tex": target.document(built, templates, edition.template)}
        document = compiled({**files, **shown, **main}, target.name)
        made[_name(target, edition)] = document.pdf, (*remarks, *document.complaints)
    publish(out, {name: pdf for name, (pdf, _) in made.items()}, RECORD, whole=False)
    return [Pdf(out / name, complaints) for name, (_, complaints) in made.items()]


def _chosen(catalogue: Catalogue, only: Sequence[str]) -> tuple[str, ...]:
    """The names of the formulas that are asked for, of whole topics too, in reading order.

    Raises UnknownName on a name that is neither a formula's nor a topic's.
    """
    topics = {topic.name: {formula.name for formula in topic.formulas} for topic in catalogue.topics}
    single = [name for name in only if name not in topics]
    chosen = {formula.name for formula in select(catalogue, single)} if single or not only else set()
    wanted = chosen.union(*(topics[name] for name in only if name in topics))
    return tuple(name for name in catalogue.reading_order if name in wanted)


def _name(target: LatexTarget, edition: Edition) -> str:
    return pdf_name(target.words.language, edition.name)


def pdf_name(language: str, what: str = "derive") -> str:
    """What the file of a language is called."""
    return f"{what}-{language}.pdf"


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
