"""LaTeX: one page of derivation for each formula, and a document that holds them all."""

from derive.targets.latex.target import TARGET, LatexTarget

__all__ = ["TARGET", "LatexTarget"]
