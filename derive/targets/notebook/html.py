"""Records as a piece of a page: prose, mathematics between dollars, steps that fold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from derive.algebra.records import Derivation, Derived, Example, Rule, Step, Theorem
from derive.document import Alone
from derive.document import told as cited
from derive.document.page import Block, ExampleShown, PageShown, TheoremShown, example_shown, page_of, theorem_shown
from derive.document.parts import StatementShown, definition_of
from derive.document.rules import RuleShown, rules_shown
from derive.document.shown_chains import ChainShown, StepShown, chain_shown, step_shown
from derive.document.stating import as_read
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula
from derive.language.text import Text
from derive.targets.notebook.latex import (
    UNNAMED,
    both_cases,
    by_rule,
    definition,
    example_line,
    latex,
    owed,
    spelled,
    statement,
)
from derive.targets.rulebook import Medium, sentences, statements
from derive.targets.tex.printer import RELATIONS
from derive.targets.tex.prose import each_run, mathematics, tidy
from derive.targets.tex.quantities import quantities
from derive.targets.tex.side_conditions import condition
from derive.targets.words import Words

_LEFT = "text-align: left; vertical-align: middle"
_WIDE = "overflow-x: auto"
_APART = "margin: 0.8em 0"


def html(record: object, words: Words) -> str:
    """The record as HTML, all prose escaped.  Raises PrintError as :func:`latex` does."""
    match record:
        case Formula():
            inside = _formula(record, words)
        case Derived():
            inside = _page(page_of(Alone(record)), words)
        case Derivation():
            inside = _derivation(chain_shown(record), words, folded=False)
        case Theorem():
            inside = _theorem(theorem_shown(record), words)
        case Step():
            inside = _step(record, words)
        case Claim():
            inside = _headed(record.title or record.name, record.doc, words) + _shown(latex(record, words))
        case Witness():
            inside = _example(example_shown(record), words)
        case Example():
            inside = _example(example_shown(record.witness, [record]), words)
        case _:
            inside = _shown(latex(record, words))
    return f'<div class="derive" style="{_WIDE}">{inside}</div>'


def math(text: str) -> str:
    return f"${escape(text, quote=False)}$"


def tall(text: str) -> str:
    """As a displayed formula is set, within a line."""
    return math(rf"\displaystyle {text}")


def prose(text: str, words: Words) -> str:
    """Escaped, with the mathematics in it between dollars; a letter or a number by itself stays as it is typed."""
    return each_run(tidy(words.say(text), strip=False), _set_off, _escaped)


def _set_off(formula: str) -> str:
    return formula if formula.replace(".", "").isalnum() else math(mathematics(formula))


def _escaped(text: str) -> str:
    """A dollar stands alone in an element, where nothing takes it for the start of mathematics."""
    return escape(signs(text)).replace("$", "<span>$</span>")


def signs(text: str) -> str:
    """Typed signs as they are printed."""
    for typed, sign in _TYPED.items():
        text = text.replace(typed, sign)
    return text


_TYPED = {"!=": "≠", "<=": "≤", ">=": "≥", "->": "→"}


def _shown(text: str) -> str:
    return f"<p>{tall(text)}</p>"


def _headed(title: str, doc: str, words: Words) -> str:
    told = f"<br>{prose(doc, words)}" if doc else ""
    return f"<p><strong>{prose(title, words)}</strong>{told}</p>"


def _formula(formula: Formula, words: Words) -> str:
    source = (
        f"<p><small>{_escaped(words.say(SOURCE.filled(source=cited(formula.source))))}</small></p>"
        if formula.source
        else ""
    )
    shown = _shown(definition(definition_of(formula)))
    return _headed(formula.title or formula.name, formula.doc, words) + shown + source


def _step(step: Step, words: Words) -> str:
    shown = step_shown(step)
    rule = f"<strong>{prose(by_rule(shown, words), words)}</strong>: {prose(step.rule.sentence, words)}"
    conditions = _listed(CONDITIONS, owed(as_read(step.conditions), words), words)
    stated = "".join(f"<p>{line}</p>" for line in _stated([step.rule], words))
    said = StatementShown(step.before, step.relation, step.after)
    return _shown(statement(said)) + f"<p>{rule}</p>" + stated + conditions


def _derivation(chain: ChainShown, words: Words, folded: bool) -> str:
    summary = f"<strong>{_counted(chain.title, chain, words)}</strong> {tall(statement(chain.result))}"
    together = "".join(f"<p>{prose(TOGETHER, words)}</p>{_shown(both_cases(c, words))}" for c in chain.cases)
    return _foldable(summary, _chain(chain, words), folded) + together


def _counted(title: str, chain: ChainShown, words: Words) -> str:
    steps = STEP if len(chain.steps) == 1 else STEPS.filled(number=len(chain.steps))
    return prose(COUNTED.filled(title=title, steps=steps), words)


def _foldable(summary: str, inside: str, folded: bool) -> str:
    return f'<details{"" if folded else " open"} style="{_APART}"><summary>{summary}</summary>{inside}</details>'


def _chain(chain: ChainShown, words: Words) -> str:
    """Each step in a row: relation, expression, rule."""
    rows = [_row("", spelled(chain.start, chain.taken), "", "")]
    for step in chain.steps:
        after = spelled(step.after, chain.taken)
        rows.append(_row(RELATIONS[step.relation], after, prose(by_rule(step, words), words), _tooltip(step, words)))
    return (
        _listed(THROUGHOUT, owed(chain.throughout, words, chain.taken), words)
        + f"<table>{''.join(rows)}</table>"
        + _listed(CONDITIONS, owed(chain.owed, words, chain.taken), words)
        + _rules(chain, words)
    )


def _row(relation: str, after: str, rule: str, sentence: str) -> str:
    cells = (math(relation) if relation else "", tall(after))
    shown = "".join(f'<td style="{_LEFT}">{cell}</td>' for cell in cells)
    return f'<tr>{shown}<td style="{_LEFT}" title="{sentence}">{rule}</td></tr>'


def _tooltip(step: StepShown, words: Words) -> str:
    return escape(signs(words.say(step.rule.sentence)))


def _rules(chain: ChainShown, words: Words) -> str:
    """The rules that were used, each with its sentence, folded away."""
    items = [_rule(rule, words) for rule in rules_shown(step.rule for step in chain.steps)]
    return _foldable(prose(RULES, words), f"<ul>{''.join(items)}</ul>", folded=True) if items else ""


def _rule(rule: RuleShown, words: Words) -> str:
    """Rules of one name: what they say, and what they state, each with where it holds."""
    said = sentences(rule, lambda text: prose(text, words), words.between)
    lines = "".join(f"<br>{line}" for line in statements(rule, _medium(words)))
    return f"<li><em>{prose(rule.name, words)}</em>{words.say(': ')}{said}{lines}</li>"


def _stated(rules: Sequence[Rule], words: Words) -> Iterable[str]:
    return (line for rule in rules_shown(rules) for line in statements(rule, _medium(words)))


def _medium(words: Words) -> Medium:
    return Medium(
        math=spelled,
        condition=lambda owed: condition(owed, UNNAMED, words),
        relations=RELATIONS,
        dressed=tall,
        bracketed=lambda owed: f" ({words.say(COMMA).join(map(math, owed))})",
    )


def _theorem(theorem: TheoremShown, words: Words) -> str:
    return (
        _headed(THEOREM.filled(title=theorem.title), theorem.doc.text, words)
        + _listed(FOR_EVERY, quantities(theorem.holds_for), words)
        + _shown(statement(theorem.statement))
        + _listed(PROVIDED, owed(theorem.provided, words, theorem.statement.taken), words)
        + _foldable(_counted(PROOF, theorem.proof, words), _chain(theorem.proof, words), folded=True)
    )


def _page(page: PageShown, words: Words) -> str:
    named = "".join(_shown(definition(other)) for other in page.named)
    results = "".join(_shown(statement(result.statement)) for result in page.results)
    blocks = "".join(_block(block, words) for block in (*page.lesson, *page.further))
    return _formula(page.formula, words) + named + results + blocks


def _block(block: Block, words: Words) -> str:
    match block:
        case ChainShown():
            return _derivation(block, words, folded=True)
        case TheoremShown():
            return _theorem(block, words)
        case ExampleShown():
            return _example(block, words)


def _example(shown: ExampleShown, words: Words) -> str:
    return _headed(shown.title, shown.doc.text, words) + _shown(example_line(shown, words))


def _listed(pattern: Text, found: Iterable[str], words: Words) -> str:
    """A sentence around mathematics; nothing, where there is none."""
    shown = words.say(COMMA).join(map(math, found))
    before, after = words.say(pattern).split("{conditions}")
    return f"<p>{escape(before)}{shown}{escape(after)}</p>" if shown else ""


SOURCE = Text("Source: {source}", zh="来源：{source}")
STEP, STEPS = Text("1 step", zh="共 1 步"), Text("{number} steps", zh="共 {number} 步")
COUNTED = Text("{title} ({steps})", zh="{title}（{steps}）")
PROOF = Text("Proof", zh="证明")
THEOREM = Text("Theorem: {title}", zh="定理：{title}")
THROUGHOUT = Text("Throughout, {conditions}.", zh="以下设 {conditions}。")
CONDITIONS = Text("Side conditions: {conditions}.", zh="适用条件：{conditions}。")
PROVIDED = Text("Provided that {conditions}.", zh="条件：{conditions}。")
FOR_EVERY = Text("For every {conditions}:", zh="对任意 {conditions}：")
TOGETHER = "Both cases together:"
RULES = Text("Rules used", zh="所用法则")
COMMA = Text(", ", zh="，")
