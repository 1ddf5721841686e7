"""What is out of step, found to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.output import Difference, write_folder
from derive.output.compare import DIFF_LINES, compare
from derive.output.manifest import FileRecord, KernelRecord, Manifest, Scope, digest

FILES = {"c/f.c": "int f;\n", "numpy/f.py": "f = 1\n"}


def manifest(sources: dict[str, str] | None = None) -> Manifest:
    files = {p: FileRecord(p.split("/")[0], "f", "1", digest(t.encode())) for p, t in FILES.items()}
    return Manifest(files, {"f": KernelRecord("f", {"c": "int f"})}, sources or {"f.py": "1", "templates/c": "2"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path / "out", FILES, manifest(), Scope())
    return tmp_path / "out"


def found(folder: Path, expected: Manifest | None = None) -> list[Difference]:
    return compare(folder, FILES, expected or manifest(), Scope())


def test_in_step(folder: Path) -> None:
    assert found(folder) == []


def test_reading_leaves_no_trace(folder: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    found(folder)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


@pytest.mark.parametrize("path", [*FILES, "manifest.json"])
def test_any_byte_of_any_file(folder: Path, path: str) -> None:
    place = folder / path
    content = place.read_bytes()
    for k in range(len(content)):
        place.write_bytes(content[:k] + bytes([content[k] ^ 1]) + content[k + 1 :])
        assert found(folder), k
    for changed in (content + b"\n", content[:-1], b"", content.replace(b"\n", b"\r\n")):
        place.write_bytes(changed)
        assert found(folder), changed
    place.write_bytes(content)
    assert found(folder) == []


def test_a_hand_edit_is_named_with_its_diff(folder: Path) -> None:
    (folder / "c/f.c").write_text("int g;\n")
    first, _ = found(folder)[0], found(folder)
    assert (first.path, first.why) == (str(folder / "c/f.c"), "was edited by hand")
    assert "-int g;" in first.diff and "+int f;" in first.diff


def test_a_changed_source_is_named(folder: Path) -> None:
    changed = found(folder, manifest({"f.py": "1", "templates/c": "3"}))
    assert Difference("templates/c", "changed since the build") in changed


def test_a_removed_source_is_found(folder: Path) -> None:
    assert found(folder, manifest({"f.py": "1"}))


def test_orphans_missing_files_and_a_lost_manifest(folder: Path) -> None:
    (folder / "c/mine.c").write_text("mine")
    (folder / "c/f.c").unlink()
    (folder / "manifest.json").unlink()
    by_path = {Path(d.path).name: d for d in found(folder)}
    assert by_path["mine.c"].why == "no formula makes it" and by_path["mine.c"].orphan
    assert by_path["f.c"].why == "is missing" and not by_path["f.c"].orphan
    assert by_path["manifest.json"].why == "is missing"


def test_python_caches_are_no_orphans(folder: Path) -> None:
    (folder / "numpy/__pycache__").mkdir()
    (folder / "numpy/__pycache__/f.cpython-312.pyc").write_bytes(b"x")
    assert found(folder) == []


def test_a_missing_folder_misses_everything(tmp_path: Path) -> None:
    missing = compare(tmp_path / "none", FILES, manifest(), Scope())
    assert [d.why for d in missing] == ["is missing"] * 3


def test_a_part_is_compared_and_the_rest_must_be_as_recorded(folder: Path) -> None:
    only_c = Manifest({"c/f.c": manifest().files["c/f.c"]}, manifest().kernels, {"f.py": "1", "templates/c": "2"})
    scope = Scope(targets=frozenset({"c"}))
    assert compare(folder, {"c/f.c": FILES["c/f.c"]}, only_c, scope) == []
    (folder / "numpy/f.py").write_text("f = 2\n")
    assert [d.why for d in compare(folder, {"c/f.c": FILES["c/f.c"]}, only_c, scope)] == ["was edited by hand"]


def test_a_long_diff_is_trimmed_and_odd_bytes_are_spelled_out(folder: Path) -> None:
    (folder / "c/f.c").write_bytes(b"\xff\x1b[31m\r\n" * 100)
    diff = found(folder)[0].diff
    assert len(diff.splitlines()) == DIFF_LINES + 1
    assert diff.endswith("more lines")
    assert "\x1b" not in diff and "\r" not in diff and "\\xff" in diff
