"""Pictures and exhibits for paper: small files that the document takes in where it finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from jinja2 import Environment

from derive.language.topics import Topic
from derive.readers.exhibits import exhibit_called
from derive.readers.pictures import picture_called
from derive.targets.latex.shared import exhibit_file, picture_file, session_file
from derive.targets.latex.speech import Speech
from derive.targets.words import Words


def pictures(
    topics: Iterable[Topic], words: Words, templates: Environment, fonts: Iterable[Path] = ()
) -> Mapping[str, str | bytes]:
    """The pictures of these topics with the lines that show them: path -> text or PDF.

    fonts: files of fonts with the letters that matplotlib's own font lacks.  Raises PictureError without matplotlib.
    """
    files: dict[str, str | bytes] = {}
    for name in (name for topic in topics for name in topic.pictures):
        place = picture_file(name)
        shown = picture_called(name)
        files[f"{place}.pdf"] = shown.pdf(words.language, fonts)
        files[f"{place}.tex"] = templates.get_template("latex/picture.tex").render(
            file=f"{place}.pdf", caption=Speech(words).say(shown.title)
        )
    return files


def exhibits(topics: Iterable[Topic], words: Words, templates: Environment) -> Mapping[str, str | bytes]:
    """The exhibits of these topics, computed now: path -> text.  Each is there with its heading, and as a session."""
    speech = Speech(words)
    files: dict[str, str | bytes] = {}
    for name in (name for topic in topics for name in topic.exhibits):
        shown = exhibit_called(name)
        values = {
            "heading": speech.heading(shown.title),
            "doc": speech.say(shown.doc),
            "listings": [text.rstrip() for text in (shown.code, shown.output) if text],
            "columns": [speech.say(cell) for cell in shown.columns],
            "rows": [[speech.say(cell) for cell in row] for row in shown.rows],
        }
        for place, template in ((exhibit_file(name), "exhibit"), (session_file(name), "session")):
            files[f"{place}.tex"] = templates.get_template(f"latex/{template}.tex").render(values)
    return files
