"""A folder of generated files becomes a web site."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from derive.output.files import plainly, refuse_unwritable
from derive.output.publish import publish, record_text
from derive.progress import Event
from derive.readers import moving
from derive.readers.paper import pdf_name
from derive.readers.playground import bundle, desk
from derive.readers.site import mkdocs
from derive.readers.site.config import FIRST, HERE, Plan
from derive.readers.site.generated import Generated, languages_in, read_generated
from derive.readers.site.inset_pictures import draw
from derive.readers.site.pages import site_pages
from derive.readers.site.start import start_page
from derive.readers.site.unfit import SiteError
from derive.system.temporary import work_folder
from derive.targets.words import LANGUAGES, Words

RECORD = ".derive-site"
"""The list of the site's files: by it a folder is known as a site, and nothing else in it is ever touched."""

_PICTURE = re.compile(r"<!-- picture: (\w+) -->")

Tell = Callable[[Event], None]


def build_site(generated: Path, out: Path, tell: Tell = lambda event: None, pdf: Path = Path("pdf")) -> Path:
    """Build the site of all languages that ``generated`` holds into ``out``; returns its home page.

    The PDF files that ``derive pdf`` made in ``pdf`` go with it.  It is built beside ``out`` and then put in its place,
    whole where there was none.  Raises SiteError where the docs extra or a page is missing, or where ``out`` holds
    anything but a site; OutputError where it cannot be written.
    """
    mkdocs.check_installed()
    languages = languages_in(generated)
    if FIRST not in languages:
        raise SiteError(f"{generated}: no generated pages here: run derive build --out {generated}")
    out = out.resolve() if ".." in out.parts else out  # what lies on the way up need not exist
    _refuse_foreign(out)
    refuse_unwritable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with work_folder(f".{out.name}-", out.parent.resolve()) as work:
        site = work / "site"
        for number, code in enumerate(languages):
            tell(Event("draw", LANGUAGES[code].name, 2 * number, 2 * len(languages)))
            docs = work / f"docs-{code}"
            navigation = _docs(read_generated(generated, code), docs, pdf / pdf_name(code))
            tell(Event("print", LANGUAGES[code].name, 2 * number + 1, 2 * len(languages)))
            mkdocs.run(Plan(LANGUAGES[code], languages, docs, site / ("" if code == FIRST else code), navigation))
        _refuse_foreign(out)  # somebody may have come meanwhile
        _put(site, out)
    return out / "index.html"


def _docs(generated: Generated, docs: Path, pdf: Path) -> list[Any]:
    """The tree that MkDocs reads; the navigation."""
    words = LANGUAGES[generated.language]
    pages = dict(site_pages(generated, pdf.name if pdf.is_file() else None))
    moved = {moving.PATH: moving.moving_page(words)} if generated.topics else {}
    up = "" if generated.language == FIRST else "../"  # what is large, all languages share
    python = bundle.interpreter()
    played = {desk.WHERE: desk.playground_page(words, up)} if python is not None else {}
    pages = {"index": pages.pop("index"), "start": start_page(generated.language), **moved, **played, **pages}
    for path, text in pages.items():
        place = docs / f"{path}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    shutil.copytree(HERE / "assets", docs / "assets")
    if python is not None and generated.language == FIRST:
        shutil.copytree(desk.SCRIPTS, docs / desk.LOADED)
        bundle.put_engine(docs / desk.LOADED, python)
    if moved:
        _put_scripts(docs / moving.FOLDER)
    if pdf.is_file():
        shutil.copy(pdf, docs / pdf.name)
    shown = {name for topic in generated.topics for name in _PICTURE.findall(generated.page(f"topics/{topic}"))}
    draw(docs, generated.language, shown)
    return _navigation(list(pages), words)


def _put_scripts(folder: Path) -> None:
    """What the page with things to move loads."""
    shutil.copytree(moving.ASSETS, folder)
    for name, text in moving.scripts().items():
        (folder / name).write_text(text, encoding="utf-8")


def _navigation(pages: list[str], words: Words) -> list[Any]:
    """Home and start, then the theory, then the reader's own formulas, then what one looks things up in."""
    topics = [f"{path}.md" for path in pages if path.startswith("topics/")]
    own = [f"{path}.md" for path in pages if path.startswith("formulas/")]
    groups: list[Any] = [
        {words.say("Home"): "index.md"},
        "start.md",
        *(f"{p}.md" for p in pages if p in ("path", moving.PATH, desk.WHERE)),
    ]
    groups += [{words.say("Topics"): topics}] if topics else []
    groups += [{words.say("Your own formulas") if topics else words.say("Formulas"): own}] if own else []
    return [*groups, {words.say("To look things up"): ["notation.md", "rules.md", "references.md"]}]


def _refuse_foreign(out: Path) -> None:
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / RECORD).exists())):
        raise SiteError(f"{out}: holds something that is not a site of derive: choose another folder with --out")


def _put(site: Path, out: Path) -> None:
    """The new site in the place of the old one."""
    files = {p.relative_to(site).as_posix(): p.read_bytes() for p in sorted(site.rglob("*")) if p.is_file()}
    if os.path.lexists(out):
        publish(out, files, RECORD)
        return
    (site / RECORD).write_bytes(record_text(files))
    with plainly(out):
        site.rename(out)
