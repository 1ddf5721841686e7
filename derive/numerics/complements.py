"""Complements: the logarithm of what an exponential lacks to 1, near 1 and near 0.

    log(1 - exp(u))  =  log(-expm1(u))      where u is near 0
                     =  log1p(-exp(u))      below

Each of the two loses what the other keeps.
"""

from __future__ import annotations

from typing import Any

from sympy import Mul, Rational, exp, log

from derive.algebra import is_positive
from derive.language.nodes import in_parts
from derive.numerics.forms import Expm1, Log1p, Select, Smaller, Steady

HALFWAY = -Rational(7, 10)
"""Near ``-log(2)``, where the exponential is as large as what it lacks to 1."""


def logarithms_of_complements(e: Any) -> Any:
    """The expression with every such logarithm written so."""
    if not e.args or not e.atoms(Expm1):
        return e
    e = in_parts(logarithms_of_complements, e)
    return _apart(e) if isinstance(e, log) else e


def _apart(logarithm: Any) -> Any:
    factors = [f for part in Mul.make_args(_bare(logarithm.args[0])) for f in Mul.make_args(_bare(part))]
    lacking = next((f for f in factors if isinstance(f, Expm1)), None)
    if lacking is None:
        return logarithm
    u, beside = lacking.of, -Mul(*[f for f in factors if f is not lacking])
    if not is_positive(beside):
        return logarithm
    far = Log1p(-Steady(exp(Smaller(u, HALFWAY))))
    apart = Steady(Select(u - HALFWAY, log(-Expm1(u)), far))
    return apart if beside == 1 else log(beside) + apart


def _bare(e: Any) -> Any:
    return e.of if isinstance(e, Steady) else e
