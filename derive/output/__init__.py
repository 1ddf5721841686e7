"""The folder of generated files: what is in it, what should be, and how it gets there whole."""

from __future__ import annotations

from derive.output.compare import Difference
from derive.output.plan import Plan
from derive.output.render import Parts, Printed, Rendered, print_formula, render_files
from derive.output.write import write_folder

__all__ = [
    "Difference",
    "Parts",
    "Plan",
    "print_formula",
    "Printed",
    "render_files",
    "Rendered",
    "write_folder",
]
