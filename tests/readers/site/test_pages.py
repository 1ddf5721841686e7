"""The pages of the site, made from generated ones: no MkDocs and no browser needed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from derive.catalogue import UnknownName
from derive.output.files import OutputError
from derive.readers.site.generated import read_generated
from derive.readers.site.pages import site_pages
from derive.readers.site.start import readme, start_page
from derive.readers.site.unfit import SiteError
from derive.targets.words import LANGUAGES

HEAD = "<!--\nMade by derive.\n-->\n\n"
FILES = {
    "index.md": "# derive\n\n- [T](topics/t.md)\n- [Mine](formulas/mine.md)\n",
    "topics/t.md": (
        '# T\n\n<!-- keywords: KL散度, a "quoted" word -->\n\n'
        "<!-- formulas -->\n\n- [F](../formulas/f.md)\n\n<!-- end -->\n"
    ),
    "formulas/f.md": (
        "# F\n\nSee $`a_b`$.\n\n```math\n# not a heading $`x`$\n```\n\n"
        '<a id="f.gradient"></a>\n\n## Gradient\n\n[r](../rules.md#r "s")\n\n[c](../rules.md#constant-factor "s")\n\n'
        "<!-- code: f -->\n\n[NumPy](../../../numpy_kernels/f.py)\n\n<!-- end -->\n"
    ),
    "formulas/mine.md": "# Mine\n\n[F](../formulas/f.md) [known](f.md#f.gradient) [away](away.md#away.gradient)\n",
    "notation.md": "# Notation\n",
    "rules.md": '# Rules\n\n<a id="r"></a>\n\n## r\n\n- [F](formulas/f.md)\n- [Mine](formulas/mine.md)\n',
    "references.md": "# References\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        place = tmp_path / "markdown" / "en" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(HEAD + text, encoding="utf-8")
    (tmp_path / "numpy_kernels").mkdir()
    (tmp_path / "numpy_kernels" / "f.py").write_text("def f():\n\n    return 1\n", encoding="utf-8")
    return tmp_path


def test_pages_come_in_reading_order(folder: Path) -> None:
    pages = [path for path, _ in site_pages(read_generated(folder, "en"))]
    assert pages == ["index", "topics/t", "formulas/mine", "notation", "rules", "references"]


def test_a_topic_holds_its_formulas_one_level_deeper(folder: Path) -> None:
    topic = dict(site_pages(read_generated(folder, "en")))["topics/t"]
    assert "\n## 1.1 F { #f .derive-formula }\n" in topic and "\n### Gradient { #f.gradient }\n" in topic
    assert "Made by derive" not in topic


def test_mathematics_is_spelled_for_the_site_outside_fences_alone(folder: Path) -> None:
    topic = dict(site_pages(read_generated(folder, "en")))["topics/t"]
    assert r"See \(a_b\)." in topic
    assert "```math\n# not a heading $`x`$\n```" in topic


def test_code_stands_in_tabs_of_what_was_built(folder: Path) -> None:
    topic = dict(site_pages(read_generated(folder, "en")))["topics/t"]
    assert '=== "NumPy"\n\n    ```python title="numpy_kernels/f.py"\n    def f():\n\n        return 1\n    ```' in topic
    assert '=== "C"' not in topic and "<!--" not in topic


def test_links_lead_to_where_a_formula_stands_on_the_site(folder: Path) -> None:
    pages = dict(site_pages(read_generated(folder, "en")))
    assert "[F](topics/t.md#f)" in pages["rules"] and "[Mine](formulas/mine.md)" in pages["rules"]
    assert "[F](../topics/t.md#f)" in pages["formulas/mine"]


def test_links_lead_to_the_derivation_that_a_step_uses(folder: Path) -> None:
    page = dict(site_pages(read_generated(folder, "en")))["formulas/mine"]
    assert "[known](../topics/t.md#f.gradient)" in page
    assert page.rstrip().endswith(" away"), "what has no page has no link"


def test_routine_steps_are_marked_so_that_a_reader_may_leave_them_out(folder: Path) -> None:
    page = dict(site_pages(read_generated(folder, "en")))["topics/t"]
    assert '[c](../rules.md#constant-factor "s"){ .derive-routine }' in page
    assert '[r](../rules.md#r "s")\n' in page


def test_a_topic_is_found_by_its_keywords(folder: Path) -> None:
    topic = dict(site_pages(read_generated(folder, "en")))["topics/t"]
    assert topic.startswith('---\ntags: ["KL散度", "a \\"quoted\\" word"]\n---\n\n# 1. T\n')


def test_a_topic_says_how_it_is_cited(folder: Path) -> None:
    topic = dict(site_pages(read_generated(folder, "en")))["topics/t"]
    assert "@misc{derive:t,\n  title        = {T},\n" in topic and topic.count("{") == topic.count("}")


COUNTED = """<a id="f.{name}" class="derive-{kind}"></a>

## {title}

"""


def test_headings_have_the_numbers_of_the_pdf(folder: Path) -> None:
    """Section, part, what is derived and proved within the section; the appendix counts through all sections."""
    kinds = ("derivation", "theorem", "example", "further")
    titles = ("Gradient", "Theorem: T", "Example: E", "Hessian")
    body = "".join(COUNTED.format(name=k, kind=k, title=t) for k, t in zip(kinds, titles, strict=True))
    formulas = folder / "markdown" / "en" / "formulas"
    for name in ("f", "g"):
        (formulas / f"{name}.md").write_text(f"{HEAD}# {name}\n\n{body.replace('f.', f'{name}.')}", encoding="utf-8")
    place = folder / "markdown" / "en"
    (place / "topics" / "u.md").write_text("# U\n\n- [g](../formulas/g.md)\n\n```python\n# no heading\n```\n")
    (place / "index.md").write_text("# derive\n\n- [T](topics/t.md)\n- [U](topics/u.md)\n", encoding="utf-8")
    pages = dict(site_pages(read_generated(folder, "en"), "derive-en.pdf"))
    first, second = (re.findall(r"^#+ (.*?)(?: \{.*)?$", pages[f"topics/{name}"], re.MULTILINE) for name in "tu")
    assert first == ["1. T", "1.1 f", "Derivation 1.1: Gradient", "Theorem 1.2: T", "Example 1.3: E",
                     "Derivation A.1: Hessian"]  # fmt: skip
    assert second == ["2. U", "no heading", "2.1 g", "Derivation 2.1: Gradient", "Theorem 2.2: T", "Example 2.3: E",
                      "Derivation A.2: Hessian"]  # fmt: skip
    assert "[PDF, section 2](../derive-en.pdf#section.2)" in pages["topics/u"]


def test_the_guided_path_comes_before_the_topics_and_leads_to_them(folder: Path) -> None:
    path = "# P\n\n[d](formulas/f.md#f.gradient) [m](formulas/mine.md)\n\n<!-- session: naive_softmax -->\n"
    (folder / "markdown" / "en" / "path.md").write_text(HEAD + path, encoding="utf-8")
    pages = dict(site_pages(read_generated(folder, "en")))
    assert list(pages)[:3] == ["index", "path", "topics/t"]
    assert "[d](topics/t.md#f.gradient) [m](formulas/mine.md)" in pages["path"]
    assert "```python\n" in pages["path"] and "nan" in pages["path"] and pages["path"].count("# ") == 1


def test_a_missing_page_is_named(folder: Path) -> None:
    (folder / "markdown/en/rules.md").unlink()
    with pytest.raises(SiteError, match=r"rules\.md: no such page: run derive build"):
        list(site_pages(read_generated(folder, "en")))


@pytest.mark.parametrize("kind", ["picture", "exhibit", "session"])
def test_an_unknown_picture_or_exhibit_is_named(folder: Path, kind: str) -> None:
    place = folder / "markdown/en/topics/t.md"
    place.write_text(f"# T\n\n<!-- {kind}: nowhere -->\n", encoding="utf-8")
    with pytest.raises(
        UnknownName, match=f"no {'picture' if kind == 'picture' else 'exhibit'} is called 'nowhere': there are: "
    ):
        list(site_pages(read_generated(folder, "en")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_has_the_commands_of_the_readme(language: str) -> None:
    page = start_page(language)
    assert "{{" not in page and page.startswith("---\ntags: [") and "\n---\n\n# " in page
    commands = [line for line in readme().splitlines() if line.startswith("python -m pip install")]
    assert commands and all(command in page for command in commands)
    assert "](examples/" not in page


def test_a_section_that_the_readme_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derive.readers.site.start.readme", lambda: "# derive\n\n## Other\n")
    with pytest.raises(SiteError, match=r"en\.md: README\.md has no section"):
        start_page("en")


def test_the_home_page_leads_to_the_pdf_or_says_how_to_make_it(folder: Path) -> None:
    index = folder / "markdown" / "en" / "index.md"
    index.write_text(index.read_text() + "\n<!-- pdf -->\n", encoding="utf-8")
    with_it = dict(site_pages(read_generated(folder, "en"), "derive-en.pdf"))["index"]
    assert "[PDF](derive-en.pdf)" in with_it
    assert "`derive pdf`" in dict(site_pages(read_generated(folder, "en")))["index"]


def test_no_line_of_code_ends_its_tab(folder: Path) -> None:
    code = "text = '''\n```\n````` <b>\n<!-- picture: entropy -->\n'''\n"
    (folder / "numpy_kernels" / "f.py").write_text(code, encoding="utf-8")
    topic = dict(site_pages(read_generated(folder, "en")))["topics/t"]
    inside = "\n".join(f"    {line}" for line in code.splitlines())
    assert f'    ``````python title="numpy_kernels/f.py"\n{inside}\n    ``````' in topic


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("path", ["numpy_kernels/f.py", "markdown/en/topics/t.md", "manifest.json"])
def test_a_pipe_in_the_generated_folder_is_not_waited_for(folder: Path, path: str) -> None:
    (folder / path).unlink(missing_ok=True)
    os.mkfifo(folder / path)
    with pytest.raises(OutputError, match="is a pipe or a device"):
        list(site_pages(read_generated(folder, "en")))
