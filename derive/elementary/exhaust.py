"""Every function measured: float on all of its numbers, double on as many as are asked for.

    python -m derive.elementary.exhaust              all 2^32 floats, 10^8 doubles (half an hour)
    python -m derive.elementary.exhaust exp tanh     the same for some of the functions
    python -m derive.elementary.exhaust --share 100  a hundredth of the numbers

Writes what it finds to accuracy.json.  Each function is compiled with and without contraction to fused multiply-adds;
the worse of the two counts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import product
from pathlib import Path

from derive.elementary.formats import FLOAT, FORMATS, Format
from derive.elementary.printed import ACCURACY, domain_ends, header, measured_names

FLAGS = ("-std=c11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra", "-Werror")
VARIANTS = {"fused": ("-march=native", "-ffp-contract=fast"), "apart": ("-march=native", "-ffp-contract=off")}

RANGES = {
    "exp": ((-746, 710), (-3, 3), (-88, 0)),
    "exp_nonpositive": ((-746, 0), (-3, 0), (-88, 0)),
    "expm1": ((-40, 40), (-3, 3), (-710, 710)),
    "log": ((0, 3), (0, 100), (0.7, 1.42)),
    "log1p": ((-1, 3), (0, 100), (-0.3, 0.42)),
    "tanh": ((-2, 2), (0.5, 1.2), (-20, 20)),
    "erf": ((-2, 2), (0.8, 1.2), (-6.5, 6.5)),
    "erfc": ((-6, 28), (-1, 2), (0, 10.5)),
    "erfcx": ((-6, 40), (-1, 2), (-26.6, 0)),
}
"""Where the argument of a function may be, as far as more than its sign and size matters."""


@dataclass(frozen=True)
class Measured:
    """What was found of a function.

    worst, worst_at: the largest error in ulp, and its argument.
    tried, wrong:    how many numbers, and how many gave a result of a wrong kind (wrong_at: one of them).
    """

    worst: float
    worst_at: str
    tried: int
    wrong: int
    wrong_at: str


def compiler() -> str | None:
    """What compiles C here: the variable CC, or the first of the usual names."""
    return os.environ.get("CC") or next((name for name in ("gcc", "clang", "cc") if shutil.which(name)), None)


def measure(name: str, real: Format, count: int, cc: str, text: str = "") -> Measured:
    """One function compiled in both ways and measured.

    count: of float every count-th number is tried; of double so many.
    text: the functions as C; as they are derived unless others are given.
    """
    definitions = list(_definitions(name, real))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = files("derive.elementary").joinpath("measure.c").read_text(encoding="utf-8")
        (folder / "measure.c").write_text(source, encoding="utf-8")
        (folder / "elementary.h").write_text(text or header(), encoding="utf-8")
        for variant, flags in VARIANTS.items():
            made = [*definitions, *flags, f"-DVARIANT={variant}", "-c", "-o", f"{variant}.o"]
            subprocess.run([cc, *FLAGS, *made, "measure.c"], cwd=folder, check=True)
        objects = [f"{variant}.o" for variant in VARIANTS]
        subprocess.run(
            [cc, *FLAGS, *definitions, "measure.c", *objects, "-o", "measure", "-lm"], cwd=folder, check=True
        )
        ends = [str(end) for pair in RANGES[name] for end in pair]
        command = [str(folder / "measure"), str(count), *ends]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    worst, worst_at, tried, wrong, wrong_at = done.stdout.split()
    return Measured(float(worst), worst_at, int(tried), int(wrong), wrong_at)


def _definitions(name: str, real: Format) -> Iterator[str]:
    single = real is FLOAT
    yield f"-DFUNCTION=derive_{real.tag}_{name}"
    yield f"-DREFERENCE={f'derive_f64_{of_all(name)}' if single else f'{of_all(name)}l'}"
    if name in domain_ends():
        yield f"-DAT_MOST={domain_ends()[name]}"
    yield f"-DWIDE={'double' if single else 'long double'}"
    yield f"-DSINGLE={int(single)}"
    yield from (f"-DREAL={real.real}", f"-DTAG={real.tag}", f"-DBITS={real.bits}")
    yield from (f"-DFRACTION={real.fraction}", f"-DBIAS={real.bias}")


def of_all(name: str) -> str:
    """The function that does for all numbers what this one does for some."""
    return name.partition("_")[0]


def table() -> str:
    """What is recorded, as a table of Markdown."""
    kept = json.loads(_accuracy().read_text(encoding="utf-8"))
    lines = ["| function | type | worst error, ulp | at | arguments tried |", "|---|---|---|---|---|"]
    for real, name in product(FORMATS, measured_names()):
        found = kept[f"{name} {real.tag}"]
        tried = f"all {found['tried']:,}" if found["tried"] == 2**32 else f"{found['tried']:,}"
        at = f"{float.fromhex(found['at']):.9g}"
        lines.append(f"| {name} | {real.real} | {found['worst']:.3f} | {at} | {tried} |")
    return "\n".join(lines)


def _accuracy() -> Path:
    return Path(str(files("derive.elementary").joinpath(ACCURACY)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=int, default=1, help="one in so many of the numbers")
    parser.add_argument("names", nargs="*", help="the functions; all if none is named")
    asked = parser.parse_args()
    cc = compiler()
    if cc is None:
        raise SystemExit("no C compiler found: install gcc or clang, or name one in CC")
    counts = {"f32": asked.share, "f64": 10**8 // asked.share}
    path = _accuracy()
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for real, name in product(FORMATS, asked.names or measured_names()):
        found = measure(name, real, counts[real.tag], cc)
        print(f"{name} {real.tag}: {found.worst:.4f} ulp at {found.worst_at}, {found.tried} tried", flush=True)
        if found.wrong:
            raise SystemExit(f"{name} {real.tag}: {found.wrong} wrong results, one at {found.wrong_at}")
        kept[f"{name} {real.tag}"] = {"worst": found.worst, "at": found.worst_at, "tried": found.tried}
        path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
