"""What can be set: one table, from which the options of the command line and the page about pyproject.toml are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T", covariant=True)


@dataclass(frozen=True)
class ValueKind(Generic[T]):
    """What values a setting takes.

    told:    in words, after "is".
    example: as pyproject.toml has it.
    read:    a value of that file as ours; ``None``: it is none of these.
    several: whether its option may be repeated.
    """

    told: str
    example: str
    read: Callable[[Any], T | None]
    several: bool = False


def _words(value: Any) -> tuple[str, ...] | None:
    words = [value] if isinstance(value, str) else value
    return tuple(words) if isinstance(words, list) and all(map(_is_word, words)) else None


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip())


FLAG: ValueKind[bool] = ValueKind("true or false", "true", lambda value: value if isinstance(value, bool) else None)
FOLDER: ValueKind[Path] = ValueKind("a path", '"kernels"', lambda value: Path(value) if _is_word(value) else None)
PATHS: ValueKind[tuple[str, ...]] = ValueKind("a list of paths", '["mine.py", "losses/*.py"]', _words, several=True)
NAMES: ValueKind[tuple[str, ...]] = ValueKind("a list of names", '["one", "other"]', _words, several=True)


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One thing that can be set.

    key:     what pyproject.toml calls it.
    default: where nothing is said.
    doc:     one sentence, for the help of the option and for the page.
    options: verb -> the option by which it is said on the command line.
    also:    verbs that heed what pyproject.toml says of it, and have no such option.
    metavar: what stands for its value.
    """

    key: str
    kind: ValueKind[T]
    default: T
    doc: str
    options: Mapping[str, str]
    also: tuple[str, ...] = ()
    metavar: str = "PATH"

    @property
    def verbs(self) -> tuple[str, ...]:
        return (*self.options, *self.also)


def _same(option: str, verbs: str) -> dict[str, str]:
    return dict.fromkeys(verbs.split(), option)


FORMULAS = Setting(
    "formulas", PATHS, (),
    "Formula files, folders of them, patterns, or names under which installed packages offer formulas. They are "
    "Python: they are run.",
    _same("--formulas", "build check diff list show verify audit pdf bench"),
)  # fmt: skip
CATALOGUE = Setting(
    "catalogue", FLAG, False,
    "The formulas that derive ships, beside those of the files that are named.",
    _same("--catalogue", "build check list show verify audit pdf"), metavar="",
)  # fmt: skip
ONLY = Setting("only", NAMES, (), "These formulas and no others.", _same("--only", "build check"), metavar="NAME")
TARGETS = Setting(
    "targets", NAMES, (),
    "These targets and no others: those of derive, and those that installed packages offer.",
    _same("--target", "build check"), metavar="NAME",
)  # fmt: skip
LANGUAGES = Setting(
    "languages", NAMES, (),
    "Documents in these languages and no others: en, zh.",
    _same("--lang", "build check show pdf"), ("list",), metavar="CODE",
)  # fmt: skip
OUT = Setting(
    "out", FOLDER, Path("generated"),
    "The folder of the generated files.",
    {**_same("--out", "build check"), "site": "--generated"}, metavar="DIR",
)  # fmt: skip
TEMPLATES: Setting[Path | None] = Setting(
    "templates", FOLDER, None,
    "A folder of templates, as `latex/preamble.tex`: each takes the place of the one of derive that is called so.",
    {}, ("build", "check"),
)  # fmt: skip
STRICT = Setting(
    "strict", FLAG, False, "Fail where a kernel loses digits on some rows.", _same("--strict", "build"), metavar=""
)
PDF = Setting("pdf", FOLDER, Path("pdf"), "The folder of the PDF files.", {"pdf": "--out", "site": "--pdf"},
              metavar="DIR")  # fmt: skip
SITE = Setting("site", FOLDER, Path("site"), "The folder of the web site.", {"site": "--out"}, metavar="DIR")

SETTINGS: tuple[Setting[Any], ...] = (FORMULAS, CATALOGUE, ONLY, TARGETS, LANGUAGES, OUT, TEMPLATES, STRICT, PDF, SITE)
"""All of them, in the order in which they are told."""
