"""Every picture: in each language and theme, the same bytes each time, text as text, colours that are told apart."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra docs)")

from derive.readers.pictures import PICTURES, PictureError, draw_all
from derive.readers.pictures.look import THEMES, Theme
from derive.targets.words import LANGUAGES

ROOT = Path(__file__).parent.parent.parent.parent
SVG = "{http://www.w3.org/2000/svg}"
CHINESE = re.compile("[\u4e00-\u9fff]")
NAMES = [
    "information",
    "entropy",
    "kl_simplex",
    "likelihood_underflow",
    "saturation",
    "temperature",
    "lse_bounds",
    "naive_overflow",
    "ulp_offset",
]


def test_the_pictures_of_the_curriculum_are_there() -> None:
    assert list(PICTURES) == NAMES
    assert all(name == picture.name for name, picture in PICTURES.items())


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_told_in_every_language(name: str) -> None:
    picture = PICTURES[name]
    for words in LANGUAGES.values():
        title, alt = words.say(picture.title), words.say(picture.alt)
        assert len(alt) > len(title) > 5
        assert bool(CHINESE.search(title)) == bool(CHINESE.search(alt)) == (words.language == "zh")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_drawn(name: str, theme: str) -> None:
    drawn = {language: PICTURES[name].svg(language, theme) for language in LANGUAGES}
    for language, svg in drawn.items():
        root = ElementTree.fromstring(svg.encode())
        words = LANGUAGES[language]
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title") == words.say(PICTURES[name].title)
        assert root.findtext(f"{SVG}desc") == words.say(PICTURES[name].alt)
        texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
        assert len(texts) >= 6, "text is text, not outlines of letters"
        assert any(map(CHINESE.search, texts)) == (language == "zh")
        assert not list(root.iter(f"{SVG}image")), "nothing here is dense enough to be made of pixels"
        assert any(colour in svg for colour in THEMES[theme].colours)
    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_letters_of_mathematics_are_slanted_as_on_the_page(name: str, language: str) -> None:
    root = ElementTree.fromstring(PICTURES[name].svg(language).encode())
    spans = [span for span in root.iter(f"{SVG}tspan") if span.get("class") == "slanted"]
    assert all(re.fullmatch("[A-Za-z]", span.text or "") for span in spans), "letters that a reader can search for"
    upright = [text.text or "" for text in root.iter(f"{SVG}text")] + [span.tail or "" for span in spans]
    assert not [text for text in upright if re.search(r"(?<![A-Za-z0-9])[b-zB-HJ-Z](?![A-Za-z0-9])", text)]
    assert spans or name == "likelihood_underflow"


def test_letters_of_mathematics_are_slanted_on_paper() -> None:
    drawn = PICTURES["lse_bounds"].pdf("en")
    assert b"STIX" in drawn and b"STIX" not in PICTURES["likelihood_underflow"].pdf("en")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_holds_no_date_and_no_version(name: str) -> None:
    svg = PICTURES[name].svg()
    assert svg == PICTURES[name].svg()
    assert "<metadata" not in svg and "matplotlib.org" not in svg.split("<style", 1)[1]
    assert not re.search(r"20\d\d-\d\d", svg)
    assert len(svg) < 250_000


def test_another_process_draws_the_same_bytes() -> None:
    code = (
        "import sys; from derive.readers.pictures import PICTURES; "
        "sys.stdout.buffer.write(PICTURES['lse_bounds'].svg().encode())"
    )
    command, environment = [sys.executable, "-c", code], {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == PICTURES["lse_bounds"].svg()


def test_settings_of_the_user_change_nothing() -> None:
    import matplotlib

    before = PICTURES["lse_bounds"].svg()
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.fonttype": "path"}):
        assert PICTURES["lse_bounds"].svg() == before
        assert matplotlib.rcParams["font.size"] == 30


def test_all_are_written(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    some = [PICTURES["lse_bounds"], PICTURES["temperature"]]
    paths = draw_all(tmp_path / "new", ["zh"], some, lambda *event: told.append(event))
    wanted = [f"{picture.name}.zh.{theme}.svg" for picture in some for theme in ("light", "dark")]
    assert [path.name for path in paths] == wanted
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(wanted)
    assert told == [(name, number, 4) for number, name in enumerate(wanted)]
    assert paths[0].read_text(encoding="utf-8") == some[0].svg("zh", "light")


def test_without_matplotlib_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PictureError, match=r"pip install .*\[docs\]"):
        PICTURES["lse_bounds"].svg()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_words_stand_out_from_the_page(theme: Theme) -> None:
    """4.5 is what the Web Content Accessibility Guidelines (level AA) ask of text."""
    for colour in (theme.ink, theme.quiet, *theme.colours):
        assert contrast(colour, theme.page) >= 4.5, colour
    for colour in (theme.ink, *theme.colours):
        assert contrast(colour, theme.wash) >= 4.5, colour


@pytest.mark.parametrize("sight", ["full", "protan", "deutan", "tritan"])
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_colours_are_told_apart(theme: Theme, sight: str) -> None:
    """Two colours of one picture differ for everybody: by 15 in CIELAB, where 2 is just seen side by side."""
    seen = [lab(see(colour, SIGHTS[sight])) for colour in theme.colours]
    for one, other in combinations(seen, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 15


SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""G. M. Machado, M. M. Oliveira, L. A. F. Fernandes (2009), A physiologically-based model for simulation of color
vision deficiency: the matrices of full severity, for linear RGB."""


def linear(colour: str) -> list[float]:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def see(colour: str, matrix: tuple[tuple[float, ...], ...]) -> list[float]:
    return [sum(m * p for m, p in zip(row, linear(colour), strict=True)) for row in matrix]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """Linear RGB in CIELAB, white point D65."""
    r, g, b = (min(1.0, max(0.0, part)) for part in rgb)
    weights = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [(u * r + v * g + w * b) / (u + v + w) for u, v, w in weights]
    x, y, z = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one: str, other: str) -> float:
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other))]
    return (max(light) + 0.05) / (min(light) + 0.05)
