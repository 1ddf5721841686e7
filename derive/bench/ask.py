"""What is to be timed, read from what the user said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.bench.peers import Peer, installed
from derive.bench.records import DTYPES, Cell, Subject
from derive.bench.subjects import FEWER, OPERATIONS, OTHERS, QUICK, SHAPES
from derive.catalogue import load_catalogue, open_catalogue, unknown
from derive.catalogue.files import is_own
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.language.kinds import kernel_names
from derive.system import cores


class BenchError(DeriveError):
    """Something was asked that cannot be timed."""


@dataclass(frozen=True)
class Ask:
    """A run.

    cells:    in order: threads, then dtype, then subject, then size.
    subjects: by their names.
    peers:    who takes part beside ours.
    rounds:   how often each is timed, one after the other; ``milliseconds``: for how long at a time.
    quick:    whether little time was asked for.
    """

    cells: tuple[Cell, ...]
    subjects: Mapping[str, Subject]
    peers: tuple[Peer, ...]
    rounds: int
    milliseconds: float
    quick: bool

    @classmethod
    def of(
        cls,
        only: Sequence[str] = (),
        shapes: Sequence[str] = (),
        dtypes: Sequence[str] = (),
        threads: Sequence[str] = (),
        peers: Sequence[str] = (),
        formulas: Sequence[Path] = (),
        quick: bool = False,
    ) -> Ask:
        """Read what was said; nothing said of one thing: a choice that shows much.

        Raises BenchError, UnknownPeer, or CatalogueError for what is not there or cannot be timed.
        """
        subjects = _subjects(listed(only), formulas, quick)
        sizes = tuple(map(_shape, listed(shapes)))
        chosen = listed(dtypes) or (DTYPES[:1] if quick else DTYPES)
        for dtype in chosen:
            if dtype not in DTYPES:
                raise BenchError(f"{dtype!r} is not a dtype of the kernels: there are: {', '.join(DTYPES)}")
        counts = _threads(listed(threads), quick)
        cells = tuple(
            Cell(subject.name, rows, classes, dtype, count)
            for count in counts
            for dtype in chosen
            for subject in subjects
            for rows, classes in sizes or _usual(subject, quick)
        )
        rounds, milliseconds = (3, 4.0) if quick else (9, 12.0)
        return cls(cells, {one.name: one for one in subjects}, installed(listed(peers)), rounds, milliseconds, quick)


def _usual(subject: Subject, quick: bool) -> tuple[tuple[int, int], ...]:
    return QUICK if quick else subject.shapes or SHAPES


def listed(given: Sequence[str]) -> tuple[str, ...]:
    """Words that were given one by one, or several with commas between them."""
    return tuple(dict.fromkeys(word.strip() for one in given for word in one.split(",") if word.strip()))


def _shape(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([1-9]\d{0,8})[x×]([1-9]\d{0,8})", text)
    if found is None:
        raise BenchError(f"{text!r} is no shape: write rows and classes, as in 128x1000")
    return int(found[1]), int(found[2])


def _threads(words: tuple[str, ...], quick: bool) -> tuple[int, ...]:
    for word in words:
        if not re.fullmatch(r"[1-9]\d{0,3}", word):
            raise BenchError(f"{word!r} is no number of threads: write 1, or 1,2")
        if int(word) > cores():
            raise BenchError(f"{word} threads are asked for, but this process may use {cores()} core(s)")
    return tuple(map(int, words)) or ((1, 2) if cores() > 1 and not quick else (1,))


def _subjects(names: tuple[str, ...], formulas: Sequence[Path], quick: bool) -> tuple[Subject, ...]:
    own = _own(formulas) if formulas else ()
    if not names:
        return own or (OPERATIONS if quick else (*OPERATIONS, *OTHERS))
    usual = {subject.name: subject for subject in (*OPERATIONS, *OTHERS)}
    theirs = {kernel: f for f in (*load_catalogue(), *_of_bench(), *own_formulas(formulas)) for kernel in _timed(f)}
    for name in names:
        if name not in theirs:
            raise BenchError(unknown("kernel", name, theirs))
    return tuple(usual.get(name) or Subject(name, theirs[name], shapes=FEWER) for name in names)


def _own(formulas: Sequence[Path]) -> tuple[Subject, ...]:
    """The value and the first derivative of each formula of the user."""
    return tuple(Subject(k, f, shapes=FEWER) for f in own_formulas(formulas) for k in _timed(f) if _is_usual(k, f))


def own_formulas(paths: Sequence[Path]) -> tuple[Formula, ...]:
    """The formulas of the user's files, without those of the catalogue."""
    if not paths:
        return ()
    own = [formula for formula in open_catalogue(paths, whole=False).formulas if not _is_shipped(formula)]
    if whole := [formula for formula in own if formula.has_axes]:
        raise BenchError(f"{whole[0].where}: {whole[0].name} names its axes: what is timed are formulas of one row")
    return tuple(own)


def _is_shipped(formula: Formula) -> bool:
    return formula.file is not None and is_own(formula.file)


def _of_bench() -> tuple[Formula, ...]:
    return tuple(dict.fromkeys(subject.formula for subject in OTHERS))


def _timed(formula: Formula) -> tuple[str, ...]:
    """The kernels that take a time worth telling: a Jacobian is as large as its output."""
    return tuple(name for name in kernel_names(formula) if not name.endswith("_jacobian"))


def _is_usual(kernel: str, formula: Formula) -> bool:
    return kernel.removeprefix(formula.name) in ("", "_value_and_grad", "_vjp")
