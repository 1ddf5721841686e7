"""The template environment: strict, silent about white space, and blind to the current folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from derive.system.places import template_folder

BUILD = "python -m derive build"
"""The command that makes everything."""


@cache  # its templates are compiled once; one whose file has changed is compiled again
def environment(folder: Path | None = None, command: str = BUILD) -> Environment:
    """An environment over ``folder`` (default: derive's own templates).  Undefined names are errors.

    command: what makes everything anew; a template says it as ``command``.

    Its delimiters are ``<< value >>``, ``<% statement %>`` and ``<# comment #>``: braces are left to C and TeX.
    """
    made = Environment(
        loader=FileSystemLoader(folder or template_folder()),
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


def again(templates: Environment, formula: str = "", target: str = "") -> str:
    """The command that makes anew what belongs to a formula and a target; without these, everything."""
    parts = (str(templates.globals["command"]), f"--only {formula}" if formula else "")
    return " ".join(filter(None, (*parts, f"--target {target}" if target else "")))
