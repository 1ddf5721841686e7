"""How to bring the packages that an extra names, in words that work where derive was installed."""

from __future__ import annotations

import re
import shlex
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent.parent
_OF_EXTRA = re.compile(r"^(?P<package>[^;]+?)\s*;.*\bextra\s*==\s*[\"'](?P<extra>[^\"']+)[\"']")


def bring(extra: str, clone: Path = CLONE) -> str:
    """The command that installs an extra: of the clone that derive runs from, or else its packages by name."""
    if (clone / "pyproject.toml").is_file():
        return f"in {clone}, run: python -m pip install -e '.[{extra}]'"
    try:
        found = [_OF_EXTRA.match(line) for line in requires("derive-kernels") or ()]
    except PackageNotFoundError:
        found = []
    packages = [match["package"] for match in found if match and match["extra"] == extra]
    return f"run: python -m pip install {shlex.join(packages or [f'derive-kernels[{extra}]'])}"
