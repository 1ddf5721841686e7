"""Prose of a formula file is inert in every medium, whatever characters it holds; what cannot be is refused."""

from __future__ import annotations

import ast
import html.parser
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from derive.kernels import programs
from derive.language import Claim, Formula, FormulaError, Sum, Text, Topic, by, indices, label, parameter, vector
from derive.proofs import derive_formula
from derive.targets import Built
from derive.targets.c import TARGET as C
from derive.targets.latex import target as latex
from derive.targets.latex.escape import literal, outline
from derive.targets.latex.escape import prose as latex_prose
from derive.targets.markdown import target as markdown
from derive.targets.notebook.html import html as notebook
from derive.targets.numpy import TARGET as NUMPY
from derive.targets.templates import environment
from derive.targets.text import render
from derive.targets.words import LANGUAGES

NASTY = (
    "*/ int x; /*", "/* ??/\n*/", "\\", "ends in \\", "\\" * 301, '"""', '"' * 7, "'''", '\\"""', "\\N{BULLET}", "\\x",
    "```\n\n<img src=x onerror=alert(1)>\n", "````", "~~~", "</script><script>alert(1)</script>", "<!-- x -->",
    "-->", "<!-- picture: entropy -->", "<!-- end -->", "\\input{/etc/passwd}", "\\end{document}", "%", "$x$", "$$",
    "^^5c^^M", "x^^c", "x^2^3", "x^y'", "a_b_c", "#1", "&amp;", "&#60;b&#62;", "{{ 7 * 7 }}", "<% raw %>", "<< x >>",
    "{0} {title} {", "}", "%s %(x)s", "!!! note", "=== \"tab\"", "===", "---", "- item", "1. item", "# heading",
    "> quote", "[x](javascript:alert(1))", "![x](y)", "|a|b|", "`x`", "$`x`$", "\\(x\\)", "\\[x\\]", "~", "word" * 2000,
    ")" * 3000, "1e-" + "9" * 6000, "http://example.org/<b>", "}{", "--", "?`", "'" * 9, "{ #id .class onclick=x }",
    "*[x]: y", "\t tab\n\n    code", "a\r\nb", "Ω ≤ 中文 é e\u0301 \u200b \ufeff 👩\u200d👧", "\u05d0\u05d1", "=cmd()",
    ":::", "@x", "</title>",
)  # fmt: skip

PROSE = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map("".join),
    st.text(st.sampled_from("\\*/\"'`$%^_{}[]()<>#&~|!?=-+@:;,. \nxyé中"), min_size=1, max_size=40),
).filter(lambda text: text.strip())

j = indices("j")


def made(title: str, doc: str, source: str, other: str) -> Built:
    """A formula with this prose everywhere: derived and lowered once, for nothing of that depends on prose."""
    x = vector("x", doc=doc)
    words = {"title": Text(title, zh=other), "doc": Text(doc, zh=other), "source": source}
    formula = Formula("f", Sum(parameter("a", default=2.0, doc=other) * x[j] ** 2, j), wrt=x, **words)
    derived = derive_formula(formula)
    return Built(formula, derived, programs(formula, derived), Topic("t", formula.title, formula.doc, (formula,)))


@cache
def plain() -> dict[str, Any]:
    """What each medium obeys where prose says nothing."""
    files = printed(made("title", "doc", "source", "other"))
    return {path: OBEYED[path.rpartition(".")[2]](text) for path, text in files.items()}


def property_of_prose(test: Callable[..., None]) -> Callable[..., None]:
    """Each nasty text once, four at a time, and mixtures."""
    for first in range(0, len(NASTY), 4):
        title, doc, source, other = (NASTY[(first + k) % len(NASTY)] for k in range(4))
        test = example(title, doc, source, other)(test)
    quick = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    return quick(given(PROSE, PROSE, PROSE, PROSE)(test))


@property_of_prose
def test_every_medium_shows_prose_and_obeys_none(title: str, doc: str, source: str, other: str) -> None:
    files, expected = printed(made(title, doc, source, other)), plain()
    assert files.keys() == expected.keys()
    for path, text in files.items():
        assert OBEYED[path.rpartition(".")[2]](text) == expected[path], path
        spaces = "\n\r\t" if path.endswith("html") else "\n"
        assert all(c.isprintable() or c in spaces or unicodedata.category(c) == "Cf" for c in text), path


def printed(built: Built) -> dict[str, str]:
    templates, files = environment(), dict[str, str]()
    for target in (C, NUMPY, *latex.TARGETS, *markdown.TARGETS):
        files |= {f"{target.name}/{p}": t for p, t in target.formula_files(built, templates).items()}
    for target in markdown.TARGETS:
        files |= {f"{target.name}/{p}": t for p, t in target.shared_files([built], templates).items()}
    for code, words in LANGUAGES.items():
        files[f"{code}.html"] = notebook(built.derived, words)
        files[f"{code}.txt"] = render(built, words)
    return files


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a\0b", "U\\+0000, a control character"),
        ("a\x1b[2J", "U\\+001B, a control character"),
        ("a\x9b", "U\\+009B, a control character"),
        ("\ud800", "U\\+D800, half of a pair of surrogates"),
        ("\u202e", "U\\+202E, a character that turns the order"),
        ("\u2028", "U\\+2028, a separator of lines"),
        ("\uffff", "U\\+FFFF, no character"),
        (" \n", "is blank"),
        (3, "is int, not text"),
        (None, "is NoneType, not text"),
    ],
)
def test_what_no_medium_can_hold_is_refused_where_it_is_written(text: Any, what: str) -> None:
    x = vector("x")
    f = Formula("f", Sum(x[j], j), wrt=x)
    for part in ("title", "doc", "source"):
        with pytest.raises(FormulaError, match=rf"test_hostile_prose\.py:\d+: formula 'f': its {part} .*{what}"):
            Formula("f", Sum(x[j], j), wrt=x, **{part: text})
    with pytest.raises(FormulaError, match=f"topic 't': its doc .*{what}"):
        Topic("t", "T", text, (f,))
    with pytest.raises(FormulaError, match=f"claim 'c': its title .*{what}"):
        Claim("c", f, x[j], "=", x[j], (by("expand"),), title=text)
    for make in (vector, label, lambda name, doc: parameter(name, default=1.0, doc=doc)):
        with pytest.raises(FormulaError, match=f"'a': its doc .*{what}"):
            make("a", doc=text)
    if isinstance(text, str):
        with pytest.raises(FormulaError, match=f"its title .*{what}"):
            Formula("f", Sum(x[j], j), wrt=x, title=Text("fine", zh=text))


@settings(max_examples=300, deadline=None)
@given(PROSE)
def test_a_sentence_in_tex_is_closed_and_obeys_signs_alone(text: str) -> None:
    for spell in (latex_prose, literal, outline):
        commands, depth = obeyed_by_tex(spell(text))
        assert depth == 0 and set(commands) <= {" "}, spell(text)


# --- what each medium obeys: all but its prose --------------------------------------------------------------------


def obeyed_by_c(text: str) -> list[str]:
    """The tokens that are left when trigraphs, joined lines and comments are gone."""
    trigraphs = {
        "??/": "\\",
        "??=": "#",
        "??(": "[",
        "??)": "]",
        "??<": "{",
        "??>": "}",
        "??!": "|",
        "??'": "^",
        "??-": "~",
    }
    for spelled, meant in trigraphs.items():
        text = text.replace(spelled, meant)
    text = re.sub(r"\\[ \t]*\n", "", text)
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL).split()


def obeyed_by_python(text: str) -> str:
    tree = ast.parse(text)
    compile(text, "f.py", "exec")
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.dump(tree)


OF_PROSE = frozenset(
    r"""textbackslash { } $ & # % _ textasciicircum textasciitilde textless textgreater textbar textquotedbl ensuremath
    derivechar textendash textemdash dots partial Sigma sum infty le ge ne cdot times to in nabla surd pm Vert alpha
    beta gamma delta varepsilon lambda mu pi rho sigma tau varphi omega theta eta kappa nu xi chi psi zeta Theta Lambda
    Pi Phi Psi Omega Gamma Delta exp log tanh max min lim texorpdfstring""".split()
)
"""What prose may say in TeX: signs, each of one glyph, and names of functions."""


def obeyed_by_tex(text: str) -> tuple[list[str], int]:
    """The commands that are not signs; and everything is closed that was opened."""
    bare = re.sub(r"(?<!\\)%[^\n]*", "", text)
    assert "^^" not in bare
    depth = 0
    for piece in re.findall(r"\\.|[{}]", bare, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(piece, 0)
        assert depth >= 0
    commands = re.findall(r"\\([A-Za-z]+|.)", bare, re.DOTALL)
    dollars = re.sub(r"\\.", "", bare, flags=re.DOTALL).count("$")
    assert dollars % 2 == 0
    return sorted(set(commands) - OF_PROSE), depth


class Tags(html.parser.HTMLParser):
    """Elements with what they carry, and the text between."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = [(name, value) for name, value in attrs if name not in ("title", "id", "href", "for")]
        if tag != "span":  # mathematics within prose
            self.tags.append(f"<{tag} {kept}>")

    def handle_endtag(self, tag: str) -> None:
        if tag != "span":
            self.tags.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"<!--{data}-->")


def obeyed_by_html(text: str) -> list[str]:
    tags = Tags()
    tags.feed(text)
    tags.close()
    return tags.tags


def obeyed_by_markdown(text: str) -> list[str]:
    markdown = pytest.importorskip("markdown", reason="the docs extra is not installed")
    from derive.readers.site.config import Plan, settings
    from derive.readers.site.mkdocs import _filled
    from derive.readers.site.pages import _INLINE, _outside_fences

    plan = Plan(LANGUAGES["en"], ("en",), Path("docs"), Path("out"), ["index.md"])
    extensions = _filled(settings(plan))["markdown_extensions"]
    names = [next(iter(e)) if isinstance(e, dict) else e for e in extensions]
    configs = {name: options for e in extensions if isinstance(e, dict) for name, options in e.items()}
    text = _outside_fences(text, lambda piece: _INLINE.sub(r"\\(\1\\)", piece))  # as the site does
    return obeyed_by_html(markdown.markdown(text, extensions=names, extension_configs=configs))


def obeyed_by_a_terminal(text: str) -> list[str]:
    return [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]


OBEYED: dict[str, Callable[[str], Any]] = {
    "c": obeyed_by_c, "h": obeyed_by_c, "hpp": obeyed_by_c, "py": obeyed_by_python, "tex": obeyed_by_tex,
    "md": obeyed_by_markdown, "html": obeyed_by_html, "txt": obeyed_by_a_terminal,
}  # fmt: skip
