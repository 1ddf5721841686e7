"""LaTeX: in each language one document, with a page for each formula."""

from derive.targets.latex.target import TARGETS, LatexTarget

__all__ = ["TARGETS", "LatexTarget"]
