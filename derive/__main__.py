"""``python -m derive``, and the command ``derive``."""

from __future__ import annotations

import contextlib
import os
import sys

INTERRUPTED = 130
"""The status of what Ctrl-C ended."""


def main() -> None:
    """Run the command line; Ctrl-C is one line from the first import on."""
    _open_streams()
    try:
        from derive.system import collect_rarely, cores, repeat_lost_interrupts

        repeat_lost_interrupts()
        collect_rarely()
        from derive.cli import run

        status = run(sys.argv[1:], processes=cores())
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        status = INTERRUPTED
    for stream in (sys.stdout, sys.stderr) if status == INTERRUPTED else (sys.stderr,):
        with contextlib.suppress(OSError):
            stream.flush()
    if status == INTERRUPTED:  # else Python ends by the signal where it came while text was run, as for a data class
        os._exit(status)
    sys.exit(status)


def _open_streams() -> None:
    """A standard stream that was closed from the start leads nowhere: no file that is opened later takes its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)


if __name__ == "__main__":
    main()
