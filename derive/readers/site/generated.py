"""The generated folder, read for the site: pages, kernels, and the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from derive.output.files import read
from derive.output.manifest import NAME, KernelRecord, parse
from derive.readers.site.unfit import SiteError
from derive.targets.words import LANGUAGES

_LINK = re.compile(r"\]\((?P<folder>topics|formulas)/(?P<name>\w+)\.md\)")
_FORMULA = re.compile(r"\]\(\.\./formulas/(?P<name>\w+)\.md\)")


@dataclass(frozen=True)
class Generated:
    """The pages of one language.  ``topics`` maps each topic to its formulas; both in reading order."""

    folder: Path
    language: str
    topics: Mapping[str, tuple[str, ...]]
    own: tuple[str, ...]
    kernels: Mapping[str, KernelRecord]

    def page(self, path: str) -> str:
        """A Markdown page.  Raises SiteError where it is missing."""
        place = self.folder / "markdown" / self.language / f"{path}.md"
        text = _text(place)
        if text is None:
            raise SiteError(f"{place}: no such page: run derive build --out {self.folder}")
        return text

    def source(self, path: str) -> str | None:
        """A generated kernel file; ``None`` where its target was not built."""
        return _text(self.folder / path)

    @property
    def has_path(self) -> bool:
        """Whether there is a guided path: its topics have stops."""
        return self.source(f"markdown/{self.language}/path.md") is not None

    def topic_of(self, formula: str) -> str | None:
        return next((topic for topic, formulas in self.topics.items() if formula in formulas), None)


def _text(place: Path) -> str | None:
    """Raises OutputError where something else lies in the place of a file; ``None``: nothing does."""
    content = read(place)
    return None if content is None else content.decode("utf-8", "replace")


def languages_in(folder: Path) -> tuple[str, ...]:
    """The languages of which there are pages, English first."""
    return tuple(code for code in LANGUAGES if (folder / "markdown" / code / "index.md").is_file())


def read_generated(folder: Path, language: str) -> Generated:
    """Raises SiteError where a page is missing."""
    kernels: dict[str, KernelRecord] = {}
    if manifest := parse(read(folder / NAME)):
        kernels = dict(manifest.kernels)
    bare = Generated(folder, language, {}, (), kernels)
    links = list(_LINK.finditer(bare.page("index")))
    topics = {link["name"]: _formulas(bare, link["name"]) for link in links if link["folder"] == "topics"}
    own = tuple(link["name"] for link in links if link["folder"] == "formulas")
    return Generated(folder, language, topics, own, kernels)


def _formulas(generated: Generated, topic: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link["name"] for link in _FORMULA.finditer(generated.page(f"topics/{topic}"))))
