"""Markdown: pages that read well in a repository, and of which the site is made."""

from derive.targets.markdown.target import TARGETS, MarkdownTarget

__all__ = ["TARGETS", "MarkdownTarget"]
