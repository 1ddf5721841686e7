"""The kernels of generated/c under a harness in C, which goes over a table made from their signatures."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from derive.targets.c.single import HEADER, SOURCE, few_files
from derive.targets.templates import environment

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "generated"
HARNESS = Path(__file__).with_name("harness.c")
_SIGNATURE = re.compile(r"derive_status (?P<name>\w+)\((?P<arguments>.*)\)")
_WIDTH = {"f32": "float", "f64": "double"}


def write(folder: Path, formulas: Sequence[str] = ()) -> list[str]:
    """The harness and the kernels of these formulas (of all, where none is named); returns the sources to compile."""
    made = GENERATED / "c"
    if formulas:
        printed = [{f"{stem}.{end}": _read(made / f"{stem}.{end}") for end in ("h", "c", "hpp")} for stem in formulas]
        shared = {name: _read(made / name) for name in ("derive_support.h", "derive_inner.h", "derive_span.hpp")}
        pair = few_files(printed, shared, environment())
    else:
        pair = {name: _read(made / name) for name in (HEADER, SOURCE)}
    table = "\n".join(_table(set(formulas)))
    for name, text in {**pair, HARNESS.name: _read(HARNESS), "kernels.inc": table}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [HARNESS.name, SOURCE]


def _read(place: Path) -> str:
    return place.read_text(encoding="utf-8")


def shell(command: Sequence[str], folder: Path) -> str:
    """What a command prints.  Fails with all that it said, where it fails or complains."""
    done = subprocess.run([*command], cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:] + done.stderr[:8000]
    return done.stdout


def signatures(formulas: set[str]) -> Iterator[str]:
    """Of each kernel in each type, as the manifest lists them."""
    manifest = json.loads((GENERATED / "manifest.json").read_text(encoding="utf-8"))
    for _, record in sorted(manifest["kernels"].items()):
        if not formulas or record["formula"] in formulas:
            yield from record["signatures"]["c"].split("; ")


def _table(formulas: set[str]) -> Iterator[str]:
    rows = []
    for signature in signatures(formulas):
        match = _SIGNATURE.fullmatch(signature)
        assert match is not None, signature
        kinds, passed = _arguments(match["name"], match["arguments"].split(", ")[2:])
        yield f"static derive_status run_{match['name']}(const call *c) {{"
        yield f"    return {match['name']}({', '.join(['c->rows', 'c->classes', *passed])});\n}}\n"
        width = _WIDTH[match["name"][-3:]]
        rows.append(f'    {{"{match["name"]}", "{kinds}", sizeof({width}), run_{match["name"]}}},')
    yield from ["static const kernel KERNELS[] = {", *rows, "};\n"]


def _arguments(name: str, declared: Sequence[str]) -> tuple[str, list[str]]:
    """The kinds of a kernel's arguments, and what is passed for each; a stride belongs to what comes before it."""
    kinds, passed = "", list[str]()
    for text, following in zip(declared, [*declared[1:], ""], strict=True):
        strided = following.startswith("size_t ")
        if text.startswith("size_t "):
            passed.append(f"c->stride[{len(kinds) - 1}]")
            continue
        if "int64_t *" in text:
            kind = "t"
        elif "*" not in text:
            kind = "p"
        elif text.startswith("const "):
            kind = "v"
        else:
            kind = ("m" if re.search(r"_jacobian_f\d\d$", name) else "o") if strided else "s"
        passed.append(f"({text.split()[0]})c->parameter" if kind == "p" else f"c->at[{len(kinds)}]")
        kinds += kind
    return kinds, passed
