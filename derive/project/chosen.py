"""What holds for a run: what the command line says, else the project, else the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from derive.project.find import TABLE, Project, ProjectError
from derive.project.settings import FORMULAS, Setting

T = TypeVar("T")


@dataclass(frozen=True)
class Chosen:
    """project: the one that this runs in; given: key -> what the command line says, where it says something."""

    project: Project | None = None
    given: Mapping[str, Any] = field(default_factory=dict)

    def is_given(self, *settings: Setting[Any]) -> bool:
        """Whether the command line says something of any of these."""
        return any(setting.key in self.given for setting in settings)

    def of(self, setting: Setting[T]) -> T:
        """Paths are as one would write them in the current folder."""
        if setting.key in self.given:
            found: T = self.given[setting.key]
            return found
        value = setting.default if self.project is None else self.project.value(setting)
        if isinstance(value, Path) and self.project is not None:
            return self.project.folder / value  # type: ignore[return-value]
        return value

    @property
    def formulas(self) -> tuple[Path, ...]:
        """The formula files, folders, and names under which packages offer some."""
        if FORMULAS.key in self.given:
            return tuple(map(Path, self.given[FORMULAS.key]))
        return () if self.project is None else formula_paths(self.project)


def formula_paths(project: Project) -> tuple[Path, ...]:
    """What the project names, patterns filled in.  Raises ProjectError for a pattern that fits no file."""
    return tuple(path for word in project.value(FORMULAS) for path in _filled_in(project, word))


def _filled_in(project: Project, word: str) -> list[Path]:
    place = project.folder / word
    if place.exists() or not set("*?[") & set(word):
        offered = not place.exists() and word.isidentifier()
        return [Path(word) if offered else place]
    try:
        found = sorted(p for p in project.folder.glob(word) if p.suffix == ".py" and not p.name.startswith(("_", ".")))
    except (ValueError, NotImplementedError) as error:
        raise ProjectError(f"{project.file}: formulas in {TABLE}: {word!r}: {str(error).lower()}") from error
    if not found:
        raise ProjectError(f"{project.file}: formulas in {TABLE}: no file fits {word!r}")
    return found
