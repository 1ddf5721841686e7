"""The LaTeX target: what it prints is typeset without a complaint."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from derive.algebra.records import Derived
from derive.catalogue import open_catalogue
from derive.targets import Built
from derive.targets.latex import TARGETS, LatexTarget
from derive.targets.latex.pdf import TexError, check_installed, compiled, complaints
from derive.targets.tex.printer import latex
from derive.targets.words import Words
from derive.verify import example
from tests import once
from tests.targets import handmade
from tests.targets.handmade import DERIVED, f
from tests.targets.latex_pages import EN, SOURCED, ZH, ZOO, a, b, document, g


@pytest.fixture
def tex() -> None:
    try:
        check_installed()
    except TexError as error:
        pytest.skip(str(error))


def assert_clean(built: list[Built], target: LatexTarget) -> None:
    made = compiled(document(built, target), target.name)
    assert made.pdf.startswith(b"%PDF") and not made.complaints


@pytest.mark.usefixtures("tex")
@pytest.mark.parametrize("target", [EN, ZH], ids=["en", "zh"])
def test_handmade_pages_compile_and_fit(target: LatexTarget) -> None:
    assert_clean([SOURCED, Built(f, DERIVED, ())], target)


@pytest.mark.usefixtures("tex")
def test_a_language_that_tex_knows_by_its_code_alone() -> None:
    assert_clean([Built(g, Derived(g, (), ()), ())], LatexTarget(Words("fr", "Français", {"Theorem": "Théorème"})))


@pytest.mark.usefixtures("tex")
@pytest.mark.parametrize("factors", [3, 12])
def test_steps_wider_than_the_page_are_broken_or_shrunk(factors: int) -> None:
    assert_clean([Built(f, handmade.wide(factors), ())], EN)


@pytest.mark.usefixtures("tex")
def test_every_expression_of_the_zoo_is_valid_tex() -> None:
    chains = tuple(
        handmade.chain(f"zoo{number}", name, expression) for number, (name, (expression, _)) in enumerate(ZOO.items())
    )
    assert_clean([Built(f, Derived(f, chains, ()), ())], EN)


@pytest.mark.usefixtures("tex")
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_whole_theory_compiles_and_fits(target: LatexTarget, theory: list[Built]) -> None:
    assert_clean(theory, target)


@pytest.fixture(scope="module")
def theory() -> list[Built]:
    catalogue = open_catalogue()
    by_name = {formula.name: formula for formula in catalogue.formulas}
    found = []
    for name in catalogue.reading_order:
        derived = once.derived(by_name[name])
        examples = tuple(map(example, derived.witnesses))
        found.append(Built(by_name[name], derived, (), catalogue.topic_of(by_name[name]), examples))
    return found


@pytest.mark.usefixtures("tex")
def test_an_english_page_compiles_with_pdflatex_too(tmp_path: Path) -> None:
    pdflatex = shutil.which("pdflatex")
    if pdflatex is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "formulas").mkdir()
    for name, text in document([SOURCED, Built(f, DERIVED, ())]).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "main.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-3000:]


BAD = r"\documentclass{article}\begin{document}A \undefinedcommand\end{document}"
LOOSE = (
    r"\documentclass{article}\begin{document}\ref{no} \cite{no} \hbox to 99cm{a}\noindent\rule{99cm}{1pt}\end{document}"
)


@pytest.mark.usefixtures("tex")
def test_the_first_error_of_tex_is_one_line() -> None:
    with pytest.raises(
        TexError, match=r"latex/en: xelatex refuses the document: .*main\.tex:1: Undefined control"
    ) as error:
        compiled({"main.tex": BAD}, "latex/en")
    assert "\n" not in str(error.value)


@pytest.mark.usefixtures("tex")
def test_a_package_that_is_missing_is_named_with_the_packages_to_install() -> None:
    text = r"\documentclass{article}\usepackage{nosuchpackage}\begin{document}\end{document}"
    with pytest.raises(TexError, match=r"TeX lacks nosuchpackage\.sty: .*apt-get install .*texlive-lang-chinese"):
        compiled({"main.tex": text}, "latex/en")


@pytest.mark.usefixtures("tex")
def test_wide_lines_and_loose_references_are_told() -> None:
    found = "\n".join(compiled({"main.tex": LOOSE}, "latex/en").complaints)
    for text in (r"Overfull \hbox", "Reference `no'", "Citation `no'"):
        assert text in found


@pytest.mark.usefixtures("tex")
def test_tex_runs_no_commands(tmp_path: Path) -> None:
    text = rf"\documentclass{{article}}\begin{{document}}a\immediate\write18{{touch {tmp_path}/ran}}\end{{document}}"
    compiled({"main.tex": text}, "latex/en")
    assert not (tmp_path / "ran").exists()


def test_complaints_are_told_once() -> None:
    wide, twice = r"Overfull \hbox (3pt too wide)", "LaTeX Warning: Label `a' multiply defined."
    assert complaints("\n".join([wide, "fine", wide, twice, ""])) == (wide, twice)


def test_an_operator_keeps_its_distance_from_the_factor_before_it() -> None:
    from derive.language import vector
    from derive.language.components import Along
    from derive.language.nodes import Partial

    x, v = vector("x"), vector("v")
    assert latex(x[a] * Partial(x[b] ** 2, Along(x, v)), "f") == r"x_a \, \mathrm{D}_{\mathbf{v}} x_b^2"
