"""The command line as its user meets it: real processes on a copy of the sources that a test may spoil."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from derive.catalogue import load_catalogue
from derive.cli import run as run_inside
from derive.targets.text.width import width
from derive.targets.words import LANGUAGES
from derive.version import __version__
from tests.test_killed import MARK, wait_until_there_are

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("cross_entropy", "cross_entropy_label", "log_softmax", "logsumexp", "softmax")
"""A small catalogue is enough to try the verbs on; the whole one would take each build a minute."""

TOPICS = """\
from derive.formulas.logsumexp import logsumexp
from derive.formulas.softmax import i, softmax, x
from derive.language import Text, Topic, Witness

below_one = Witness("below_one", softmax, softmax[i], "<", 1, {x: (0, 1), i: 1}, title=Text("Below 1", zh="小于 1"))
TOPICS = (Topic("weights", Text("Weights", zh="权重"), "", (softmax, logsumexp)),)
"""


@dataclass(frozen=True)
class Checkout:
    """A copy of the sources, and processes that run in it."""

    folder: Path

    @property
    def generated(self) -> Path:
        return self.folder / "generated"

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "PYTHONPATH")}
        return subprocess.Popen(
            [sys.executable, "-m", "derive", *arguments],
            cwd=self.folder,
            env={**clean, "PYTHONDONTWRITEBYTECODE": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hear_interrupts if os.name == "posix" else None,
            start_new_session=True,
        )

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate(timeout=120)
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def tree(folder: Path) -> dict[str, bytes]:
    files = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Sources with a small catalogue, and everything built once."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("derive", "templates"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "_templates"))
    for path in (folder / "derive" / "formulas").rglob("*.py"):
        if path.stem not in (*NAMES, "__init__"):
            path.unlink()
    (folder / "derive" / "formulas" / "theory" / "topics.py").write_text(TOPICS, encoding="utf-8")
    checkout = Checkout(folder)
    done = checkout.run("build")
    assert done.returncode == 0, done.stderr
    return checkout


@pytest.fixture
def checkout(pristine: Checkout) -> Iterator[Checkout]:
    """The same, put back in order after the test."""
    before = tree(pristine.folder)
    yield pristine
    after = tree(pristine.folder)
    for path in after.keys() - before.keys():
        (pristine.folder / path).unlink()
    for path, content in before.items():
        if after.get(path) != content:
            (pristine.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (pristine.folder / path).write_bytes(content)


def one_line(text: str) -> str:
    assert text.endswith("\n") and text.count("\n") == 1, text
    return text.rstrip("\n")


# --- asking ------------------------------------------------------------------------------------------------------


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
    assert done.stdout.encode() in {content for path, content in tree(checkout.generated).items() if ".tex" in path}


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
    *lines, last = done.stdout.splitlines()
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


# --- checking ----------------------------------------------------------------------------------------------------


def change_a_byte(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(bytes(content))


def test_in_step(checkout: Checkout) -> None:
    done = checkout.run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "generated: in step with its formulas and templates"


def test_a_hand_edit_is_shown_with_the_command_that_mends_it(checkout: Checkout) -> None:
    victim = sorted((checkout.generated / "c").glob("*.c"))[0]
    victim.write_text(victim.read_text() + "/* a hand edit */\n")
    done = checkout.run("check")
    assert done.returncode == 1
    assert f"generated/c/{victim.name}: was edited by hand" in done.stdout
    assert "  -/* a hand edit */" in done.stdout
    assert done.stdout.splitlines()[-1] == "to mend: derive build"
    assert checkout.run("build").returncode == 0
    assert checkout.run("check").returncode == 0


def test_the_command_that_mends_names_the_language(checkout: Checkout) -> None:
    victim = sorted((checkout.generated / "c").glob("*.c"))[0]
    victim.write_text("edited\n")
    done = checkout.run("check", "--lang", "zh")
    assert done.stdout.splitlines()[-1] == "to mend: derive build --lang zh"


def test_an_orphan_is_found(checkout: Checkout) -> None:
    (checkout.generated / "c" / "mine.c").write_text("int mine;\n")
    done = checkout.run("check")
    assert done.returncode == 1
    assert "generated/c/mine.c: no formula makes it" in done.stdout
    assert "to mend: move away" in done.stdout


def test_one_byte_of_every_generated_file(checkout: Checkout) -> None:
    """All at once, and each is named."""
    files = [checkout.generated / path for path in tree(checkout.generated)]
    for place in files:
        change_a_byte(place)
    done = checkout.run("check")
    assert done.returncode == 1
    for place in files:
        assert f"{place.relative_to(checkout.folder)}: " in done.stdout


def test_one_byte_of_every_formula_file(checkout: Checkout) -> None:
    files = sorted((checkout.folder / "derive" / "formulas").glob("*.py"))
    for place in files:
        place.write_bytes(place.read_bytes() + b"\n")
    done = checkout.run("check")
    assert done.returncode == 1
    for place in files:
        assert f"{place.relative_to(checkout.folder).as_posix()}: changed since the build" in done.stdout


def test_one_byte_of_every_template(checkout: Checkout) -> None:
    files = [p for p in sorted((checkout.folder / "templates").rglob("*")) if p.is_file()]
    assert files
    for place in files:
        place.write_bytes(place.read_bytes() + b"\n")
    done = checkout.run("check")
    assert done.returncode == 1
    for place in files:
        assert f"{place.relative_to(checkout.folder).as_posix()}: changed since the build" in done.stdout
    assert checkout.run("build").returncode == 0
    assert checkout.run("check").returncode == 0


# --- being cut short ---------------------------------------------------------------------------------------------


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
