"""All kernels in two files, and a third for C++, for those who would rather add two files to a project than a folder.

They hold the texts of the separate files, one after the other: what those include of one another is there already.
No two things in them share a name: see :func:`derive.targets.c.arguments.stem`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from jinja2 import Environment

HEADER, SOURCE, WRAPPER = "derive.h", "derive.c", "derive.hpp"
_INCLUDES_OURS = re.compile(r'^#include "[^"]*"\n', re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


def few_files(
    printed: Sequence[Mapping[str, str]], shared: Mapping[str, str], templates: Environment
) -> dict[str, str]:
    """``derive.h``, ``derive.c`` and ``derive.hpp`` of these formulas, in this order, each given by its own files."""
    return {
        HEADER: _filled(HEADER, shared["derive_support.h"], _ending(".h", printed), templates),
        SOURCE: _filled(SOURCE, shared["derive_inner.h"], _ending(".c", printed), templates),
        WRAPPER: _filled(WRAPPER, shared["derive_span.hpp"], _ending(".hpp", printed), templates),
    }


def _ending(ending: str, printed: Iterable[Mapping[str, str]]) -> list[str]:
    return [text for files in printed for path, text in files.items() if path.endswith(ending)]


def _filled(name: str, first: str, others: Iterable[str], templates: Environment) -> str:
    return templates.get_template(f"c/{name}").render(header=HEADER, parts=[_alone(text) for text in (first, *others)])


def _alone(text: str) -> str:
    """A file without what it includes of ours."""
    return _EMPTY_LINES.sub("\n\n", _INCLUDES_OURS.sub("", text))
