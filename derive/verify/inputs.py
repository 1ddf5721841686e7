"""What a point has to give values to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sympy import Symbol

from derive.language.axes import Pick, is_size
from derive.language.components import CACHED, Along, Component, Labels, Permutation, Vector
from derive.language.formula import Value
from derive.language.nodes import BoundIndex
from derive.verify.evaluators import key_of
from derive.verify.numbers import OracleError


def inputs_of(expressions: Iterable[Any]) -> set[Any]:
    """Vectors, labels, parameters, constants and free indices of expressions, definitions included."""
    return set().union(*map(_inputs, expressions))


@lru_cache(maxsize=CACHED)
def _inputs(expression: Any) -> frozenset[Any]:
    if isinstance(expression, Value):
        return _inputs(expression.definition)
    if isinstance(expression, Symbol):
        return frozenset() if is_size(expression) or isinstance(expression, BoundIndex) else frozenset({expression})
    if isinstance(expression, Permutation):
        return frozenset({expression})
    if isinstance(expression, (Component, Along, Pick)):
        vectors = [part for part in expression.args if isinstance(part, Vector | Labels)]
        return frozenset(vectors).union(*map(_inputs, expression.args))
    return frozenset().union(*map(_inputs, expression.args))


def refuse_namesakes(inputs: set[Any]) -> None:
    """A point knows an input by its name."""
    names = sorted(key_of(i) if isinstance(i, Symbol) else str(i.name) for i in inputs)
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise OracleError(f"two different inputs are called {', '.join(doubled)}")
