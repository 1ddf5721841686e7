"""The page on how to install and start: prose of each language around the commands of README.md."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from derive.readers.site.unfit import SiteError

_HERE = Path(__file__).resolve().parent
_PLACE = re.compile(r"^\{\{ (?P<kind>section|code): (?P<title>[^,}]+?)(?:, (?P<number>\d+))? \}\}$", re.MULTILINE)
_SECTION = re.compile(r"^## (?P<title>[^\n]+)\n(?P<body>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"^```.*?^```$|(?:^    [^\n]+\n?)+", re.DOTALL | re.MULTILINE)
_NEAR = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])+)\]\((?!https?:|#)[^)]*\)")  # a text may hold brackets


def start_page(language: str) -> str:
    """Raises SiteError where README.md lacks a section or a command that the page names."""
    place = _HERE / "start" / f"{language}.md"
    text = (place if place.is_file() else _HERE / "start" / "en.md").read_text(encoding="utf-8")
    sections = {found["title"]: found["body"] for found in _SECTION.finditer(readme())}

    def filled(where: re.Match[str]) -> str:
        body = sections.get(where["title"])
        if body is None:
            raise SiteError(f"{place.name}: README.md has no section {where['title']!r}: name another one")
        if where["kind"] == "section":
            return f"## {where['title']}\n" + _NEAR.sub(r"\1", body).rstrip()
        blocks = [code.strip("\n") for code in _CODE.findall(body)]
        number = int(where["number"] or 1)
        if number > len(blocks):
            raise SiteError(f"{place.name}: section {where['title']!r} of README.md has no code block {number}")
        return blocks[number - 1]

    return _PLACE.sub(filled, text)


def readme() -> str:
    """README.md: of the checkout, or as the installed package carries it."""
    place = _HERE.parents[2] / "README.md"
    if place.is_file():
        return place.read_text(encoding="utf-8")
    try:
        found = metadata("derive-kernels")
    except PackageNotFoundError:
        raise SiteError("README.md is neither beside the package nor in it: install derive-kernels") from None
    return found["Description"]
