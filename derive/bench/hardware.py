"""The machine that was measured on: its name, its packages, and what its memory and its arithmetic can do."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from derive.bench.ask import Ask
from derive.bench.floor import KINDS
from derive.bench.native import Native
from derive.bench.peers.limits import arithmetic, memory, repetitions
from derive.bench.records import DTYPES
from derive.loading import CompilerError
from derive.loading.compiler import find_compiler
from derive.system import cores
from derive.version import __version__

LEVELS = {"16 KiB": 2**14, "256 KiB": 2**18, "4 MiB": 2**22, "128 MiB": 2**27}
"""Bytes of each array of each thread: first, second and third cache of most processors, and memory."""
MOVES = {
    "read": (1, 0, False),
    "copy": (1, 1, False),
    "streaming copy": (1, 1, True),
    "two read, one written": (2, 1, False),
}
"""Arrays read, arrays written, whether past the cache."""


def machine(native: Native | None, ask: Ask) -> Mapping[str, Any]:
    """A record for readers and for files."""
    threads = tuple(dict.fromkeys(cell.threads for cell in ask.cells))
    return {
        "processor": processor(),
        "cores": cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "compiler": _compiler(),
        "flags": list(native.flags) if native else [],
        "date": datetime.now(UTC).date().isoformat(),
        "packages": {"derive": __version__} | {k: v for peer in ask.peers for k, v in peer.versions.items()},
        "limits": [_limits(native, count, ask.quick) for count in threads if _can(native, count)],
    }


def processor() -> str:
    """The name of the processor, and the widest vectors that it knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = set(facts.get("flags", "").split())
    wide = next(
        (name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2"), ("avx", "AVX")) if flag in flags), ""
    )
    return " with ".join(filter(None, (facts.get("model name", platform.machine()), wide)))


def _can(native: Native | None, threads: int) -> bool:
    return native is not None and (threads == 1 or native.has_threads)


def _compiler() -> str:
    try:
        return " ".join(find_compiler().command)
    except CompilerError:
        return ""


def _limits(native: Native | None, threads: int, quick: bool) -> Mapping[str, Any]:
    assert native is not None
    levels = dict(list(LEVELS.items())[:3]) if quick else LEVELS
    gigabytes = {
        level: {name: _rate(native, threads, size * threads, *move) for name, move in MOVES.items()}
        for level, size in levels.items()
    }
    each = {
        dtype: {
            kind: round(min(arithmetic(native, threads, dtype, kind, 2000) for _ in range(3)), 5)
            for kind in (*KINDS, "multiply-add")
        }
        for dtype in DTYPES
    }
    return {"threads": threads, "gigabytes_per_second": gigabytes, "nanoseconds_each": each}


def _rate(native: Native, threads: int, size: int, reads: int, writes: int, streaming: bool) -> float:
    run = memory(native, threads, size, reads, writes, streaming=streaming)
    repeats = repetitions(run)
    return round((reads + writes) * size / min(run(repeats) for _ in range(3)), 1)
