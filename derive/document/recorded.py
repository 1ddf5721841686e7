"""What a document is made from, and what is said where it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from derive.algebra.records import Derived, Example
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.topics import Topic


class DocumentError(DeriveError):
    """A record from which no document can be made: names the formula, and what has to be mended."""


class Recorded(Protocol):
    """A formula with what was derived of it, the topic on whose page it stands, and its witnesses with their values."""

    @property
    def formula(self) -> Formula: ...

    @property
    def derived(self) -> Derived: ...

    @property
    def topic(self) -> Topic | None: ...

    @property
    def examples(self) -> tuple[Example, ...]: ...


@dataclass(frozen=True)
class Alone:
    """What was derived of a formula, and nothing beside it."""

    derived: Derived
    topic: None = None
    examples: tuple[()] = ()

    @property
    def formula(self) -> Formula:
        return self.derived.formula
