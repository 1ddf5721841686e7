"""What a process that times is told about a cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from derive.bench.data import Array
from derive.bench.floor import Work
from derive.bench.native import Native
from derive.bench.plain import Plain
from derive.bench.records import Cell, Subject
from derive.language.inputs import Input


@dataclass(frozen=True)
class Task:
    """One cell.

    subject:   the kernel.
    inputs:    of the kernel.
    plain:     the kernel as it is written in mathematics; ``None``: it has no such form.
    work:      what no kernel can do without.
    native:    the C programs of the bench; ``None``: there is no compiler.
    folder:    to write modules into.
    reference: some rows of the right results; ``None``: nobody has been asked yet.
    """

    cell: Cell
    subject: Subject
    inputs: tuple[Input, ...]
    plain: Plain | None
    work: Work | None
    native: Native | None
    folder: Path
    reference: tuple[Array, ...] | None = None
