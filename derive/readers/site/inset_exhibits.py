"""Exhibits on a page: what ran, what it printed, the table that it made."""

from __future__ import annotations

from derive.readers.exhibits import exhibit_called
from derive.targets.markdown.escape import prose
from derive.targets.words import Words

RULE = ":--"


def exhibit(name: str, words: Words) -> str:
    """The exhibit, computed now.  Raises UnknownName on a name that no exhibit has."""
    shown = exhibit_called(name)
    parts = [f"## {prose(words.say(shown.title))} {{ #{name} }}", prose(words.say(shown.doc))]
    if shown.code:
        parts.append(f"```python\n{shown.code.rstrip()}\n```")
    if shown.output:
        parts.append(f"```text\n{shown.output.rstrip()}\n```")
    if shown.rows:
        head, *body = (tuple(map(words.say, row)) for row in (shown.columns, *shown.rows))
        rows = [head, (RULE,) * len(head), *body]
        parts.append("\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows))
    return "\n\n".join(parts)


def _cell(text: str) -> str:
    return text if text == RULE else prose(text)
