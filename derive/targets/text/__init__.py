"""Derivations as plain text for a terminal.  Not a target of a build: it makes no files."""

from derive.targets.text.lines import WIDTH
from derive.targets.text.programs import passes_text, program_text
from derive.targets.text.render import render, render_ascii

__all__ = ["WIDTH", "passes_text", "program_text", "render", "render_ascii"]
