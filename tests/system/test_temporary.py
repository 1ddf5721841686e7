"""Folders to work in: gone at the end, and gone after a kill as soon as another process comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from derive.system.temporary import work_folder

ROOT = Path(__file__).resolve().parents[2]

locks = pytest.mark.skipif(os.name != "posix", reason="no locks on folders on this system")


def test_it_is_there_and_then_gone(tmp_path: Path) -> None:
    with work_folder("making-", tmp_path) as folder:
        (folder / "deep").mkdir()
        assert folder.parent == tmp_path and folder.name.startswith("making-")
    assert list(tmp_path.iterdir()) == []


def test_it_goes_when_something_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), work_folder("making-", tmp_path):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


HOLDS = """\
import sys, time
from pathlib import Path
from derive.system.temporary import work_folder
with work_folder("making-", Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print(folder.name, flush=True)
    time.sleep(60)
"""


@locks
def test_what_a_killed_process_left_goes_and_what_another_holds_stays(tmp_path: Path) -> None:
    (tmp_path / "making-a-file").write_text("a user's")
    (tmp_path / "other").mkdir()
    (tmp_path / "making-link").symlink_to(tmp_path / "other")
    (tmp_path / "making-of").mkdir()
    (tmp_path / "making-of" / "the film").write_text("a user's")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        with work_folder("making-", tmp_path):
            assert (tmp_path / name / "half").exists()
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / name / "half").exists()
    with work_folder("making-", tmp_path) as folder:
        assert {p.name for p in tmp_path.iterdir()} == {
            "making-a-file",
            "making-link",
            "making-of",
            "other",
            folder.name,
        }
