"""The Markdown target: in each language a page for each formula and each topic, and the pages that they lean on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment

from derive.document.path import OPENING as PATH_OPENING
from derive.document.path import TITLE as PATH
from derive.language.text import Text
from derive.targets.base import Built
from derive.targets.markdown.escape import prose
from derive.targets.markdown.page import page
from derive.targets.markdown.path import path
from derive.targets.markdown.shared import contents, notation_rows, references, rules
from derive.targets.templates import again
from derive.targets.words import LANGUAGES, Words

KIND = "markdown"
GENERATED = "Made by derive from the formula {name}.  Do not edit: change the formula, then run"
GENERATED_SHARED = "Made by derive from all formulas together.  Do not edit: change a formula, then run"

OPENING = (
    Text(
        "A formula is written here once, as on a blackboard, for any number of classes. From that one line a "
        "machine derives the rest: each derivative and each theorem step by step, with the rule beside the step, "
        "and the NumPy and C code that computes it without losing digits.",
        zh="在这里，每个公式只写一次，写法与黑板上一样，对任意类别数成立。其余的一切都由机器从这一行推出："
        "导数和定理逐步推导，每一步旁边注明所用的法则；还有计算它的 NumPy 与 C 代码，数值上不丢精度。",
    ),
    Text(
        "No step is taken on trust: every line was checked against high-precision numbers before it was printed. "
        "Open a topic, follow a derivation line by line, and take the code with you.",
        zh="没有一步是想当然的：每一行在印出之前都用高精度数值核对过。请选一个主题，一行一行读下去，再把代码带走。",
    ),
)
"""What the home page says before it lists anything."""


@dataclass(frozen=True)
class MarkdownTarget:
    """In one language: ``formulas/<formula>.md``, ``topics/<topic>.md``; a home page, rules, notation, references."""

    words: Words

    @property
    def name(self) -> str:
        return f"{KIND}/{self.words.language}"

    @property
    def folder(self) -> str:
        return self.name

    def formula_files(self, built: Built, templates: Environment) -> Mapping[str, str]:
        """Raises PrintError where a node or a condition has no notation."""
        name = built.formula.name
        text = templates.get_template(f"{KIND}/formula.md").render(
            page=page(built, self.words),
            words=self.words,
            generated=self.words.fill(GENERATED, name=name),
            regenerate=again(templates, name, KIND),
        )
        return {f"formulas/{name}.md": text}

    def shared_files(self, built: Sequence[Built], templates: Environment) -> Mapping[str, str]:
        """What tells of all formulas, in the order given: the topics, and the pages to look things up in."""
        words = self.words
        shown, stops = contents(built, words), path(built, words)
        common = {"words": words, "generated": words.say(GENERATED_SHARED), "regenerate": again(templates, target=KIND)}

        def render(template: str, **values: object) -> str:
            return templates.get_template(f"{KIND}/{template}.md").render(**common, **values)

        guide = render("path", title=words.say(PATH), opening=words.say(PATH_OPENING), stops=stops)
        return {
            "index.md": render(
                "index",
                shown=shown,
                picture=shown.picture,
                opening=[prose(words.say(paragraph)) for paragraph in OPENING],
                path=words.say(PATH) if stops else "",
            ),
            **({"path.md": guide} if stops else {}),
            **{f"topics/{topic.name}.md": render("topic", topic=topic) for topic in shown.topics},
            "rules.md": render("rules", rules=rules(built, words)),
            "notation.md": render("notation", rows=notation_rows(words)),
            "references.md": render("references", references=references(built, words)),
        }

    def signatures(self, built: Built) -> Mapping[str, str]:
        """None: there is nothing to call."""
        return {}


TARGETS = tuple(MarkdownTarget(words) for words in LANGUAGES.values())
