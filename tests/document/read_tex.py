"""What a page says in the media that write mathematics in TeX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from derive.algebra.records import Derived
from derive.targets.latex.speech import Speech
from derive.targets.markdown.escape import prose as markdown_prose
from derive.targets.notebook.html import PROOF, TOGETHER
from derive.targets.notebook.html import prose as notebook_prose
from derive.targets.notebook.latex import AT, in_words
from derive.targets.words import Words
from tests.document.common import Names, Said, bare, bare_html, names, places, sentence

_RELATION = r"&(?==|<|>|\\(?:le|ge|ne)\b)"
_ENVIRONMENT = re.compile(
    r"\\begin\{(derivation|derivetheorem|deriveproof|deriveproofdone|deriveexample)\}(.*?)\\end\{\1\}", re.DOTALL
)
_DISPLAY = re.compile(
    r"\\begin\{equation\}[^\n]*\n([^\n]*)|^  ([^\n]*)\\tag\*|^\\\[ ([^\n]*) \\derivecite", re.MULTILINE
)


def in_latex(page: str, derived: Derived, titles: Mapping[str, str], words: Words) -> Iterator[Said]:
    """titles: those of all formulas by their names."""
    known = names(derived, titles.values(), words, Speech(words).say)
    labels = {f"{derived.formula.name}.{chain.name}": str(chain.title) for chain in derived.derivations}
    blocks = list(_ENVIRONMENT.finditer(page))
    for display in _DISPLAY.findall(page[: blocks[0].start()] if blocks else page):
        yield "says", bare("".join(display))
    for block in blocks:
        kind, text = block[1], block[2]
        if not kind.startswith("deriveproof"):
            yield "titled", known.of(next(groups(text)))
        before, _, rest = text.partition(r"\begin{align*}")
        lines, _, after = rest.partition(r"\end{align*}")
        yield from _sentences(before.replace(r"\deriveequation", "\n").splitlines(), words)
        if kind in ("derivetheorem", "deriveexample"):
            yield "states", bare(lines.partition(r"\tag*")[0])
        else:
            yield from _aligned(lines, known, labels, titles)
        yield from _sentences(re.findall(r"\\derivelist(?:last)?\{(.*)\}", after), words)
        for cases in re.findall(r"\\begin\{equation\}[^\n]*\n(.*?)\.\s*\\end\{dcases\}", after, re.DOTALL):
            yield "cases", bare(re.sub(r", \\\\\n", r" \\\\ ", cases))


def _aligned(lines: str, known: Names, labels: Mapping[str, str], titles: Mapping[str, str]) -> Iterator[Said]:
    start, *rest = re.split(_RELATION, lines, maxsplit=1)
    yield "starts", bare(start.partition(r"\tag*")[0])
    step = ""
    for line in "".join(rest).splitlines():
        math, tag, note = line.partition(r"\tag*")
        step += math
        if tag:
            kind, *told = re.findall(r"\\(derive[a-z]+)\{", note)[0], *groups(next(groups(note)))
            rule, where = (told[2], ()) if kind == "deriveby" else (told[1], told[2:-1])
            found = (place.removeprefix("eq:") for place in where)
            yield (
                "step", bare(step), known.of(rule),
                places(labels.get(place) or titles[place.partition(".")[0]] for place in found),
            )  # fmt: skip
            step = ""


def groups(tex: str) -> Iterator[str]:
    """What stands between the outermost braces."""
    depth, start = 0, 0
    for at, sign in enumerate(tex):
        if sign == "{" and (depth := depth + 1) == 1:
            start = at + 1
        if sign == "}" and (depth := depth - 1) == 0:
            yield tex[start:at]


def _sentences(lines: Iterable[str], words: Words) -> Iterator[Said]:
    return filter(None, (sentence(line, words) for line in lines))


_PIECE = re.compile(
    r"^```math\n(?P<math>[^`]*)\n```$|^## (?P<title>[^\n]*)$|^\| \$`(?P<step>[^\n`]*)`\$ \| (?P<rule>[^\n]*)\|$"
    r"|^(?P<prose>[^\n]+)$",
    re.MULTILINE,
)


def in_markdown(page: str, derived: Derived, titles: Mapping[str, str], words: Words) -> Iterator[Said]:
    known = names(derived, titles.values(), words, markdown_prose)
    kind = ""
    for piece in _PIECE.finditer(page.partition(f'<a id="{derived.formula.name}.code"></a>')[0]):
        match piece.lastgroup:
            case "title":
                yield "titled", known.of(piece["title"])
            case "math" if r"\begin{dcases}" in piece["math"]:
                yield "cases", bare(piece["math"])
            case "math" if kind not in ("derivation", "further"):  # there, it sums up the steps that follow
                yield "states" if kind else "says", bare(piece["math"])
            case "rule" if kind and piece["rule"].strip():
                reason = re.sub(r'\[([^\]]*)\]\((?:[^)"]|"[^"]*")*\)', r"\1", piece["rule"])
                yield ("step", bare(piece["step"]), *known.reason(reason))
            case "rule" if kind:
                yield "starts", bare(piece["step"])
            case "prose":
                if found := re.search('class="derive-(derivation|theorem|example|further)"></a>', piece["prose"]):
                    kind = found[1]
                yield from _sentences([piece["prose"]], words)


_TAGGED = re.compile(r"<summary>(?P<summary>.*?)</summary>|<tr>(?P<row>.*?)</tr>|<p>(?P<prose>.*?)</p>", re.DOTALL)


def in_notebook(page: str, derived: Derived, titles: Mapping[str, str], words: Words) -> Iterator[Said]:
    known = names(derived, titles.values(), words, lambda text: notebook_prose(text, words))
    proof, together = (bare_html(notebook_prose(text, words)) for text in (PROOF, TOGETHER))
    display = "says"
    for tag in list(_TAGGED.finditer(page))[1:]:  # the first is the title of the page
        text = tag[tag.lastgroup or 0]
        if tag.lastgroup == "row":
            sign, after, reason = re.findall("<td[^>]*>(.*?)</td>", text)
            yield (
                ("step", bare(html.unescape(sign + after)), *known.reason(reason)) if sign else ("starts", _math(after))
            )
        elif tag.lastgroup == "summary" and (found := re.match(r"<strong>(.*)[(（][^()（）]*[)）]</strong>", text)):
            if bare_html(found[1]) != proof:
                yield "titled", known.of(found[1])
                display = "states"
        elif found := re.match(r"<strong>(.*?)</strong>", text):
            yield "titled", known.of(found[1])
            display = "states"
        elif bare_html(text) == together:
            display = "cases"
        elif text.startswith(r"$\displaystyle "):
            yield from _display(display, html.unescape(text), words)
            display = "says" if display == "says" else "states"
        else:
            yield from _sentences([text], words)


def _display(kind: str, text: str, words: Words) -> Iterator[Said]:
    said, at, numbers = text.partition(rf" \quad {in_words(words.say(AT))} ")
    if at:
        yield "take", bare(numbers)
    yield kind, bare(said)


def _math(text: str) -> str:
    return bare(html.unescape(text))
