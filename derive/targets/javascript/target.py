"""The JavaScript target: a script for each formula, and one that all of them need before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jinja2 import Environment

from derive.targets.base import Built
from derive.targets.javascript.helpers import HELPERS, OF_MATH
from derive.targets.javascript.methods import function, signature
from derive.targets.templates import again

SUPPORT = "derive.js"
"""The script that comes before those of the formulas."""


class JavaScriptTarget:
    """Kernels for one row, in float32 and float64.  Implements :class:`derive.targets.base.Target`."""

    name = "javascript"
    folder = "javascript"

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        """``<formula>.js``."""
        formula = built.formula
        values = {
            "about": [formula.title or formula.name, *([f"Source: {formula.source}."] if formula.source else [])],
            "again": again(templates, formula.name, self.name),
            "kernels": [function(program) for program in built.programs],
        }
        name = f"{formula.name}_.js" if f"{formula.name}.js" == SUPPORT else f"{formula.name}.js"
        return {name: templates.get_template("javascript/kernels.js").render(values)}

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        """``derive.js``: the two types, and what an operation means in each."""
        helpers = {name: text.strip().splitlines() for name, text in HELPERS.items()}
        values = {
            "of_math": OF_MATH,
            "helpers": {name: _remarked(lines) for name, lines in helpers.items()},
            "again": again(templates, target=self.name),
        }
        return {SUPPORT: templates.get_template(f"javascript/{SUPPORT}").render(values)}

    def signatures(self, built: Built) -> Mapping[str, str]:
        return {program.name: signature(program) for program in built.programs}


def _remarked(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The remarks in front of a function, and the function."""
    first = next(place for place, line in enumerate(lines) if not line.startswith("//"))
    return list(lines[:first]), list(lines[first:])


TARGET = JavaScriptTarget()
