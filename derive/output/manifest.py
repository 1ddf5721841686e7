"""The manifest: every generated file, what it was made from and what is in it; every kernel and its signatures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from derive.output.files import is_safe
from derive.output.made import Made, as_data, from_data

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class FileRecord:
    """One generated file.

    target:    the target that printed it.
    formula:   the formula that it belongs to; ``None``: it belongs to all of them together.
    made_from: the hash of its sources (formula files and templates).
    content:   the SHA-256 of its bytes.
    """

    target: str
    formula: str | None
    made_from: str
    content: str


@dataclass(frozen=True)
class KernelRecord:
    """One kernel: its formula, and its signature in each target that has it."""

    formula: str
    signatures: Mapping[str, str]


@dataclass(frozen=True)
class Manifest:
    """What a folder of generated files holds.

    sources: each formula file and template -> its SHA-256.
    made:    how the folder was made; ``None``: nothing says.
    """

    files: Mapping[str, FileRecord] = field(default_factory=dict)
    kernels: Mapping[str, KernelRecord] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    made: Made | None = None

    @property
    def text(self) -> str:
        """The manifest as it is written: sorted, indented, the same on every machine."""
        return json.dumps({"format": FORMAT, **_plain(self)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    def formulas(self, target: str) -> set[str]:
        """The formulas that have a file of ``target`` here."""
        return {r.formula for r in self.files.values() if r.formula is not None and r.target == target}


@dataclass(frozen=True)
class Scope:
    """What one build is about: these formulas (``None``: all) in these targets (``None``: all)."""

    formulas: frozenset[str] | None = None
    targets: frozenset[str] | None = None

    def covers(self, target: str, formula: str | None) -> bool:
        """Whether the build decides about such a file.  A file of all formulas belongs to every build of its target."""
        return (self.targets is None or target in self.targets) and (
            formula is None or self.formulas is None or formula in self.formulas
        )


def digest(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return sha256(content).hexdigest()


def made_from(sources: Mapping[str, str]) -> str:
    """One hash for a set of sources (name -> SHA-256)."""
    return digest(json.dumps(sorted(sources.items())).encode())


def merge(old: Manifest, new: Manifest, scope: Scope) -> Manifest:
    """What the folder holds after a build of ``scope`` alone: the new records, and the old ones it does not cover."""
    if scope == Scope():
        return new
    files = {path: r for path, r in old.files.items() if not scope.covers(r.target, r.formula)} | dict(new.files)
    kernels: dict[str, KernelRecord] = {}
    for name in old.kernels.keys() | new.kernels.keys():
        before, after = old.kernels.get(name), new.kernels.get(name)
        kept = {t: s for t, s in before.signatures.items() if not scope.covers(t, before.formula)} if before else {}
        signatures = kept | dict(after.signatures if after else {})
        if signatures:
            kernels[name] = KernelRecord((after or before).formula, signatures)  # type: ignore[union-attr]
    joins = new.made is not None and old.made is not None
    made = new.made.after(old.made, sorted({r.formula for r in old.files.values() if r.formula})) if joins else new.made  # type: ignore[union-attr,arg-type]
    return Manifest(files, kernels, dict(old.sources) | dict(new.sources), made)


def parse(content: bytes | None) -> Manifest | None:
    """The manifest in these bytes; ``None`` where they hold none, or a damaged one."""
    try:
        data = json.loads(content or b"")
        files = {path: FileRecord(**record) for path, record in data["files"].items()}
        kernels = {name: KernelRecord(r["formula"], dict(r["signatures"])) for name, r in data["kernels"].items()}
        made = from_data(data["made"]) if "made" in data else None
        manifest = Manifest(files, kernels, dict(data["sources"]), made)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return manifest if data.get("format") == FORMAT and _sound(manifest) else None


def looks_ours(content: bytes) -> bool:
    """Whether a damaged manifest was one of ours, so that a build may mend it: one that was cut off, for example."""
    marked = b'"made_from": "' in content or b'"signatures": {' in content
    return marked or _BEGINNING.startswith(content) or content.startswith(_BEGINNING)


_BEGINNING = b'{\n  "files": {'


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {
        "files": {path: vars(record) for path, record in manifest.files.items()},
        "kernels": {
            name: {"formula": r.formula, "signatures": dict(r.signatures)} for name, r in manifest.kernels.items()
        },
        "sources": dict(manifest.sources),
        **({"made": as_data(manifest.made)} if manifest.made else {}),
    }


def _sound(manifest: Manifest) -> bool:
    """A manifest is data from a disk: its paths must stay inside, its fields must be text."""
    texts: list[Any] = [t for r in manifest.files.values() for t in (r.target, r.made_from, r.content)]
    texts += [r.formula for r in manifest.files.values() if r.formula is not None]
    texts += [t for r in manifest.kernels.values() for t in (r.formula, *r.signatures, *r.signatures.values())]
    texts += [word for part in manifest.made.parts for word in manifest.made.words(part)] if manifest.made else []
    texts += [*manifest.kernels, *manifest.sources, *manifest.sources.values()]
    return all(map(_is_text, texts)) and all(is_safe(path) for path in manifest.files)


def _is_text(value: Any) -> bool:
    """Whether it is a string that can be written: JSON can spell one half of a pair of surrogates."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)
