"""Claims, lines, assumptions, witnesses and topics that say nothing sensible are refused where they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from derive.language import (
    Claim,
    Formula,
    FormulaError,
    Sum,
    Topic,
    Witness,
    at_least,
    at_most,
    by,
    distinct,
    equal,
    indices,
    largest,
    less,
    more,
    nonzero,
    positive,
    sums_to,
    vector,
)
from derive.language.claims import Line

i, j, k = indices("i j k")
x, z = vector("x"), vector("z")
HOME = Formula("home", Sum(x[k] ** 2, k), wrt=x)


def claim(**changed: Any) -> Claim:
    given = {"name": "c", "about": HOME, "left": x[i], "relation": "=", "right": x[i], "proof": (by("algebra"),)}
    return Claim(**{**given, **changed})


def witness(**changed: Any) -> Witness:
    given = {"name": "w", "about": HOME, "left": x[i], "relation": "=", "right": 1, "at": {x: (1,), i: 1}}
    return Witness(**{**given, **changed})


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "a claim's name": (
        lambda: claim(name="two words"),
        "claim 'two words': its name is not an identifier: use ASCII letters, digits",
    ),
    "a name beyond ASCII": (
        lambda: claim(name="größer"),
        "claim 'größer': its name is not an identifier: use ASCII letters, digits",
    ),
    "a claim's relation": (
        lambda: claim(relation="=="),
        "claim 'c': '==' is not a relation: use one of =, <=, >=, <, >, !=",
    ),
    "a claim of a difference": (lambda: claim(relation="!="), "claim 'c': numbers show '!=': write a Witness"),
    "a claim without a proof": (lambda: claim(proof=()), "claim 'c': it has no proof: give it at least one line"),
    "a witness's relation": (
        lambda: witness(relation="≠"),
        "witness 'w': '≠' is not a relation: use one of =, <=, >=, <, >, !=",
    ),
    "a witness's name": (
        lambda: witness(name="1st"),
        "witness '1st': its name is not an identifier: use ASCII letters, digits and _",
    ),
    "a witness's numbers": (lambda: witness(at={x: 1}), "witness 'w': x = 1: give it one number per class, in a tuple"),
    "a topic's name": (
        lambda: Topic("a b", "", "", (HOME,)),
        "topic 'a b': its name is not an identifier: use ASCII letters, digits",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_record_that_makes_no_sense_is_refused_with_its_place(case: str) -> None:
    make, message = WRONG[case]
    with pytest.raises(FormulaError) as error:
        make()
    place, _, problem = str(error.value).partition(": ")
    assert place.rpartition(":")[0] == __file__
    assert int(place.rpartition(":")[2]) > 0
    assert problem.startswith(message)
    assert "\n" not in problem


@pytest.mark.parametrize("relation", ["!=", "==", "->", ""])
def test_a_line_of_a_proof_says_what_can_be_proved(relation: str) -> None:
    with pytest.raises(FormulaError, match="a line of a proof cannot say .*: use one of =, <=, >=, <, >$"):
        Line(relation, x[i], "algebra")


def test_an_index_is_not_distinct_from_itself() -> None:
    with pytest.raises(FormulaError, match="^i is not distinct from itself: give two indices$"):
        distinct(i, i)


@pytest.mark.parametrize("thing", [x, x[i] + 1, "x[i]"])
def test_only_a_component_is_the_largest(thing: Any) -> None:
    with pytest.raises(FormulaError, match=r"is not a component: write largest\(x\[a\]\)$"):
        largest(thing)


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("text", ["x[i]", "1", "__import__('os')"])
def test_text_is_not_turned_into_an_expression(side: str, text: str) -> None:
    """What a user wrote as text by mistake is not evaluated, whatever it says."""
    with pytest.raises(FormulaError, match="is no expression: write mathematics"):
        claim(**{side: text})
    with pytest.raises(FormulaError, match="is no expression: write mathematics"):
        equal(text, "algebra")
    for assume in (positive, nonzero, lambda e: sums_to(e, 1), lambda e: sums_to(1, e)):
        with pytest.raises(FormulaError, match="is no expression: write mathematics"):
            assume(text)


@pytest.mark.parametrize(
    ("made", "relation"),
    [(equal(1, "r"), "="), (at_most(1, "r"), "<="), (at_least(1, "r"), ">="), (less(1, "r"), "<"), (more(1, "r"), ">")],
)
def test_each_line_says_its_relation(made: Line, relation: str) -> None:
    assert (made.relation, made.expression, made.reason) == (relation, 1, "r")


def test_a_line_without_an_expression_is_an_equation() -> None:
    assert by("algebra") == Line("=", None, "algebra")


@pytest.mark.parametrize(
    ("made", "kind", "subject"),
    [
        (distinct(i, j), "distinct", (i, j)),
        (positive(x[i]), "positive", (x[i],)),
        (nonzero(x[i] - 1), "nonzero", (x[i] - 1,)),
        (sums_to(Sum(x[k], k), 1), "sums_to", (Sum(x[k], k), 1)),
        (largest(x[i]), "largest", (x[i],)),
    ],
)
def test_each_assumption_keeps_its_subject(made: Any, kind: str, subject: Any) -> None:
    assert (made.kind, made.subject) == (kind, subject)


def test_a_record_knows_where_it_was_written() -> None:
    """Not where a helper of the language made it, and also after a change of one of its fields."""
    here = Claim("here", HOME, x[i], "=", x[i], (by("algebra"),))
    assert here.where == f"{__file__}:{here.line}"
    assert replace(here, title="changed").where == here.where


def test_records_are_equal_by_what_they_say() -> None:
    one, other = claim(), claim()
    assert one == other and hash(one) == hash(other) and one.line != 0
    assert claim(right=x[j]) != one
    assert witness() == witness() and hash(witness()) == hash(witness())


def test_a_record_is_not_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        claim().left = x[j]  # type: ignore[misc]
