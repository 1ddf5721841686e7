"""Exhibits on a page: what ran, what it printed, the table that it made."""

from __future__ import annotations

from derive.readers.exhibits import Exhibit, exhibit_called
from derive.targets.markdown.escape import prose
from derive.targets.words import Words

RULE = ":--"


def exhibit(name: str, words: Words) -> str:
    """The exhibit, computed now.  Raises UnknownName on a name that no exhibit has."""
    shown = exhibit_called(name)
    heading = f"## {prose(words.say(shown.title))} {{ #{name} }}"
    return "\n\n".join([heading, prose(words.say(shown.doc)), *_parts(shown, words)])


def session(name: str, words: Words) -> str:
    """What ran, what it printed and its table, without heading and prose."""
    return "\n\n".join(_parts(exhibit_called(name), words))


def _parts(shown: Exhibit, words: Words) -> list[str]:
    parts = []
    if shown.code:
        parts.append(f"```python\n{shown.code.rstrip()}\n```")
    if shown.output:
        parts.append(f"```text\n{shown.output.rstrip()}\n```")
    if shown.rows:
        head, *body = (tuple(map(words.say, row)) for row in (shown.columns, *shown.rows))
        rows = [head, (RULE,) * len(head), *body]
        parts.append("\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows))
    return parts


def _cell(text: str) -> str:
    return text if text == RULE else prose(text)
