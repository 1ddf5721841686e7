"""Builds as their user sees them: what they say, and what they do where they cannot write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.checkouts import ROOT, Checkout, one_line, tree

# --- building ----------------------------------------------------------------------------------------------------


def test_a_build_in_a_pipe_says_only_what_it_changed(checkout: Checkout) -> None:
    done = checkout.run("build")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout and "\r" not in done.stdout
    line, *warned = done.stdout.splitlines()
    assert line.startswith("generated: 0 new, 0 changed, 0 removed, ") and " unchanged in " in line
    assert all(text.startswith("warning: digits are lost") for text in warned) and len(warned) < 2


def test_many_new_files_are_counted_folder_by_folder(checkout: Checkout, tmp_path: Path) -> None:
    done = checkout.run("build", "--only", "softmax", "--out", str(tmp_path / "out"))
    made = [path.split("/")[0] for path in tree(tmp_path / "out") if path != "manifest.json"]
    *lines, last = (line for line in done.stdout.splitlines() if not line.startswith("warning: digits are lost"))
    assert lines == [f"new      {tmp_path / 'out' / place}: {made.count(place)} files" for place in sorted(set(made))]
    assert f": {len(made)} new, " in last


def test_a_build_says_what_changed(checkout: Checkout) -> None:
    victim = sorted((checkout.generated / "c").glob("*.c"))[0]
    victim.write_text("edited\n")
    sorted((checkout.generated / "latex").rglob("*.tex"))[0].unlink()
    done = checkout.run("build")
    assert f"changed  generated/c/{victim.name}" in done.stdout.splitlines()
    assert "generated: 1 new, 1 changed, 0 removed" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="no pseudo-terminals on this system")
@pytest.mark.parametrize("no_color", [False, True])
def test_on_a_terminal_there_is_a_bar_and_colour_unless_unwanted(checkout: Checkout, no_color: bool) -> None:
    import pty

    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"}
    environment.pop("NO_COLOR", None)
    environment |= {"NO_COLOR": "1"} if no_color else {}
    command = [sys.executable, "-m", "derive", "build", "--only", "softmax"]
    process = subprocess.Popen(command, cwd=checkout.folder, env=environment, stdout=follower, stderr=follower)
    os.close(follower)
    shown = b""
    while True:
        try:
            data = os.read(leader, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(leader)
    assert process.wait() == 0, shown
    assert b"\x1b[" in shown and "\u2501".encode() in shown
    assert (b"\x1b[3" in shown.replace(b"\x1b[3A", b"")) is not no_color
    assert b"unchanged in" in shown


def test_two_builds_give_the_same_bytes_whatever_the_hash_seed(checkout: Checkout) -> None:
    for seed in ("1", "4242"):
        assert (
            checkout.run("build", "--out", str(checkout.folder / f"again{seed}"), PYTHONHASHSEED=seed).returncode == 0
        )
    first = tree(checkout.generated)
    assert first == tree(checkout.folder / "again1") == tree(checkout.folder / "again4242")


def test_nothing_generated_names_this_machine(checkout: Checkout) -> None:
    for path, content in tree(checkout.generated).items():
        for secret in (str(checkout.folder), str(ROOT), sys.prefix):
            assert secret.encode() not in content, (path, secret)


def test_a_formula_of_ones_own(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from derive.language import Formula, Sum, exp, indices, log, vector\n"
        'j = indices("j")\nx = vector("x")\n'
        'mine = Formula("mine", log(Sum(exp(2 * x[j]), j)), wrt=x, title="Mine")\n'
    )
    mine = ["--formulas", str(tmp_path / "mine.py"), "--out", str(tmp_path / "out")]
    done = checkout.run("build", "--only", "mine", *mine)
    assert done.returncode == 0, done.stderr
    assert {"mine.c", "mine.h", "mine.py", "mine.tex"} <= {Path(path).name for path in tree(tmp_path / "out")}
    assert checkout.run("check", "--only", "mine", *mine).returncode == 0
    assert "Mine" in checkout.run("list", *mine[:2]).stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (\n", "mine.py:1: '(' was never closed"),
        ("y = z\n", "mine.py:1: NameError: name 'z' is not defined"),
        ("from derive.language import vectr\n", "Did you mean: 'vector'?"),
        ("", "no Formula, Claim, Witness or Topic here"),
    ],
)
def test_a_formula_file_that_is_wrong_is_one_line(checkout: Checkout, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    for verb in ("build", "check", "list"):
        done = checkout.run(verb, "--formulas", str(tmp_path / "mine.py"))
        assert done.returncode == 1
        assert message in one_line(done.stderr)


# --- folders that cannot be written ------------------------------------------------------------------------------


def test_a_file_as_output_folder(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    done = checkout.run("build", "--only", "softmax", "--out", str(tmp_path / "out"))
    assert done.returncode == 1 and "is a file" in one_line(done.stderr)


def test_a_file_of_somebody_else_in_the_way(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    done = checkout.run("build", "--only", "softmax", "--out", str(tmp_path))
    assert done.returncode == 1 and "was not written by derive" in one_line(done.stderr)
    assert tree(tmp_path) == {"manifest.json": b"{}"}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_a_folder_that_nobody_can_write(checkout: Checkout) -> None:
    done = checkout.run("build", "--only", "softmax", "--out", "/proc/generated")
    assert done.returncode == 1 and "cannot write to /proc/generated" in one_line(done.stderr)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the super-user may write anywhere")
def test_a_folder_that_is_read_only(checkout: Checkout, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    done = checkout.run("build", "--only", "softmax", "--out", str(tmp_path / "out"))
    tmp_path.chmod(0o755)
    assert done.returncode == 1 and "permission denied" in one_line(done.stderr)


def test_what_is_missing_is_counted_folder_by_folder(checkout: Checkout, tmp_path: Path) -> None:
    shutil.copytree(checkout.generated, tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / "c")
    done = checkout.run("check", "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    count = sum(path.startswith("c/") for path in tree(checkout.generated))
    assert f"{tmp_path}/out/c: {count} files missing" in lines and len(lines) <= 3
