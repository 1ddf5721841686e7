"""The theory as PDF: one file for each language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.catalogue import open_catalogue
from derive.output.files import replace
from derive.pipeline import Event, select_targets, verified
from derive.targets.latex.pdf import check_installed, compiled
from derive.targets.registry import language
from derive.targets.templates import environment


@dataclass(frozen=True)
class Pdf:
    """A file that was written; ``complaints``: see :class:`derive.targets.latex.pdf.Document`."""

    path: Path
    complaints: tuple[str, ...]


def build_pdf(
    out: Path,
    languages: Sequence[str] = (),
    formulas: Sequence[Path] = (),
    tell: Callable[[Event], None] = lambda event: None,
) -> list[Pdf]:
    """``derive-<language>.pdf`` in ``out`` for each language (none named: all), from formulas verified anew.

    Each file appears whole, and none before all were made.  Raises DeriveError where a stage fails or TeX is missing.
    """
    check_installed()
    targets = select_targets(["latex"], languages)
    catalogue = open_catalogue(formulas)
    by_name = {formula.name: formula for formula in catalogue.formulas}
    names, built, templates = catalogue.reading_order, [], environment()
    for number, name in enumerate(names):
        tell(Event("derive", name, number, len(names) + len(targets)))
        built.append(verified(by_name[name], catalogue))
    made = {}
    for number, target in enumerate(targets, start=len(names)):
        tell(Event("typeset", target.name, number, len(names) + len(targets)))
        files = dict(target.shared_files(built, templates))
        for one in built:
            files |= target.formula_files(one, templates)
        made[out / f"derive-{language(target.name)}.pdf"] = compiled(files, target.name)
    for path, document in made.items():
        replace(path, document.pdf)
    return [Pdf(path, document.complaints) for path, document in made.items()]
