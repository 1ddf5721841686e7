"""The LaTeX target: a page for each formula and a main document that holds them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from jinja2 import Environment

from derive.targets.base import Built, PrintError
from derive.targets.latex.page import page
from derive.targets.latex.strings import ENGLISH, Strings

_SHARED = ("main", "preamble")


@dataclass(frozen=True)
class LatexTarget:
    """``<formula>.tex`` for each formula; ``main.tex`` and ``preamble.tex`` for all of them."""

    name: ClassVar[str] = "latex"
    folder: ClassVar[str] = "latex"
    strings: Strings = ENGLISH

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        """Raises PrintError where a node has no notation, or where the name is that of a shared file."""
        name = built.formula.name
        if name in _SHARED:
            raise PrintError(
                f"latex: formula {name!r}: {name}.tex is the name of a shared file: call the formula otherwise"
            )
        text = templates.get_template(f"{self.folder}/formula.tex").render(
            page=page(built.derived, self.strings),
            strings=self.strings,
            generated=self.strings.generated.format(name=name),
            regenerate=self.strings.regenerate.format(name=name),
        )
        return {f"{name}.tex": text}

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        """The document in which every page is included, in the order given."""
        names = [b.formula.name for b in built]
        return {
            f"{shared}.tex": templates.get_template(f"{self.folder}/{shared}.tex").render(
                names=names,
                strings=self.strings,
                generated=self.strings.generated_shared,
                regenerate=self.strings.regenerate_shared,
            )
            for shared in _SHARED
        }

    def signatures(self, built: Built) -> Mapping[str, str]:
        """None: there is nothing to call."""
        return {}


TARGET = LatexTarget()
