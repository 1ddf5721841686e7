"""How a record shows itself in a notebook, without knowing how: the lowest layer, which imports nothing.

A printer lies far above the records that it prints.  ``derive/__init__.py`` says where it is; it is imported when the
first record is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Printer(Protocol):
    """What turns a record into what a notebook shows."""

    def latex(self, record: object) -> str | None:
        """Mathematics between dollars, for MathJax and KaTeX alike; ``None``: only the page will do."""
        ...

    def html(self, record: object) -> str:
        """A piece of a page, with mathematics between dollars."""
        ...


class Shown:
    """A record that a notebook shows as mathematics (the names of the methods are Jupyter's)."""

    def _repr_latex_(self) -> str | None:
        return _find().latex(self) if _find else None

    def _repr_html_(self) -> str | None:
        return _find().html(self) if _find else None


_find: Callable[[], Printer] | None = None


def show_with(find: Callable[[], Printer]) -> None:
    """From now on records are shown by the printer that ``find`` gives."""
    global _find
    _find = find
