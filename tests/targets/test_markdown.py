"""Markdown pages, from derivations made by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from jinja2 import Environment
from sympy import Function, Symbol

from derive.algebra.records import Derivation, Example, Rule, Step
from derive.catalogue import open_catalogue
from derive.document import DocumentError, told
from derive.language import Text
from derive.language.claims import Witness
from derive.language.topics import Topic
from derive.notation.marks import GREEK
from derive.targets import Built, PrintError
from derive.targets.markdown import TARGETS, MarkdownTarget
from derive.targets.markdown.escape import in_table, prose, sentences, tooltip
from derive.targets.templates import environment
from derive.targets.tex.prose import lettered
from derive.targets.words import LANGUAGES
from tests.targets.handmade import DERIVED, DIAGONAL, chain, f, i, wide, x

ENGLISH, CHINESE = TARGETS
TOPIC = Topic(
    "shares", Text("Shares", zh="份额"), Text("How shares change.", zh="份额如何变化。"), (f,), ("curve",), ("table",)
)
WITNESS = Witness("differ", f, f[i], "!=", x[i], {x: (1, Fraction(1, 2)), i: 1}, title="They differ")
BUILT = Built(f, replace(DERIVED, witnesses=(WITNESS,)), (), TOPIC, (Example(WITNESS, "0.622459", "1"),))


@pytest.fixture(scope="module")
def jinja() -> Environment:
    return environment()


def page(jinja: Environment, target: MarkdownTarget = ENGLISH, built: Built = BUILT) -> str:
    (text,) = target.formula_files(built, jinja).values()
    return text


def blocks(text: str) -> list[str]:
    return re.findall(r"^```math\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)


def test_there_is_a_target_for_each_language() -> None:
    assert [target.name for target in TARGETS] == [f"markdown/{code}" for code in LANGUAGES]
    assert [target.folder for target in TARGETS] == [target.name for target in TARGETS]


def test_the_files_of_a_formula_and_of_all(jinja: Environment) -> None:
    assert set(ENGLISH.formula_files(BUILT, jinja)) == {"formulas/f.md"}
    assert set(ENGLISH.shared_files([BUILT], jinja)) == {
        "index.md", "topics/shares.md", "rules.md", "notation.md", "references.md",
    }  # fmt: skip
    assert ENGLISH.signatures(BUILT) == {}


def test_every_step_stands_in_a_row_with_its_rule_and_its_sentence(jinja: Environment) -> None:
    text = page(jinja)
    for derivation in BUILT.derived.chains:
        for step in derivation.steps:
            assert f"[{step.rule.name}](../rules.md#" in text
            assert tooltip(step.rule.sentence) in text
    rows = re.findall(r"^\| (\$`.*?`\$) \|", text, re.MULTILINE)
    taken = sum(1 + len(derivation.steps) for derivation in BUILT.derived.chains)
    assert len([row for row in rows if r"\displaystyle" in row]) == taken
    assert text.count("<details") == text.count("</details>") == len(BUILT.derived.chains)


def test_the_definition_and_both_cases_are_displayed(jinja: Environment) -> None:
    shown = blocks(page(jinja))
    assert shown[0].startswith(r"s_i = \frac{") and shown[0].endswith(r"i = 1, \dots, n")
    (cases,) = [block for block in shown if "dcases" in block]
    assert r"s_i \, (1 - s_i), & i = j" in cases and r"- s_i s_j, & i \ne j" in cases.replace("-s_i", "- s_i")


def test_an_example_shows_its_numbers(jinja: Environment) -> None:
    text = page(jinja)
    assert "## Example: They differ" in text
    assert r"$`\mathbf{x} = (1,\, \tfrac{1}{2})`$" in text
    assert r"0.622459 \ne 1" in blocks(text)


def test_prose_is_shown_letter_by_letter() -> None:
    assert prose("a_b *c* [d](e) $1 <f> | `g` {h} \\") == (
        "a&#95;b &#42;c&#42; &#91;d&#93;(e) &#36;1 &lt;f&gt; &#124; &#96;g&#96; &#123;h&#125; &#92;"
    )
    assert prose("- item") == "&#45; item" and prose("1. first") == "&#49;. first"
    assert prose("a  !=\nb") == "a ≠ b"
    assert not set(tooltip('(u\' v) "w"')) & set("()'\"")


def test_a_bar_does_not_end_a_cell() -> None:
    assert "|" not in in_table(r"\left|a\right| \| b \|")


def test_hostile_prose_changes_nothing_around_it(jinja: Environment) -> None:
    """The handmade formula has a title, a doc and an input's doc full of signs that Markdown reads."""
    text = page(jinja)
    assert "# A share&#95;of &#123;all&#125; — naïve" in text
    (row,) = [line for line in text.splitlines() if "scores" in line]
    assert row.count("|") == 4


def test_a_long_step_stands_on_several_lines(jinja: Environment) -> None:
    text = page(jinja, built=Built(f, wide(), ()))
    assert r"\begin{aligned} & {} = " in text and r" \\ &\quad {}+ " in text
    assert not any(line.count("|") not in (0, 3, 4) for line in text.splitlines())


def test_chinese_pages_speak_chinese(jinja: Environment) -> None:
    text = page(jinja, CHINESE)
    for english in ("Throughout", "Side conditions", "Both cases", "Meaning", "steps<", "Proof", "Theorem", "Example"):
        assert english in page(jinja), english
        assert english not in text, english
    topic = CHINESE.shared_files([BUILT], jinja)["topics/shares.md"]
    assert "# 份额" in topic and "份额如何变化。" in topic
    assert blocks(text)[0] == blocks(page(jinja))[0]


def test_every_fixed_word_has_a_translation() -> None:
    from derive.system.places import template_folder

    said = set()
    for template in sorted((template_folder() / "markdown").glob("*.md")):
        said |= set(re.findall(r'words\.say\("([^"]+)"\)', template.read_text(encoding="utf-8")))
    assert len(said) > 15
    assert not sorted(text for text in said if CHINESE.words.say(text) == text)


def test_the_home_page_lists_topics_and_formulas_of_ones_own(jinja: Environment) -> None:
    own = replace(BUILT, formula=replace(f, name="mine"), topic=None)
    home = ENGLISH.shared_files([BUILT, own], jinja)["index.md"]
    steps = sum(len(chain.steps) for one in (BUILT, own) for chain in one.derived.chains)
    assert "Formulas: 2. Theorems with their proofs: " in home and f"each of them checked: {steps}." in home
    topics, mine = home.split("## Your own formulas")
    assert "](topics/shares.md)" in topics and "](formulas/f.md)" not in home
    assert "](formulas/mine.md)" in mine


def test_a_topic_names_its_formulas_pictures_and_exhibits(jinja: Environment) -> None:
    text = ENGLISH.shared_files([BUILT], jinja)["topics/shares.md"]
    assert "](../formulas/f.md)" in text
    assert "<!-- picture: curve -->" in text and "<!-- exhibit: table -->" in text


def test_the_page_of_rules_has_each_rule_once(jinja: Environment) -> None:
    text = ENGLISH.shared_files([BUILT], jinja)["rules.md"]
    names = {step.rule.name for derivation in BUILT.derived.chains for step in derivation.steps}
    assert sorted(re.findall(r"^## (.*)$", text, re.MULTILINE)) == sorted(names)
    assert '<a id="quotient-rule"></a>' in text


def test_links_lead_to_anchors_that_exist(jinja: Environment) -> None:
    files = {**ENGLISH.formula_files(BUILT, jinja), **ENGLISH.shared_files([BUILT], jinja)}
    for path, text in files.items():
        for target, anchor in re.findall(r"\]\(((?:\.\./)?[\w/]+\.md)(?:#([\w.-]+))?", text):
            wanted = target.removeprefix("../") if "/" in path else target
            assert wanted in files, (path, target)
            assert not anchor or f'<a id="{anchor}"></a>' in files[wanted], (path, anchor)


def test_a_node_without_notation_is_refused(jinja: Environment) -> None:
    strange = Function("mystery")(Symbol("u"))
    step = replace(DIAGONAL.steps[0], before=strange, after=strange)
    built = Built(f, replace(DERIVED, derivations=(chain("odd", "Odd", strange, step),)), ())
    with pytest.raises(PrintError, match=r"formula 'f'.*mystery"):
        ENGLISH.formula_files(built, jinja)


def test_a_broken_chain_is_refused(jinja: Environment) -> None:
    torn = replace(DIAGONAL, start=x[i])
    with pytest.raises(DocumentError, match="does not begin where the step before it ended"):
        ENGLISH.formula_files(Built(f, replace(DERIVED, derivations=(torn,)), ()), jinja)


def test_pages_are_the_same_each_time(jinja: Environment) -> None:
    assert page(jinja) == page(environment())


def test_mathematics_in_a_sentence_is_set_as_mathematics() -> None:
    for text, shown in {
        "One toss has q^y (1-q)^(1-y), a number.": "One toss has $`q^{y}(1-q)^{1-y}`$, a number.",
        "As a matrix: diag(s) - s s^T.": r"As a matrix: $`\operatorname{diag} (s)-ss^{T}`$.",
        "三个类别时就是 ((a-1)^2 + b^2 + c^2)/3。": "三个类别时就是 $`((a-1)^{2}+b^{2}+c^{2})/3`$。",
        "With gamma = 0, and n/(2 sigma^2).": r"With $`\gamma =0`$, and $`n/(2\sigma ^{2})`$.",
        "By s_j; a letter q, 0.6 and gamma rays stay.": "By $`s_{j}`$; a letter q, 0.6 and gamma rays stay.",
        "The Poly-1 loss, a Student-t tail, -1 and -x.": "The Poly-1 loss, a Student-t tail, $`-1`$ and $`-x`$.",
        "From 1 to 1 + eps, less log y!": r"From 1 to $`1+\varepsilon`$, less $`\log y!`$",
        "The pair of m_1 and S_1 exp(m_1 - r).": r"The pair of $`m_{1}`$ and $`S_{1}\exp (m_{1}-r)`$.",
        "1. No list, no <b>, no `code`, no $x$.": "&#49;. No list, no &lt;b&gt;, no &#96;code&#96;, no &#36;x&#36;.",
    }.items():
        assert sentences(text) == shown


def test_a_quantity_is_called_in_prose_by_its_letter() -> None:
    assert lettered("A larger theta, and gamma rays", ("theta", "x")) == "A larger θ, and gamma rays"
    catalogue = open_catalogue()
    for formula in catalogue.formulas:
        names = "|".join(g.name for g in formula.inputs if g.name in GREEK) or "none"
        texts = [formula.doc, *(i.doc for i in formula.inputs), *(claim.doc for claim in formula.theory)]
        for text in texts:
            chinese = LANGUAGES["zh"].say(text)
            assert not re.search(rf"(?<![A-Za-z])(?:{names})(?![A-Za-z])", chinese), chinese


def test_sentences_of_one_rule_meet_as_the_language_has_it(jinja: Environment) -> None:
    two = Rule(Text("sign", zh="甲"), Text("Two.", zh="乙。"))
    one = replace(two, sentence=Text("One.", zh="甲。"))
    steps = Derivation("d", "D", x[i], (Step(one, x[i], x[i]), Step(two, x[i], x[i])))
    both = replace(BUILT, derived=replace(BUILT.derived, derivations=(steps,)))
    assert "One. Two." in ENGLISH.shared_files([both], jinja)["rules.md"]
    assert "甲。乙。" in CHINESE.shared_files([both], jinja)["rules.md"]


def test_a_place_in_a_book_is_said_in_the_language() -> None:
    source = "C. M. Bishop (2006), Pattern Recognition, Springer, section 1.1"
    assert [LANGUAGES[code].say(told(source)) for code in ("en", "zh")] == [
        source, "C. M. Bishop (2006), Pattern Recognition, Springer，第 1.1 节",
    ]  # fmt: skip
    assert told("A. Author (2020), A Paper") == "A. Author (2020), A Paper"
