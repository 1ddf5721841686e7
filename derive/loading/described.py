"""What a callable says of itself and asks of its arguments: plain records that a file can hold.

They are named tuples, which Python makes faster than data classes: a kernel is loaded in a few milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

VECTOR, LABEL, PARAMETER = "vector", "label", "parameter"


class Given(NamedTuple):
    """An input of a kernel.

    kind:      ``VECTOR``, ``LABEL`` or ``PARAMETER``.
    name:      what it is called in Python.
    doc:       what it is, in a line; perhaps empty.
    default:   of a parameter.
    positive:  whether a parameter has to be above 0.
    low, high: the ends of the values of a vector (``None``: without end), and ``told`` what they are, in words.
    shape:     where the formula names its axes, the sizes of those of an array, by their letters.
    among:     of labels there, the size of the axis along which they name a place.
    neutral:   what each value of a vector is where ``None`` is given; ``None``: it has to be given.
    """

    kind: str
    name: str
    doc: str = ""
    default: float = 0.0
    positive: bool = False
    low: float | None = None
    high: float | None = None
    told: str = ""
    shape: tuple[str, ...] = ()
    among: str = ""
    neutral: float | None = None


class Made(NamedTuple):
    """An output of a kernel; ``axes`` is how many axes it has, ``shape`` their sizes where they are named."""

    name: str
    axes: int
    doc: str = ""
    shape: tuple[str, ...] = ()


class Described(NamedTuple):
    """A kernel.

    positional: how many of its arrays may be given by position.
    is_loss:    whether its formula has one number per row, so that it takes the options of a loss.
    sizes:      the letters of the sizes of all axes that the formula names; none: it is over the classes alone.
    """

    name: str
    title: str
    math: tuple[str, ...]
    inputs: tuple[Given, ...]
    outputs: tuple[Made, ...]
    positional: int
    is_loss: bool = False
    sizes: tuple[str, ...] = ()

    def by_position(self) -> list[str]:
        """The inputs that may be given by position."""
        return [given.name for given in self.inputs if given.kind != PARAMETER][: self.positional]

    def of_kind(self, kind: str) -> list[Given]:
        return [given for given in self.inputs if given.kind == kind]


class Record(NamedTuple):
    """A kernel with the generated files, path -> text, from which it is made.

    kin:       the names of all kernels of its formula, whose own name is the first.
    variables: what the formula is differentiated by, in order: the input, and what the names of kernels by it end in.
    """

    kernel: Described
    files: Mapping[str, str]
    kin: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]


def written(record: Record) -> str:
    return json.dumps(record)


def read(text: bytes) -> Record:
    kernel, files, kin, variables = json.loads(text)
    name, title, math, inputs, outputs, positional, is_loss, sizes = kernel
    given = (one._replace(shape=tuple(one.shape)) for one in (Given(*each) for each in inputs))
    made = (one._replace(shape=tuple(one.shape)) for one in (Made(*each) for each in outputs))
    described = Described(name, title, tuple(math), tuple(given), tuple(made), positional, is_loss, tuple(sizes))
    return Record(described, files, tuple(kin), tuple((one, tail) for one, tail in variables))
