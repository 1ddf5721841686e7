"""The page in Markdown and HTML: every control with its label, every number with a place, in either language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from derive.language.text import Text
from derive.readers.moving import wording as say
from derive.readers.moving.called import scripts
from derive.targets.words import Words

PATH = "moving"
"""Of the page on the site, without suffix."""
ASSETS = Path(__file__).resolve().parent / "assets"
FOLDER = "assets/moving"
"""Where the page finds them, and the scripts of the kernels."""

LOGITS = (2.0, 1.0, 0.0, -1.0)
"""At first."""
OFFSET_LOGITS = (1, 2, 3)
"""Those to which the offset is added."""


def moving_page(words: Words) -> str:
    """Needs what lies in :data:`ASSETS`, and the scripts of the kernels, in :data:`FOLDER`."""
    parts = [
        f"# {words.say(say.TITLE)}",
        words.say(say.INTRODUCTION),
        f'<link rel="stylesheet" href="{FOLDER}/moving.css">',
        *(part for make in (_distribution, _offset, _saturation) for part in make(words)),
        f"<noscript><p>{escape(words.say(say.NO_SCRIPT))}</p></noscript>",
        "\n".join(f'<script src="{FOLDER}/{name}" defer></script>' for name in (*scripts(), "moving.js")),
    ]
    return "\n\n".join(parts) + "\n"


def _distribution(words: Words) -> Iterable[str]:
    yield f"## {words.say(say.DISTRIBUTION)} {{ #distribution }}"
    yield words.say(say.DISTRIBUTION_TEXT)
    classes = range(1, len(LOGITS) + 1)
    sliders = [
        _slider(f"logit-{k}", words.fill(say.LOGIT, number=k), -6, 6, 0.1, value)
        for k, value in zip(classes, LOGITS, strict=True)
    ]
    sliders.append(_slider("temperature", words.say(say.TEMPERATURE), 0.1, 5, 0.1, 1.0))
    choices = "".join(
        f'<label><input type="radio" name="target" value="{k}"{" checked" if k == 1 else ""}> '
        f"{escape(words.fill(say.CLASS, number=k))}</label>"
        for k in classes
    )
    target = f'<fieldset class="derive-choice"><legend>{escape(words.say(say.TARGET))}</legend>{choices}</fieldset>'
    heads = (words.say(say.CLASS_HEAD), words.say(say.PROBABILITY), words.say(say.GRADIENT))
    rows = [(f'<th scope="row">{k}</th>', _bar("probability", k), _bar("gradient", k)) for k in classes]
    cells = [
        (f'<th scope="row">{i}</th>', *(f'<td data-place="jacobian-{i}-{j}"></td>' for j in classes)) for i in classes
    ]
    yield _widget(
        "distribution",
        [
            *sliders,
            target,
            _button(words),
            _table(words.say(say.DISTRIBUTION_TABLE), heads, rows),
            f'<p>{escape(words.say(say.LOSS))}: <output data-place="loss"></output></p>',
            _table(words.say(say.JACOBIAN), ("i \\ j", *map(str, classes)), cells, "derive-jacobian"),
            _status(words.say(say.DISTRIBUTION_STATUS)),
        ],
    )


def _offset(words: Words) -> Iterable[str]:
    yield f"## {words.say(say.OFFSET)} {{ #offset }}"
    yield words.say(say.OFFSET_TEXT)
    heads = (words.say(say.LOGIT_HEAD), "exp", words.say(say.NAIVE), words.say(say.GENERATED))
    rows = [
        tuple(f'<td data-place="{what}-{k}"></td>' for what in ("shifted", "power", "naive", "stable"))
        for k in range(1, len(OFFSET_LOGITS) + 1)
    ]
    yield _widget(
        "offset",
        [
            _slider("shift", words.say(say.SHIFT), -120, 120, 1, 0.0),
            _button(words),
            _table(words.say(say.OFFSET_TABLE), heads, rows),
            _status(words.say(say.OFFSET_STATUS), broken=words.say(say.OFFSET_BROKEN)),
        ],
    )


def _saturation(words: Words) -> Iterable[str]:
    yield f"## {words.say(say.SATURATION)} {{ #saturation }}"
    yield words.say(say.SATURATION_TEXT)
    charts = "".join(
        f'<figure><svg viewBox="0 0 320 200" role="img" aria-label="{escape(words.say(title))}" data-chart="{what}">'
        f"</svg><figcaption>{escape(words.say(title))}</figcaption></figure>"
        for what, title in (("value", say.LOSS_CHART), ("grad", say.SLOPE_CHART))
    )
    heads = ("", words.say(say.LOSS), words.say(say.SLOPE))
    rows = [
        (
            f'<th scope="row" class="derive-{kind}">{escape(words.say(name))}</th>',
            f'<td data-place="{kind}-value"></td>',
            f'<td data-place="{kind}-grad"></td>',
        )
        for kind, name in (("entropy", say.ENTROPY), ("squares", say.SQUARES))
    ]
    yield _widget(
        "saturation",
        [
            _slider("z", words.say(say.SCORE), -10, 10, 0.1, -5.0),
            _button(words),
            f'<div class="derive-charts">{charts}</div>',
            _table(words.say(say.SATURATION_TABLE), heads, rows),
            _status(words.say(say.SATURATION_STATUS)),
        ],
    )


def _widget(name: str, parts: Sequence[str]) -> str:
    """HTML without an empty line, which would end it for Markdown."""
    return "\n".join([f'<form class="derive-moving" data-moving="{name}">', *parts, "</form>"])


def _slider(name: str, label: str, low: float, high: float, step: float, value: float) -> str:
    return (
        f'<div class="derive-slider"><label for="{name}">{escape(label)}</label>'
        f'<input type="range" id="{name}" name="{name}" min="{low:g}" max="{high:g}" step="{step:g}" value="{value:g}">'
        f'<output for="{name}"></output></div>'
    )


def _button(words: Words) -> str:
    return f'<button type="reset" class="md-button">{escape(words.say(say.RESET))}</button>'


def _bar(what: str, k: int) -> str:
    """A number, and a bar of its size beside it, which nobody has to hear."""
    return (
        f'<td class="derive-{what}"><span class="derive-track" aria-hidden="true"><span class="derive-bar"></span>'
        f'</span><span data-place="{what}-{k}"></span></td>'
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "derive-values") -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' if one else "<td></td>" for one in heads)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return (
        f'<table class="{kind}"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _status(pattern: str, **others: Text | str) -> str:
    """What is read aloud when a control has come to rest; the patterns are filled in by the script."""
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in {"pattern": pattern, **others}.items())
    return f'<p class="derive-status" role="status" aria-live="polite"{data}></p>'
