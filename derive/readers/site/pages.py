"""The pages of the site in Markdown, made from the generated ones: one for each topic, with all its formulas."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape, unescape

from derive.document import ROUTINE, anchor
from derive.readers.site.code import code_tabs
from derive.readers.site.generated import Generated
from derive.readers.site.inset_exhibits import exhibit, session
from derive.readers.site.inset_pictures import picture
from derive.readers.site.numbering import numbered
from derive.targets.words import LANGUAGES, Words
from derive.version import __version__

_HEAD = re.compile(r"\A<!--.*?-->\s*", re.DOTALL)
_FENCED = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
_ANCHORED = re.compile(r'^<a id="(?P<id>[^"]+)"(?: class="(?P<kind>[\w-]+)")?></a>\n+(?P<heading>#+ .*)$', re.MULTILINE)
_HEADING = re.compile(r"^(#+ )", re.MULTILINE)
_INLINE = re.compile(r"\$`(.*?)`\$")
_REGION = re.compile(r"<!-- (?P<kind>code|formulas)(?:: (?P<name>\w+))? -->(?P<inside>.*?)<!-- end -->", re.DOTALL)
_PLACE = re.compile(r"<!-- (?P<kind>picture|exhibit|session): (?P<name>\w+) -->")
_KEYWORDS = re.compile(r"<!-- keywords: (?P<words>.*?) -->\n*")
_TITLE = re.compile(r"^# (?P<title>.*)$", re.MULTILINE)
_PDF = "<!-- pdf -->"
_KNOWN = re.compile(r"\[(?P<title>[^\[\]]*)\]\((?P<name>\w+)\.md(?P<anchor>#[\w.]+)\)")
_RULE = re.compile(r'\]\(\.\./rules\.md#(?P<anchor>[\w-]+) "[^"]*"\)')
_ROUTINE = frozenset(map(anchor, ROUTINE))
_FORMULA = re.compile(r"\]\((?P<up>\.\./)?formulas/(?P<name>\w+)\.md(?P<anchor>#[\w.-]+)?\)")


def site_pages(generated: Generated, pdf: str | None = None) -> Iterator[tuple[str, str]]:
    """Path (without suffix) and text of every page, in reading order; ``pdf``: the file beside them for paper."""
    words = LANGUAGES[generated.language]
    home = _finished(generated, generated.page("index"), up="")
    yield "index", home.replace(_PDF, _for_paper(words, pdf))
    if generated.has_path:
        yield "path", _finished(generated, generated.page("path"), up="")
    plain = {topic: _found_by(_finished(generated, _topic(generated, topic))) for topic in generated.topics}
    texts = zip(plain.items(), numbered(plain.values(), words), strict=True)
    for section, ((topic, text), shown) in enumerate(texts, start=1):
        paper = f"{_section_on_paper(words, pdf, section)}\n\n" if pdf else ""
        yield f"topics/{topic}", f"{shown}\n{paper}{bibtex(text, f'derive:{topic}', words)}"
    for name in generated.own:
        yield f"formulas/{name}", _finished(generated, generated.page(f"formulas/{name}"))
    for name in ("notation", "rules", "references"):
        yield name, _finished(generated, generated.page(name))


def _topic(generated: Generated, topic: str) -> str:
    """The topic's page, and below it every formula of the topic, one level deeper."""
    parts = [generated.page(f"topics/{topic}")]
    for name in generated.topics[topic]:
        body = _HEAD.sub("", generated.page(f"formulas/{name}"))
        parts.append(f'<a id="{name}" class="derive-formula"></a>\n\n{_deeper(body)}')
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _found_by(text: str) -> str:
    """The page with its keywords where the search looks for them: they weigh more than a title."""
    found = _KEYWORDS.search(text)
    return tagged(_KEYWORDS.sub("", text), found["words"]) if found else text


def tagged(text: str, keywords: str) -> str:
    """A page with keywords, which have commas between them, in its front matter."""
    return f"---\ntags: {json.dumps([word.strip() for word in keywords.split(',')], ensure_ascii=False)}\n---\n\n{text}"


def bibtex(text: str, key: str, words: Words) -> str:
    """How a page is cited, folded, in BibTeX."""
    heading = _TITLE.search(text)
    title = re.sub(r"[{}\\]", "", unescape(heading["title"])) if heading else key
    fields = {"title": title, "author": "{the derive authors}", "howpublished": f"derive {__version__}"}
    lines = "".join(f"  {name:12} = {{{value}}},\n" for name, value in fields.items())
    summary = escape(words.say("Cite this page"))
    entry = f"```bibtex\n@misc{{{key},\n{lines}}}\n```"
    return f'<details markdown="1">\n<summary>{summary}</summary>\n\n{entry}\n\n</details>\n'


def _deeper(text: str) -> str:
    return _outside_fences(text, lambda piece: _HEADING.sub(r"#\1", piece))


def _for_paper(words: Words, pdf: str | None) -> str:
    if pdf is None:
        return words.fill("{command} typesets all of it for paper.", command="`derive pdf`")
    return words.fill("All of it for paper: {link}", link=f"[PDF]({pdf})")


def _section_on_paper(words: Words, pdf: str, section: int) -> str:
    place = words.fill("section {number}", number=section)
    return words.fill("On paper: {link}", link=f"[PDF{words.say(', ')}{place}](../{pdf}#section.{section})")


def _finished(generated: Generated, text: str, up: str = "../") -> str:
    """What the site's Markdown needs and a repository's does not have."""
    text = _HEAD.sub("", text)
    text = _outside_fences(text, lambda piece: _INLINE.sub(r"\\(\1\\)", piece))
    text = _ANCHORED.sub(_headed, text)
    text = _FORMULA.sub(lambda link: f"]({_address(generated, link['name'], link['up'] or '', link['anchor'])})", text)
    text = _RULE.sub(lambda link: link[0] + ("{ .derive-routine }" if link["anchor"] in _ROUTINE else ""), text)
    text = _KNOWN.sub(lambda link: _derived_at(generated, link), text)
    text = _PLACE.sub(lambda place: _place(generated, place["kind"], place["name"], up), text)
    return _REGION.sub(lambda region: _region(generated, region), text)  # last: nothing in code is looked at


def _headed(anchored: re.Match[str]) -> str:
    kind = f" .{anchored['kind']}" if anchored["kind"] else ""
    return f"{anchored['heading']} {{ #{anchored['id']}{kind} }}"


def _outside_fences(text: str, change: object) -> str:
    pieces = _FENCED.split(text)
    return "".join(piece if place % 2 else change(piece) for place, piece in enumerate(pieces))  # type: ignore[operator]


def _derived_at(generated: Generated, link: re.Match[str]) -> str:
    """The link to a derivation of another formula; its words alone, where that has no page."""
    topic, name = generated.topic_of(link["name"]), link["name"]
    if topic is None and name not in generated.own:
        return link["title"]
    return f"[{link['title']}](../{f'topics/{topic}' if topic else f'formulas/{name}'}.md{link['anchor']})"


def _address(generated: Generated, formula: str, up: str, anchor: str | None) -> str:
    """Where on the site a formula stands, or something on its page."""
    topic = generated.topic_of(formula)
    return f"{up}topics/{topic}.md{anchor or f'#{formula}'}" if topic else f"{up}formulas/{formula}.md{anchor or ''}"


def _region(generated: Generated, region: re.Match[str]) -> str:
    if region["kind"] == "code":
        return code_tabs(generated, region["name"])
    several = region["inside"].count("\n- ") > 1  # one formula alone needs no list
    return region["inside"].strip() if several else ""


def _place(generated: Generated, kind: str, name: str, up: str) -> str:
    words = LANGUAGES[generated.language]
    if kind == "picture":
        return picture(name, words, up)
    return exhibit(name, words) if kind == "exhibit" else session(name, words)
