"""What a notebook shows: without IPython, through IPython's own formatter, and in a notebook that is executed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import derive
from derive.algebra.records import Derivation, Derived, Example, Rule, Step, Theorem
from derive.catalogue import load_catalogue
from derive.formulas.softmax import i, softmax, x
from derive.language import Claim, DeriveError, Formula, Witness, by, exp
from derive.proofs import derive_formula
from derive.targets import PrintError
from derive.targets.notebook import PRINTER, speak
from derive.targets.notebook.html import prose
from derive.targets.notebook.latex import in_words
from derive.targets.words import LANGUAGES
from tests import once

ROOT = Path(__file__).parent.parent.parent
KATEX = ROOT / "derive/readers/site/assets/katex/katex.min.js"
DERIVED = derive_formula(softmax)
WITNESS = Witness("unequal", softmax, softmax[i], "<", exp(x[i]), {x: (1, 2, "1/2"), i: 1}, title="An example")
CLAIM = Claim("itself", softmax, softmax[i], "=", softmax[i], (by("definition"),), title="Equal to itself")
RECORDS: dict[str, Any] = {
    "formula": softmax,
    "derived": DERIVED,
    "derivation": DERIVED.derivation("jacobian"),
    "step": DERIVED.derivations[0].steps[0],
    "theorem": DERIVED.theorems[0],
    "claim": CLAIM,
    "witness": WITNESS,
    "example": Example(WITNESS, "0.23", "2.7"),
}
KNOWN = set(
    "displaystyle frac sum prod max min log exp tanh left right lvert rvert begin end quad qquad text partial delta "
    "dfrac mathbb mathbf mathrm boldsymbol in le ge ne to dots cdot sqrt tfrac bigl bigr lim infty pi sigma tau gamma "
    "alpha epsilon operatorname "
    "varepsilon lambda mu beta theta rho eta kappa nu xi chi psi zeta phi varphi omega Sigma "
    "Delta".split()
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    speak("en")


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_shows_itself_as_mathematics(name: str) -> None:
    text = RECORDS[name]._repr_latex_()
    assert text.startswith(r"$\displaystyle ") and text.endswith("$") and text.count("$") == 2
    assert text.count("{") == text.count("}") and text.count(r"\left") == text.count(r"\right")
    assert text.count(r"\begin") == text.count(r"\end")
    assert set(re.findall(r"\\([A-Za-z]+)", text)) <= KNOWN


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_shows_itself_as_a_piece_of_a_page(name: str) -> None:
    page = _Page(RECORDS[name]._repr_html_())
    assert not page.open and page.outermost == 1
    assert page.text.count("$") % 2 == 0 and "$" in page.text


def said(text: str) -> str:
    return unescape(prose(text, LANGUAGES["en"]))


def test_mathematics_in_prose_is_set_between_dollars() -> None:
    assert said("One toss has q^y (1-q)^(1-y), a number: q < 1 or 0.") == (
        "One toss has $q^{y}(1-q)^{1-y}$, a number: $q<1$ or 0."
    )
    assert said(DERIVED.derivation("numerator_diagonal").title) == "The derivative of the numerator, the case $i=j$"


def test_the_formula_is_the_one_of_the_catalogue() -> None:
    assert softmax._repr_latex_() == (
        r"$\displaystyle s_i = \frac{e^{x_i}}{\sum_{k=1}^n e^{x_k}}, \qquad i = 1, \dots, n$"
    )
    shown = _Page(softmax._repr_html_()).text
    assert all(said(text) in shown for text in (softmax.title, softmax.doc))
    assert softmax.source in shown


def test_a_derivation_shows_each_step_with_its_rule() -> None:
    chain = DERIVED.derivation("jacobian")
    shown, text = chain._repr_html_(), chain._repr_latex_()
    assert text.count("&&") == shown.count("<tr>") - 1 == len(chain.steps)
    for step in chain.steps:
        assert step.rule.name in _Page(shown).text and said(step.rule.sentence) in _Page(shown).text
        assert in_words(step.rule.name) in text
    assert shown.count("<details") == 2  # the steps, and the rules, each to be folded


def test_a_theorem_shows_its_constants_and_its_proof() -> None:
    theorem = DERIVED.theorems[0]
    assert r"c \in \mathbb{R}" in theorem._repr_latex_()
    shown = theorem._repr_html_()
    assert "For every" in shown and "Proof" in shown and shown.count("<tr>") == len(theorem.proof.steps) + 1


def test_all_that_is_derived_is_on_the_page_of_a_formula() -> None:
    shown = _Page(DERIVED._repr_html_()).text
    assert all(said(chain.title) in shown for chain in (*DERIVED.derivations, *DERIVED.theorems))


def test_prose_is_escaped() -> None:
    hostile = "<script>alert(1)</script> & \"$1$ '"
    rule = Rule(hostile, hostile)
    step = Step(rule, x[i], x[i])
    chain = Derivation("f", hostile, x[i], (step,))
    theorem = Theorem("f", hostile, x[i], x[i], "=", chain, doc=hostile)
    formula = Formula("f", x[i], over=i, wrt=x, title=hostile, doc=hostile, source=hostile)
    for record in (step, chain, theorem, formula, Derived(formula, (chain,), (theorem,))):
        page = _Page(record._repr_html_())
        assert "script" not in page.tags and not page.open
        assert hostile in page.text and "$" in page.pieces  # a dollar of prose is alone in its element
    assert "<script>" in step.rule.name and r"\$" in chain._repr_latex_()


def test_signs_in_prose_stand_outside_of_text() -> None:
    assert in_words("a_b <= 5 % of {c}") == (r"\text{a} \_ \text{b } \le \text{ 5 } \% \text{ of } \{ \text{c} \}")


def test_another_language() -> None:
    speak("zh")
    assert "证明" in DERIVED.theorems[0]._repr_html_()
    speak("en")
    assert "证明" not in DERIVED.theorems[0]._repr_html_()
    with pytest.raises(DeriveError, match="no words in the language 'xx': there are en"):
        speak("xx")


def test_what_is_no_record_is_refused() -> None:
    with pytest.raises(PrintError, match="nothing is known of a int"):
        PRINTER.latex(3)
    with pytest.raises(PrintError, match="nothing is known of a int"):
        PRINTER.html(3)


def test_importing_derive_imports_no_printer_and_no_sympy() -> None:
    code = (
        "import sys, derive; print(sorted({'sympy', 'numpy', 'derive.targets.notebook', 'IPython'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_all_of_the_catalogue_is_shown() -> None:
    for formula in load_catalogue():
        derived = once.derived(formula)
        for record in (formula, *derived.chains, *derived.theorems, *derived.witnesses):
            text = record._repr_latex_() or ""
            assert set(re.findall(r"\\([A-Za-z]+)", text)) <= KNOWN, f"{formula.name}: {text}"
        assert not _Page(derived._repr_html_()).open


def test_a_chain_too_long_for_one_formula_is_left_to_the_page() -> None:
    step = DERIVED.derivations[0].steps[0]
    chain = Derivation("long", "Long", x[i], (step,) * 400)
    assert chain._repr_latex_() is None
    assert chain._repr_html_().count("<tr>") == 401


def test_katex_renders_every_formula(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not KATEX.exists():
        pytest.skip("node or the bundled KaTeX is not there")
    texts: set[str] = set()
    for formula in load_catalogue():
        derived = once.derived(formula)
        texts.update(_formulas(derived, *derived.derivations, *derived.theorems, *derived.witnesses))
    for language in LANGUAGES:
        speak(language)
        texts.update(_formulas(*RECORDS.values()))
    assert len(texts) > 300
    (tmp_path / "texts.json").write_text(json.dumps(sorted(texts)), encoding="utf-8")
    script = (
        "const katex = require(process.argv[1]), fs = require('fs');"
        "for (const t of JSON.parse(fs.readFileSync(process.argv[2], 'utf8')))"
        "  katex.renderToString(t, {strict: (code) => code === 'unicodeTextInMathMode' ? 'error' : 'ignore'});"
    )
    done = subprocess.run(
        [node, "-e", script, str(KATEX), str(tmp_path / "texts.json")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_ipython_shows_a_record_by_itself() -> None:
    formatters = pytest.importorskip("IPython.core.formatters", reason="IPython is not installed")
    shown, _ = formatters.DisplayFormatter().format(softmax, include=["text/latex", "text/html"])
    assert shown == {"text/latex": softmax._repr_latex_(), "text/html": softmax._repr_html_()}


def test_the_example_notebook_runs() -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    notebook = nbformat.read(ROOT / "examples/notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells), "the notebook is kept without its outputs"
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = [set(output["data"]) for output in outputs if output["output_type"] == "execute_result"]
    assert sum({"text/latex", "text/html"} <= kind for kind in kinds) >= 4
    assert "".join(outputs[0]["data"]["text/latex"]) == softmax._repr_latex_()


def test_load_is_still_there() -> None:
    assert callable(derive.load)


def _formulas(*records: Any) -> Iterator[str]:
    """All that stands between dollars."""
    for record in records:
        yield (record._repr_latex_() or "").strip("$")
        yield from _Page(record._repr_html_()).text.split("$")[1::2]


class _Page(HTMLParser):
    """tags: all that occur; open: those not closed; text: what is read, in pieces."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.pieces: list[str] = []
        self.outermost = 0
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self.outermost += not self.open
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
