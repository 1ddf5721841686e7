"""A build as the command line asks for it: what was made before is looked up first, and kept afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from derive.cli.jobs import job_of
from derive.progress import Outcome
from derive.project.settings import OUT, TEMPLATES
from derive.store import CacheError, build_key
from derive.store.shelf import Records, open_records
from derive.store.standing import Standing, recall, remember

if TYPE_CHECKING:
    from derive.cli.display import Display
    from derive.output import Plan
    from derive.project import Chosen
    from derive.system.processes import Crew


def _records() -> tuple[Records | None, tuple[str, ...]]:
    """What is kept; where that cannot be used, why: a build can do without."""
    try:
        return open_records(), ()
    except CacheError as error:
        return None, (f"nothing is kept for the next build: {error}",)


def carry_out(
    chosen: Chosen, fresh: bool, display: Display, others: Callable[[], AbstractContextManager[Crew]]
) -> Outcome:
    """Build, unless the folder is as the last build of the same left it.

    fresh:  take nothing from what is kept.
    others: starts the processes with which the work is shared.
    """
    start, out = time.perf_counter(), chosen.of(OUT)
    records, warnings = _records()
    key = _key(chosen) if records is not None else None
    if records is None or key is None:
        done, _ = _made(chosen, fresh, display, others, records, warnings)
    elif not fresh and (standing := recall(records, key, out)) is not None:
        done = Outcome(out, unchanged=standing.made, warnings=standing.warnings)
    else:
        done, files = _made(chosen, fresh, display, others, records, warnings)
        if key == _key(chosen) and not done.kept:
            remember(records, key, Standing(files, (*done.new, *done.changed, *done.unchanged), done.warnings))
    return replace(done, seconds={**done.seconds, "total": time.perf_counter() - start})


def _key(chosen: Chosen) -> str | None:
    """Of what is asked for: by the command line, the project, and from where."""
    project = None if chosen.project is None else (str(chosen.project.folder), sorted(chosen.project.said.items()))
    words = [os.getcwd(), repr(sorted(chosen.given.items())), repr(project)]
    return build_key(words, chosen.formulas, chosen.of(TEMPLATES))


def _made(
    chosen: Chosen,
    fresh: bool,
    display: Display,
    others: Callable[[], AbstractContextManager[Crew]],
    records: Records | None,
    warnings: Sequence[str],
) -> tuple[Outcome, Mapping[str, str]]:
    """What the build did, and the hash of every file that its folder holds now."""
    told, seconds, made = [*warnings], dict[str, float](), dict[str, list[str]]()

    def spent(stage: str, subject: str, took: float) -> None:
        seconds[stage] = seconds.get(stage, 0.0) + took
        if subject:
            made.setdefault(subject, []).append(stage)

    with others() as crew:
        from derive.pipeline import build
        from derive.store.stages import StageStore

        with display.progress() as tell:
            plan = build(job_of(chosen), tell, told.append, crew, StageStore(records, not fresh), spent)
    if records is not None:
        records.trim()
    done = Outcome(
        plan.folder, plan.new, plan.changed, plan.unchanged, plan.removed, plan.kept, tuple(told), made, seconds
    )
    return done, _files(plan)


def _files(plan: Plan) -> dict[str, str]:
    from derive.output.manifest import NAME, digest, parse

    listed = parse(plan.manifest)
    others = {path: record.content for path, record in listed.files.items()} if listed is not None else {}
    return {**others, NAME: digest(plan.manifest)}
