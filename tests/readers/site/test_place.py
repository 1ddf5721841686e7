"""Where a site is put, and what it leaves alone there.  Two plain files stand for its pages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.output.files import OutputError
from derive.readers.site import SiteError, build_site
from derive.readers.site import build as building
from derive.readers.site.config import FIRST, Plan

Meanwhile = Callable[[], None]


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Builds a site in a folder of this name; ``meanwhile`` happens while its pages are made."""

    def made(out: str, text: str = "1", meanwhile: Meanwhile = lambda: None) -> Path:
        def run(plan: Plan) -> None:
            meanwhile()
            plan.out.mkdir(parents=True)
            (plan.out / "index.html").write_text(text)
            (plan.out / f"page{text}.html").write_text(text)

        monkeypatch.setattr(building.mkdocs, "run", run)
        return build_site(tmp_path / "generated", Path(out))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(building.mkdocs, "check_installed", lambda: None)
    monkeypatch.setattr(building, "languages_in", lambda folder: (FIRST,))
    monkeypatch.setattr(building, "read_generated", lambda folder, code: None)
    monkeypatch.setattr(building, "_docs", lambda *_: [])
    return made


def tree(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_what_others_put_into_a_site_stays(make: Callable[..., Path], tmp_path: Path) -> None:
    make("out")
    (tmp_path / "out/.git").mkdir()
    (tmp_path / "out/.git/HEAD").write_text("ref")
    (tmp_path / "out/CNAME").write_text("example.org")
    make("out", "2")
    after = tree(tmp_path / "out")
    assert after.pop(building.RECORD)
    assert after == {".git/HEAD": "ref", "CNAME": "example.org", "index.html": "2", "page2.html": "2"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_way_through_a_folder_that_is_not_there_leads_to_the_same_place(
    make: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/thesis.txt").write_text("mine")
    with pytest.raises(SiteError, match="holds something that is not a site of derive"):
        make("build/../docs")
    assert tree(tmp_path) == {"docs/thesis.txt": "mine"} and not (tmp_path / "build").exists()
    assert make("build/../new").is_file()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["docs", "new"]


@pytest.mark.parametrize("existing", [False, True])
def test_a_folder_that_somebody_fills_meanwhile_stays(
    make: Callable[..., Path], tmp_path: Path, existing: bool
) -> None:
    def somebody() -> None:
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out/thesis.txt").write_text("mine")

    if existing:
        (tmp_path / "out").mkdir()
    with pytest.raises(SiteError, match="holds something that is not a site of derive"):
        make("out", meanwhile=somebody)
    assert tree(tmp_path) == {"out/thesis.txt": "mine"}


def test_a_folder_that_comes_in_the_last_moment_stays(
    make: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last look and before the site takes its place."""

    def somebody(site: Path, out: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out/thesis.txt").write_text("mine")
        with monkeypatch.context() as patched:
            patched.setattr(building.os.path, "lexists", lambda path: False)
            put(site, out)

    put = building._put
    monkeypatch.setattr(building, "_put", somebody)
    with pytest.raises(OutputError, match=r"cannot write to .*: name another folder"):
        make("out")
    assert tree(tmp_path) == {"out/thesis.txt": "mine"}


def test_a_page_in_the_way_is_named(make: Callable[..., Path], tmp_path: Path) -> None:
    make("out")
    (tmp_path / "out/page2.html").write_text("mine")
    with pytest.raises(OutputError, match=r"page2\.html was not written by derive: move it away"):
        make("out", "2")
    assert tree(tmp_path)["out/page2.html"] == "mine" and tree(tmp_path)["out/index.html"] == "1"


def test_what_cannot_be_written_is_said_before_the_work(make: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OutputError, match="file is a file"):
        make("file/site", meanwhile=lambda: pytest.fail("the work was done"))


KILLED = """\
import os, sys
from pathlib import Path
from derive.system.temporary import work_folder
with work_folder(".out-", Path(sys.argv[1])):
    os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_what_a_killed_one_left_is_removed(make: Callable[..., Path], tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(building.__file__).parents[3])}
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=environment, check=False)
    assert len(list(tmp_path.glob(".out-*"))) == 1
    make("out")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
