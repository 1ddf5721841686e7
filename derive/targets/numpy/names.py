"""Python names for the names of a program: never a keyword, a builtin, or a name that the module uses itself."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable
from dataclasses import dataclass

from derive.language.inputs import Input

ARGUMENTS = ("axis", "out")
"""The arguments that every kernel has beside its inputs."""

MODULE = frozenset("np functools math numbers Any Callable NDArray Array annotations".split())
"""What a generated module imports or defines for itself, without a leading underscore."""

BUILTINS = frozenset(
    """all any dict enumerate float int isinstance iter len list map max next range str tuple type zip
    IndexError TypeError ValueError""".split()
)
"""The builtins that a generated module uses."""

POSITIONAL = 2
"""How many arguments of a kernel may be given by position, the scores and what they are held to: a swap among many
arrays of one shape would not be noticed, so the others are given by name."""

SHADOWING = frozenset("numpy functools math numbers typing".split())
"""File names that would hide from a module, copied somewhere alone, what it imports."""


@dataclass(frozen=True)
class Local:
    """What a name stands for at one place of a function.

    text:   how it is spelled.
    depth:  how many loops were open where it was made; it has as many class axes (at least one).
    varies: those loops, counted from 1, in whose class it differs: along the others it has length 1.
    array:  whether it is an array at all; a parameter is not.
    rows:   whether it has the axes of the rows; what depends on the numbers of classes alone has not.
    """

    text: str
    depth: int = 0
    varies: frozenset[int] = frozenset()
    array: bool = True
    rows: bool = True


def is_reserved(name: str) -> bool:
    """Whether Python, the module or every kernel already means something by a name."""
    return keyword.iskeyword(name) or name in MODULE or name in ARGUMENTS or hasattr(builtins, name)


def fresh(wanted: str, taken: Iterable[str]) -> str:
    """An identifier that is neither reserved nor taken; helper functions own the leading underscore."""
    made = f"{wanted}_" if wanted.startswith("_") else wanted
    while is_reserved(made) or made in taken:
        made += "_"
    return made


def argument_names(inputs: Iterable[Input]) -> dict[Input, str]:
    """What each input is called: a word of Python, ``np``, ``axis`` or ``out`` gets a trailing underscore."""
    taken = {"np", *ARGUMENTS}
    names: dict[Input, str] = {}
    for what in inputs:
        name = what.name
        while keyword.iskeyword(name) or name in taken:
            name += "_"
        taken.add(name)
        names[what] = name
    return names


def clashes(kernel: str) -> bool:
    """Whether a function of this name would hide something that the module itself uses."""
    return kernel in MODULE or kernel in BUILTINS


def module_name(formula: str) -> str:
    """The module of a formula; words of Python, and names of modules that it imports, get a trailing underscore."""
    return f"{formula}_" if keyword.iskeyword(formula) or formula in SHADOWING else formula
