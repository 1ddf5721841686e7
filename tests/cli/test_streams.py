"""Standard streams that are closed, full or read by nobody: the status says what happened, and nothing else is said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a POSIX shell opens and closes the streams")

ROOT = Path(__file__).resolve().parents[2]


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line in which ``$derive`` stands for the program."""
    environment = {**os.environ, "derive": f"{sys.executable} -m derive", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(["sh", "-c", line], env=environment, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.parametrize(
    ("line", "status"),
    [("list >&-", 0), ("list <&-", 0), ("check --only mse --target c --out $OUT <&- >&- 2>&-", 1)],
)
def test_a_stream_that_is_closed_changes_no_status(line: str, status: int, tmp_path: Path) -> None:
    done = shell(f"$derive {line.replace('$OUT', str(tmp_path / 'out'))}")
    assert (done.returncode, done.stderr) == (status, "")


def test_an_error_that_nobody_can_read_keeps_its_status() -> None:
    assert shell("$derive show nothing 2>&-").returncode == 2
    assert shell("exec 3>&1; { sleep 0.2; $derive show nothing 2>&1; echo $? >&3; } | exec true").stdout == "2\n"


@pytest.mark.parametrize("verb", ["list", "build --only mse --target c --out $OUT", "--help"])
def test_a_pipe_that_nobody_reads_is_left_with_the_status_of_one(verb: str, tmp_path: Path) -> None:
    """141: what a shell makes of SIGPIPE."""
    line = verb.replace("$OUT", f"{tmp_path}/out")
    done = shell(f"exec 3>&1; {{ sleep 0.2; $derive {line}; echo $? >&3; }} | exec true")
    assert (done.stdout, done.stderr) == ("141\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device on this system")
def test_a_disk_that_is_full_is_one_line() -> None:
    done = shell("$derive list > /dev/full")
    assert (done.returncode, done.stderr) == (1, "error: the system: no space left on device\n")
