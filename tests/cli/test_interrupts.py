"""A command that is cut short says one line and leaves nothing half-written."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.checkouts import ROOT, Checkout, one_line, tree
from tests.test_killed import MARK, wait_until_there_are

TELLS_THAT_IT_IS_READ = """\
from pathlib import Path
from derive.language import Formula, Sum, indices, vector

j = indices("j")
x = vector("x")
mine = Formula("mine", Sum(x[j], j), wrt=x)
(Path(__file__).parent / "read").touch()
"""


def wait_for(place: Path, process: subprocess.Popen[str] | None = None) -> None:
    """Until it is there, or the process has ended."""
    end = time.monotonic() + 100
    while not place.exists() and (process is None or process.poll() is None) and time.monotonic() < end:
        time.sleep(0.001)


@pytest.mark.skipif(os.name != "posix", reason="no SIGINT for one process on this system")
def test_ctrl_c_is_one_line_and_leaves_nothing_half_written(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(TELLS_THAT_IT_IS_READ)
    with checkout.start("build", "--formulas", str(tmp_path / "mine.py"), "--out", str(tmp_path / "out")) as process:
        wait_for(tmp_path / "read")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert one_line(err).startswith("interrupted")
    assert not (tmp_path / "out").exists()


def test_ctrl_c_while_a_class_is_made_is_a_status_as_elsewhere(tmp_path: Path) -> None:
    """Python makes the methods of a data class from text, and remembers what interrupts that."""
    (tmp_path / "mine.py").write_text("exec('raise KeyboardInterrupt')\n")
    with Checkout(ROOT).start("list", "--formulas", str(tmp_path / "mine.py")) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert one_line(err).startswith("interrupted")


LOST = """
class Dropped:
    def __del__(self):
        raise KeyboardInterrupt

Dropped()
"""


def test_ctrl_c_that_comes_where_python_drops_it_is_heard(tmp_path: Path) -> None:
    """It drops what interrupts a __del__, and the callback of a weak reference that each import has."""
    (tmp_path / "mine.py").write_text(LOST)
    asked = ["--formulas", str(tmp_path / "mine.py"), "--catalogue", "--out", str(tmp_path / "out")]
    with Checkout(ROOT).start("build", *asked) as one:
        _, err = one.communicate(timeout=60)
    assert one.returncode == 130
    assert one_line(err).startswith("interrupted")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("rest", ["", "import no_such_module", "raise SystemExit"])
def test_no_end_overtakes_an_interrupt_that_is_sent_again(tmp_path: Path, rest: str) -> None:
    """A file without a formula, or with a mistake, is told of at once: before the interrupt has come."""
    late = "import derive.system.interrupts\nderive.system.interrupts.SECONDS = 60\n"
    (tmp_path / "mine.py").write_text(late + LOST + rest)
    with Checkout(ROOT).start("list", "--formulas", str(tmp_path / "mine.py")) as one:
        _, err = one.communicate(timeout=60)
    assert one.returncode == 130
    assert one_line(err).startswith("interrupted")


CATCHES_ALL = """
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
try:
    import interrupted_while_it_is_imported
except:
    pass
"""
INTERRUPTED = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(0.2)"


@pytest.mark.skipif(os.name != "posix", reason="no SIGINT for one process on this system")
def test_ctrl_c_that_a_library_catches_with_the_import_it_can_do_without_is_heard(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(CATCHES_ALL)
    (tmp_path / "interrupted_while_it_is_imported.py").write_text(INTERRUPTED)
    asked = ["--formulas", str(tmp_path / "mine.py"), "--catalogue", "--out", str(tmp_path / "out")]
    with Checkout(ROOT).start("build", *asked) as one:
        _, err = one.communicate(timeout=60)
    assert one.returncode == 130
    assert one_line(err).startswith("interrupted")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="no groups of processes on this system")
@pytest.mark.parametrize("later", [0.01, 0.02, 0.04, 0.08, 1.0])
def test_ctrl_c_in_a_terminal_reaches_all_processes_and_is_one_line_too(tmp_path: Path, later: float) -> None:
    """Also while the interpreter of another process is only starting: the whole catalogue is verified in several."""
    mark = {MARK: tmp_path.name}
    with Checkout(ROOT).start("build", "--out", str(tmp_path / "out"), **mark) as process:
        wait_until_there_are(2, tmp_path.name)  # now the other process starts
        time.sleep(later)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert one_line(err).startswith("interrupted")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_killed_build_is_mended_by_the_next(checkout: Checkout, tmp_path: Path) -> None:
    whole, rng = tree(checkout.generated), random.Random(3)
    out = tmp_path / "out"
    for _ in range(3):
        with checkout.start("build", "--out", str(out)) as process:
            wait_for(out / ".derive-journal.json", process)
            time.sleep(rng.uniform(0, 0.03))
            process.kill()
        for path, content in tree(out).items():
            if not Path(path).name.startswith(".derive-"):
                assert content == whole[path]
        shutil.rmtree(out / "c", ignore_errors=True)
    assert checkout.run("build", "--out", str(out)).returncode == 0
    assert tree(out) == whole


@pytest.mark.skipif(os.name != "posix", reason="pipes close otherwise on this system")
def test_a_closed_pipe_is_left_quietly(checkout: Checkout) -> None:
    for verb in (["list"], ["show", "softmax"]):
        with checkout.start(*verb) as process:
            assert process.stdout is not None and process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == ""
