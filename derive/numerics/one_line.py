"""One line: the difference of two sigmoids is one fraction.

    1 / (1 + p) - 1 / (1 + q)  =  (q - p) / ((1 + p) (1 + q))            for exponentials p and q

Both may be near 0, or near 1, or near each other: what is left of them stands above the line by itself.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

from sympy import Add, Mul, Pow, exp

from derive.language.nodes import in_parts


def on_one_line(e: Any) -> Any:
    """The expression with every such difference written so."""
    if not e.args or not e.atoms(exp):
        return e
    e = in_parts(on_one_line, e)
    return _in_sum(e) if isinstance(e, Add) else e


def _in_sum(total: Any) -> Any:
    for one, other in permutations(total.args, 2):
        for first in _sigmoids(one):
            for second in _sigmoids(other):
                beside = one / first
                if first != second and other == -beside * second:
                    rest = Add(*[t for t in total.args if t not in (one, other)])
                    return _in_sum(rest + beside * (1 / second - 1 / first) * first * second)
    return total


def _sigmoids(term: Any) -> list[Any]:
    """The factors ``1 / (1 + p)``."""
    below = [f for f in Mul.make_args(term) if isinstance(f, Pow) and f.exp == -1 and isinstance(f.base, Add)]
    return [f for f in below if isinstance(f.base - 1, exp)]
