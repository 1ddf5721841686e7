"""Derivations as plain text for a terminal.  Not a target of a build: it makes no files."""

from derive.targets.text.lines import WIDTH
from derive.targets.text.render import render, render_ascii

__all__ = ["WIDTH", "render", "render_ascii"]
