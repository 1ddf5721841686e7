"""An exhibit: a fact that is computed where it is shown."""

from __future__ import annotations

import contextlib
import inspect
import io
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Exhibit:
    """Prose, and what was computed: the output of some code, a table, or both.

    title, doc: what it shows, in a few words and in a few sentences.
    code:       the Python that ran; output: what it printed, warnings included.
    columns:    the heading of each column of the table; rows: its cells.
    """

    name: str
    title: str
    doc: str
    code: str = ""
    output: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def ran(session: Callable[[], None], *shown: Callable[..., Any]) -> tuple[str, str]:
    """Run a function without arguments: the source of ``shown`` with the lines of its body, and all that it prints.

    What is shown is what runs: nothing is typed twice.  Comments for the reader stay, a docstring of the session goes.
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, *_: print(f"{category.__name__}: {message}")
        session()
    parts = [textwrap.dedent(inspect.getsource(function)).strip() for function in shown]
    return "\n\n".join([*parts, _body(session)]) + "\n", printed.getvalue()


def _body(function: Callable[..., Any]) -> str:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("    "))
    return textwrap.dedent("\n".join(lines[first:])).strip()
