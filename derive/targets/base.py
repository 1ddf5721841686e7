"""What every target is: a name, and files made from what was built of a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jinja2 import Environment

from derive.algebra.records import Derived, Example
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.topics import Topic
from derive.loops.ir import Program


class PrintError(DeriveError):
    """A printer met a node that it cannot print: names the node, its formula, the pass that should have lowered it."""


@dataclass(frozen=True)
class Built:
    """A formula with all that was derived and lowered from it: the input of every target.

    ``topic`` is the page of the theory on which it stands (``None``: on none), ``examples`` are its witnesses with
    their values.
    """

    formula: Formula
    derived: Derived
    programs: tuple[Program, ...]
    topic: Topic | None = None
    examples: tuple[Example, ...] = ()


class Target(Protocol):
    """One output of derive.  Paths are relative to the target's own folder, with forward slashes."""

    @property
    def name(self) -> str:
        """What the command line calls it; also the name of its template folder."""
        ...

    @property
    def folder(self) -> str:
        """Its folder among the generated files."""
        ...

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        """The files of one formula: path -> text."""
        ...

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        """The files that belong to all formulas together (a main document, a build file)."""
        ...

    def signatures(self, built: Built) -> Mapping[str, str]:
        """Kernel name -> its signature in the target's language; empty for a target without kernels."""
        ...


@runtime_checkable
class Gathering(Target, Protocol):
    """A target that has its kernels once more, all in one place."""

    def gathered_files(
        self, printed: Sequence[Mapping[str, str]], shared: Mapping[str, str], templates: Environment
    ) -> Mapping[str, str]:
        """Files made of the texts of the others.

        printed: those of each formula, in order; shared: those that belong to all formulas together.
        """
        ...
