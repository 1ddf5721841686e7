"""Writes docs/theory.md: where each row of the theory is stated, derived, computed and tested.

python docs/theory_map.py
"""

from __future__ import annotations

import re
from pathlib import Path

from derive.catalogue import open_catalogue
from derive.kernels import all_kernel_names
from derive.language import Claim, Formula, Topic, Witness
from derive.proofs import derive_formula
from derive.targets.words import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "theory.md"
TESTS = ROOT / "tests" / "test_curriculum.py"
HEAD = """# The theory, row by row

<!-- Made by docs/theory_map.py: do not edit. After a change of the formulas, run python docs/theory_map.py. -->

Each row is a topic of the theory, in reading order. Every derivation and every proof is on its page, in English
and in Chinese, and in the two PDF documents; each of their steps is checked by the oracle when `derive build` runs, and
each kernel is held to its formula by `tests/test_kernels.py` and `tests/test_kernels_everywhere.py`.  The last column
names the test that compares the topic's kernels with formulas written by hand.
"""


def page() -> str:
    """The whole page."""
    catalogue = open_catalogue()
    by_name = {formula.name: formula for formula in catalogue.formulas}
    parts = [HEAD, _overview(catalogue.topics)]
    for number, topic in enumerate(catalogue.topics, start=1):
        parts.append(_topic(number, topic, [by_name[f.name] for f in topic.formulas]))
    return "\n".join(parts)


def _overview(topics: tuple[Topic, ...]) -> str:
    lines = ["| | topic | 主题 | page | 页面 | tests |", "|---|---|---|---|---|---|"]
    for number, topic in enumerate(topics, start=1):
        name = _link(number, topic)
        pages = [f"[{lang}](../generated/markdown/{lang}/topics/{topic.name}.md)" for lang in ("en", "zh")]
        lines.append(f"| {number} | {name} | {_zh(topic.title)} | {pages[0]} | {pages[1]} | {_tests(number)} |")
    return "\n".join(lines) + "\n"


def _topic(number: int, topic: Topic, formulas: list[Formula]) -> str:
    lines = [f"## {number}. {topic.title}", "", f"{_zh(topic.title)}", "",
             "| formula 公式 | derived by the engine 推导 | theorems and examples 定理与例 | kernels 函数 |",
             "|---|---|---|---|"]  # fmt: skip
    for formula in formulas:
        derived = derive_formula(formula)
        chains = [_both(d.title) for d in derived.derivations]
        stated = [_both(t.title) for t in derived.theorems if t.name not in _claimed(formula)]
        claims = [_both(c.title or c.name) for c in formula.theory if isinstance(c, Claim | Witness)]
        cells = (
            f"[{_both(formula.title)}](../derive/formulas/{_file(formula)})",
            "; ".join(dict.fromkeys([*chains, *stated])),
            "; ".join(claims) or "-",
            ", ".join(f"`{name}`" for name in all_kernel_names(formula)),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _claimed(formula: Formula) -> set[str]:
    return {c.name for c in formula.theory if isinstance(c, Claim)}


def _link(number: int, topic: Topic) -> str:
    anchor = re.sub(r"[^\w\- ]", "", f"{number}. {topic.title}".lower()).replace(" ", "-")
    return f"[{topic.title}](#{anchor})"


def _zh(text: str) -> str:
    return LANGUAGES["zh"].say(text)


def _both(text: str) -> str:
    """In English, and in Chinese where that is something else."""
    return str(text) if _zh(text) == str(text) else f"{text} {_zh(text)}"


def _tests(number: int) -> str:
    found = re.findall(rf"^def (test_{number:02d}_\w+)", TESTS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return ", ".join(f"`{name}`" for name in found)


def _file(formula: Formula) -> str:
    return formula.file.name if formula.file else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
