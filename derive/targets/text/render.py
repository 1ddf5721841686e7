"""A formula's page as text: definition, inputs, every step with its rule, theorems."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic, Dummy

from derive.calculus.records import Condition, Derivation, Derived, Theorem
from derive.language.formula import Formula
from derive.language.inputs import Input, Label, Parameter
from derive.language.notation import NotationError
from derive.language.plain import ASCII, UNICODE, Style, plain
from derive.targets.base import Built, PrintError
from derive.targets.pages import (
    Cases,
    check_chain,
    formulas_named,
    joined_cases,
    names_of_chain,
    names_of_theorem,
    rules_used,
)
from derive.targets.text.lines import WIDTH, aligned


@dataclass(frozen=True)
class Signs:
    """How a terminal shows what is not a letter."""

    style: Style
    relations: dict[str, str]
    unequal: str
    belongs: str
    reals: str
    brace: str
    rule: str
    heavy_rule: str
    words: dict[str, str]


_SIGN_OF = {"!=": "≠", "<=": "≤", ">=": "≥"}
_UNICODE = Signs(
    UNICODE, {"=": "=", "<=": "≤", ">=": "≥"}, "≠", belongs="∈", reals="ℝ", brace="⎰⎱", rule="─", heavy_rule="═",
    words=_SIGN_OF,
)  # fmt: skip
_ASCII = Signs(
    ASCII, {"=": "=", "<=": "<=", ">=": ">="}, "!=", belongs="in", reals="R", brace="{{", rule="-", heavy_rule="=",
    words={sign: typed for typed, sign in _SIGN_OF.items()},
)  # fmt: skip


def render(what: Built | Derived) -> str:
    """The page in Unicode, in lines of at most 96 columns where there is a place to break them.

    Raises PrintError on a node or condition without a notation, and on a chain that is broken.
    """
    return _Page(what.derived if isinstance(what, Built) else what, _UNICODE).text()


def render_ascii(what: Built | Derived) -> str:
    """The same in ASCII, for a terminal that shows nothing else."""
    text = _Page(what.derived if isinstance(what, Built) else what, _ASCII).text()
    letters = [c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)]
    return "".join(letters).encode("ascii", "replace").decode("ascii")


@dataclass(frozen=True)
class _Page:
    derived: Derived
    signs: Signs

    @property
    def formula(self) -> Formula:
        return self.derived.formula

    def text(self) -> str:
        for chain in self.derived.chains:
            check_chain("text", self.formula, chain)
        cases = joined_cases(self.derived.derivations)
        blocks = [self._opening(), self._inputs()]
        blocks += [self._derivation(d, cases) for d in self.derived.derivations]
        blocks += [self._theorem(t) for t in self.derived.theorems]
        blocks += [self._rules()]
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def words(self, prose: str) -> str:
        """Prose with its signs as the terminal shows them."""
        for written, shown in self.signs.words.items():
            prose = prose.replace(written, shown)
        return prose

    def math(self, expression: Basic, taken: Iterable[str] = ()) -> str:
        try:
            return plain(expression, taken, self.signs.style)
        except NotationError as error:
            raise PrintError(f"text: formula {self.formula.name!r}: {error}") from error

    def _opening(self) -> list[str]:
        formula = self.formula
        lines = [*_heading(self.words(f"{formula.title or formula.name} ({formula.name})"), self.signs.heavy_rule)]
        lines += [*textwrap.wrap(self.words(formula.doc), WIDTH), ""] if formula.doc else []
        lines += aligned([("", self._definition(formula), "")])
        lines += aligned([("", self._definition(other), "") for other in formulas_named(self.derived)])
        return [*lines, "", *textwrap.wrap(self.words(f"Source: {formula.source}"), WIDTH)] if formula.source else lines

    def _definition(self, formula: Formula) -> str:
        value = formula.value if formula.over is None else formula[formula.over]
        where = f",  {formula.over} = 1..n" if formula.over is not None else ""
        return f"{self.math(value)} = {self.math(formula.expression, [formula.symbol])}{where}"

    def _inputs(self) -> list[str]:
        rows = [(i.name, self._domain(i), self.words(i.doc)) for i in self.formula.inputs]
        names, domains = (max(len(row[k]) for row in rows) for k in (0, 1))
        return ["Inputs", *(f"  {name:{names}}  {domain:{domains}}  {doc}".rstrip() for name, domain, doc in rows)]

    def _domain(self, given: Input) -> str:
        real = f"{self.signs.belongs} {self.signs.reals}"
        if isinstance(given, Label):
            return f"{self.signs.belongs} {{1..n}}"
        if isinstance(given, Parameter):
            sign = ", > 0" if given.domain == "positive" else ""
            return f"{real}{sign}, default {given.default!r}"
        at_least = self.signs.relations[">="]
        return (
            f"{real}^n" + {"real": "", "positive": ", > 0", "probability": f", {at_least} 0, sums to 1"}[given.domain]
        )

    def _derivation(self, chain: Derivation, cases: tuple[Cases, ...]) -> list[str]:
        lines = [*_heading(self.words(chain.title), self.signs.rule), *self._chain(chain)]
        for case in cases:
            lines += self._case(case) if case.after == chain else []
        return lines

    def _chain(self, chain: Derivation) -> list[str]:
        taken = names_of_chain(chain)
        rows = [("", self.math(chain.start, taken), "")]
        rows += [(self.signs.relations[s.relation], self.math(s.after, taken), s.rule.name) for s in chain.steps]
        assumed = self._conditions(chain.assumptions, taken)
        owed = [c for c in self._conditions(chain.conditions, taken) if c not in assumed]
        lines = textwrap.wrap(f"Throughout, {', '.join(assumed)}.", WIDTH) if assumed else []
        lines += aligned(rows)
        return lines + textwrap.wrap(f"Side conditions: {', '.join(owed)}.", WIDTH) if owed else lines

    def _case(self, case: Cases) -> list[str]:
        taken = names_of_chain(case.equal) | names_of_chain(case.distinct)
        pairs = ((case.equal, case.where_equal), (case.distinct, case.where_distinct))
        values = [self.math(chain.end, taken) for chain, _ in pairs]
        width = max(map(len, values))
        rows = [
            f"{brace} {value:{width}}   where {self._condition(where, taken)}"
            for brace, value, (_, where) in zip(self.signs.brace, values, pairs, strict=True)
        ]
        start = f"  {self.math(case.start, taken)} = "
        return ["Both cases together:", start + rows[0], " " * len(start) + rows[1]]

    def _theorem(self, theorem: Theorem) -> list[str]:
        taken = names_of_theorem(theorem)
        lines = _heading(self.words(f"Theorem: {theorem.title}"), self.signs.rule)
        if theorem.constants:
            lines.append(f"For every real {', '.join(c.name for c in theorem.constants)}:")
        left, right = self.math(theorem.left, taken), self.math(theorem.right, taken)
        lines += aligned([("", f"{left} {self.signs.relations[theorem.relation]} {right}", "")])
        provided = self._conditions(theorem.conditions, taken)
        lines += textwrap.wrap(f"Provided that {', '.join(provided)}.", WIDTH) if provided else []
        return [*lines, "Proof", *self._chain(theorem.proof)]

    def _rules(self) -> list[str]:
        rules = rules_used(self.derived)
        if not rules:
            return []
        width = max(len(name) for name, _ in rules)
        lines = _heading("Rules used", self.signs.rule)
        for name, sentences in rules:
            start = f"  {name:{width}}  "
            lines += textwrap.wrap(self.words(start + " ".join(sentences)), WIDTH, subsequent_indent=" " * len(start))
        return lines

    def _conditions(self, owed: Iterable[Condition], taken: frozenset[str]) -> list[str]:
        """Each once, as it is read (two bound indices may differ in nothing else)."""
        return list(dict.fromkeys(self._condition(c, taken) for c in owed))

    def _condition(self, owed: Condition, taken: frozenset[str]) -> str:
        r, shown = self.signs.relations, [self.math(s, taken) for s in owed.subject]
        spelled = {
            "positive": "{0} > 0",
            "known_positive": "{0} > 0",
            "nonnegative": f"{{0}} {r['>=']} 0",
            "nonzero": f"{{0}} {self.signs.unequal} 0",
            "in_range": f"1 {r['<=']} {{0}} {r['<=']} n",
            "equal": "{0} = {1}",
            "distinct": f"{{0}} {self.signs.unequal} {{1}}",
            "sums_to_one": "{0} = 1",
            "free": "{0} does not depend on {1}",
            "integer": "{0} is an integer",
            "whole": "{0} is an integer and not negative",
        }.get(owed.kind)
        if spelled is None:
            raise PrintError(
                f"text: formula {self.formula.name!r}: no notation for a condition of the kind {owed.kind!r}: "
                f"add it to derive/targets/text/render.py"
            )
        running = sorted(
            {s.name for c in owed.subject for s in c.free_symbols if isinstance(s, Dummy) and s.is_integer}
        )
        return spelled.format(*shown) + (f" for every {', '.join(running)}" if running else "")


def _heading(title: str, rule: str) -> list[str]:
    return [title, rule * len(title)]
