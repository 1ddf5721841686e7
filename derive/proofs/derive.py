"""Everything that is derived and proved of one formula."""

from __future__ import annotations

from derive.algebra.records import Derived
from derive.derivations import derivations_of, theorems_of
from derive.language.claims import Claim, Witness
from derive.language.errors import DeriveError
from derive.language.formula import Formula
from derive.proofs.theorems import theorem_of


def derive_formula(formula: Formula) -> Derived:
    """Derivatives, products with them, shift theorems, and what is claimed of it: each with the steps that were taken.

    Raises DeriveError where a derivative cannot be carried out or a line of a proof does not follow.
    """
    claims = tuple(theorem_of(c) for c in formula.theory if isinstance(c, Claim))
    witnesses = tuple(w for w in formula.theory if isinstance(w, Witness))
    _refuse_namesakes(formula)
    return Derived(formula, derivations_of(formula), (*theorems_of(formula), *claims), witnesses)


def _refuse_namesakes(formula: Formula) -> None:
    """Pages refer to a theorem by its name, also to those that the engine finds by itself."""
    places = {theorem.name: f"derive proves one of that name of the formula at {formula.where}"
              for theorem in theorems_of(formula)}  # fmt: skip
    for item in formula.theory:
        kind = type(item).__name__.lower()
        if item.name in places:
            raise DeriveError(f"{item.where}: {kind} {item.name!r}: {places[item.name]}: rename it")
        places[item.name] = f"another {kind} of {formula.name} is called so, at {item.where}"
