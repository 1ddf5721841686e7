"""The passes over loops, in order: each makes a program that computes the same with less, or keeps a convention."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from derive.language.formula import Formula
from derive.language.inputs import Input
from derive.loops.attained import without_attained
from derive.loops.fuse import fuse
from derive.loops.ir import Output, Statement
from derive.loops.keep import keep
from derive.loops.minus import with_plain_zeros
from derive.loops.number import number
from derive.loops.ranges import Ranges
from derive.loops.reciprocals import with_reciprocals
from derive.loops.share import share
from derive.loops.weights import weigh

Body = tuple[Statement, ...]


@dataclass(frozen=True)
class Work:
    """What every pass may ask for: whose program it is, inputs, outputs, names that are taken, what makes new ones."""

    formula: Formula
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    fixed: frozenset[str]
    fresh: Callable[[str], str]


PASSES: dict[str, Callable[[Work, Body], Body]] = {
    "fuse": lambda work, body: fuse(body),
    "attain": lambda work, body: without_attained(body, Ranges(work.formula, work.inputs)),
    "weigh": lambda work, body: weigh(body, Ranges(work.formula, work.inputs)),
    "plain zeros": lambda work, body: with_plain_zeros(body, Ranges(work.formula, work.inputs)),
    "keep": lambda work, body: keep(body, work.outputs, work.fresh),
    "share": lambda work, body: share(body, work.fresh),
    "invert": lambda work, body: with_reciprocals(body, Ranges(work.formula, work.inputs), work.fresh),
    "number": lambda work, body: number(body, set(work.fixed)),
}


def work_on(formula: Formula, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> Work:
    fixed = {i.name for i in inputs} | {o.name for o in outputs} | {axis.size.name for axis in formula.axes} | {"n"}
    return Work(formula, inputs, outputs, frozenset(fixed), fresh_names(set(fixed)))


def passed(work: Work, body: Body, passes: Iterable[str] | None = None) -> Body:
    """The loops after these passes; default: after all."""
    for name in PASSES if passes is None else passes:
        body = PASSES[name](work, body)
    return body


def fresh_names(taken: set[str]) -> Callable[[str], str]:
    """What makes a name that is not taken yet of the one that is wanted (``out``, ``out_2``), and takes it."""

    def fresh(name: str) -> str:
        found, count = name, 1
        while found in taken:
            count += 1
            found = f"{name}_{count}"
        taken.add(found)
        return found

    return fresh
