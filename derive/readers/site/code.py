"""The generated code of a formula, in tabs."""

from __future__ import annotations

import re

from derive.readers.site.generated import Generated
from derive.targets.words import LANGUAGES

_FILES = (
    ("NumPy", "python", "numpy_kernels/{name}.py"),
    ("C", "c", "c/{name}.c"),
    ("C header", "c", "c/{name}.h"),
)


def code_tabs(generated: Generated, formula: str) -> str:
    """A tab for each file that was built.  The search leaves code alone."""
    words = LANGUAGES[generated.language]
    tabs = [
        _tab(words.say(title), language, path.format(name=formula), source)
        for title, language, path in _FILES
        if (source := generated.source(path.format(name=formula))) is not None
    ]
    return "\n\n".join(tabs)


def _tab(title: str, language: str, path: str, source: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", source)), default=0))  # no line of the source can end it
    fenced = f'{fence}{language} title="{path}"\n{source.rstrip()}\n{fence}'
    inside = "\n".join(f"    {line}" if line else "" for line in fenced.splitlines())
    return f'=== "{title}"\n\n{inside}'
