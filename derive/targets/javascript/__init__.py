"""The JavaScript target: one script for each formula, for browsers and for node; made only where it is asked for."""

from derive.targets.javascript.target import TARGET, JavaScriptTarget

__all__ = ["TARGET", "JavaScriptTarget"]
