"""Signs: a minus goes where it costs nothing, and never makes -0.0 of a loss that is 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from sympy import Add, Mul

from derive.language.nodes import Sum
from derive.loops.ir import Call, Loop, Number, Statement, Store, Value
from derive.loops.ranges import Ranges


def without_minus_zero(value: Value) -> Value:
    """``-u`` as ``0 - u``: the same number, but 0.0 where u is 0."""
    match value:
        case Call("neg", (inner,)):
            return Call("sub", (Number(Fraction(0)), inner))
    return value


def with_plain_zeros(statements: Iterable[Statement], ranges: Ranges) -> tuple[Statement, ...]:
    """What is stored is 0.0 wherever it is 0: ``u + 0.0`` where u may be -0.0, which compares equal but prints a sign.

    ``ranges`` are those of the inputs; they learn what the statements make.
    """
    return _plain(statements, ranges, "")


def _plain(statements: Iterable[Statement], ranges: Ranges, loop: str) -> tuple[Statement, ...]:
    done: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Loop):
            statement = Loop(statement.index, _plain(statement.body, ranges, statement.index))
        else:
            if isinstance(statement, Store) and ranges.of(statement.value).minus_zero:
                statement = replace(statement, value=_with_plain_zero(statement.value))
            ranges.take(statement, loop)
        done.append(statement)
    return tuple(done)


def _with_plain_zero(value: Value) -> Value:
    plain = without_minus_zero(value)
    return plain if plain != value else Call("add", (value, Number(Fraction(0))))


def turned_sum(product: Any) -> Any:
    """``-sum of y (a - b)`` as the sum of ``y (b - a)``; ``None`` where the sum has no such difference in it."""
    number, rest = product.as_coeff_Mul()
    for factor in Mul.make_args(rest):
        if type(factor) is Sum:
            body, index = factor.open()
            turned = _turned_body(body)
            if turned is not None:
                return Mul(-number, rest / factor, factor.rebuild(turned, index))
    return None


def _turned_body(body: Any) -> Any:
    for factor in Mul.make_args(body):
        if isinstance(factor, Add) and any(t.could_extract_minus_sign() for t in factor.args):
            return Mul(body / factor, Add(*[-term for term in factor.args]))
    return None
