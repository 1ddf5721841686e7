"""What a pass over the classes reduces to, in lanes: class k goes to lane k modulo DERIVE_LANES.

The classes of a block of lanes do not wait for one another, so that a compiler may take them together in one
instruction without leave to reorder anything; and many short sums have less rounding error than one long one.
What the lanes hold is merged at the end of the pass, always in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.loops.ir import Accumulate, ArgMax
from derive.targets.c.layout import comment
from derive.targets.c.reals import Real


@dataclass(frozen=True)
class InLanes:
    """A reduction of one loop, as the lines of C around and inside that loop.

    opens:   declares its lanes, empty.
    before:  at the head of each block of lanes.      after: at its end.  ``{base}`` and ``{width}`` stand for the class
             that the block begins at and for how many lanes it uses.
    step:    what a class adds to its lane; ``{value}`` and ``{lane}`` stand for the texts of the two.
    carries: at the end of every DERIVE_BLOCK classes, if it has to.
    closes:  what it comes to, under its names: the kind of thing, the name, and its text, in which ``{before}`` stands
             for what was closed before it.
    """

    opens: tuple[str, ...]
    step: str
    closes: tuple[tuple[str, str, str], ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    carries: str = ""


def summed(statement: Accumulate, real: Real, parts: str) -> InLanes:
    """A sum: lanes that are carried into a compensated total now and then, so that long rows do not drift."""
    zero = real.zero()
    return InLanes(
        opens=(*comment(statement.note), f"derive_{real.tag}_sum {parts} = {{{{{zero}}}, {{{zero}}}, {{{zero}}}}};"),
        step=f"{parts}.lanes[{{lane}}] += {{value}};",
        carries=f"derive_{real.tag}_carry(&{parts});",
        closes=(("scalar", statement.name, f"derive_{real.tag}_total(&{parts})"),),
    )


def summed_without(whole: InLanes, real: Real, parts: str, kept: str, skip: str) -> InLanes:
    """A sum without the class ``skip``: in its block, its lane gets back what it had before."""
    lane = f"{skip} - {{base}}"
    return InLanes(
        opens=whole.opens,
        before=(f"const {real.name} {kept} = {parts}.lanes[{skip} % DERIVE_LANES];",),
        step=whole.step,
        after=(f"if ({lane} < {{width}}) {{{{", f"    {parts}.lanes[{lane}] = {kept};", "}}"),
        carries=whole.carries,
        closes=whole.closes,
    )


def maximised(statement: ArgMax, real: Real, parts: str, *, is_read: bool) -> InLanes:
    """The largest value, where it is read; with the first class that has it where somebody asks for that class."""
    kind = "largest" if statement.where is None else "top"
    place = "" if statement.where is None else ", {base} / DERIVE_LANES"
    value = ("scalar", statement.name, f"derive_{real.tag}_{kind}_value(&{parts})")
    closes: tuple[tuple[str, str, str], ...] = (value,) if is_read else ()
    if statement.where is not None:
        closes = (value, ("index", statement.where, f"derive_{real.tag}_top_class(&{parts}, {{before}})"))
    return InLanes(
        opens=(*comment(statement.note), f"derive_{real.tag}_{kind} {parts} = derive_{real.tag}_no_{kind}();"),
        step=f"derive_{real.tag}_see_{kind}(&{parts}, {{lane}}{place}, {{value}});",
        closes=closes,
    )


def maximised_in(array: str, classes: str, statement: ArgMax, real: Real, parts: str) -> InLanes:
    """The largest of what an array holds, and the first class that has it.

    A class that is looked up afterwards costs less than one that every lane keeps beside its value, and is the same:
    what the array holds is not computed, so that it is equal to itself.
    """
    largest = maximised(replace(statement, where=None), real, parts, is_read=True)
    assert statement.where is not None
    where = ("index", statement.where, f"derive_{real.tag}_first_class({classes}, {array}, {{before}})")
    return replace(largest, closes=(*largest.closes, where))
