"""What this machine's processor can do: what is compiled for it alone must not be found by another."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


def processor() -> str | None:
    """A text that is the same on processors with the same instructions; ``None`` where that cannot be told."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return None
    try:
        told = CPUINFO.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    first = told.split("\n\n")[0].splitlines()
    known = sorted(line for line in first if line.partition("\t")[0] in ("vendor_id", "cpu family", "model", "flags"))
    return hashlib.sha256("\n".join(known).encode()).hexdigest() if known else None
