"""In C, where the peer is a paper: a function of the rows, the classes, an input, an output and the threads."""

from __future__ import annotations

from pathlib import Path

SOURCES = (Path(__file__).parent / "two_pass.c",)
SPELLED = {"softmax": "two_pass"}
"""Kernel -> the function, without the ending that names its dtype."""
