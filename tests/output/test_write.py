"""Writing a folder: what changes, what is refused, and what a kill leaves behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from derive.output import Plan, journal, write_folder
from derive.output.compare import compare
from derive.output.files import OutputError, only_writer
from derive.output.manifest import FileRecord, Manifest, Scope, digest, parse

FILES = {"c/f.c": "f\n", "c/g.c": "g\n", "tex/f.tex": "F\n"}
ROOT = Path(__file__).resolve().parents[2]


def manifest(files: dict[str, str]) -> Manifest:
    def record(path: str, text: str) -> FileRecord:
        return FileRecord(path.split("/")[0], Path(path).stem, "1", digest(text.encode()))

    return Manifest({path: record(path, text) for path, text in files.items()}, {}, {"f.py": "1"})


def write(folder: Path, files: dict[str, str], scope: Scope | None = None) -> Plan:
    return write_folder(folder, files, manifest(files), scope or Scope())


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_first_build_writes_all_and_lists_all(tmp_path: Path) -> None:
    plan = write(tmp_path / "out", FILES)
    assert plan.new == tuple(sorted(FILES))
    assert tree(tmp_path / "out") == {**{p: t.encode() for p, t in FILES.items()}, "manifest.json": plan.manifest}
    assert parse(plan.manifest) == manifest(FILES)


def test_a_second_build_rewrites_nothing(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    before = {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in tmp_path.rglob("*")}
    plan = write(tmp_path, FILES)
    assert (plan.writes, plan.removed, plan.unchanged) == ((), (), tuple(sorted(FILES)))
    assert {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in tmp_path.rglob("*")} == before


def test_changed_files_are_replaced_and_lost_ones_removed(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    plan = write(tmp_path, {"c/f.c": "f2\n", "c/g.c": "g\n"})
    assert (plan.changed, plan.removed, plan.unchanged) == (("c/f.c",), ("tex/f.tex",), ("c/g.c",))
    assert set(tree(tmp_path)) == {"c/f.c", "c/g.c", "manifest.json"}
    assert not (tmp_path / "tex").exists()


def test_a_build_of_a_part_leaves_the_rest(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    plan = write(tmp_path, {"c/f.c": "f2\n"}, Scope(frozenset({"f"}), frozenset({"c"})))
    assert plan.changed == ("c/f.c",)
    assert plan.removed == ()
    assert set(tree(tmp_path)) == {*FILES, "manifest.json"}
    assert compare(tmp_path, {"c/f.c": "f2\n"}, manifest({"c/f.c": "f2\n"}), Scope(frozenset({"f"}), None)) != []
    write(tmp_path, FILES)
    assert compare(tmp_path, FILES, manifest(FILES), Scope()) == []


def test_a_file_of_somebody_else_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "g.c").write_text("mine\n")
    with pytest.raises(OutputError, match=r"g\.c was not written by derive"):
        write(tmp_path, FILES)
    assert tree(tmp_path) == {"c/g.c": b"mine\n"}


def test_a_foreign_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web app"}')
    with pytest.raises(OutputError, match=r"manifest\.json was not written by derive"):
        write(tmp_path, FILES)
    assert tree(tmp_path) == {"manifest.json": b'{"name": "a web app"}'}


def test_an_identical_file_that_no_manifest_lists_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "g.c").write_text("g\n")
    assert write(tmp_path, FILES).unchanged == ("c/g.c",)


def test_a_damaged_manifest_is_mended(tmp_path: Path) -> None:
    good = write(tmp_path, FILES).manifest
    (tmp_path / "manifest.json").write_bytes(good.replace(b"{", b"[", 1))
    write(tmp_path, FILES)
    assert (tmp_path / "manifest.json").read_bytes() == good


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_manifest_that_was_cut_off_is_mended_though_the_formula_changed(tmp_path: Path, share: float) -> None:
    made = {path: f"{text}made by: python -m derive build\n" for path, text in FILES.items()}
    good = write(tmp_path, made).manifest
    (tmp_path / "manifest.json").write_bytes(good[: int(len(good) * share)])
    after = {path: f"new {text}" for path, text in made.items()}
    assert write(tmp_path, after).changed == tuple(sorted(FILES))
    assert compare(tmp_path, after, manifest(after), Scope()) == []


def test_what_somebody_else_wrote_is_not_overwritten_though_the_manifest_was_cut_off(tmp_path: Path) -> None:
    good = write(tmp_path, FILES).manifest
    (tmp_path / "manifest.json").write_bytes(good[:100])
    (tmp_path / "c/f.c").write_text("mine\n")
    with pytest.raises(OutputError, match=r"f\.c was not written by derive"):
        write(tmp_path, FILES)


def test_what_says_that_derive_made_it_is_not_overwritten_in_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c/f.c").write_text("python -m derive build, and changed since\n")
    with pytest.raises(OutputError, match=r"f\.c was not written by derive"):
        write(tmp_path, FILES)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("name", ["c/f.c", "manifest.json", journal.NAME])
def test_a_pipe_in_the_folder_stops_a_build_and_a_check_with_one_line(tmp_path: Path, name: str) -> None:
    write(tmp_path, FILES)
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    with pytest.raises(OutputError, match=f"{Path(name).name} is a pipe or a device where a file belongs"):
        write(tmp_path, FILES)
    if name == journal.NAME:
        assert compare(tmp_path, FILES, manifest(FILES), Scope()) != []
        return
    with pytest.raises(OutputError, match="is a pipe or a device"):
        compare(tmp_path, FILES, manifest(FILES), Scope())


@pytest.mark.parametrize("damage", [b"[" * 200_000, b'{"c/f.c": "\\ud800"}', b'{"\\ud800": "1"}', b"[1]", b"\xff"])
def test_a_damaged_journal_is_mended(tmp_path: Path, damage: bytes) -> None:
    write(tmp_path, FILES)
    (tmp_path / journal.NAME).write_bytes(damage)
    write(tmp_path, FILES | {"c/f.c": "new\n"})
    assert set(tree(tmp_path)) == {*FILES, "manifest.json"}


def test_a_manifest_cannot_make_derive_delete_elsewhere(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("F\n")
    good = write(tmp_path / "out", FILES).manifest
    (tmp_path / "out" / "manifest.json").write_bytes(good.replace(b"tex/f.tex", b"../precious"))
    write(tmp_path / "out", FILES)
    assert precious.read_text() == "F\n"


def test_a_lost_file_that_was_edited_by_hand_is_kept(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "tex/f.tex").write_text("my notes\n")
    plan = write(tmp_path, {"c/f.c": "f\n", "c/g.c": "g\n"})
    assert (plan.removed, plan.kept) == ((), ("tex/f.tex",))
    assert (tmp_path / "tex/f.tex").read_text() == "my notes\n"


def test_a_file_as_output_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="is a file"):
        write(tmp_path / "out", FILES)


def test_a_folder_where_a_file_belongs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c" / "f.c").mkdir(parents=True)
    with pytest.raises(OutputError, match="is a folder where a file belongs"):
        write(tmp_path, FILES)


def test_a_refusal_of_the_system_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "out"))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=r"cannot write to .*: permission denied: name another folder"):
        write(tmp_path / "out", FILES)


def test_leftovers_of_a_killed_build_are_removed(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "c" / ".derive-00.tmp").write_text("half")
    assert [d.why for d in compare(tmp_path, FILES, manifest(FILES), Scope())] == [
        "was left by a build that was cut short"
    ]
    write(tmp_path, FILES)
    assert set(tree(tmp_path)) == {*FILES, "manifest.json"}


def test_a_file_written_before_a_kill_is_known_as_ours_when_its_source_changes_next(tmp_path: Path) -> None:
    """Killed after c/f.c and before the manifest; then the formula is edited: the build must not call it foreign."""
    (tmp_path / "c").mkdir()
    journal.write_journal(tmp_path, {"c/f.c": digest(b"f\n"), "c/old.c": digest(b"old\n")})
    (tmp_path / "c" / "f.c").write_text("f\n")
    (tmp_path / "c" / "old.c").write_text("old\n")
    plan = write(tmp_path, {"c/f.c": "edited\n"})
    assert (plan.changed, plan.removed) == (("c/f.c",), ("c/old.c",))
    assert set(tree(tmp_path)) == {"c/f.c", "manifest.json"}


def test_an_interruption_leaves_whole_files_and_the_next_build_mends(
    tmp_path: Path,
) -> None:
    write(tmp_path, FILES)
    new = {path: text * 2 for path, text in FILES.items()}

    def interrupt(path: str) -> None:
        if path == "c/g.c":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path, new, manifest(new), Scope(), interrupt)
    assert (tmp_path / "c/f.c").read_text() == "f\nf\n"
    assert (tmp_path / "c/g.c").read_text() == "g\n"
    write(tmp_path, new)
    assert compare(tmp_path, new, manifest(new), Scope()) == []


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="no file locks on this system")
    with only_writer(tmp_path), pytest.raises(OutputError, match="another build is writing here"):
        write(tmp_path, FILES)


WRITER = """
import sys
from pathlib import Path
from derive.output.manifest import FileRecord, Manifest, Scope, digest
from derive.output import write_folder

folder, letter = Path(sys.argv[1]), sys.argv[2]
files = {f"t{k % 5}/f{k}.c": letter * 50_000 + "\\n" for k in range(60)}
records = {p: FileRecord("t", "f", "1", digest(t.encode())) for p, t in files.items()}
print("begins", flush=True)
write_folder(folder, files, Manifest(records, {}, {"f.py": letter}), Scope())
"""


def run_writer(folder: Path, letter: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", WRITER, folder, letter], env=environment, stdout=subprocess.PIPE)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_build_killed_at_any_moment_leaves_only_whole_files(tmp_path: Path) -> None:
    assert run_writer(tmp_path, "a").wait() == 0
    rng, cut = random.Random(7), 0
    for letter in "bcdefgh":
        with run_writer(tmp_path, letter) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0, 0.08))
            process.kill()
            cut += process.wait() != 0
        for path, content in tree(tmp_path).items():
            if path.startswith("t") and not path.endswith(".tmp"):
                assert len(content) == 50_001, path
                assert len(set(content)) == 2, path
        assert parse((tmp_path / "manifest.json").read_bytes()) is not None
    assert cut > 0, "no build was killed before its end: the moments are too late"
    assert run_writer(tmp_path, "z").wait() == 0
    after = tree(tmp_path)
    assert len(after) == 61
    assert {c[:1] for p, c in after.items() if p != "manifest.json"} == {b"z"}


NO_ROOM = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
"""


def test_without_room_the_old_files_stay_and_it_is_one_line(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that is full."""
    pytest.importorskip("resource", reason="no such limit on this system")
    assert run_writer(tmp_path, "a").wait() == 0
    before = tree(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", NO_ROOM + WRITER, tmp_path, "b"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("derive.output.files.OutputError: cannot write to ") and "name another folder" in last
    assert {path: content for path, content in tree(tmp_path).items() if path != journal.NAME} == before
    assert run_writer(tmp_path, "b").wait() == 0
    assert {content[:1] for path, content in tree(tmp_path).items() if path != "manifest.json"} == {b"b"}
