"""An exhibit: a fact that is computed where it is shown."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import sys
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

    What is shown is what runs: nothing is typed twice, and it runs wherever it is copied to: the imports that it needs
    stand before it.  Annotations, and a docstring of the session, go: a reader has no use for them.
    """
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, *_: print(f"{category.__name__}: {message}")
        session()
    parts = [_bare(textwrap.dedent(inspect.getsource(function)).strip()) for function in shown]
    code = "\n\n".join([*parts, _body(session)]) + "\n"
    return f"{_imports(session, code)}\n\n{code}", printed.getvalue()


def _bare(source: str) -> str:
    """A function without its annotations."""
    head, *body = source.splitlines()
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    for one in function.args.args:
        head = head.replace(f": {ast.unparse(one.annotation)}", "", 1) if one.annotation else head
    head = head.replace(f" -> {ast.unparse(function.returns)}", "") if function.returns else head
    return "\n".join([head, *body])


def _imports(function: Callable[..., Any], code: str) -> str:
    """The imports of a function's module that bring names which stand in the code."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    module = ast.parse(inspect.getsource(sys.modules[function.__module__]))
    found = (node for node in module.body if isinstance(node, ast.Import | ast.ImportFrom))
    needed = [node for node in found if used & {alias.asname or alias.name for alias in node.names}]
    return "\n".join(map(ast.unparse, needed))


def _body(function: Callable[..., Any]) -> str:
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("    "))
    return textwrap.dedent("\n".join(lines[first:])).strip()
