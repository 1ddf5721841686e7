"""The targets, in the order in which they are built.  A new target is one line here."""

from __future__ import annotations

from derive.targets.base import Target
from derive.targets.c import TARGET as C
from derive.targets.latex import TARGET as LATEX
from derive.targets.numpy import TARGET as NUMPY

TARGETS: dict[str, Target] = {target.name: target for target in (NUMPY, C, LATEX)}
