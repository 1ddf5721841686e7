"""The four media say the same of a formula: the same statements, rules, conditions and references, in one order.

What each says is read from the text that it writes, so a writer that leaves something out is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from derive.algebra.records import Derived, Rule
from derive.catalogue import open_catalogue
from derive.document import Alone
from derive.document.page import ExampleShown, PageShown, TheoremShown, page_of
from derive.document.parts import Quantities
from derive.document.shown_chains import ChainShown, StepShown
from derive.language.formula import Formula
from derive.targets import Built
from derive.targets.latex import TARGETS as LATEX
from derive.targets.markdown import TARGETS as MARKDOWN
from derive.targets.notebook.html import html
from derive.targets.templates import environment
from derive.targets.text import render
from derive.targets.words import LANGUAGES, Words
from tests import once
from tests.document.common import Said
from tests.document.read_terminal import WIDE, dictionary, in_terminal
from tests.document.read_tex import in_latex, in_markdown, in_notebook

FORMULAS = open_catalogue().formulas
TITLES = {formula.name: formula.title or formula.name for formula in FORMULAS}
JINJA = environment()


Medium = Callable[[Derived, Words], list[Said]]


def latex(derived: Derived, words: Words) -> list[Said]:
    target = next(target for target in LATEX if target.words == words)
    page = "".join(target.formula_files(Built(derived.formula, derived, ()), JINJA).values())
    return list(in_latex(page, derived, TITLES, words))


def markdown(derived: Derived, words: Words) -> list[Said]:
    target = next(target for target in MARKDOWN if target.words == words)
    page = "".join(target.formula_files(Built(derived.formula, derived, ()), JINJA).values())
    return list(in_markdown(page, derived, TITLES, words))


def terminal(derived: Derived, words: Words) -> list[Said]:
    page = render(derived, words, columns=WIDE, rules=False)
    return _joined(in_terminal(page, derived, TITLES, words, dictionary(page_of(Alone(derived)), words)))


def notebook(derived: Derived, words: Words) -> list[Said]:
    return list(in_notebook(html(derived, words), derived, TITLES, words))


def _joined(said: Iterable[Said]) -> list[Said]:
    """The two lines of two cases as one."""
    found: list[Said] = []
    for one in said:
        if one[0] == "cases" and found and found[-1][0] == "cases":
            found[-1] = ("cases", found[-1][1] + one[1])
        else:
            found.append(one)
    return found


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_every_medium_says_the_same(formula: Formula, words: Words) -> None:
    derived = once.derived(formula)
    said = latex(derived, words)
    kinds = [kind for kind, *_ in said]
    assert not [one for one in said if any(part.startswith("unknown") for part in one)]
    assert kinds.count("step") == sum(len(chain.steps) for chain in derived.chains)
    assert kinds.count("titled") == len(derived.derivations) + len(derived.theorems) + len(derived.witnesses)
    assert markdown(derived, words) == said
    assert notebook(derived, words) == said
    assert terminal(derived, words) == said


# --- a writer that forgets is found ---------------------------------------------------------------------------


def of_chains(change: Callable[[ChainShown], ChainShown]) -> Callable[[PageShown], PageShown]:
    """The change in every chain of a page, proofs included."""

    def changed(block: Any) -> Any:
        return replace(block, proof=change(block.proof)) if isinstance(block, TheoremShown) else block

    def page(shown: PageShown) -> PageShown:
        lesson = (change(b) if isinstance(b, ChainShown) else changed(b) for b in shown.lesson)
        return replace(shown, lesson=tuple(lesson), further=tuple(map(change, shown.further)))

    return page


def of_steps(change: Callable[[StepShown], StepShown]) -> Callable[[PageShown], PageShown]:
    return of_chains(lambda chain: replace(chain, steps=tuple(map(change, chain.steps))))


def of_blocks(kind: type, **changed: Any) -> Callable[[PageShown], PageShown]:
    def page(shown: PageShown) -> PageShown:
        return replace(shown, lesson=tuple(replace(b, **changed) if isinstance(b, kind) else b for b in shown.lesson))

    return page


NOTHING_SAID = Rule("nothing", "Nothing is said.")
FORGETFUL: dict[str, Callable[[PageShown], PageShown]] = {
    "the results": lambda page: replace(page, results=()),
    "the formulas that it names": lambda page: replace(page, named=()),
    "what holds throughout": of_chains(lambda chain: replace(chain, throughout=())),
    "side conditions": of_chains(lambda chain: replace(chain, owed=())),
    "one of the side conditions": of_chains(lambda chain: replace(chain, owed=chain.owed[1:])),
    "the cases together": of_chains(lambda chain: replace(chain, cases=())),
    "the last step": of_chains(lambda chain: replace(chain, steps=chain.steps[:-1])),
    "by which rule": of_steps(lambda step: replace(step, rule=NOTHING_SAID, theorem=None)),
    "where it is known from": of_steps(lambda step: replace(step, known=())),
    "under which conditions a theorem holds": of_blocks(TheoremShown, provided=()),
    "for which constants it holds": of_blocks(TheoremShown, holds_for=Quantities()),
    "which numbers are taken": of_blocks(ExampleShown, at={}),
    "the order": lambda page: replace(page, lesson=page.lesson[::-1]),
    "the last part": lambda page: replace(page, further=page.further[:-1]),
}
WRITERS: dict[Medium, str] = {
    latex: "latex.page",
    markdown: "markdown.page",
    terminal: "text.render",
    notebook: "notebook.html",
}


@pytest.mark.parametrize("forgetful", FORGETFUL.values(), ids=list(FORGETFUL))
@pytest.mark.parametrize("medium", WRITERS, ids=lambda medium: medium.__name__)
def test_a_medium_that_leaves_something_out_is_found(
    medium: Medium,
    forgetful: Callable[[PageShown], PageShown],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page of this formula has something of all."""
    derived, words = once.derived(next(one for one in FORMULAS if one.name == "tempered_softmax")), LANGUAGES["en"]
    said = medium(derived, words)
    writer = import_module(f"derive.targets.{WRITERS[medium]}")
    monkeypatch.setattr(writer, "page_of", lambda built: forgetful(page_of(built)))
    assert medium(derived, words) != said
