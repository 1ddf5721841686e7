"""The LaTeX target: in each language a document, with a page for each formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment

from derive.document.lesson import lesson
from derive.document.path import ANSWERS
from derive.document.path import OPENING as PATH_OPENING
from derive.document.path import TITLE as PATH
from derive.language.text import Text
from derive.targets.base import Built
from derive.targets.latex.escape import comment, outline
from derive.targets.latex.page import page
from derive.targets.latex.path import path
from derive.targets.latex.shared import notation_rows, rules, sections, works
from derive.targets.latex.slides import deck
from derive.targets.latex.speech import Speech
from derive.targets.templates import again
from derive.targets.words import LANGUAGES, Words

KIND = "latex"
GENERATED = "Made by derive from the formula {name}.  Do not edit: change the formula, then run"
GENERATED_SHARED = "Made by derive from all formulas together.  Do not edit: change a formula, then run"

TITLE = Text("Formulas, derived step by step", zh="公式的逐步推导")
ABSTRACT = (
    Text(
        "Every formula in this document is written once, as on a blackboard, for any number $n$ of classes. Its "
        "derivatives and its theorems follow from that one line, one step at a time, and beside each step stands the "
        "rule by which it was taken.",
        zh="本文中的每个公式都只写一次，写法与黑板上一样，对任意类别数 $n$ 成立。导数和定理都由这一行逐步推出，"
        "每一步旁边注明所用的法则。",
    ),
    Text(
        "The steps that are printed are the steps that were taken: the same record is what NumPy and C kernels are "
        "made from, and each step was checked against numbers of high precision before it was printed.",
        zh="印出的步骤就是实际所走的步骤：NumPy 与 C 代码也出自同一份记录，而且每一步在印出之前都用高精度数值核对过。",
    ),
)


@dataclass(frozen=True)
class LatexTarget:
    """In one language: ``formulas/<formula>.tex`` for each formula, and for an appendix ``further/<formula>.tex``;
    ``main.tex`` and ``preamble.tex`` for all.
    """

    words: Words

    @property
    def name(self) -> str:
        return f"{KIND}/{self.words.language}"

    @property
    def folder(self) -> str:
        return self.name

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        """Raises PrintError where a node or a condition has no notation."""
        speech, name = Speech(self.words), built.formula.name
        shown = page(built, speech)
        values = {
            "page": shown,
            "say": speech.say,
            "generated": comment(speech.fill(GENERATED, name=name)),
            "regenerate": again(templates, name, KIND),
        }
        parts = {"formulas": "formula", **({"further": "further"} if shown.further else {})}
        return {
            f"{folder}/{name}.tex": templates.get_template(f"{KIND}/{template}.tex").render(values)
            for folder, template in parts.items()
        }

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        """The document in which every page is included, in the order given."""
        return {f"{name}.tex": self.document(built, templates, name) for name in ("main", "preamble")}

    def document(self, built: Sequence[Built], templates: Environment, template: str) -> str:
        """A document of these formulas: ``main``, ``handout`` (their pages alone), ``slides`` (by themselves)."""
        speech = Speech(self.words)
        return templates.get_template(f"{KIND}/{template}.tex").render(
            say=speech.say,
            type=speech.type,
            title=outline(self.words.say(TITLE)),
            abstract=[speech.mixed(paragraph) for paragraph in ABSTRACT],
            path=path(built, speech) if template == "main" else (),
            path_title=speech.say(PATH),
            path_opening=speech.say(PATH_OPENING),
            path_answers=speech.say(ANSWERS),
            sections=sections(built, speech),
            further=[one.formula.name for one in built if lesson(one.derived).further],
            rules=rules(built, speech),
            works=works(built, speech),
            notation=notation_rows(speech),
            decks=[deck(one, speech) for one in built] if template == "slides" else [],
            generated=comment(self.words.say(GENERATED_SHARED)),
            regenerate=again(templates, target=KIND),
        )

    def signatures(self, built: Built) -> Mapping[str, str]:
        """None: there is nothing to call."""
        return {}


TARGETS = tuple(LatexTarget(words) for words in LANGUAGES.values())
