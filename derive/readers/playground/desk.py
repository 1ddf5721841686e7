"""The page in Markdown and HTML."""

from __future__ import annotations

import json
from html import escape
from inspect import signature
from pathlib import Path

from derive import language
from derive.language import Claim, Formula, axis, parameter, scalar, vector
from derive.language.domains import DOMAINS
from derive.language.text import Text
from derive.readers.playground import phrases as say
from derive.readers.playground.examples import EXAMPLES
from derive.targets.words import Words

WHERE = "playground"
"""The page on the site, without suffix."""
SCRIPTS = Path(__file__).resolve().parent / "assets"
LOADED = "assets/playground"
"""Where the page finds its own scripts, and in the first language all that they load."""

_TOLD = {
    "loading": say.LOADING, "ready": say.READY, "working": say.WORKING, "derived": say.DERIVED, "done": say.DONE,
    "checked": say.CHECKED, "stopped": say.STOPPED, "broken": say.BROKEN, "folder": say.FROM_FOLDER, "line": say.LINE,
    "offered": say.OFFERED,
}  # fmt: skip
_PANES: tuple[tuple[str, str], ...] = (
    ("derivation", say.DERIVATION), ("form", say.FORM), ("numpy", "NumPy"), ("c", "C"),
)  # fmt: skip


def playground_page(words: Words, up: str) -> str:
    """up: the way from the page to the top of the site."""
    told = {name: words.say(text) for name, text in _TOLD.items()}
    parts = [
        f"# {words.say(say.HEADING)}",
        words.say(say.OPENING),
        f'<link rel="stylesheet" href="{up}{LOADED}/playground.css">',
        "\n".join(
            [
                f'<div class="derive-playground" data-from="{up}{LOADED}/" data-language="{words.language}"'
                f' data-told="{escape(json.dumps(told, ensure_ascii=False))}"'
                f' data-words="{escape(json.dumps(vocabulary()))}">',
                _editor(words),
                '<p class="derive-state" role="status" aria-live="polite"></p>',
                '<p class="derive-mistake" role="alert" hidden></p>',
                *(_pane(name, words.say(title)) for name, title in _PANES),
                "</div>",
            ]
        ),
        f"<noscript><p>{escape(words.say(say.NO_SCRIPT))}</p></noscript>",
        *(f'<script src="{up}{LOADED}/{name}.js" defer></script>' for name in ("playground", "completion")),
    ]
    return "\n\n".join(parts) + "\n"


def vocabulary() -> tuple[str, ...]:
    """The words of a formula file: what the language has, what its calls are told by name, the domains."""
    calls = (Formula, Claim, axis, parameter, scalar, vector)
    named = {name for call in calls for name in signature(call).parameters} - {"file", "line", "name"}
    domains = {name for name, domain in DOMAINS.items() if domain.of}
    return tuple(sorted({"from", "import", *language.__all__, *named, *domains}, key=str.lower))


def _editor(words: Words) -> str:
    """A line of the example that is empty would end the block for Markdown: the script puts the first example in."""
    options = "".join(
        f'<button type="button" class="md-button" data-example="{_attribute(text)}">{escape(words.say(title))}</button>'
        for title, text in EXAMPLES
    )
    return (
        f'<label for="derive-formula">{escape(words.say(say.EDITOR))}</label>'
        '<textarea id="derive-formula" rows="12" spellcheck="false" autocomplete="off" autocapitalize="off" '
        'aria-describedby="derive-hint" aria-autocomplete="list" aria-haspopup="listbox" '
        'aria-controls="derive-words"></textarea>'
        f'<div class="derive-words"><ul id="derive-words" role="listbox" aria-label="{_said(words, say.WORDS)}" hidden>'
        '</ul></div><p class="derive-heard" role="status" aria-live="polite"></p>'
        f'<p id="derive-hint">{escape(words.say(say.HINT))}</p>'
        '<div class="derive-keys">'
        f'<button type="button" class="md-button" data-do="run">{_said(words, say.RUN)}</button>'
        f'<button type="button" class="md-button" data-do="stop" disabled>{_said(words, say.STOP)}</button>'
        f'<a href="#" data-do="share">{_said(words, say.SHARE)}</a></div>'
        f'<div class="derive-keys" role="group" aria-label="{_said(words, say.EXAMPLES)}">{options}</div>'
    )


def _said(words: Words, text: Text) -> str:
    return escape(words.say(text))


def _attribute(text: str) -> str:
    return escape(text).replace("\n", "&#10;")


def _pane(name: str, title: str) -> str:
    inside = '<div data-pane="derivation"></div>'
    if name != "derivation":
        inside = f'<pre tabindex="0" aria-label="{escape(title)}"><code data-pane="{name}"></code></pre>'
    opened = " open" if name == "derivation" else ""
    return f"<details{opened} hidden><summary>{escape(title)}</summary>{inside}</details>"
