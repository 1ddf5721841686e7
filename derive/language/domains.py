"""The domains of inputs: the one table that the language, the signs, the oracle and every printer read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VECTOR, PARAMETER, SCALAR = "vector", "parameter", "scalar"


@dataclass(frozen=True)
class Domain:
    """An interval for each number, from ``low`` to ``high`` (``None``: without end), and for a vector perhaps a sum.

    name:   by which a formula asks for it.
    of:     the kinds of inputs that may have it.
    closed: whether the ends of the interval belong to it.
    total:  what the components of a vector sum to; ``None``: to anything.
    powers: what their exponentials sum to.

    A domain of no kind of input is what is known of a value that was computed before: nobody checks it.
    """

    name: str
    of: frozenset[str]
    low: int | None = None
    high: int | None = None
    closed: bool = False
    total: int | None = None
    powers: int | None = None

    @property
    def positive(self) -> bool:
        return self.low == 0 and not self.closed

    @property
    def nonnegative(self) -> bool:
        return self.low == 0

    @property
    def nonpositive(self) -> bool:
        return self.high == 0

    @property
    def checked(self) -> bool:
        """Whether a kernel refuses what lies outside."""
        return self.low is not None and bool(self.of)

    @property
    def told(self) -> str:
        """What a kernel takes, in words: the ends as well, for rounding leads to them; empty where it takes all."""
        if not self.checked:
            return ""
        return f"{self.low} or above" if self.high is None else f"from {self.low} to {self.high}"

    def holds(self, value: Any) -> bool:
        """Whether a number lies in the interval."""
        if self.closed:
            return bool((self.low is None or value >= self.low) and (self.high is None or value <= self.high))
        return bool((self.low is None or value > self.low) and (self.high is None or value < self.high))


DOMAINS = {
    domain.name: domain
    for domain in (
        Domain("real", frozenset({VECTOR, PARAMETER, SCALAR})),
        Domain("positive", frozenset({VECTOR, PARAMETER, SCALAR}), low=0),
        Domain("unit", frozenset({VECTOR, SCALAR}), low=0, high=1),
        Domain("closed_unit", frozenset({VECTOR}), low=0, high=1, closed=True),
        Domain("probability", frozenset({VECTOR}), low=0, high=1, closed=True, total=1),
        Domain("share", frozenset(), low=0, high=1, closed=True),
        Domain("nonnegative", frozenset(), low=0, closed=True),
        Domain("nonpositive", frozenset(), high=0, closed=True),
        Domain("log_share", frozenset(), high=0, closed=True, powers=1),
    )
}


def domains_of(kind: str) -> tuple[str, ...]:
    """The names of the domains that inputs of a kind may have."""
    return tuple(name for name, domain in DOMAINS.items() if kind in domain.of)


def domain_of(given: object) -> Domain:
    """That of an input; of anything else, the real numbers."""
    return DOMAINS[getattr(given, "domain", "real")]
