"""What a notebook shows of a formula, a step, a derivation, a theorem.  Not a target: it writes no files."""

from derive.targets.notebook.printer import PRINTER, NotebookPrinter, speak

__all__ = ["PRINTER", "NotebookPrinter", "speak"]
