"""No medium states a rule without the conditions under which it holds, in any language."""

from __future__ import annotations

import html
import importlib
import pkgutil
import re
from collections.abc import Callable

import pytest

import derive.algebra
import derive.proofs
from derive.algebra.matching import BOUND
from derive.algebra.records import Condition, Derived, Rule, Step
from derive.algebra.rules import OF_FUNCTIONS
from derive.document.stating import compared
from derive.language import indices
from derive.language.nodes import substitute
from derive.notation import UNICODE
from derive.notation.plain import plain
from derive.targets import Built, PrintError, latex, markdown
from derive.targets.notebook.html import html as in_notebook
from derive.targets.templates import environment
from derive.targets.tex.printer import latex as in_tex
from derive.targets.tex.side_conditions import condition
from derive.targets.text import render
from derive.targets.text.characters import UNICODE_SIGNS
from derive.targets.text.side_conditions import spelled
from derive.targets.words import LANGUAGES, Words
from tests.targets.handmade import chain, f, x

k = indices("k")
JINJA = environment()
RULES = tuple(
    value
    for room in (derive.algebra, derive.proofs)
    for info in pkgutil.iter_modules(room.__path__)
    for value in vars(importlib.import_module(f"{room.__name__}.{info.name}")).values()
    if isinstance(value, Rule)
)


def with_a_step(rule: Rule) -> Built:
    """A page on which the rule is used once."""
    derivation = chain("once", "Once", x[k], Step(rule, x[k], x[k] + 1))
    return Built(f, Derived(f, (derivation,), ()), ())


def on_paper(built: Built, words: Words) -> str:
    target = next(t for t in latex.TARGETS if t.words == words)
    return target.shared_files([built], JINJA)["main.tex"]


def on_the_site(built: Built, words: Words) -> str:
    target = next(t for t in markdown.TARGETS if t.words == words)
    return target.shared_files([built], JINJA)["rules.md"]


def in_a_notebook(built: Built, words: Words) -> str:
    return html.unescape(in_notebook(built.derived.derivations[0], words))


def of_a_step(built: Built, words: Words) -> str:
    return html.unescape(in_notebook(built.derived.derivations[0].steps[0], words))


def in_a_terminal(built: Built, words: Words) -> str:
    return render(built, words)


MEDIA = (on_paper, on_the_site, in_a_notebook, of_a_step, in_a_terminal)


def letters(text: str) -> str:
    """What is read, whatever it is wrapped in."""
    return re.sub(r"\\text\b|\\displaystyle|[\s{}$\\]", "", text)


def in_plain(owed: Condition, words: Words) -> str:
    return UNICODE_SIGNS.words(spelled(owed, [plain(s, (), UNICODE) for s in owed.subject], words, "f"))


def stated(rule: Rule, terminal: bool, words: Words) -> tuple[str, list[str]] | None:
    """Its pattern, and its conditions; nothing for a procedure."""
    over_k = (Condition(c.kind, tuple(substitute(s, {BOUND: k}) for s in c.subject)) for c in rule.conditions)
    conditions = [compared(c) for c in over_k]
    try:
        latex_of = [in_tex(side, rule.name) for side in (rule.pattern, rule.result) if side is not None]
    except PrintError:
        return None
    if not latex_of or rule.pattern is None:
        return None
    if terminal:
        return plain(rule.pattern, (), UNICODE), [in_plain(c, words) for c in conditions]
    return latex_of[0], [condition(c, rule.name, words) for c in conditions]


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
@pytest.mark.parametrize("medium", MEDIA)
def test_a_rule_stands_with_its_conditions(medium: Callable[[Built, Words], str], words: Words) -> None:
    found = 0
    for rule in RULES:
        says = stated(rule, medium is in_a_terminal, words)
        if says is None:
            continue
        pattern, owed = says
        found += 1
        _, there, after = letters(medium(with_a_step(rule), words)).rpartition(letters(pattern))
        assert there, rule.name
        for wanted in owed:
            assert letters(wanted) in after[:400], (rule.name, wanted)
    assert found > 40


def test_a_name_is_not_that_of_a_rule_of_another_kind() -> None:
    """One that replaces a pattern, and one that the oracle alone checks, are told apart, or say the same."""
    found: dict[str, list[Rule]] = {}
    for rule in (*RULES, *OF_FUNCTIONS.values()):
        found.setdefault(str(rule.name), []).append(rule)
    several = {name: same for name, same in found.items() if len({rule.pattern is None for rule in same}) > 1}
    assert not [name for name, same in several.items() if len({rule.sentence for rule in same}) > 1]


def test_conditions_are_stated_as_a_person_writes_them() -> None:
    rules = {rule.name: rule for rule in RULES if rule.conditions and stated(rule, False, LANGUAGES["en"])}
    shown = {name: on_the_site(with_a_step(rule), LANGUAGES["en"]) for name, rule in rules.items()}
    for name, statement in {
        "attained": r"\sum_{k=1}^n e^f \ge 1 \qquad (\max_{1 \le k \le n} f = 0)",
        "monotone": r"e^u \le 1 \qquad (u \le 0)",
        "distinct indices": r"\delta_{ij} = 0 \qquad (i \ne j)",
        "constant": r"\frac{\partial u}{\partial z} = 0 \qquad (u \text{ does not depend on } z)",
        "limit of a sum": r"(u \text{ has a limit as } z \to a,\ v \text{ has a limit as } z \to a)",
    }.items():
        assert statement in shown[name], name
    terminal = render(with_a_step(rules["monotone"]))
    assert "exp(u) ≤ 1 (u ≤ 0)" in terminal
    assert compared(rules["monotone"].conditions[0]).kind == "at_most"
