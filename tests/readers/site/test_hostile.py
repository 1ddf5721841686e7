"""Prose of a formula file is inert on the site, and a page runs nothing but the site's own scripts."""

from __future__ import annotations

import html.parser
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from derive.job import Job
from derive.pipeline import build
from derive.readers.site import build_site

MINE = """\
from derive.language import Formula, Sum, indices, vector

j = indices("j")
x = vector("x", doc="<script>taken()</script> </td></table>")
mine = Formula(
    "mine", Sum(x[j], j), wrt=x,
    title="A </title><script>taken()</script><img src=x onerror=taken()>",
    doc="one\\n```\\n\\n</code></pre><script>taken()</script>\\n\\n<img src=x onerror=taken()>"
    " <!-- picture: entropy -->",
    source="````` <img src=x onerror=taken()> <!-- exhibit: naive_softmax -->",
)
"""


class Page(html.parser.HTMLParser):
    """What would run, and what the title says."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[str] = []
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.policies: list[str] = []
        self.title = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.handlers += [name for name in given if name.startswith("on")]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self._inside = "data" if given.get("type") == "application/json" else tag
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(given["content"] or "")

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.inline.append(data)
        if self._inside == "title" and not self.title:
            self.title = data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for name in ("mkdocs", "material", "jieba", "matplotlib"):
        pytest.importorskip(name, reason="the docs extra is not installed")
    place = tmp_path_factory.mktemp("hostile")
    (place / "mine.py").write_text(MINE, encoding="utf-8")
    build(Job(place / "generated", formulas=(place / "mine.py",), only=("mine",)))
    shutil.rmtree(place / "generated" / "markdown" / "zh")
    build_site(place / "generated", place / "site")
    return place / "site"


def read(place: Path) -> Page:
    page = Page()
    page.feed(place.read_text(encoding="utf-8"))
    return page


def test_prose_is_shown_and_not_obeyed(folder: Path) -> None:
    text = (folder / "formulas/mine.html").read_text(encoding="utf-8")
    page = read(folder / "formulas/mine.html")
    assert page.title == "A </title><script>taken()</script><img src=x onerror=taken()> - derive"
    assert "onerror" in text and page.handlers == []
    assert not [code for code in page.inline if "taken" in code]
    assert not [address for address in page.addresses if address == "x" or address.startswith("javascript:")]
    assert "derive-picture" not in text
    assert len(re.findall(r'class="tabbed-content"', text)) == 1


def test_every_page_says_what_may_run(folder: Path) -> None:
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 5
    for place in pages:
        page = read(place)
        (policy,) = page.policies
        scripts = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))
        assert "default-src 'none'" in policy and "unsafe" not in scripts and "http" not in policy
        assert scripts.count("sha256-") == len(set(page.inline)) > 0, place
        head = place.read_text(encoding="utf-8")
        assert head.index("Content-Security-Policy") < head.index("<script") and head.index("charset") < 1000


@pytest.mark.parametrize("served", [True, False], ids=["served", "from a folder"])
def test_a_script_in_a_page_does_not_run(folder: Path, browser: Any, served: bool, tmp_path: Path) -> None:
    """If prose became one after all."""
    import threading

    from derive.readers.site import address, server

    shutil.copytree(folder, tmp_path / "site")
    place = tmp_path / "site/formulas/mine.html"
    planted = "<script>window.taken = 1</script><img src=x onerror='window.taken = 1'>"
    place.write_text(place.read_text(encoding="utf-8").replace("</h1>", f"</h1>{planted}"), encoding="utf-8")
    with server(tmp_path / "site", 0) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        browser.get(f"{address(running)}formulas/mine.html" if served else place.as_uri())
        browser.execute_async_script("setTimeout(arguments[0], 500)")
        assert browser.execute_script("return window.taken || null") is None
        assert browser.execute_script("return document.querySelectorAll('.katex').length") > 0
        assert "Content Security Policy" in " ".join(entry["message"] for entry in browser.get_log("browser"))
        running.shutdown()
        thread.join()
