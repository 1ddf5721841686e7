"""Tails: an error function that falls as ``exp(-u^2)`` is taken without that factor, wherever it is divided by.

    exp(-u^2) / erfc(u)  =  1 / erfcx(u)                             with  erfcx(u) = exp(u^2) erfc(u)
    log(erfc(u) / 2)     =  -u^2 + log(erfcx(u) / 2)                 where u >= 0
                         =  log(1 - erfc(-u) / 2)                    where u < 0

In the tail erfc is 0 in every format long before its logarithm, or its share of a density, is anything extreme; on the
other side it is 2 to the last digit, and its logarithm is what it lacks to that.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Integer, Mul, exp, expand, log

from derive.language.components import CACHED
from derive.language.functions import erfc
from derive.language.nodes import in_parts
from derive.numerics.forms import Erfcx, Log1p, Ramp, Select, Steady

ZERO = Integer(0)


@lru_cache(maxsize=CACHED)  # a value and a gradient are asked for alone and together
def tails_apart(e: Any) -> Any:
    """The expression with every error function that divides, or whose logarithm is taken, written so."""
    if not e.args or not e.atoms(erfc):
        return e
    e = in_parts(tails_apart, e)
    if isinstance(e, log):
        return _of_logarithm(e)
    return _of_product(e) if isinstance(e, Mul) else e


def _of_logarithm(logarithm: Any) -> Any:
    """``log(b erfc(u))``, for whatever b."""
    factors = Mul.make_args(_bare(logarithm.args[0]))
    tail = next((f for f in factors if isinstance(_bare(f), erfc)), None)
    if tail is None:
        return logarithm
    u, beside = _bare(tail).args[0], 2 * Mul(*[f for f in factors if f is not tail])
    above = log(Erfcx(Ramp(u)) / 2) - Ramp(u) ** 2
    apart = Steady(Select(u, above, Log1p(-erfc(Ramp(-u)) / 2)))  # neither is taken where it has no value
    return apart + (log(beside) if beside != 1 else ZERO)


def _of_product(product: Any) -> Any:
    """``exp(-q u^2) / erfc(u)^q`` as ``1 / erfcx(u)^q``."""
    for below, (base, q) in _powers_of(product, erfc):
        for power, (bell, p) in _powers_of(product, exp):
            if q.is_negative and expand(p * bell.args[0] - q * base.args[0] ** 2) == 0:
                return _of_product(product / power / below * Erfcx(base.args[0]) ** q)
    return product


def _powers_of(product: Any, head: Any) -> list[tuple[Any, tuple[Any, Any]]]:
    """The factors that are powers of such a function, each with its base and its exponent."""
    found = [(f, (_bare(f.as_base_exp()[0]), f.as_base_exp()[1])) for f in product.args if not isinstance(f, exp)]
    found += [(f, (f, Integer(1))) for f in product.args if isinstance(f, exp)]
    return [one for one in found if isinstance(one[1][0], head)] if isinstance(product, Mul) else []


def _bare(e: Any) -> Any:
    """What was kept apart for its exponentials, which are none of the tail's."""
    return e.of if isinstance(e, Steady) else e
