"""The manifest: the same on every machine, sound when read back, merged where a build covers a part."""

from __future__ import annotations

import json

import pytest

from derive.output.manifest import FileRecord, KernelRecord, Manifest, Scope, looks_ours, made_from, merge, parse

OLD = Manifest(
    {
        "c/f.c": FileRecord("c", "f", "1", "a"),
        "c/g.c": FileRecord("c", "g", "1", "b"),
        "numpy/f.py": FileRecord("numpy", "f", "1", "c"),
        "c/all.h": FileRecord("c", None, "1", "d"),
    },
    {"f": KernelRecord("f", {"c": "int f()", "numpy": "f()"}), "g": KernelRecord("g", {"c": "int g()"})},
    {"f.py": "1", "g.py": "2"},
)


def test_text_is_sorted_ends_in_a_newline_and_reads_back() -> None:
    text = OLD.text
    assert text.endswith("}\n")
    assert json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n" == text
    assert parse(text.encode()) == OLD


def test_a_build_of_everything_forgets_the_old() -> None:
    assert merge(OLD, Manifest(), Scope()) == Manifest()


def test_a_build_of_one_formula_keeps_the_others() -> None:
    new = Manifest(
        {"c/f.c": FileRecord("c", "f", "2", "z"), "c/all.h": FileRecord("c", None, "2", "y")},
        {"f": KernelRecord("f", {"c": "int f(int)"})},
        {"f.py": "3"},
    )
    merged = merge(OLD, new, Scope(frozenset({"f"})))
    assert sorted(merged.files) == ["c/all.h", "c/f.c", "c/g.c"]
    assert merged.files["c/g.c"] == OLD.files["c/g.c"]
    assert merged.files["c/f.c"].content == "z"
    assert merged.kernels == {"f": KernelRecord("f", {"c": "int f(int)"}), "g": OLD.kernels["g"]}
    assert merged.sources == {"f.py": "3", "g.py": "2"}


def test_a_build_of_one_target_keeps_the_other_targets() -> None:
    merged = merge(OLD, Manifest(), Scope(targets=frozenset({"c"})))
    assert list(merged.files) == ["numpy/f.py"]
    assert merged.kernels == {"f": KernelRecord("f", {"numpy": "f()"})}


def test_merging_what_is_already_there_changes_nothing() -> None:
    part = Manifest(
        {path: r for path, r in OLD.files.items() if r.formula in ("f", None)}, {"f": OLD.kernels["f"]}, {"f.py": "1"}
    )
    assert merge(OLD, part, Scope(frozenset({"f"}))).text == OLD.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"format": 1}',
        OLD.text.replace('"format": 1', '"format": 2').encode(),
        OLD.text.replace("c/f.c", "../f.c").encode(),
        OLD.text.replace("c/f.c", "/f.c").encode(),
        OLD.text.replace('"content": "a"', '"content": 1').encode(),
        OLD.text.replace('"formula": null', '"formula": {}').encode(),
        OLD.text.replace('"formula": null', '"formula": false').encode(),
        OLD.text.replace('"formula": "g"', '"formula": []').encode(),
        OLD.text.replace('"g.py"', r'"\ud800.py"').encode(),
        OLD.text.replace('"numpy": "f()"', r'"\udcff": "f()"').encode(),
        OLD.text.replace('"int g()"', r'"\udfff"').encode(),
        b"[" * 200_000,
        b'{"format": 1, "files": ' + b'{"a": ' * 200_000,
    ],
)
def test_a_damaged_manifest_is_none(content: bytes) -> None:
    assert parse(content) is None


def test_a_damaged_manifest_is_known_from_a_stranger() -> None:
    assert looks_ours(OLD.text.replace(",", ";", 1).encode())
    assert not looks_ours(b'{"name": "my web app", "icons": []}')
    assert not looks_ours(b"{}") and not looks_ours(b'{"files": []}')


@pytest.mark.parametrize("length", [0, 1, 2, 9, 14, 60, 200, 400])
def test_a_manifest_that_was_cut_off_is_ours(length: int) -> None:
    assert parse(OLD.text.encode()[:length]) is None and looks_ours(OLD.text.encode()[:length])


def test_the_hash_of_sources_depends_on_each_name_and_each_hash_and_not_on_order() -> None:
    one = made_from({"a": "1", "b": "2"})
    assert one == made_from({"b": "2", "a": "1"})
    assert len({one, made_from({"a": "1"}), made_from({"a": "2", "b": "2"}), made_from({"a": "1", "c": "2"})}) == 4
