"""The template environment: strict, silent about white space, and blind to the current folder."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError

from derive.errors import DeriveError
from derive.system.places import template_folder

BUILD = "python -m derive build"
"""The command that makes everything."""


@cache  # its templates are compiled once; one whose file has changed is compiled again
def environment(folder: Path | None = None, command: str = BUILD) -> Environment:
    """An environment over derive's own templates, those in ``folder`` before them.  Undefined names are errors.

    command: what makes everything anew; a template says it as ``command``.

    Its delimiters are ``<< value >>``, ``<% statement %>`` and ``<# comment #>``: braces are left to C and TeX.
    """
    made = Environment(
        loader=FileSystemLoader([folder, template_folder()] if folder is not None else template_folder()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - source code, never HTML
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    made.globals["command"] = command
    return made


class TemplateMistake(DeriveError):
    """A template cannot be filled in."""


@contextmanager
def filling_in() -> Iterator[None]:
    """Raises TemplateMistake, with file and line, where a template is no template or says an unknown name."""
    try:
        yield
    except TemplateSyntaxError as error:
        raise TemplateMistake(f"{error.filename or error.name}:{error.lineno}: {error.message}") from error
    except TemplateError as error:
        frames = traceback.extract_tb(error.__traceback__)
        place = next(frame for frame in reversed(frames) if not frame.filename.endswith(".py"))
        raise TemplateMistake(f"{place.filename}:{place.lineno}: {error.message}") from error


def strangers(folder: Path) -> list[str]:
    """Files in a folder of templates of which derive has none of the same path: nothing would use them."""
    own = template_folder()
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.as_posix() for path in files if not (own / path).is_file()]


def again(templates: Environment, formula: str = "", target: str = "") -> str:
    """The command that makes anew what belongs to a formula and a target; without these, everything."""
    parts = (str(templates.globals["command"]), f"--only {formula}" if formula else "")
    return " ".join(filter(None, (*parts, f"--target {target}" if target else "")))
