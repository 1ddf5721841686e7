"""What stands on the page of a formula, in the media that spell it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Integer

from derive.algebra.records import Condition, Derived, Step
from derive.algebra.rules import DERIVED as DERIVED_BEFORE
from derive.document import DocumentError
from derive.language import Formula, Text, exp
from derive.language.claims import Witness
from derive.language.nodes import Partial, Sum
from derive.targets import Built
from derive.targets.latex import TARGETS as LATEX
from derive.targets.markdown import TARGETS as MARKDOWN
from derive.targets.notebook.html import html
from derive.targets.templates import environment
from derive.targets.text import render
from derive.targets.words import LANGUAGES
from tests.targets.handmade import BELOW, DEFINE, DERIVED, DIAGONAL, OFF_DIAGONAL, SHIFT, chain, f, i, j, k, x


def latex(derived: Derived) -> str:
    return "".join(LATEX[0].formula_files(Built(derived.formula, derived, ()), environment()).values())


def markdown(derived: Derived) -> str:
    return "".join(MARKDOWN[0].formula_files(Built(derived.formula, derived, ()), environment()).values())


def notebook(derived: Derived) -> str:
    return html(derived, LANGUAGES["en"])


MEDIA = {"latex": latex, "markdown": markdown, "text": render, "notebook": notebook}
in_every_medium = pytest.mark.parametrize("written", MEDIA.values(), ids=MEDIA)
Written = Callable[[Derived], str]


@in_every_medium
def test_a_proof_does_not_owe_what_its_theorem_presupposes(written: Written) -> None:
    """The theorem says that x_j > 0; then x_j is not 0."""
    owing = Step(DEFINE, f[i], x[j], conditions=(Condition("nonzero", (x[j],)),))
    proof = chain("shown", "Shown", f[i], owing)
    theorem = replace(SHIFT, name="shown", left=f[i], right=x[j], proof=proof)
    assert "Side conditions" in written(Derived(f, (), (theorem,)))
    presupposing = replace(theorem, conditions=(Condition("positive", (x[j],)),))
    assert "Side conditions" not in written(Derived(f, (), (presupposing,)))


@in_every_medium
def test_the_cases_of_what_waits_are_joined(written: Written) -> None:
    """A second derivative stands after the theorems; its two cases are one display there too."""
    second = Partial(Partial(f[i], x[j]), x[j])
    cases = [replace(case, start=second, steps=_from(second, case.steps)) for case in (DIAGONAL, OFF_DIAGONAL)]
    page = written(Derived(f, tuple(cases), (SHIFT,)))
    assert page.count("Both cases together:") == 1


@in_every_medium
def test_a_proof_calls_its_indices_as_the_theorem_does(written: Written) -> None:
    """The theorem speaks of a k, so no sum of it runs over k, nor one of its proof."""
    step = Step(DEFINE, f[i], Sum(x[j], j))
    theorem = replace(SHIFT, left=f[i], right=Sum(x[j], j), proof=chain("shown", "Shown", f[i], step))
    condition = Condition("positive", (x[k],))
    assert _runs_over(written(Derived(f, (), (theorem,)))) == {"k"}
    assert _runs_over(written(Derived(f, (), (replace(theorem, conditions=(condition,)),)))) == {"l"}


def _runs_over(page: str) -> set[str]:
    """The letters of the sums of x on a page, but for those in the exponents of the definition."""
    return set(re.findall(r"(?:\\sum_\{|Σ_)(\w)(?:=1\}\^n)? x_\1", page))


@in_every_medium
def test_a_known_derivative_says_where_it_was_derived(written: Written) -> None:
    """Here, by its title, or on the page of another formula."""
    other = Formula("other", exp(x[i]), over=i, wrt=x, symbol="o", title="Another formula")
    own, theirs = (Partial(one[i], x[j]) for one in (f, other))
    taken = (own, f[i]), (theirs, other[i])
    step = Step(DERIVED_BEFORE, own + theirs, f[i] + other[i], redexes=taken)
    first = replace(DIAGONAL, name="jacobian", title="Slopes of shares", assumptions=())
    page = written(Derived(f, (first, chain("both", "Both", own + theirs, step)), ()))
    here, there = r"(Slopes of shares|eq:f\.jacobian)", r"(Another formula|eq:other\.jacobian|other)"
    assert re.search(rf"known derivative[^<\n]*{here}[^<\n]*{there}", page)


@pytest.mark.parametrize("written", [latex, markdown, notebook], ids=["latex", "markdown", "notebook"])
def test_the_numbers_of_an_example_are_written_alike(written: Written) -> None:
    half = Fraction(1, 2)
    shown = Witness("at", f, f[i], "<", x[i], {x: (half, -half, 3), i: 1})
    assert r"(\tfrac{1}{2},\, -\tfrac{1}{2},\, 3)" in written(Derived(f, (), (), (shown,)))


@in_every_medium
def test_a_chain_that_goes_both_ways_is_refused(written: Written) -> None:
    """f <= 1 >= x_j says nothing of f and x_j."""
    steps = Step(DEFINE, f[i], Integer(1), relation="<="), Step(DEFINE, Integer(1), x[j], relation=">=")
    with pytest.raises(DocumentError, match="formula 'f': both goes by <= and >=, so its ends do not compare"):
        written(Derived(f, (chain("both", "Both", f[i], *steps),), ()))


def _from(start: object, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return (replace(steps[0], before=start), *steps[1:])


def test_two_theorems_of_one_name_have_places_of_their_own() -> None:
    """The one that may be cited, which is a claim, has the plain name."""
    page = markdown(
        replace(
            DERIVED, theorems=(replace(BELOW, name="same"), replace(SHIFT, name="twice"), replace(BELOW, name="twice"))
        )
    )
    anchors = re.findall('<a id="([^"]*)"', page)
    assert len(anchors) == len(set(anchors))
    assert {"f.same", "f.same.theorem", "f.twice", "f.twice-"} <= set(anchors)
    links = re.findall(r"\]\(#([^)]*)\)", page)
    assert len(links) == len(set(links)) and set(links) <= set(anchors)


@pytest.mark.parametrize("language", [0, 1], ids=["en", "zh"])
def test_sources_stand_in_one_order_everywhere(language: int) -> None:
    """By the surname of the first author, however the source reads in the language of the page."""
    sources = (
        "B. Baker (1990), Notes",
        Text("Z. Adams (2000), A Book", zh="亚当斯 (2000)，书"),
        "C. et al. Ames (1980), *Signs*",
    )
    named = [replace(f, name=f"f{number}", source=source) for number, source in enumerate(sources)]
    built = [Built(one, Derived(one, (), ()), ()) for one in named]
    years = [
        re.findall(r"(?<=\()\d{4}(?=\))", target.shared_files(built, environment())[file].partition(start)[2])
        for target, file, start in (
            (LATEX[language], "main.tex", r"\begin{thebibliography}"),
            (MARKDOWN[language], "references.md", "# "),
        )
    ]
    assert years == [["2000", "1980", "1990"]] * 2
