"""``python -m derive``, and the command ``derive``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C is one line from the first import on."""
    try:
        from derive.beside import cores
        from derive.cli import run

        status = run(sys.argv[1:], processes=cores())
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
