"""Fractions that are shorter as decimal numbers: 0.044715 for 8943/200000."""

from __future__ import annotations

from sympy import Rational

LONG, LONGEST = 10**4, 10**18
"""Between these lie the denominators that are not written as such."""
SMALLEST = Rational(1, 10**6)


def decimal_of(number: Rational) -> str:
    """The digits of a number without its sign, where it is to be written as a decimal; else ""."""
    above, below = abs(int(number.p)), int(number.q)
    if not LONG <= below < LONGEST or abs(number) < SMALLEST:
        return ""
    short, places = len(f"{above}{below}"), 0
    while (divisor := next((d for d in (10, 2, 5) if below % d == 0), 0)) != 0:
        above, below, places = above * (10 // divisor), below // divisor, places + 1
    text = f"{above // 10**places}.{above % 10**places:0{places}d}"
    return text if below == 1 and len(text) <= short else ""
