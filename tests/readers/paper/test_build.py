"""PDF files: one for each language, all or none, with the pictures and exhibits of their topics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from sympy import log

from derive.catalogue import Catalogue, UnknownName, load_catalogue, load_topics
from derive.document import in_brief
from derive.language import Exercise, Fact, Formula, Law, Rational, Session, Stop, Sum, exp, indices, vector
from derive.language.topics import Topic
from derive.output.files import OutputError
from derive.proofs import derive_formula
from derive.readers.paper import Edition, build_pdf
from derive.readers.paper.insets import exhibits, pictures
from derive.readers.pictures import PictureError
from derive.targets.latex.pdf import Document, TexError, check_installed
from derive.targets.latex.slides import LINES
from derive.targets.templates import environment
from derive.targets.words import LANGUAGES

j = indices("j")
x = vector("x")


@pytest.fixture
def tex() -> None:
    try:
        check_installed()
    except TexError as error:
        pytest.skip(str(error))


def test_without_tex_the_error_names_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TexError, match=r"xelatex is not installed.*apt-get install texlive-xetex texlive-lang-chinese"):
        build_pdf(tmp_path / "pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of one formula."""
    plain = Formula("f", log(Sum(exp(x[j]), j)), wrt=x)
    monkeypatch.setattr("derive.readers.paper.build.open_catalogue", lambda *asked: Catalogue((plain,), ()))


@pytest.mark.usefixtures("tex", "small")
def test_a_file_for_each_language_that_is_asked_for(tmp_path: Path) -> None:
    stages: list[str] = []
    made = build_pdf(tmp_path / "pdf", ["en"], tell=lambda event: stages.append(event.stage))
    assert [one.path for one in made] == list((tmp_path / "pdf").glob("[!.]*")) == [tmp_path / "pdf" / "derive-en.pdf"]
    assert made[0].path.read_bytes().startswith(b"%PDF") and not made[0].complaints
    assert stages == ["derive", "typeset"]


@pytest.mark.usefixtures("small")
def test_nothing_is_written_where_one_language_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails_in_chinese(files: dict[str, str], name: str) -> Document:
        if name == "latex/zh":
            raise TexError(f"{name}: no")
        return Document(b"%PDF", ())

    monkeypatch.setattr("derive.readers.paper.build.check_installed", lambda: "xelatex")
    monkeypatch.setattr("derive.readers.paper.build.compiled", fails_in_chinese)
    with pytest.raises(TexError):
        build_pdf(tmp_path / "pdf")
    assert not (tmp_path / "pdf").exists()


# --- pictures and exhibits -----------------------------------------------------------------------------------


STOP = Stop(
    ("Read $p$.", Session("naive_softmax"), Law("product rule")),
    (Exercise("What is 1 + 1?", (Fact(Rational(1) + 1, "=", 2),), "Count."),),
)


@pytest.fixture
def illustrated(monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A catalogue of one topic, with a picture and an exhibit."""
    information = _information()
    topic = Topic("t", "T", "", (information,), pictures=("entropy",), exhibits=("naive_softmax",), stop=STOP)
    monkeypatch.setattr("derive.readers.paper.build.open_catalogue", lambda *asked: Catalogue((information,), (topic,)))
    return topic


@pytest.mark.usefixtures("tex", "illustrated")
def test_a_topic_comes_with_its_pictures_and_exhibits(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra docs)")
    made = build_pdf(tmp_path / "pdf")
    assert [one.complaints for one in made] == [()] * len(LANGUAGES)


@pytest.mark.usefixtures("illustrated")
def test_what_the_document_takes_in_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra docs)")
    taken: dict[str, str | bytes] = {}

    def compiled(files: Mapping[str, str | bytes], name: str) -> Document:
        taken.update(files)
        return Document(b"%PDF", ())

    monkeypatch.setattr("derive.readers.paper.build.check_installed", lambda: "xelatex")
    monkeypatch.setattr("derive.readers.paper.build.compiled", compiled)
    build_pdf(tmp_path, ["en"])
    for place in ("pictures/entropy", "exhibits/naive_softmax", "sessions/naive_softmax"):
        assert rf"\deriveshow{{{place}}}" in str(taken["main.tex"])
        assert f"{place}.tex" in taken
    assert b"%PDF" in bytes(taken["pictures/entropy.pdf"])  # type: ignore[arg-type]
    assert r"\begin{figure}" not in str(taken["pictures/entropy.tex"]), "what floats may come to split a derivation"


@pytest.mark.usefixtures("illustrated")
def test_without_matplotlib_pictures_are_left_out_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(*_: object) -> Mapping[str, str | bytes]:
        raise PictureError("pictures need matplotlib: install it")

    monkeypatch.setattr("derive.readers.paper.build.check_installed", lambda: "xelatex")
    monkeypatch.setattr("derive.readers.paper.build.compiled", lambda files, name: Document(b"%PDF", ()))
    monkeypatch.setattr("derive.readers.paper.build.pictures", missing)
    (made,) = build_pdf(tmp_path, ["en"])
    assert made.complaints == ("left out: pictures need matplotlib: install it",)
    assert made.path.is_file()


# --- handouts and slides -------------------------------------------------------------------------------------


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The files that TeX would be given."""
    files: dict[str, str] = {}

    def compiled(given: Mapping[str, str | bytes], name: str) -> Document:
        files.update({path: str(text) for path, text in given.items()})
        return Document(b"%PDF", ())

    monkeypatch.setattr("derive.readers.paper.build.check_installed", lambda: "xelatex")
    monkeypatch.setattr("derive.readers.paper.build.compiled", compiled)
    return files


@pytest.mark.usefixtures("illustrated")
@pytest.mark.parametrize("name", ["t", "information"], ids=["a topic", "a formula"])
def test_a_handout_holds_what_is_asked_for_and_is_called_after_it(
    tmp_path: Path, taken: dict[str, str], name: str
) -> None:
    (made,) = build_pdf(tmp_path, ["en"], edition=Edition((name,)))
    assert made.path == tmp_path / f"{name}-en.pdf"
    assert r"\input{formulas/information}" in taken["main.tex"] and r"\input{further/information}" in taken["main.tex"]
    assert "titlepage" not in taken["main.tex"] and r"\tableofcontents" not in taken["main.tex"]


@pytest.mark.usefixtures("illustrated")
def test_in_brief_routine_steps_and_further_derivatives_are_left_out(tmp_path: Path, taken: dict[str, str]) -> None:
    build_pdf(tmp_path, ["en"], edition=Edition(("information",)))
    full = taken.pop("formulas/information.tex"), taken.pop("further/information.tex")
    build_pdf(tmp_path, ["en"], edition=Edition(("information",), brief=True))
    assert "further/information.tex" not in taken and "further/" not in taken["main.tex"]
    assert full[0].count(r"\derivenote") > taken["formulas/information.tex"].count(r"\derivenote") > 0
    assert full[0].count(r"\begin{derivetheorem}") == taken["formulas/information.tex"].count(r"\begin{derivetheorem}")


@pytest.mark.usefixtures("illustrated")
def test_a_name_that_nothing_has_is_refused_before_anything_is_made(tmp_path: Path, taken: dict[str, str]) -> None:
    with pytest.raises(UnknownName, match="infromation.*information"):
        build_pdf(tmp_path / "pdf", ["en"], edition=Edition(("infromation",)))
    assert not taken and not (tmp_path / "pdf").exists()


@pytest.mark.usefixtures("tex", "illustrated")
def test_slides_hold_a_few_lines_each_and_nothing_that_is_too_wide(tmp_path: Path) -> None:
    made = build_pdf(tmp_path, edition=Edition(("information",), slides=True))
    assert [one.path.name for one in made] == [f"information-slides-{code}.pdf" for code in LANGUAGES]
    assert [one.complaints for one in made] == [()] * len(LANGUAGES)


@pytest.mark.usefixtures("illustrated")
def test_every_step_of_a_slide_show_is_on_a_slide(tmp_path: Path, taken: dict[str, str]) -> None:
    build_pdf(tmp_path, ["en"], edition=Edition(("information",), slides=True))
    frames = taken["main.tex"].split(r"\begin{frame}")[1:]
    assert all(frame.count("&=") + frame.count("MoveEqLeft") <= LINES for frame in frames)
    assert taken["main.tex"].count(r"\derivenote{") == sum(
        len(chain.steps) for chain in in_brief(derive_formula(_information())).chains
    )


def _information() -> Formula:
    return next(f for f in load_catalogue() if f.name == "information")


def test_every_exhibit_of_the_catalogue_is_shown_in_every_language() -> None:
    topics = load_topics()
    names = [name for topic in topics for name in topic.exhibits]
    for words in LANGUAGES.values():
        files = exhibits(topics, words, environment())
        assert list(files) == [f"{folder}/{name}.tex" for name in names for folder in ("exhibits", "sessions")]
    shown = str(files["exhibits/naive_softmax.tex"])
    assert r"\begin{verbatim}" in shown and "RuntimeWarning: overflow encountered in exp" in shown


def test_the_pictures_of_the_catalogue_are_the_same_bytes_each_time() -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (extra docs)")
    topics = load_topics()[:3]
    once, again = (pictures(topics, LANGUAGES["zh"], environment()) for _ in range(2))
    assert once == again and any(place.endswith(".pdf") for place in once)


@pytest.mark.usefixtures("small")
def test_a_file_of_somebody_else_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def compiled(files: Mapping[str, str | bytes], name: str) -> Document:
        return Document(name.encode(), ())

    monkeypatch.setattr("derive.readers.paper.build.check_installed", lambda: "xelatex")
    monkeypatch.setattr("derive.readers.paper.build.compiled", compiled)
    (tmp_path / "thesis.pdf").write_text("mine")
    build_pdf(tmp_path / "missing" / "..", ["en"])
    build_pdf(tmp_path, ["zh"])
    build_pdf(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"derive-en.pdf", "derive-zh.pdf", "thesis.pdf", ".derive-pdf"}
    (tmp_path / ".derive-pdf").unlink()
    (tmp_path / "derive-en.pdf").write_text("mine")
    monkeypatch.setattr("derive.readers.paper.build.compiled", lambda files, name: pytest.fail("the work was done"))
    with pytest.raises(OutputError, match=r"derive-en\.pdf was not written by derive"):
        build_pdf(tmp_path, ["en"])
    assert (tmp_path / "derive-en.pdf").read_text() == (tmp_path / "thesis.pdf").read_text() == "mine"
