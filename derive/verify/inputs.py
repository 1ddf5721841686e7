"""What a point has to give values to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sympy import Symbol

from derive.language.formula import unfold
from derive.language.nodes import Along, BoundIndex, Component, Permutation, n
from derive.verify.numbers import OracleError
from derive.verify.oracle import key_of


def inputs_of(expressions: Iterable[Any]) -> set[Any]:
    """Vectors, labels, parameters, constants and free indices of expressions, definitions included."""
    return set().union(*map(_inputs, expressions))


@lru_cache(maxsize=65536)
def _inputs(expression: Any) -> frozenset[Any]:
    unfolded = unfold(expression)
    found = {c.vector for c in unfolded.atoms(Component)} | unfolded.atoms(Permutation)
    found |= {vector for along in unfolded.atoms(Along) for vector in along.args}
    found |= {s for s in unfolded.free_symbols if isinstance(s, Symbol)}
    return frozenset(s for s in found if s != n and not isinstance(s, BoundIndex))


def refuse_namesakes(inputs: set[Any]) -> None:
    """A point knows an input by its name."""
    names = sorted(key_of(i) if isinstance(i, Symbol) else str(i.name) for i in inputs)
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise OracleError(f"two different inputs are called {', '.join(doubled)}")
