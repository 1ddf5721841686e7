"""The rooms of the house: which may import which, and what each gives to the others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "derive"
SOURCES = sorted(HOUSE.rglob("*.py"))

STANDS_ON = {
    "version": "", "errors": "", "shown": "", "progress": "", "elementary": "",
    "system": "errors",
    "project": "errors",
    "store": "errors system version",
    "language": "errors shown",
    "notation": "language",
    "algebra": "notation",
    "derivations": "algebra",
    "proofs": "derivations",
    "numerics": "derivations",
    "loops": "numerics",
    "kernels": "loops",
    "splits": "loops",
    "verify": "language",
    "formulas": "language",
    "catalogue": "formulas system",
    "document": "algebra",
    "targets": "document loops system elementary",
    "output": "formulas targets store",
    "job": "catalogue output",
    "pipeline": "job kernels progress proofs verify",
    "loading": "pipeline project splits store version",
    "torch": "loading",
    "dask": "loading",
    "jax": "loading",
    "audit": "loading",
    "readers": "loading",
    "bench": "loading version",
    "changes": "pipeline",
    "cli": "audit bench changes readers store version",
    "__init__": "dask jax torch version",
    "__main__": "cli",
}  # fmt: skip
"""Each room and loose module with what it stands on: it may import that, and whatever that stands on."""

ORACLE_READS = ("derive.algebra.records", "derive.loops.ir")
"""What the oracle checks, beside formulas: the records of a derivation and the statements of a program."""

LOOSE = 8
"""No more modules lie at the top, beside the rooms."""

FEW = 8
"""No more names has a face; that of the language has every word that a formula file may say."""
FACELESS = ("formulas", "readers")
"""Rooms that only hold other rooms, or what is found by looking."""


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@cache
def below(room: str) -> frozenset[str]:
    under = STANDS_ON[room].split()
    return frozenset(under).union(*(below(one) for one in under))


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each module of derive that a file imports, with the names that it takes from it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [(alias.name, ()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: an import says where it leads"
            found = [(node.module or "", tuple(alias.name for alias in node.names))]
        else:
            continue
        yield from ((module, names) for module, names in found if module.split(".")[0] == "derive")


def room_named(module: str, names: tuple[str, ...]) -> set[str]:
    """The rooms that an import enters; ``derive`` alone: what its face gives, a kernel to call."""
    parts = module.split(".")
    if len(parts) > 1:
        return {parts[1]}
    return {name if name in STANDS_ON else "__init__" for name in names or ("__init__",)}


def test_the_table_holds_every_room_and_every_loose_module() -> None:
    rooms = {room_of(path) for path in SOURCES}
    assert rooms == set(STANDS_ON)
    loose = sorted(path.stem for path in HOUSE.glob("*.py"))
    assert len(loose) <= LOOSE, f"find a room for one of {loose}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_an_import_only_points_down(path: Path) -> None:
    room = room_of(path)
    allowed = below(room) | {room} | ({"__init__"} if "loading" in below(room) else set())
    for module, names in imports(path):
        if room == "verify" and module in ORACLE_READS:
            continue
        assert room_named(module, names) <= allowed, f"{path.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("room", sorted(room_of(p) for p in HOUSE.glob("*/__init__.py") if room_of(p) not in FACELESS))
def test_a_face_names_the_few_things_that_others_use(room: str) -> None:
    names = face(room)
    modules = {path.stem for path in (HOUSE / room).iterdir()}
    assert names and (len(names) <= FEW or room == "language"), f"{room} names {len(names)} things"
    assert not modules & names.keys(), "a name of a face would hide a module of the room"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_what_a_face_gives_is_taken_from_it(path: Path) -> None:
    """Anything else comes from its module.  Formula files alone need the face of the language."""
    for module, names in imports(path):
        room = module.split(".")[1] if "." in module else ""
        if room in ("", "language", *FACELESS, room_of(path)) or not (HOUSE / room).is_dir():
            continue
        given = face(room)
        assert not [n for n in names if given.get(n) == module], f"{path.relative_to(ROOT)}: from derive.{room} import"


@cache
def face(room: str) -> dict[str, str]:
    """Each name in ``__all__`` of a room, with the module that it comes from."""
    file = HOUSE / room / "__init__.py"
    found = {name: module for module, names in imports(file) for name in names}
    (given,) = (
        ast.literal_eval(node.value)
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    return {name: found.get(name, "") for name in given}
