"""The template environment: strict, silent about white space, and blind to the current folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from derive.system.places import template_folder


@cache  # its templates are compiled once; one whose file has changed is compiled again
def environment(folder: Path | None = None) -> Environment:
    """An environment over ``folder`` (default: derive's own templates).  Undefined names are errors.

    Its delimiters are ``<< value >>``, ``<% statement %>`` and ``<# comment #>``: braces are left to C and TeX.
    """
    return Environment(
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
