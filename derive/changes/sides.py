"""Two versions of a formula, side by side: what its file says now, and what it said at a commit."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from functools import partial
from pathlib import Path

from derive.catalogue import UnknownName, open_catalogue, select
from derive.catalogue.files import is_own
from derive.changes.history import HistoryError, put_old
from derive.changes.told import Sections, told_of
from derive.language.errors import DeriveError
from derive.system.places import HOUSE
from derive.system.worker import Worker

AROUND = 2
"""So many lines that are the same are shown around those that are not."""


def difference(name: str, formulas: Sequence[Path], ref: str) -> str:
    """What changed of the mathematics of a formula since the commit, as text: ``-`` as it was, ``+`` as it is.

    formulas: the formula files and folders beside derive's own.

    Raises DeriveError where the formula does not load, now or then, and HistoryError without git or such a commit.
    """
    (formula,) = select(open_catalogue(formulas, False, [name]), [name])
    with tempfile.TemporaryDirectory(prefix="derive-diff-") as folder:
        then = _then(name, formulas, ref, formula.file is None or is_own(formula.file), Path(folder))
    now = told_of(name, formulas)
    if then is None:
        return "\n".join([f"{name} is new since {ref}", *_shown({}, now)]) + "\n"
    lines = list(_shown(then, now))
    same = [heading for heading in now if then.get(heading) == now[heading] and now[heading]]
    if not lines:
        return f"{name}: the mathematics, the programs and what they promise are as at {ref}\n"
    rest = [f"the same: {', '.join(same)}"] if same else []
    return "\n".join([f"{name}: - at {ref}, + now", *lines, *rest]) + "\n"


def _then(name: str, formulas: Sequence[Path], ref: str, own: bool, folder: Path) -> Sections | None:
    """What was told of it at the commit; ``None``: it was not there yet."""
    old = [put_old(place, ref, folder / str(number)) for number, place in enumerate(formulas)]
    there = [place for place in old if place.exists()]
    try:
        return _of_old_house(name, there, ref, folder) if own else told_of(name, there)
    except UnknownName:
        return None
    except DeriveError as error:
        told = str(error)
        for number, place in enumerate(formulas):
            told = told.replace(str(folder / str(number) / place.name), f"{place} at {ref}")
        raise HistoryError(told) from None


def _of_old_house(name: str, formulas: Sequence[Path], ref: str, folder: Path) -> Sections:
    """In another process, which has derive's own formulas as they were and the rest of it as it is."""
    put_old(HOUSE / "formulas", ref, folder / "derive")
    shutil.copytree(
        HOUSE, folder / "derive", dirs_exist_ok=True, ignore=partial(_left_out, str(HOUSE))
    )  # fmt: skip
    worker = Worker("derive.changes.told", first=[str(folder)])
    try:
        return worker.call(_asked, (name, formulas))
    finally:
        worker.end()


def _asked(question: tuple[str, Sequence[Path]]) -> Sections:
    return told_of(*question)


def _left_out(top: str, folder: str, names: list[str]) -> set[str]:
    beside = {"formulas", "readers", "bench", "_templates"} if folder == top else set()
    return {"__pycache__"} | beside


def _shown(then: Sections, now: Sections) -> Iterator[str]:
    """Each heading under which something changed, with the lines that did."""
    for heading in dict.fromkeys((*now, *then)):
        before, after = (list(told.get(heading, ())) for told in (then, now))
        if before != after:
            yield f"\n{heading}"
            changed = list(unified_diff(before, after, n=AROUND, lineterm=""))[2:]
            yield from ("  ..." if line.startswith("@@") else f"  {line}" for line in changed[1:])
