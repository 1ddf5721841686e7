"""Writes docs/configuration.md: what can be said in pyproject.toml, from the table of settings.

python docs/configuration_page.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from derive.project import SETTINGS, Setting
from derive.project.settings import FLAG, FOLDER

PAGE = Path(__file__).resolve().parent / "configuration.md"
HEAD = """# Settings of a project

<!-- Made by docs/configuration_page.py: do not edit. After a change of derive/project/settings.py, run
python docs/configuration_page.py. -->

`derive new` writes a table `[tool.derive]` into the `pyproject.toml` of its folder, or adds to the one that is there:

```toml
[tool.derive]
formulas = ["my_loss.py"]
```

Every verb that runs in that folder, or in one below it, heeds the nearest such table, and so does `derive.load`. Paths
and patterns are meant from the folder of the file. What the command line says comes first. Where the table says nothing
of `formulas`, the formulas that derive ships are meant; where it names some, those are left out unless `catalogue` is
true. A build is of all that the table says: what it says no more, the next build removes.

An unknown key, or a value of another type, is an error that names the file, the line and the key.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *map(_entry, SETTINGS)])


def _entry(setting: Setting[Any]) -> str:
    lines = [
        f"## {setting.key}",
        "",
        setting.doc,
        "",
        f"It is {setting.kind.told}, as in `{setting.key} = {setting.kind.example}`; by itself {_default(setting)}.",
        "",
        "| on the command line | |" if setting.options else "| heeded by | |",
        "| --- | --- |",
        *(f"| `derive {verb}` | `{_spelled(setting, option)}` |" for verb, option in setting.options.items()),
        *(f"| `derive {verb}` | heeds it |" for verb in setting.also),
    ]
    return "\n".join(lines) + "\n"


def _default(setting: Setting[Any]) -> str:
    if setting.kind is FLAG:
        return "`true`" if setting.default else "`false`"
    if setting.default is None:
        return "none"
    return f'`"{setting.default.as_posix()}"`' if setting.kind is FOLDER else "`[]`"


def _spelled(setting: Setting[Any], option: str) -> str:
    return f"{option} {setting.metavar}" if setting.metavar else option


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
