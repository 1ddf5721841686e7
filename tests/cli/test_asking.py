"""What the command line answers: help, lists and pages, in words that fit the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derive.catalogue import load_catalogue
from derive.cli import run as run_inside
from derive.targets.text.width import width
from derive.targets.words import LANGUAGES
from derive.version import __version__
from tests.cli.checkouts import NAMES, Checkout, one_line, tree


@pytest.mark.parametrize("verb", [[], ["build"], ["check"], ["list"], ["show"]])
def test_help(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside([*verb, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: derive")
    assert verb not in ([], ["build"], ["check"], ["show"]) or "Example" in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside(["--version"]) == 0
    assert capsys.readouterr().out == f"derive {__version__}\n"


def test_no_verb_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_inside([]) == 2
    assert "Usage: derive" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["biuld"], "no verb is called 'biuld': did you mean build?"),
        (["xyzzy"], "there are: audit, bench, build, check"),
        (["build", "--onyl", "softmax"], "--only"),
        (["build", "--only"], "requires an argument"),
        (["build", "--only", "sofmax"], "no formula is called 'sofmax': did you mean softmax"),
        (["build", "--target", "cc"], "no target is called 'cc': did you mean c?"),
        (["check", "--target", "nunpy"], "did you mean numpy?"),
        (["show"], "NAME is missing: derive list shows"),
        (["show", "xyzzy"], "no formula is called 'xyzzy': derive list shows all"),
        (["show", "logsumxep"], "did you mean logsumexp"),
        (["show", "softmax", "--lang", "zhh"], "no language is called 'zhh': did you mean zh?"),
        (["build", "--lang", "xx"], "no language is called 'xx': there are: en, zh"),
        (["list", "--lang", "xx"], "no language is called 'xx'"),
    ],
)
def test_misuse_is_one_line_and_status_2(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_inside(arguments) == 2
    captured = capsys.readouterr()
    line = one_line(captured.err)
    assert line.startswith("error: ") and message in line
    assert list(tmp_path.iterdir()) == []


def listed(text: str) -> dict[str, str]:
    """Name -> title of each formula."""
    heads = [line.strip() for line in text.splitlines() if line.startswith("  ") and line[2:3] not in ("", " ")]
    return {name: title.strip() for name, _, title in (head.partition(" ") for head in heads)}


def test_list_goes_by_topic_with_the_rest_at_the_end(checkout: Checkout) -> None:
    done = checkout.run("list", COLUMNS="100")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line for line in lines if line[:1] not in ("", " ")] == ["Weights", "Your own formulas"]
    assert tuple(listed(done.stdout)) == ("softmax", "logsumexp", "cross_entropy", "cross_entropy_label", "log_softmax")
    assert "      inputs   x (vector), t (label)" in lines
    kernels = "softmax, softmax_vjp, softmax_jvp, softmax_jacobian, softmax_hvp, softmax_vjp_saved,"
    assert lines[lines.index(f"      kernels  {kernels}") + 1] == "               softmax_jvp_saved, softmax_hvp_saved"


def test_list_names_the_kernels_that_are_built(checkout: Checkout) -> None:
    import json

    words = set(re.findall(r"\w+", checkout.run("list").stdout))
    built = json.loads((checkout.generated / "manifest.json").read_text())["kernels"]
    assert set(built) <= words


@pytest.mark.parametrize(("columns", "widest"), [(20, 40), (40, 40), (70, 70), (1000, 100)])
def test_list_and_show_fit_the_terminal(
    columns: int, widest: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lists = [["list"], ["list", "--lang", "zh"]] if columns >= 60 else []  # names of kernels are never broken
    for arguments in (*lists, ["show", "information"]):
        assert run_inside(arguments) == 0
        lines = capsys.readouterr().out.splitlines()
        assert widest * 3 // 4 < max(map(width, lines)) <= widest, arguments


def test_show(checkout: Checkout) -> None:
    done = checkout.run("show", "softmax")
    assert (done.returncode, done.stderr) == (0, "")
    assert "softmax" in done.stdout.lower() and len(done.stdout.splitlines()) > 10


def test_list_in_chinese(checkout: Checkout) -> None:
    shown = checkout.run("list", "--lang", "zh", PYTHONIOENCODING="utf-8").stdout
    assert listed(shown) == {f.name: LANGUAGES["zh"].say(f.title) for f in load_catalogue() if f.name in NAMES}
    assert "      输入  x（向量），t（标签）" in shown.splitlines()


def test_show_in_chinese(checkout: Checkout) -> None:
    done = checkout.run("show", "softmax", "--lang", "zh", PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"雅可比矩阵", "证明", "所用法则"} <= set(done.stdout.splitlines())
    both = checkout.run("show", "softmax", "--lang", "zh", "--lang", "en", PYTHONIOENCODING="utf-8").stdout
    assert both.endswith(done.stdout) and both.startswith(checkout.run("show", "softmax").stdout)


def test_show_in_chinese_where_only_ascii_can_be_shown(checkout: Checkout) -> None:
    done = checkout.run("show", "softmax", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot write 'zh'" in one_line(done.stderr) and "--lang en" in done.stderr


ESPERANTO = """\
from derive.targets.words.words import Words

WORDS = Words("eo", "Esperanto", {"Proof": "Pruvo", "Notation": "Notacio"})
"""


def test_a_third_language_is_one_file(checkout: Checkout, tmp_path: Path) -> None:
    (checkout.folder / "derive/targets/words/eo.py").write_text(ESPERANTO)
    shown = checkout.run("show", "softmax", "--lang", "eo")
    assert shown.returncode == 0 and "Pruvo" in shown.stdout.splitlines()
    done = checkout.run("build", "--only", "softmax", "--lang", "eo", "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stderr) == (0, "")
    made = {path: content.decode() for path, content in tree(tmp_path / "out").items()}
    for kind in ("latex", "markdown"):
        assert {path.split("/")[1] for path in made if path.startswith(f"{kind}/")} == {"eo"}
        assert any("Notacio" in text for path, text in made.items() if path.startswith(f"{kind}/eo/"))


def test_show_latex_is_the_page_that_a_build_writes(checkout: Checkout) -> None:
    done = checkout.run("show", "softmax", "--latex")
    assert done.returncode == 0
    pages = {path: content for path, content in tree(checkout.generated).items() if path.startswith("latex/en/")}
    assert done.stdout.encode() == b"".join(pages[path] for path in sorted(pages) if path.endswith("/softmax.tex"))
