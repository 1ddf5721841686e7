"""What installed packages offer to derive by entry points: formulas and targets, each under a name.

Nothing of theirs is imported before it is asked for by name.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive.errors import DeriveError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

FORMULAS, TARGETS = "derive.formulas", "derive.targets"
"""The groups.  One of the first names a module that holds formulas; one of the second a target, or a tuple of them."""


class OfferError(DeriveError):
    """What a package offers cannot be used."""


@cache
def offered(group: str) -> dict[str, EntryPoint]:
    """What is offered, by its name; of two under one name, the first by the name of its package."""
    from importlib.metadata import entry_points  # here alone: looking for packages takes time

    found = sorted(entry_points(group=group), key=_package, reverse=True)
    return {one.name: one for one in found}


def loaded(entry: EntryPoint) -> Any:
    """Raises OfferError, one line with the name of the package."""
    try:
        return entry.load()
    except DeriveError:
        raise
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}".replace("\n", " ")
        raise OfferError(f"{entry.value}, which the package {_package(entry)} offers, does not load: {said}") from error


def file_of(entry: EntryPoint) -> Path:
    """The file of the module that is offered; the module is not run.  Raises OfferError where there is none."""
    try:
        spec = importlib.util.find_spec(entry.module)
    except (ImportError, ValueError):
        spec = None
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        raise OfferError(f"the package {_package(entry)} offers formulas in {entry.module}, which is no module")
    return Path(spec.origin)


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else ""
