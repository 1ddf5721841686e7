"""What the user asked for, as jobs: the command line, the project, and what a folder says of how it was made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from derive.errors import DeriveError
from derive.project import Chosen, ProjectError, find_project
from derive.project.chosen import formula_paths
from derive.project.settings import CATALOGUE, FORMULAS, LANGUAGES, ONLY, OUT, STRICT, TARGETS, TEMPLATES

if TYPE_CHECKING:
    from derive.job import Job, Told
    from derive.output.made import Made, Part

PARTS = (ONLY, TARGETS, LANGUAGES)
"""What makes a job a part of what belongs into its folder."""

Named = tuple[tuple[Path, "Told"], ...]
"""Formula files, each with what a command calls it."""


class NothingBuiltError(DeriveError):
    """A folder is to be checked in which nothing lies."""


def job_of(chosen: Chosen) -> Job:
    """The job that the command line and the project ask for."""
    from derive.output.plan import recorded

    made = recorded(chosen.of(OUT)).made if chosen.is_given(*PARTS) else None
    return _job(chosen, _named(chosen, made), None if _is_whole(chosen) else _part(chosen), _catalogue(chosen, made))


def check_jobs(chosen: Chosen) -> list[Job]:
    """The jobs whose outcome a folder is to hold: as the project says; else as the folder itself says it was made.

    Raises NothingBuiltError for a folder in which nothing lies.
    """
    from derive.job import select_targets
    from derive.output.made import Part
    from derive.output.plan import recorded

    out = chosen.of(OUT)
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        asked = job_of(chosen)
        select_targets(asked.targets, asked.languages)  # a slip there is told first
        raise NothingBuiltError(f"{out}: nothing was built here: {asked.made.command(_part(chosen))} builds it")
    made = recorded(out).made
    if made is not None and made.project and chosen.project is None:
        chosen = replace(chosen, project=find_project(out.absolute()))
    if made is None or chosen.is_given(FORMULAS):
        return [job_of(chosen)]
    if chosen.project is not None and not made.formulas and (not made.project or Part() in made.parts):
        return [job_of(chosen)]
    named = _there(made, out) if made.formulas or not made.project else _named(chosen, made)
    parts = dict.fromkeys(_narrowed(made.parts, _part(chosen)) or [_part(chosen)])
    if len(parts) > 1:
        spelled = dict.fromkeys(_spelled_out(part, named, made.catalogue) for part in parts)
        parts = dict.fromkeys(one for one in spelled if not any(o != one and o.covers(one) for o in spelled))
    return [_job(chosen, named, part, made.catalogue, made.out) for part in parts]


def _is_whole(chosen: Chosen) -> bool:
    """Whether a folder is to hold what the project says, and nothing else."""
    return chosen.project is not None and not chosen.is_given(*PARTS)


def _narrowed(parts: Iterable[Part], given: Part) -> list[Part]:
    """What of the parts the command line asks for."""
    from derive.output.made import Part

    def common(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...] | None:
        both = tuple(one for one in mine if one in theirs)
        return (mine or theirs) if not mine or not theirs else both or None

    found = []
    for part in parts:
        shared = [common(*pair) for pair in zip(vars(given).values(), vars(part).values(), strict=True)]
        if None not in shared:
            found.append(Part(*(one or () for one in shared)))
    return found


def _spelled_out(part: Part, named: Named, catalogue: bool) -> Part:
    """With the names of all formulas, where it means all: beside it are those of other parts."""
    from derive.catalogue import load_catalogue

    if part.only:
        return part
    return replace(part, only=tuple(one.name for one in load_catalogue([path for path, _ in named], catalogue)))


def _job(chosen: Chosen, named: Named, part: Part | None, catalogue: bool, out: str | None = None) -> Job:
    """part: ``None``: all that the project says, whatever that is at the time."""
    from derive.job import Job
    from derive.output.made import Made, Part

    templates = chosen.of(TEMPLATES)
    if templates is not None:
        _check_templates(templates)
    whole, part = part is None, part or _part(chosen)
    explicit = tuple(told.word for _, told in named if not all(told.usual for _, told in named))
    made = Made(
        explicit,
        catalogue,
        _out(chosen) if out is None else out,
        chosen.project is not None,
        (Part() if whole else part,),
    )
    return Job(
        out=chosen.of(OUT),
        formulas=tuple(path for path, _ in named),
        told=tuple(told for _, told in named),
        only=part.only,
        targets=part.targets,
        languages=part.languages,
        templates=templates,
        strict=chosen.of(STRICT),
        catalogue=catalogue,
        whole=whole,
        made=made,
    )


def _check_templates(folder: Path) -> None:
    """Raises ProjectError for a folder that is not there, and for a template that nothing would use."""
    from derive.system.places import template_folder
    from derive.targets.templates import strangers

    if not folder.is_dir():
        raise ProjectError(f"{folder}: templates in [tool.derive] is no folder: make it")
    for name in strangers(folder):
        raise ProjectError(f"{folder / name}: derive has no template {name}: there are those below {template_folder()}")


def _part(chosen: Chosen) -> Part:
    from derive.output.made import Part

    return Part(*(tuple(dict.fromkeys(chosen.of(setting))) for setting in PARTS))


def _catalogue(chosen: Chosen, made: Made | None) -> bool:
    """Whether derive's own formulas are meant: in a folder that holds them all, they stay."""
    held = made is not None and not made.project and (made.catalogue or not made.formulas)
    return chosen.of(CATALOGUE) or (held and bool(chosen.formulas))


def _named(chosen: Chosen, made: Made | None) -> Named:
    """The formula files of a job: of a part, those of the folder too, so that what tells of all formulas does."""
    from derive.job import Told

    usual = chosen.project is not None and not chosen.is_given(FORMULAS)
    mine = tuple((path, Told(_word(path), usual)) for path in chosen.formulas)
    if made is None:
        return mine
    others: Named = _there(made, chosen.of(OUT))
    if made.project and chosen.project is not None:
        others = (*((path, Told(_word(path), True)) for path in formula_paths(chosen.project)), *others)
    return tuple({path.resolve(): (path, told) for path, told in (*mine, *others)}.values())


def _there(made: Made, out: Path) -> Named:
    """The formula files of a folder that are there: as seen from here, or from a folder above it."""
    from derive.job import Told

    found = []
    for word in made.formulas:
        places = (folder / word for folder in (Path(), *out.absolute().parents))
        place = next((place for place in places if place.exists()), Path(word))
        found.append((place, Told(word)))
    return tuple(found)


def _word(path: Path) -> str:
    """What a command calls a formula file: as it is seen from here where it lies here; else by its name alone."""
    near = os.path.relpath(path) if path.exists() else str(path)
    return path.name if near.startswith("..") or os.path.isabs(near) else Path(near).as_posix()


def _out(chosen: Chosen) -> str:
    """What a command calls the folder; empty where it need not say so, or it lies elsewhere on this machine."""
    out, usual = chosen.given.get(OUT.key), replace(chosen, given={}).of(OUT)
    if out is None or out.resolve() == usual.resolve() or out.is_absolute() or ".." in out.parts:
        return ""
    return str(out.as_posix())


def all_commands(chosen: Chosen) -> list[str]:
    """Those by which the folder was made, as it says."""
    from derive.output.plan import recorded

    made = recorded(chosen.of(OUT)).made
    return [made.command(part) for part in made.parts] if made is not None else []
