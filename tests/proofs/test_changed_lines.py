"""The proofs of the catalogue with one line changed are refused, or say what is true all the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from sympy import Symbol

from derive.catalogue import load_catalogue
from derive.language import Claim, indices, n
from derive.language.claims import Line
from derive.language.inputs import Label
from derive.language.nodes import substitute
from derive.proofs.theorems import ProofError
from derive.verify import StepError
from tests.proofs.claims import checked
from tests.proofs.plain_numbers import holds

CLAIMS = [item for formula in load_catalogue() for item in formula.theory if isinstance(item, Claim)]


def turned(line: Line) -> Line | None:
    other = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}.get(line.relation)
    return replace(line, relation=other) if other else None


def exchanged(line: Line) -> Line | None:
    """One index in the place of another."""
    assert line.expression is not None
    found = {s for s in line.expression.free_symbols if isinstance(s, Symbol) and s.is_integer}
    free = {s for s in found if s != n and not isinstance(s, Label)}
    if not free:
        return None
    spare = next(letter for letter in indices("a b i j k") if letter not in free)
    return replace(line, expression=substitute(line.expression, {min(free, key=str): spare}))


CHANGES: dict[str, Callable[[Line], Line | None]] = {
    "a sign": lambda line: replace(line, expression=-line.expression),
    "a factor 2": lambda line: replace(line, expression=2 * line.expression),
    "one more": lambda line: replace(line, expression=1 + line.expression),
    "another index": exchanged,
    "the other way round": turned,
}


def mutants() -> list[tuple[str, Claim, int, Claim]]:
    """Eleven of each kind of change: the claim, the line that is changed, and the claim with it."""
    found = []
    for kind, change in CHANGES.items():
        dice = random.Random(kind)
        lines = [(claim, place) for claim in CLAIMS for place, line in enumerate(claim.proof)
                 if line.expression is not None]  # fmt: skip
        changed = []
        for claim, place in dice.sample(lines, len(lines)):
            other = change(claim.proof[place])
            if other not in (None, claim.proof[place]):
                proof = (*claim.proof[:place], other, *claim.proof[place + 1 :])
                changed.append((kind, claim, place, replace(claim, proof=proof)))
        found += changed[:11]
    return found


MUTANTS = mutants()


def test_the_catalogue_has_enough_lines_to_change() -> None:
    assert len(MUTANTS) >= 50


@pytest.mark.parametrize(
    ("kind", "claim", "place", "mutant"),
    MUTANTS,
    ids=[f"{kind}-{claim.about.name}.{claim.name}.{place + 1}" for kind, claim, place, _ in MUTANTS],
)
def test_a_changed_line_is_refused(kind: str, claim: Claim, place: int, mutant: Claim) -> None:
    """Unless what it says is true all the same, by plain numbers."""
    try:
        theorem = checked(mutant)
    except (ProofError, StepError) as error:
        assert "\n" not in str(error)
        assert str(error).startswith((f"{claim.where}: claim {claim.name!r}", f"{claim.about.where}: "))
        return
    lines = [side for step in theorem.proof.steps for side in (step.before, step.after)]
    for step in theorem.proof.steps:
        assert holds(step.before, step.relation, step.after, claim.assuming, lines) is True, step
