"""A chain of steps before it is spelled: the names that are taken in it, whether it holds together, what it names."""

from __future__ import annotations

from functools import lru_cache

from sympy import Basic

from derive.algebra.records import Derivation, Derived, Theorem
from derive.document.recorded import DocumentError
from derive.language.components import CACHED
from derive.language.formula import Formula, Head
from derive.notation.arranging import names_in


def names_of_chain(chain: Derivation) -> frozenset[str]:
    """Every name that stands free somewhere in a chain: none of its bound indices may have it, in any step."""
    subjects = [subject for c in (*chain.conditions, *chain.assumptions) for subject in c.subject]
    return names_in(chain.start, *(s.after for s in chain.steps), *subjects)


def names_of_theorem(theorem: Theorem) -> frozenset[str]:
    """Those of its statement and of its proof: both call their indices alike."""
    subjects = [subject for c in theorem.conditions for subject in c.subject]
    return names_in(theorem.left, theorem.right, *subjects) | names_of_chain(theorem.proof)


def check_chain(formula: Formula, chain: Derivation) -> None:
    """Each step has to begin where the one before it ended: what is printed is what was derived.  All go one way."""
    reached = chain.start
    for number, step in enumerate(chain.steps, start=1):
        if step.before != reached:
            raise DocumentError(
                f"formula {formula.name!r}: {chain.name}, step {number} ({step.rule.name}) does not begin "
                f"where the step before it ended: mend the pass in derive/derivations that made it"
            )
        reached = step.after
    if not chain.relation:
        ways = " and ".join(dict.fromkeys(step.relation for step in chain.steps if step.relation != "="))
        raise DocumentError(
            f"formula {formula.name!r}: {chain.name} goes by {ways}, so its ends do not compare: "
            f"mend the pass in derive/derivations that made it"
        )


def formulas_named(derived: Derived) -> tuple[Formula, ...]:
    """The other formulas whose symbols appear, those that a definition uses included, by symbol."""
    found: dict[str, Formula] = {}

    def look(*expressions: Basic) -> None:
        for expression in expressions:
            for formula in _named_in(expression):
                if formula.name != derived.formula.name and formula.name not in found:
                    found[formula.name] = formula
                    look(formula.expression)

    look(derived.formula.expression)
    for chain in derived.chains:
        look(chain.start, *(s.after for s in chain.steps))
    return tuple(sorted(found.values(), key=lambda f: (f.symbol, f.name)))


@lru_cache(maxsize=CACHED)
def _named_in(expression: Basic) -> tuple[Formula, ...]:
    return tuple(head.formula for head in expression.atoms(Head))
