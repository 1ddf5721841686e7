"""Claims and witnesses put to the formulas that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from derive.catalogue.files import CatalogueError, is_own
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula

Item = Claim | Witness


def attach(formulas: Sequence[Formula], items: Sequence[Item], beside: Sequence[Item] = ()) -> tuple[Formula, ...]:
    """Each formula with its claims and witnesses in the order of their definition: first those of its own file.

    beside: about other formulas: what a proof may rest on as well.

    Raises CatalogueError where two about one formula have one name, where one is about a formula that is not in the
    catalogue, or where a proof rests on a claim that is not.
    """
    by_name = {formula.name: formula for formula in formulas}
    known: dict[tuple[str, str], Item] = {}
    for item in items:
        if by_name.get(item.about.name) != item.about:
            raise CatalogueError(
                f"{item.where}: {_called(item)} is about formula {item.about.name!r}, which is not in the catalogue: "
                f"give the formula a name in a formula file"
            )
        other = known.setdefault((item.about.name, item.name), item)
        if other is not item:
            raise CatalogueError(
                f"{item.where}: formula {item.about.name!r} has another {_called(other)} ({other.where}): "
                f"rename one of them"
            )
    _refuse_loose_ends(items, [*known.values(), *beside])
    return tuple(replace(f, theory=_ordered(f, [i for i in items if i.about.name == f.name])) for f in formulas)


def _refuse_loose_ends(items: Sequence[Item], known: Sequence[Item]) -> None:
    """What a proof rests on has to be proved itself: a claim of the catalogue."""
    for item in items:
        for claim in rests_on(item):
            if claim not in known:
                raise CatalogueError(
                    f"{item.where}: {_called(item)} rests on {_called(claim)} ({claim.where}), which is not in the "
                    f"catalogue: give it a name in a formula file"
                )


def _ordered(formula: Formula, items: list[Item]) -> tuple[Item, ...]:
    """The formula's own file first, then derive's by name, then the user's; by line; each after what it rests on."""

    def place(item: Item) -> tuple[bool, bool, str, int]:
        file = item.file or Path()
        return item.file != formula.file, not is_own(file), file.name, item.line

    done: dict[str, Item] = {}

    def put(item: Item) -> None:
        for claim in rests_on(item):
            if claim.about.name == formula.name:
                put(claim)
        done.setdefault(item.name, item)

    for item in sorted(items, key=place):
        put(item)
    return tuple(done.values())


def rests_on(item: Item) -> list[Claim]:
    """The claims that its proof rests on."""
    return [line.reason for line in item.proof if isinstance(line.reason, Claim)] if isinstance(item, Claim) else []


def _called(item: Item) -> str:
    return f"{type(item).__name__.lower()} {item.name!r}"
