"""Records as a piece of a page: prose, mathematics between dollars, steps that fold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from derive.algebra.records import Condition, Derivation, Derived, Example, Rule, Step, Theorem
from derive.document import told as cited
from derive.document.chains import formulas_named, names_of_chain, names_of_theorem
from derive.document.lesson import Headline, lesson
from derive.document.owed import needed
from derive.document.parts import quantities_of
from derive.document.rules import named_rules
from derive.language.claims import Claim, Witness
from derive.language.formula import Formula
from derive.language.text import Text
from derive.targets.notebook.latex import (
    RELATIONS,
    UNNAMED,
    definition,
    latex,
    owed,
    spelled,
    statement,
)
from derive.targets.rulebook import Medium, statements
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
            inside = _derived(record, words)
        case Derivation():
            inside = _derivation(record, words, folded=False)
        case Theorem():
            inside = _theorem(record, words)
        case Step():
            inside = _step(record, words)
        case Claim() | Witness():
            inside = _headed(record.title or record.name, record.doc, words) + _shown(latex(record, words))
        case Example():
            witness = record.witness
            inside = _headed(witness.title or witness.name, witness.doc, words) + _shown(latex(record, words))
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
    return _headed(formula.title or formula.name, formula.doc, words) + _shown(definition(formula)) + source


def _step(step: Step, words: Words) -> str:
    rule = f"<strong>{prose(step.rule.name, words)}</strong>: {prose(step.rule.sentence, words)}"
    conditions = _listed(CONDITIONS, owed(step.conditions, words), words)
    stated = "".join(f"<p>{line}</p>" for line in statements([step.rule], _medium(words)))
    return _shown(statement(step.before, step.relation, step.after)) + f"<p>{rule}</p>" + stated + conditions


def _derivation(chain: Derivation, words: Words, folded: bool) -> str:
    result = statement(chain.start, chain.relation, chain.end, names_of_chain(chain))
    summary = f"<strong>{_counted(chain.title, chain, words)}</strong> {tall(result)}"
    return _foldable(summary, _chain(chain, words, names_of_chain(chain)), folded)


def _counted(title: str, chain: Derivation, words: Words) -> str:
    steps = STEP if len(chain.steps) == 1 else STEPS.filled(number=len(chain.steps))
    return prose(COUNTED.filled(title=title, steps=steps), words)


def _foldable(summary: str, inside: str, folded: bool) -> str:
    return f'<details{"" if folded else " open"} style="{_APART}"><summary>{summary}</summary>{inside}</details>'


def _chain(chain: Derivation, words: Words, taken: frozenset[str], told: tuple[Condition, ...] = ()) -> str:
    """Each step in a row: relation, expression, rule.  ``told`` are conditions of which the reader knows already."""
    assumed = owed((c for c in chain.assumptions if c not in told), words, taken)
    rows = [_row("", spelled(chain.start, taken), "", "")]
    for step in chain.steps:
        after = spelled(step.after, taken)
        rows.append(_row(RELATIONS[step.relation], after, prose(step.rule.name, words), _tooltip(step, words)))
    return (
        _listed(THROUGHOUT, assumed, words)
        + f"<table>{''.join(rows)}</table>"
        + _listed(CONDITIONS, owed(needed(chain, told), words, taken), words)
        + _rules(chain, words)
    )


def _row(relation: str, after: str, rule: str, sentence: str) -> str:
    cells = (math(relation) if relation else "", tall(after))
    shown = "".join(f'<td style="{_LEFT}">{cell}</td>' for cell in cells)
    return f'<tr>{shown}<td style="{_LEFT}" title="{sentence}">{rule}</td></tr>'


def _tooltip(step: Step, words: Words) -> str:
    return escape(signs(words.say(step.rule.sentence)))


def _rules(chain: Derivation, words: Words) -> str:
    """The rules that were used, each with its sentence, folded away."""
    items = [_rule(same, words) for same in named_rules(chain.steps).values()]
    return _foldable(prose(RULES, words), f"<ul>{''.join(items)}</ul>", folded=True) if items else ""


def _rule(same: Sequence[Rule], words: Words) -> str:
    """Rules of one name: what they say, and what they state, each with where it holds."""
    name = prose(same[0].name, words)
    sentences = words.between.join(dict.fromkeys(prose(rule.sentence, words) for rule in same))
    lines = "".join(f"<br>{line}" for line in statements(same, _medium(words)))
    return f"<li><em>{name}</em>{words.say(': ')}{sentences}{lines}</li>"


def _medium(words: Words) -> Medium:
    return Medium(
        math=spelled,
        condition=lambda owed: condition(owed, UNNAMED, words),
        relations=RELATIONS,
        dressed=tall,
        bracketed=lambda owed: f" ({words.say(COMMA).join(map(math, owed))})",
    )


def _theorem(theorem: Theorem, words: Words) -> str:
    taken = names_of_theorem(theorem)
    proof = _chain(theorem.proof, words, taken, theorem.conditions)
    return (
        _headed(THEOREM.filled(title=theorem.title), theorem.doc, words)
        + _listed(FOR_EVERY, quantities(quantities_of(theorem)), words)
        + _shown(statement(theorem.left, theorem.relation, theorem.right, taken))
        + _listed(PROVIDED, owed(theorem.conditions, words, taken), words)
        + _foldable(_counted(PROOF, theorem.proof, words), proof, folded=True)
    )


def _derived(derived: Derived, words: Words) -> str:
    named = "".join(_shown(definition(other)) for other in formulas_named(derived))
    told_first = lesson(derived)
    parts = [_shown(_headline(headline)) for headline in told_first.headlines]
    parts += [_derivation(chain, words, folded=True) for chain in told_first.first]
    parts += [_theorem(theorem, words) for theorem in derived.theorems]
    parts += [html(witness, words) for witness in derived.witnesses]
    parts += [_derivation(chain, words, folded=True) for chain in told_first.further]
    return _formula(derived.formula, words) + named + "".join(parts)


def _headline(headline: Headline) -> str:
    """What a derivation comes to, by the symbol of its formula."""
    return statement(headline.left, headline.chain.relation, headline.right, names_of_chain(headline.chain))


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
RULES = Text("Rules used", zh="所用法则")
COMMA = Text(", ", zh="，")
