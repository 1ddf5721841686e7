"""One more formula file in the ``[tool.derive]`` of a pyproject.toml, every other letter of which stays."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from derive.project.find import TABLE, ProjectError

_HEADER = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*derive[ \t]*\][^\n]*\n?", re.MULTILINE)
_LIST = re.compile(r"^[ \t]*formulas[ \t]*=[ \t]*\[(?P<held>[^\]]*)\]", re.MULTILINE)


def extended(text: str, name: str, file: object) -> str:
    """The text of a pyproject.toml in which the formula file ``name`` is named too.

    file: what the text is called.  Raises ProjectError where it is not written in a way that can be extended.
    """
    before = tomllib.loads(text)
    table = before.get("tool", {}).get("derive")
    word = json.dumps(name, ensure_ascii=False)
    header = _HEADER.search(text)
    if table is None:
        made = f"{text.rstrip()}\n\n{TABLE}\nformulas = [{word}]\n".lstrip()
    elif header is None:
        made = text
    elif "formulas" not in table:
        made = f"{text[: header.end()].rstrip()}\nformulas = [{word}]\n{text[header.end() :]}"
    else:
        made = _longer(text, header.end(), word)
    if _named(made) != [*_as_list(table), name]:
        raise ProjectError(f"{file}: add {word} to the list formulas in {TABLE} by hand, and run this again")
    return made


def _longer(text: str, start: int, word: str) -> str:
    """With one word more in the list."""
    found = _LIST.search(text, start)
    if found is None:
        return text
    held = found["held"].rstrip().removesuffix(",")
    lines = re.match(r"\s*\n([ \t]*)", found["held"])
    joint = "" if not held.strip() else f",\n{lines[1]}" if lines else ", "
    rest = text[found.start("held") + len(found["held"].rstrip()) :]
    return f"{text[: found.start('held')]}{held}{joint}{word}{rest}"


def _as_list(table: Any) -> list[Any]:
    held = table.get("formulas", []) if isinstance(table, dict) else []
    return [held] if isinstance(held, str) else held


def _named(text: str) -> list[Any] | None:
    try:
        return _as_list(tomllib.loads(text)["tool"]["derive"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return None
